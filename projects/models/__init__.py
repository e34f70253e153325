"""What is stored about support projects: the yearly call, applications, reviews, what is given and what becomes of it."""

from projects.models.completions import Completion
from projects.models.disbursements import Disbursement
from projects.models.in_kind import Equipment, EquipmentLoan, SupportGiven, VenueBooking, VenueSlot
from projects.models.incubation import Incubation
from projects.models.milestones import Milestone
from projects.models.plan_changes import PlanChange
from projects.models.programmes import Programme, ProgrammeCriterion, ProgrammePaper
from projects.models.projects import BudgetLine, ProjectPaper, Support, SupportProject
from projects.models.reports import ProgressReport
from projects.models.reviews import Review, ReviewScore
