"""What may be read of projects: every list, count, export and search begins with visible_to."""

from projects.querysets.given import BookingQuerySet, EquipmentQuerySet, GivenQuerySet, LoanQuerySet
from projects.querysets.incubation import IncubationQuerySet
from projects.querysets.programmes import ProgrammeQuerySet
from projects.querysets.projects import ReviewQuerySet, SupportProjectQuerySet
from projects.querysets.running import (
    DisbursementQuerySet,
    MilestoneQuerySet,
    PlanChangeQuerySet,
    ProgressReportQuerySet,
)

__all__ = [
    "BookingQuerySet",
    "DisbursementQuerySet",
    "EquipmentQuerySet",
    "GivenQuerySet",
    "IncubationQuerySet",
    "LoanQuerySet",
    "MilestoneQuerySet",
    "PlanChangeQuerySet",
    "ProgrammeQuerySet",
    "ProgressReportQuerySet",
    "ReviewQuerySet",
    "SupportProjectQuerySet",
]
