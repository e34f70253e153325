"""What is read, by noun: every list, count, export and search begins with visible_to."""

from services.querysets.contracts import ContractLineQuerySet, ContractQuerySet
from services.querysets.payments import AcceptanceQuerySet, PaymentQuerySet
from services.querysets.procurement import BidQuerySet, ProcurementQuerySet
from services.querysets.requests import RequestQuerySet
from services.querysets.sessions import ActivitySessionQuerySet

__all__ = [
    "AcceptanceQuerySet",
    "ActivitySessionQuerySet",
    "BidQuerySet",
    "ContractLineQuerySet",
    "ContractQuerySet",
    "PaymentQuerySet",
    "ProcurementQuerySet",
    "RequestQuerySet",
]
