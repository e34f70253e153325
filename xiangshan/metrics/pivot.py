"""A figure by two dimensions: rows by columns, from the same cells, in one query."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import F, QuerySet, Sum

from mediation.models import Studio
from orgs.models import SocialOrganization
from services.models import ActivitySession, ServiceCategory
from xiangshan.core.areas.models import Area, is_above_counties, is_above_towns
from xiangshan.metrics import figures, sources
from xiangshan.metrics.definitions import Metric, When
from xiangshan.metrics.figures import Figure, Scope
from xiangshan.metrics.models import VALUES, Cell, Kind
from xiangshan.metrics.periods import Period

MONTH, QUARTER, AREA, ORGANIZATION, STUDIO, CATEGORY, EVIDENCE = (
    "month",
    "quarter",
    "area",
    "organization",
    "studio",
    "category",
    "evidence",
)
DIMENSIONS = {
    MONTH: "月份",
    QUARTER: "季度",
    AREA: "地区",
    CATEGORY: "服务类别",
    EVIDENCE: "人数依据",
    ORGANIZATION: "社会组织",
    STUDIO: "调处工作室",
}
KINDS = {ORGANIZATION: Kind.ORGANIZATION, STUDIO: Kind.STUDIO}
ROWS_AT_MOST = 200


@dataclass(frozen=True)
class Pivot:
    """Heads of the columns, rows with their heads, and totals; every cell is a figure, or nothing."""

    columns: list[tuple[Any, str]]
    rows: list[tuple[Any, str, list[Figure | None], Figure]]
    totals: list[Figure]
    total: Figure
    more: list[tuple[Any, str, list[Figure | None], Figure]]  # rows a page does not show; a download does

    @property
    def left_off(self) -> int:
        return len(self.more)


def can_pivot(metric: Metric) -> bool:
    """Only what adds up can be taken apart: no stocks, no medians."""
    return all(term.when is When.DURING for term in metric.terms) and metric.quantile is None


def dimensions_of(metric: Metric, scope: Scope) -> dict[str, str]:
    """By what a metric can be taken apart in a scope."""
    of_sessions = all(term.source is sources.SESSIONS for term in metric.terms)
    result = {MONTH, QUARTER}
    if scope.kind == Kind.AREA:
        result.add(AREA)
        if Kind.ORGANIZATION in metric.scopes and not is_above_counties(scope.id):
            result.add(ORGANIZATION)
        if Kind.STUDIO in metric.scopes and not is_above_counties(scope.id):
            result.add(STUDIO)
    if of_sessions:
        result |= {CATEGORY} if scope.category is None else set()
        result |= {EVIDENCE} if not any(term.evidence for term in metric.terms) else set()
    return {name: text for name, text in DIMENSIONS.items() if name in result}


def beside(row: str, dimensions: dict[str, str], scope: Scope) -> list[str]:
    """What can stand in the columns: not the same again; and within a town, organizations are not kept by community."""
    in_town = not is_above_towns(scope.id)
    return [
        name
        for name in dimensions
        if name != row and not (in_town and AREA in (row, name) and {row, name} & KINDS.keys())
    ]


def pivot(metric: Metric, scope: Scope, areas: list[Area], period: Period, row: str, column: str) -> Pivot:
    """The figure for every pair; totals are sums, so a rate's total is no average of rates."""
    numbers = {term.source.number for term in metric.terms}
    cells = _cells(scope, areas, {row, column}).filter(source__in=numbers, month__range=(period.first, period.last))
    if scope.category:
        cells = cells.filter(split=scope.category)
    read = {
        AREA: F("scope") if not {row, column} & KINDS.keys() else F("area"),
        ORGANIZATION: F("scope"),
        STUDIO: F("scope"),
        CATEGORY: F("split"),
        EVIDENCE: F("evidence"),
    }
    sums = {f"sum_{name}": Sum(name) for name in VALUES}
    rows = (
        cells.order_by()
        .values(
            "source",
            "month",
            k_evidence=F("evidence"),
            **{f"k_{name}": read[name] for name in {row, column} - {MONTH, QUARTER, EVIDENCE}},
        )
        .annotate(**sums)
    )
    result: dict[tuple[Any, Any], figures.Sums] = {}
    for item in rows:
        key = (item["source"], item["k_evidence"], item["month"])
        values = [item[name] for name in sums]
        pair = _value(row, item), _value(column, item)
        for place in (pair, (pair[0], None), (None, pair[1]), (None, None)):
            into = result.setdefault(place, {})
            before = into.get(key)
            into[key] = [a + b for a, b in zip(before, values, strict=True)] if before else values
    return _table(
        metric,
        scope,
        period,
        result,
        (row, column),
        _names(row, period, areas, result, 0),
        _names(column, period, areas, result, 1),
    )


def _cells(scope: Scope, areas: list[Area], wanted: set[str]) -> QuerySet[Any]:
    """Cells fine enough for both dimensions: by organization or studio, by the areas below, or the scope's own."""
    for name, kind in KINDS.items():
        if name in wanted:
            return Cell.objects.filter(kind=kind, area__in=[area.pk for area in areas])
    if AREA in wanted:
        return Cell.objects.filter(area=scope.id, kind__in=(Kind.AREA, Kind.PLACE))
    return scope.cells()


def _narrowed(period: Period, keys: list[tuple[str, Any]]) -> tuple[Period, tuple[tuple[str, Any], ...]]:
    """The period and the filters of a cell: a time is a shorter period, everything else a filter of the lists."""
    asked = dict(keys)
    if MONTH in asked:
        period = Period.month(asked[MONTH])
    elif QUARTER in asked:
        period = Period.quarter(asked[QUARTER] // 10, asked[QUARTER] % 10)
    return period, tuple((name, key) for name, key in keys if name not in (MONTH, QUARTER))


def _value(name: str, item: dict[str, Any]) -> Any:
    if name == MONTH:
        return item["month"]
    if name == QUARTER:
        return item["month"] // 100 * 10 + (item["month"] % 100 + 2) // 3
    return item[f"k_{name}"]


def _names(
    name: str, period: Period, areas: list[Area], sums: dict[tuple[Any, Any], Any], place: int
) -> list[tuple[Any, str]]:
    """The heads of a dimension in their order: times as they pass, everything else as it is called."""
    if name == MONTH:
        return [(month, f"{month % 100} 月") for month in period.months]
    if name == QUARTER:
        return [
            (quarter, f"第 {quarter % 10} 季度")
            for quarter in sorted({_value(name, {"month": m}) for m in period.months})
        ]
    if name == EVIDENCE:
        return list(ActivitySession.Evidence.choices)
    keys = [pair[place] for pair in sums if pair[place] is not None]
    if name == AREA:
        known = {area.pk: area.name for area in areas}
        return [(pk, known[pk]) for pk in known if pk in keys]
    read: dict[str, Callable[[], list[tuple[Any, str]]]] = {
        CATEGORY: lambda: list(ServiceCategory.objects.filter(pk__in=set(keys)).values_list("pk", "name")),
        ORGANIZATION: lambda: [
            (organization.pk, str(organization)) for organization in SocialOrganization.objects.filter(pk__in=set(keys))
        ],
        STUDIO: lambda: [(studio.pk, str(studio)) for studio in Studio.objects.filter(pk__in=set(keys))],
    }
    return read[name]()


def _table(
    metric: Metric,
    scope: Scope,
    period: Period,
    sums: dict[tuple[Any, Any], figures.Sums],
    dimensions: tuple[str, str],
    rows: list[tuple[Any, str]],
    columns: list[tuple[Any, str]],
) -> Pivot:
    def figure(pair: tuple[Any, Any]) -> Figure:
        keys = [(name, key) for name, key in zip(dimensions, pair, strict=True) if key]
        when, narrowed = _narrowed(period, keys)
        one = figures.figures(scope, when, sums.get(pair, {}), [metric])[metric.code]
        if (AREA, scope.id) not in keys:
            return replace(one, narrowed=narrowed)
        # What happened in the area itself and not below it: only sessions can be listed so.
        of_sessions = all(term.source is sources.SESSIONS for term in metric.terms)
        return replace(one, narrowed=(*narrowed, ("exactly", scope.id)) if of_sessions else None)

    lines = []
    for key, name in rows:
        total = figure((key, None))
        cells = [figure((key, column)) if (key, column) in sums else None for column, _ in columns]
        lines.append((key, name, cells, total))
    if rows and not isinstance(rows[0][0], str) and len(rows) > 12:
        lines.sort(key=lambda line: (-float(line[3].numerator), str(line[1])))
    return Pivot(
        columns,
        lines[:ROWS_AT_MOST],
        [figure((None, column)) for column, _ in columns],
        figure((None, None)),
        lines[ROWS_AT_MOST:],
    )
