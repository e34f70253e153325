from services.models.acceptances import Acceptance, AcceptanceSignature, AcceptedSession
from services.models.amendments import ContractAmendment
from services.models.calendars import CalendarFeed
from services.models.callouts import CallOut
from services.models.categories import Department, ServiceCategory
from services.models.contracts import ContractLine, PaymentTerm, ServiceContract
from services.models.documents import RequiredDocument
from services.models.findings import Finding
from services.models.payments import Payment
from services.models.procurement import Bid, BidScore, Evaluator, Invitation, Procurement, ProcurementCriterion
from services.models.requests import ServiceRequest
from services.models.sessions import ActivitySession, Rehearsal
from services.models.surveys import FollowUp, SignIn, SurveyResponse, SurveyTicket
