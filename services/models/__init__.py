from services.models.contracts import ContractLine, Department, ServiceCategory, ServiceContract
from services.models.sessions import ActivitySession, Rehearsal
from services.models.surveys import SurveyResponse, SurveyTicket

__all__ = [
    "ActivitySession",
    "ContractLine",
    "Department",
    "Rehearsal",
    "ServiceCategory",
    "ServiceContract",
    "SurveyResponse",
    "SurveyTicket",
]
