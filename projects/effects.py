"""What support led to: an organization the year before and the year it was supported, side by side.

A comparison, no proof: nothing here says that the support was the cause.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, DecimalField, Exists, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from orgs.models import SocialOrganization, StrengthReport
from projects.models import Disbursement, EquipmentLoan, SupportGiven, VenueSlot

NOT_REPORTED = -1


def per_organization(measure: Any) -> Subquery:
    """An aggregate over what belongs to one organization, for a query over many."""
    one = SocialOrganization.objects.filter(pk=OuterRef("pk")).order_by().values("pk")
    return Subquery(one.annotate(found=measure).values("found"))


def strength(name: str, day: date) -> Any:
    """As last reported up to a day; NOT_REPORTED where it never was."""
    reports = StrengthReport.objects.filter(organization=OuterRef("pk"), as_of__lte=day).order_by("-as_of")
    return Coalesce(Subquery(reports.values(name)[:1]), Value(NOT_REPORTED))


def sessions(measure: Any, year: int, name: str = "") -> Subquery:
    """Of the verified sessions of a year: how many, or what a field of theirs adds up to."""
    counted = Q(sessions__status="verified", sessions__held_on__year=year)
    if measure is Count:
        return per_organization(Count("sessions", filter=counted))
    return per_organization(Sum(f"sessions__{name}", filter=counted, default=0))


def _received(year: int) -> dict[str, QuerySet[Any]]:
    """By kind of support: the records of a year that say an organization received it."""
    own = {"organization": OuterRef("pk")}
    return {
        "money": Disbursement.objects.filter(project__organization=OuterRef("pk"), status="paid", paid_on__year=year),
        "venue": VenueSlot.objects.filter(booking__organization=OuterRef("pk"), starts_at__year=year),
        "equipment": EquipmentLoan.objects.filter(**own, lent_on__year=year),
        "given": SupportGiven.objects.filter(**own, given_on__year=year),
    }


def paid_in(year: int) -> Any:
    paid = _received(year)["money"].order_by().values("project__organization").annotate(found=Sum("amount"))
    none = Value(0, output_field=DecimalField(max_digits=14, decimal_places=2))
    return Coalesce(Subquery(paid.values("found")), none)


def times(kind: str, year: int) -> Any:
    """How many: loans, trainings, or half hours of a room."""
    path = {"venue": "booking__organization"}.get(kind, "organization")
    result = _received(year)[kind].order_by().values(path).annotate(found=Count("pk"))
    return Coalesce(Subquery(result.values("found")), Value(0))


def any_support(year: int) -> Q:
    condition = Q(pk__in=[])
    for records in _received(year).values():
        condition |= Q(Exists(records))
    return condition


def supported(organizations: QuerySet[Any], year: int, support: str) -> QuerySet[Any]:
    """Those that received this kind of support in a year: any, none, or one by its name."""
    if support == "any":
        return organizations.filter(any_support(year))
    if support == "none":
        return organizations.exclude(any_support(year))
    return organizations.filter(Exists(_received(year)[support]))


def ends_of(year: int) -> tuple[date, date]:
    """The last day before a year, and its last day, or today while it runs."""
    return date(year - 1, 12, 31), min(date(year, 12, 31), timezone.localdate())


@dataclass(frozen=True)
class Growth:
    """A group of organizations on two days. Only those count that reported by both."""

    name: str
    organizations: int
    members: tuple[int, int]
    volunteers: tuple[int, int]
    sessions: tuple[int, int]

    @property
    def shares(self) -> list[tuple[str, int, int, float | None]]:
        """(what, before, after, change as a share of before; None where there was nothing before)."""
        measured = [("正式队员", self.members), ("志愿者", self.volunteers), ("核实的活动场次", self.sessions)]
        return [
            (label, before, after, (after - before) / before if before else None) for label, (before, after) in measured
        ]


def growth_of(organizations: QuerySet[Any], year: int) -> list[Growth]:
    """Organizations with support in a year, and the others: how each group grew."""
    before, after = ends_of(year)
    rows = organizations.annotate(
        with_support=Exists(SocialOrganization.objects.filter(any_support(year), pk=OuterRef("pk"))),
        members_before=strength("formal_members", before),
        members_after=strength("formal_members", after),
        volunteers_before=strength("volunteers", before),
        volunteers_after=strength("volunteers", after),
        sessions_before=sessions(Count, year - 1),
        sessions_after=sessions(Count, year),
    ).filter(members_before__gte=0)
    names = [f"{what}_{when}" for what in ("members", "volunteers", "sessions") for when in ("before", "after")]
    items = list(rows.values_list("with_support", *names))
    groups = ((True, "得到扶持的组织"), (False, "其他组织"))
    return [grown(label, [row[1:] for row in items if row[0] is group]) for group, label in groups]


def grown(name: str, rows: list[Iterable[int]]) -> Growth:
    """Adds up members, volunteers and sessions, each before and after, of a group's organizations."""
    sums = [sum(column) for column in zip(*rows, strict=True)] if rows else [0] * 6
    pairs = list(zip(sums[::2], sums[1::2], strict=True))
    return Growth(name, len(rows), pairs[0], pairs[1], pairs[2])
