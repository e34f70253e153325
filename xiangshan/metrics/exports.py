"""Figures to take along: a spreadsheet, a CSV or JSON, each with the definitions beside the numbers."""

import json
from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.utils import timezone

from xiangshan.metrics import figures
from xiangshan.metrics.definitions import Metric
from xiangshan.metrics.figures import Figure, Scope
from xiangshan.metrics.periods import Period
from xiangshan.metrics.pivot import Pivot
from xiangshan.metrics.selectors.overview import closing_of
from xiangshan.metrics.selectors.restated import Moved, restated_of
from xiangshan.shared.lists.exports import attachment, download

HEADS = (
    "代码",
    "指标",
    "期间",
    "范围",
    "数值",
    "单位",
    "分子",
    "分母",
    "95% 下限",
    "95% 上限",
    "口径",
    "口径版本",
    "刷新时间",
    "签署时",
    "更正理由",
    "更正人",
)
NUMERIC = (4, 6, 7, 8, 9, 11)


def periods_of(period: Period) -> list[Period]:
    """The period itself, then its months."""
    months = [Period.month(month) for month in period.months]
    return [period, *(month for month in months if month != period)]


def lines_of(scope: Scope, period: Period, wanted: Sequence[Metric]) -> list[list[Any]]:
    sums = figures.read_sums(scope, period.first, period.last)
    refreshed = figures.freshness().refreshed_at
    moved = restatements_of(scope, period)
    return [
        [
            figure.metric.code,
            figure.metric.name,
            str(each),
            scope.name,
            figure.value,
            figure.metric.unit or "比率",
            figure.numerator,
            figure.denominator,
            *(figure.interval or (None, None)),
            figure.metric.definition,
            figure.metric.version,
            timezone.localtime(refreshed).replace(tzinfo=None) if refreshed else None,
            *(
                restated_cells(moved[figure.metric.code])
                if each == period and figure.metric.code in moved
                else ("", "", "")
            ),
        ]
        for each in periods_of(period)
        for figure in figures.figures(scope, each, sums, wanted).values()
    ]


def restatements_of(scope: Scope, period: Period) -> dict[str, Moved]:
    """Of a signed year: by metric, what was signed of this scope and is another today."""
    if period != Period.year(period.first // 100):
        return {}
    return {item.metric.code: item for item in restated_of(closing_of(scope, period), scope)}


def restated_cells(item: Moved) -> tuple[Any, str, str]:
    """Signed, why, who."""
    return item.signed.value, item.reasons, item.people


def answer(kind: str, scope: Scope, period: Period, wanted: Sequence[Metric]) -> HttpResponseBase:
    """The download; what is neither of the three is not found."""
    name = f"指标-{scope.name}-{period}"
    if kind == "json":
        response: HttpResponseBase = HttpResponse(
            json.dumps(as_json(scope, period, wanted), ensure_ascii=False, indent=1), content_type="application/json"
        )
        response.headers["Content-Disposition"] = attachment(f"{name}.json")
        return response
    return sheet(kind, name, HEADS, lines_of(scope, period, wanted), NUMERIC)


def answer_pivot(kind: str, metric: Metric, scope: Scope, period: Period, table: Pivot, head: str) -> HttpResponseBase:
    heads = [head, *(name for _, name in table.columns), "合计"]
    lines = [
        [name, *(cell.value if cell else None for cell in cells), total.value]
        for _, name, cells, total in [*table.rows, *table.more]
    ]
    lines.append(["合计", *(item.value for item in table.totals), table.total.value])
    lines.append([f"{metric.name}：{metric.definition}"])
    return sheet(kind, f"{metric.name}-{scope.name}-{period}", heads, lines, range(1, len(heads)))


def sheet(
    kind: str, name: str, heads: Sequence[str], lines: Sequence[Sequence[Any]], numeric: Sequence[int]
) -> HttpResponseBase:
    return download(name, kind, name, heads, lines, [place in numeric for place in range(len(heads))])


def as_json(scope: Scope, period: Period, wanted: Sequence[Metric], *, is_shared: bool = False) -> dict[str, Any]:
    """What the shell prints, with definitions and the age of the numbers."""
    # Who put what right is for those who log in.
    freshness, moved = figures.freshness(), {} if is_shared else restatements_of(scope, period)
    return {
        "scope": scope.key,
        "scope_name": scope.name,
        "category": scope.category,
        "first": str(period.starts_on),
        "last": str(period.ends_on),
        "refreshed_at": timezone.localtime(freshness.refreshed_at).isoformat() if freshness.refreshed_at else None,
        "waiting": freshness.waiting,
        "figures": {
            code: figure_json(one, moved.get(code))
            for code, one in figures.figures(scope, period, metrics=wanted).items()
        },
    }


def figure_json(one: Figure, moved: Moved | None = None) -> dict[str, Any]:
    """Money exactly, as a string of yuan; counts and shares as numbers."""

    def plain(value: Any) -> Any:
        return str(value) if one.metric.is_money and value is not None else value

    return {
        "name": one.metric.name,
        "unit": one.metric.unit,
        "value": plain(one.value),
        "numerator": plain(one.numerator),
        "denominator": one.denominator,
        "interval": one.interval,
        "too_few": one.too_few,
        "definition": one.metric.definition,
        "version": one.metric.version,
        **(
            {"restated": dict(zip(("signed", "reasons", "by"), map(plain, restated_cells(moved)), strict=True))}
            if moved
            else {}
        ),
    }
