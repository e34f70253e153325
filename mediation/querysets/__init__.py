"""What is read, by noun."""

from mediation.querysets.cases import CASE_READERS, MEDIATION_DAYS, CaseQuerySet, ReceptionQuerySet, StudioQuerySet
from mediation.querysets.parties import HelpRequestQuerySet, InstalmentQuerySet, MediatorQuerySet, PartyQuerySet
from mediation.querysets.rewards import STATEMENT_READERS, LineQuerySet, SchemeQuerySet, StatementQuerySet

__all__ = [
    "CASE_READERS",
    "MEDIATION_DAYS",
    "STATEMENT_READERS",
    "CaseQuerySet",
    "HelpRequestQuerySet",
    "InstalmentQuerySet",
    "LineQuerySet",
    "MediatorQuerySet",
    "PartyQuerySet",
    "ReceptionQuerySet",
    "SchemeQuerySet",
    "StatementQuerySet",
    "StudioQuerySet",
]
