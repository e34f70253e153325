"""How mediation stands: load, response, days at risk, outcomes, employers that come back, towns by month."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils import timezone

from mediation.models import MediationCase
from xiangshan.core import limits
from xiangshan.core.accounts.models import Role, User

# A number below this of a sensitive kind may point to a person.
LEAST = 5
FEW = "少于 5"


@dataclass(frozen=True)
class Times:
    """Minutes to the first response: how many cases, the median, the ninth of ten."""

    name: str
    cases: int
    median: int
    ninetieth: int


@dataclass
class Overview:
    """A year. What could point to a person is not in it for readers who see no names."""

    year: int
    names: bool
    loads: list[Any] = field(default_factory=list)
    times: list[Times] = field(default_factory=list)
    late: int = 0
    soon: int = 0
    outcomes: list[tuple[str, int, Any, Any]] = field(default_factory=list)
    kinds: list[tuple[str, Any]] = field(default_factory=list)
    returning: list[Any] = field(default_factory=list)
    returning_count: int = 0
    heat: list[tuple[str, list[Any]]] = field(default_factory=list)


def overview_of(user: User, year: int) -> Overview:
    """Of the cases the reader sees. Names of mediators and employers are for the supervisors."""
    seen = MediationCase.objects.visible_to(user)
    received = seen.filter(received_on__year=year)
    names = user.holds(Role.MEDIATION_SUPERVISOR)
    result = Overview(
        year, names, late=seen.due_within(0).count(), soon=seen.due_within(limits.DEADLINE_SOON_DAYS).count()
    )
    result.soon -= result.late
    if names:
        rows = seen.in_work().values("lead_mediator__name", "studio__name")
        counted = rows.annotate(cases=Count("pk"), late=Count("pk", filter=Q(next_due_on__lt=timezone.localdate())))
        result.loads = list(counted.order_by("-cases", "studio__name", "lead_mediator__name"))
    result.times = _times(received)
    closed = seen.filter(closed_on__year=year).values("outcome")
    sums = closed.annotate(cases=Count("pk"), agreed=Sum("amount_agreed"), paid=Sum("amount_paid"))
    labels = dict(MediationCase.Outcome.choices)
    result.outcomes = [
        (labels[row["outcome"]], row["cases"], row["agreed"], row["paid"]) for row in sums.order_by("-cases", "outcome")
    ]
    kinds = dict(received.order_by().values_list("kind").annotate(cases=Count("pk")))
    result.kinds = [(label, _shown(kind, kinds.get(kind, 0), names)) for kind, label in MediationCase.Kind.choices]
    back = received.filter(employer__isnull=False).values("employer", "employer__name")
    again = back.annotate(cases=Count("pk"), workers=Sum("workers")).filter(cases__gte=2).order_by("-cases", "employer")
    result.returning_count = again.count()
    result.returning = list(again[:15]) if names else []
    result.heat = _heat(received, names)
    return result


def _shown(kind: str, count: int, names: bool) -> Any:
    """Few cases of a sensitive kind are not counted out for those who may not know whom they concern."""
    return FEW if not names and kind in MediationCase.SENSITIVE and 0 < count < LEAST else count


def nearest_rank(values: list[int], share: float) -> int:
    """The smallest value that at least this share of all values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -int(-share * len(ordered) // 1) - 1)]


def _times(received: Any) -> list[Times]:
    by_studio: dict[str, list[int]] = defaultdict(list)
    rows = received.filter(response_minutes__isnull=False).order_by("studio__opened_on", "studio")
    for name, minutes in rows.values_list("studio__name", "response_minutes"):
        by_studio[name].append(minutes)
    return [
        Times(name, len(result), nearest_rank(result, 0.5), nearest_rank(result, 0.9))
        for name, result in by_studio.items()
    ]


def _heat(received: Any, names: bool) -> list[tuple[str, list[Any]]]:
    """Cases received, town by month. A town's few cases are not counted out for those who see no names."""
    counted: dict[str, Counter[int]] = defaultdict(Counter)
    rows: Any = received.order_by("area").values_list(
        "area", "area__name", "area__level", "area__parent__name", "received_on"
    )
    for _, name, level, parent, day in rows:
        town = parent if level == 5 else name
        counted[town][_month(day)] += 1
    return [
        (
            town,
            [
                FEW if not names and 0 < months[month] < LEAST and sum(months.values()) < LEAST else months[month]
                for month in range(1, 13)
            ],
        )
        for town, months in counted.items()
    ]


def _month(day: date) -> int:
    return day.month
