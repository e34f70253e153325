"""What is read, by noun: every list, count, export and search begins with visible_to."""

from services.querysets.callouts import CallOutQuerySet
from services.querysets.contracts import ContractLineQuerySet, ContractQuerySet
from services.querysets.findings import FindingQuerySet
from services.querysets.payments import AcceptanceQuerySet, PaymentQuerySet
from services.querysets.procurement import BidQuerySet, ProcurementQuerySet
from services.querysets.requests import RequestQuerySet
from services.querysets.sessions import ActivitySessionQuerySet
from services.querysets.surveys import FollowUpQuerySet, SignInQuerySet, SurveyResponseQuerySet

__all__ = [
    "AcceptanceQuerySet",
    "ActivitySessionQuerySet",
    "BidQuerySet",
    "CallOutQuerySet",
    "ContractLineQuerySet",
    "ContractQuerySet",
    "FindingQuerySet",
    "FollowUpQuerySet",
    "PaymentQuerySet",
    "ProcurementQuerySet",
    "RequestQuerySet",
    "SignInQuerySet",
    "SurveyResponseQuerySet",
]
