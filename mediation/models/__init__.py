"""What is stored about labour disputes: studios, cases and their parties, what happened, agreements, statutory days, rewards."""

from mediation.models.agreements import Agreement, Instalment, InstalmentPayment
from mediation.models.cases import Dispute, MediationCase, NotTheSame, Reception
from mediation.models.events import CaseConflict, CaseEvent, CaseMember, CasePause, CaseRead, CaseTransfer, Referral
from mediation.models.parties import Party, PartyLookup, Reveal
from mediation.models.requests import HelpRequest
from mediation.models.rewards import CallBack, RewardLine, RewardScheme, RewardStatement
from mediation.models.studios import DutyShift, Mediator, Studio
from mediation.models.terms import CalendarDay, CalendarYear, StatutoryTerm
