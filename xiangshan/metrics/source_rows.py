"""Which rows a source counts, and what of them: the queries behind sources.py."""

from typing import Any

from django.db.models import (
    BigIntegerField,
    DecimalField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import Cast, Coalesce, Round
from django.utils import timezone

from orgs.models import BranchCoverage
from services.models import ContractLine


def fen(path: str) -> Any:
    """Money adds up as whole fen: exact on both databases."""
    hundred = ExpressionWrapper(F(path) * 100, output_field=DecimalField(max_digits=20, decimal_places=2))
    return Cast(Round(Sum(hundred)), BigIntegerField())


def lines_of(contracts: set[int]) -> Q:
    """Resolved to the contracts' lines first, so that the sessions' own index finds them."""
    return Q(contract_line__in=list(ContractLine.objects.filter(contract__in=contracts).values_list("pk", flat=True)))


def quota() -> Any:
    lines = (
        ContractLine.objects.filter(contract=OuterRef("pk"))
        .order_by()
        .values("contract")
        .annotate(n=Sum("quantity"))
        .values("n")
    )
    return Coalesce(Sum(Subquery(lines)), 0)


def due() -> Q:
    """Its day has passed, or it is reported already. What was never reported counts against the organization.

    What was brought from a ledger of the past was never asked for in time.
    """
    return (Q(held_on__lt=timezone.localdate()) | Q(reported_on__isnull=False)) & ~Q(evidence="ledger")


# What a duplicate left behind when it was merged counts no more: the organization it became part of counts.
STANDING = Q(organization__merged_into__isnull=True)


def covered_from() -> QuerySet[Any]:
    """Coverages with which an organization begins to be covered at all: none other reaches to that day."""
    other = BranchCoverage.objects.filter(organization=OuterRef("organization"))
    reaches = Q(ends_on__isnull=True) | Q(ends_on__gte=OuterRef("starts_on"))
    earlier = Q(starts_on__lt=OuterRef("starts_on")) | Q(starts_on=OuterRef("starts_on"), pk__lt=OuterRef("pk"))
    return BranchCoverage.objects.filter(STANDING, ~Exists(other.filter(reaches & earlier)))


def covered_to() -> QuerySet[Any]:
    """Coverages with whose end an organization is no longer covered at all."""
    other = BranchCoverage.objects.filter(organization=OuterRef("organization"), starts_on__lte=OuterRef("ends_on"))
    later = (
        Q(ends_on__isnull=True)
        | Q(ends_on__gt=OuterRef("ends_on"))
        | Q(ends_on=OuterRef("ends_on"), pk__gt=OuterRef("pk"))
    )
    return BranchCoverage.objects.filter(STANDING, ~Exists(other.filter(later)), ends_on__isnull=False)
