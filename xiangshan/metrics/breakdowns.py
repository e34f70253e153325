"""Breakdowns of sessions for dashboards: by month, evidence, category, area and organization, read from cells."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.cache import cache
from django.db import connection
from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum

from orgs.models import SocialOrganization
from orgs.models.organizations import shown_name
from services.models import ActivitySession, ServiceCategory
from xiangshan.core.areas.models import Area, is_above_counties
from xiangshan.metrics import sources
from xiangshan.metrics.figures import Scope, Sums, address_of
from xiangshan.metrics.models import VALUES, Cell, Kind
from xiangshan.metrics.periods import Period
from xiangshan.shared.wilson import LEAST_ANSWERS


@dataclass(frozen=True)
class BreakdownRow:
    """A row of a breakdown of sessions: by town, category, organization or evidence."""

    id: int | str
    name: str
    sessions: int
    workers: int
    responses: int
    satisfied: int
    pending: int
    link: str = ""  # to exactly the sessions behind it
    drill: str = ""  # to its own dashboard
    is_discreet: bool = False  # as figures.Scope says it

    @property
    def rate(self) -> float | None:
        if not self.responses or (self.is_discreet and self.too_few):
            return None
        return self.satisfied / self.responses

    @property
    def too_few(self) -> bool:
        return self.responses < LEAST_ANSWERS


@dataclass(frozen=True)
class MonthLine:
    """A month of the trend, beside the same month of the year before."""

    month: int
    sessions: int
    workers: int
    sessions_before: int
    workers_before: int
    link: str  # to the month's sessions
    link_before: str


def by_month(scope: Scope, sums: Sums, period: Period, before: Period) -> list[MonthLine]:
    totals: dict[int, list[int]] = {}
    for (source, _, month), values in sums.items():
        if source == sources.SESSIONS.number:
            total = totals.setdefault(month, [0, 0])
            total[:] = [total[0] + values[0], total[1] + values[1]]
    nothing, there = [0, 0], urlencode(scope.params)
    items = []
    for month, earlier in zip(period.months, before.months, strict=True):
        link, link_before = (f"{rows_in(Period.month(item))}&{there}" for item in (month, earlier))
        now, then = totals.get(month, nothing), totals.get(earlier, nothing)
        items.append(MonthLine(month, now[0], now[1], then[0], then[1], link, link_before))
    return items


def category_names() -> dict[int, str]:
    """Of a look-up table that hardly ever changes: kept for a few minutes."""
    rows: Any = cache.get_or_set("category-names", lambda: dict(ServiceCategory.objects.values_list("pk", "name")), 300)
    return rows


def line_of(scope: Scope, pk: Any, name: str, values: Sequence[int], link: str, drill: str = "") -> BreakdownRow:
    sessions, workers, responses, satisfied, pending = values
    return BreakdownRow(pk, name, sessions, workers, responses, satisfied, pending, link, drill, scope.is_discreet)


def rows_in(period: Period) -> str:
    """The address of the list of a period's verified sessions, of whatever is added to it."""
    days = f"first={period.starts_on}&last={period.ends_on}"
    return f"{address_of('services:session_list')}?status=verified&totals=1&{days}"


class Links:
    """The addresses of lines that differ in one thing: the list of exactly their sessions, and their own dashboards."""

    def __init__(self, period: Period, params: dict[str, str]) -> None:
        # What they share is written once: there are dozens of lines, and a dashboard waits for them.
        kept = f"&{urlencode(params)}" if params else ""
        self.rows = f"{rows_in(period)}{kept}"
        self.dashboard = f"{address_of('dashboard')}?{urlencode(period.params)}{kept}"

    def to(self, name: str, value: Any) -> tuple[str, str]:
        return f"{self.rows}&{name}={value}", f"{self.dashboard}&{name}={value}"


SESSION_SUMS = {f"sum_{name}": Sum(name) for name in VALUES[:5]}


def session_sums(by: str, where: str, given: list[Any], period: Period) -> list[tuple[Any, ...]]:
    """Sums of sessions' cells by one or two columns. By hand, as figures.read_sums is, and for the same reason."""
    sums = ", ".join(f"CAST(SUM({name}) AS BIGINT)" for name in VALUES[:5])
    sql = (
        f"SELECT {by}, {sums} FROM {Cell._meta.db_table} "  # noqa: S608
        f"WHERE source = {sources.SESSIONS.number} AND month BETWEEN %s AND %s AND {where} GROUP BY {by}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [period.first, period.last, *given])
        return cursor.fetchall()


def _of_sessions(cells: QuerySet[Any], period: Period, category: int | None) -> QuerySet[Any]:
    rows = cells.filter(source=sources.SESSIONS.number, month__range=(period.first, period.last)).order_by()
    return rows.filter(split=category) if category else rows


def by_evidence_and_category(scope: Scope, period: Period) -> tuple[list[BreakdownRow], list[BreakdownRow]]:
    """Two breakdowns from one query: how the numbers are proven, and what was offered."""
    names = category_names()
    rows = session_sums("evidence, split", *scope.condition(), period)
    evidences: dict[Any, list[int]] = {}
    categories: dict[Any, list[int]] = {}
    for evidence, split, *values in rows:
        for key, into in ((evidence, evidences), (split, categories)):
            total = into.setdefault(key, [0] * len(values))
            total[:] = [a + b for a, b in zip(total, values, strict=True)]
    labels = dict(ActivitySession.Evidence.choices)
    links = Links(period, scope.params)
    proven = [
        line_of(scope, code, label, evidences.get(code, [0] * 5), links.to("evidence", code)[0])
        for code, label in labels.items()
    ]
    links = Links(period, scope.params_but("category"))
    offered = [
        line_of(scope, pk, names.get(pk, "—"), values, *links.to("category", pk)) for pk, values in categories.items()
    ]
    return proven, sorted(offered, key=lambda line: -line.workers)


def by_area(scope: Scope, areas: list[Area], period: Period) -> list[BreakdownRow]:
    """The areas right below; what happened in the area itself stands last, under its own name."""
    where, given = "area_id = %s AND kind IN (%s, %s)", [scope.id, Kind.AREA.value, Kind.PLACE.value]
    if scope.category:
        where, given = f"{where} AND split = %s", [*given, scope.category]
    sums = {pk: values for pk, *values in session_sums("scope", where, given, period)}
    result, links = [], Links(period, scope.params_but("area"))
    for area in areas:
        if not area.is_current and area.pk not in sums:
            continue  # what is no more has its place as long as something happened there in the period
        if area.parent_id == scope.id or (area.pk == scope.id and area.pk in sums):
            own = area.pk == scope.id
            name = f"{area.name}（本级）" if own else area.name
            rows, drill = links.to("area", area.pk)
            result.append(
                line_of(
                    scope,
                    area.pk,
                    name,
                    sums.get(area.pk, [0] * 5),
                    *((f"{rows}&exactly={area.pk}", "") if own else (rows, drill)),
                )
            )
    return sorted(result, key=lambda line: (line.id == scope.id, -line.workers))


def by_organization(scope: Scope, areas: list[Area], period: Period, limit: int | None = 10) -> list[BreakdownRow]:
    """Who held them. The areas are the scope's own and those right below it: what organizations' cells are listed under.

    Above counties nobody is listed: there the counties are.
    """
    if is_above_counties(scope.id):
        return []
    cells = Cell.objects.filter(kind=Kind.ORGANIZATION, area__in=[area.pk for area in areas])
    rows = (
        _of_sessions(cells, period, scope.category)
        .values("scope")
        .annotate(**SESSION_SUMS)
        .filter(Q(sum_value_1__gt=0) | Q(sum_value_5__gt=0))
        .annotate(
            name=Subquery(
                SocialOrganization.objects.filter(pk=OuterRef("scope")).annotate(shown=shown_name()).values("shown")
            )
        )
        .order_by("-sum_value_1", "-sum_value_2", "scope")
        .values_list("scope", "name", *SESSION_SUMS)
    )
    there, own = Links(period, scope.params), Links(period, scope.params_but("area"))
    return [
        line_of(scope, pk, name, values, there.to("organization", pk)[0], own.to("organization", pk)[1])
        for pk, name, *values in (rows[:limit] if limit else rows)
    ]
