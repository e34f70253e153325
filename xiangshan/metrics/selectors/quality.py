"""数据质量: how complete and how timely what figures rest on is, by organization or town; what is open, corrected and unusual."""

from dataclasses import dataclass
from typing import Any

from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Avg, Count, F, FloatField, Q, QuerySet, StdDev
from django.db.models.functions import Cast

from services.actions import sessions as session_actions
from services.models import ActivitySession, Finding
from xiangshan.core.accounts.models import User
from xiangshan.core.areas.models import Area, within
from xiangshan.metrics.periods import Period

OUTLYING = 3  # standard deviations from what sessions of the category usually bring
LEAST_TO_COMPARE = 20
SHOWN = 20


@dataclass(frozen=True)
class Quality:
    """One organization or town: what should have been reported and was, in time, doubted, returned."""

    id: int
    name: str
    due: int
    reported: int
    in_time: int
    returned: int
    findings: int
    verified: int

    @property
    def completeness(self) -> float | None:
        """Reported / should have been (the meaning DHIS2 gives the word)."""
        return self.reported / self.due if self.due else None

    @property
    def timeliness(self) -> float | None:
        """Reported within `limits.REPORT_DAYS` / should have been."""
        return self.in_time / self.due if self.due else None


def of_scope(user: User, area: Area, period: Period) -> QuerySet[Any]:
    """The sessions a reader's page speaks of: what should have been reported in the period."""
    return (
        ActivitySession.objects.visible_to(user)
        .filter(within(area.pk), held_on__range=(period.starts_on, period.ends_on))
        .due()
    )


def by_group(user: User, area: Area, period: Period, path: str, names: dict[int, str]) -> list[Quality]:
    """Grouped by a path of the session: an organization, or the town it happened in. The least complete first."""
    sessions = of_scope(user, area, period)
    key: Any = _below(area, "area") if path == "town" else F(path)
    rows = (
        sessions.order_by()
        .values(group=key)
        .annotate(
            due=Count("pk"),
            reported=Count("pk", filter=Q(reported_on__isnull=False)),
            in_time=Count("pk", filter=Q(reported_in_time=True)),
            returned=Count("pk", filter=Q(status="returned")),
            verified=Count("pk", filter=Q(status="verified")),
        )
    )
    findings = _open_findings(user, sessions, path, area)
    items = [
        Quality(
            row["group"],
            names.get(row["group"], "—"),
            row["due"],
            row["reported"],
            row["in_time"],
            row["returned"],
            findings.get(row["group"], 0),
            row["verified"],
        )
        for row in rows
    ]
    return sorted(items, key=lambda line: (line.completeness or 0, line.timeliness or 0, -line.due, line.id))


def _below(area: Area, path: str) -> Any:
    """The area right below: towns of a county, counties of what lies above one, communities of a town."""
    span = 1 if area.pk % 10**6 else 10**3 if area.pk % 10**8 else 10**6
    return F(path) - F(path) % span if span > 1 else F(path)


def _open_findings(user: User, sessions: QuerySet[Any], path: str, area: Area) -> dict[int, int]:
    key: Any = _below(area, "session__area") if path == "town" else F(f"session__{path}")
    rows = Finding.objects.visible_to(user).open().filter(session__in=sessions.values("pk")).order_by()
    return dict(rows.values(group=key).annotate(n=Count("pk")).values_list("group", "n"))


def outliers(user: User, area: Area, period: Period) -> list[tuple[ActivitySession, float]]:
    """Verified sessions whose number of workers lies far from what their category usually brings, and how many times the usual.

    Far: more than three standard deviations from the mean of at least twenty sessions of the category.
    """
    sessions = of_scope(user, area, period).filter(status="verified", workers_served__gt=0)
    workers = Cast("workers_served", FloatField())
    rows = sessions.order_by().values("category").annotate(n=Count("pk"), mean=Avg(workers), spread=StdDev(workers))
    chosen, means = Q(pk__in=[]), {}
    for category, n, mean, spread in rows.values_list("category", "n", "mean", "spread"):
        if n >= LEAST_TO_COMPARE and spread:
            means[category] = mean
            far = Q(workers_served__gt=mean + OUTLYING * spread) | Q(workers_served__lt=mean - OUTLYING * spread)
            chosen |= Q(category=category) & far
    picked = sessions.filter(chosen).select_related("organization", "category").order_by("-workers_served", "pk")
    return [(session, session.workers_served / means[session.category_id]) for session in picked[:SHOWN]]


def corrections(user: User, area: Area, period: Period) -> tuple[int, int]:
    """How many sessions of the period were ever returned, and how many of those are put right and verified since."""
    sessions = ActivitySession.objects.visible_to(user).filter(
        within(area.pk), held_on__range=(period.starts_on, period.ends_on)
    )
    returned = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(ActivitySession), additional_data__verb=session_actions.RETURNED
    )
    ever = sessions.filter(pk__in=returned.values("object_id"))
    result = ever.aggregate(returned=Count("pk"), corrected=Count("pk", filter=Q(status="verified")))
    return result["returned"], result["corrected"]
