from services.models.calendars import CalendarFeed
from services.models.contracts import (
    ContractAmendment,
    ContractLine,
    Department,
    PaymentTerm,
    RequiredDocument,
    ServiceCategory,
    ServiceContract,
)
from services.models.payments import Acceptance, AcceptanceSignature, AcceptedSession, Payment
from services.models.procurement import Bid, BidScore, Evaluator, Invitation, Procurement, ProcurementCriterion
from services.models.requests import ServiceRequest
from services.models.sessions import ActivitySession, Rehearsal
from services.models.surveys import SurveyResponse, SurveyTicket

__all__ = [
    "Acceptance",
    "AcceptanceSignature",
    "AcceptedSession",
    "ActivitySession",
    "Bid",
    "BidScore",
    "CalendarFeed",
    "ContractAmendment",
    "ContractLine",
    "Department",
    "Evaluator",
    "Invitation",
    "Payment",
    "PaymentTerm",
    "Procurement",
    "ProcurementCriterion",
    "Rehearsal",
    "RequiredDocument",
    "ServiceCategory",
    "ServiceContract",
    "ServiceRequest",
    "SurveyResponse",
    "SurveyTicket",
]
