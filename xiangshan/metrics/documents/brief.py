"""月报与季报: one or two pages of a period as it stands on the day."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from xiangshan.core.areas.counties import county_at
from xiangshan.core.areas.models import Area, is_above_counties
from xiangshan.metrics import breakdowns, figures
from xiangshan.metrics.breakdowns import BreakdownRow
from xiangshan.metrics.definitions import Metric
from xiangshan.metrics.documents.formatting import change_of, definition_of, figure_text, rests_on
from xiangshan.metrics.figures import Scope
from xiangshan.metrics.movements import HEADLINES, MOVEMENTS
from xiangshan.metrics.periods import Period
from xiangshan.shared.charts import Chart
from xiangshan.shared.documents import document_response
from xiangshan.shared.formatting import moment
from xiangshan.shared.rendering import Section

HEADS = ("指标", "本期", "上年同期", "同比", "依据")


def title_of(scope: Scope, period: Period) -> str:
    return f"{scope.name}社会组织工作简报（{period}）"


def sections_of(scope: Scope, areas: list[Area], period: Period, wanted: Sequence[Metric]) -> list[Section]:
    before = period.year_before()
    sums = figures.read_sums(scope, before.first, period.last)
    now, then = (figures.figures(scope, item, sums, wanted) for item in (period, before))

    def lines(codes: Sequence[str]) -> list[list[str]]:
        return [_line(now[code], then.get(code)) for code in codes if code in now]

    items = []
    if headline := lines([*HEADLINES, "response_rate"]):
        items.append(Section("主要指标", heads=HEADS, rows=headline))
    items += [Section(name, heads=HEADS, rows=rows) for name, _, codes in MOVEMENTS if (rows := lines(codes))]
    if "sessions_held" in now:
        months = breakdowns.by_month(scope, sums, period, before)
        if len(months) > 1:
            chart = Chart(
                "columns",
                [f"{line.month % 100} 月" for line in months],
                [("本期场次", [line.sessions for line in months]), ("上年", [line.sessions_before for line in months])],
            )
            items.append(Section("逐月场次", chart=chart))
        evidence, categories = breakdowns.by_evidence_and_category(scope, period)
        for heading, broken in (
            ("按依据", evidence),
            ("按地区", breakdowns.by_area(scope, areas, period) if areas else []),
            ("按类别", categories),
            ("按社会组织（前十）", breakdowns.by_organization(scope, areas, period) if areas else []),
        ):
            if broken:
                items.append(
                    Section(heading, heads=(heading[1:3], "场次", "人次", "满意率", "评价"), rows=_rows(broken))
                )
    return items


def _line(now: Any, then: Any) -> list[str]:
    definition = definition_of(now.metric)
    quantile = now.value if now.metric.quantile is not None else None
    was = (then.numerator, then.denominator) if then else None
    return [
        now.metric.name,
        figure_text(definition, now.numerator, now.denominator, quantile),
        figure_text(definition, *was, then.value if now.metric.quantile is not None else None) if was else "—",
        "—"
        if now.metric.quantile is not None or now.is_part
        else change_of(definition, (now.numerator, now.denominator), was),
        rests_on(definition, now.metric.code, now.numerator, now.denominator),
    ]


def _rows(lines: Sequence[BreakdownRow]) -> list[list[str]]:
    return [
        [
            line.name,
            f"{line.sessions:,}",
            f"{line.workers:,}",
            "—" if line.rate is None else f"{line.rate * 100:.1f}%{'（样本不足）' if line.too_few else ''}",
            f"{line.responses:,}",
        ]
        for line in lines
        if line.sessions or line.workers
    ]


def foot_of(scope: Scope) -> str:
    refreshed = figures.freshness().refreshed_at
    age = f"数据刷新于 {moment(refreshed)}" if refreshed else "数据尚未汇总"
    place = scope.place or 0
    name = county_at(place).portal_name if place and not is_above_counties(place) else f"{scope.name}社会组织工作平台"
    return f"{name} {moment(timezone.now())} 生成，{age}。简报是当时的数字；以签署的年度报表为准。"


def answer(kind: str, scope: Scope, areas: list[Area], period: Period, wanted: Sequence[Metric]) -> HttpResponse:
    return document_response(kind, title_of(scope, period), sections_of(scope, areas, period, wanted), foot_of(scope))
