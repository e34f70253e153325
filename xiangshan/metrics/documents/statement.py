"""The annual statement 年度统计报表: made from a frozen year alone, so that it can be made again byte for byte."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.utils import timezone

from services.models import ActivitySession
from xiangshan.metrics.definitions import is_too_few, made_of
from xiangshan.metrics.documents.formatting import change_of, definition_of, figure_text, rests_on
from xiangshan.metrics.models import FrozenFigure, Kind, YearClosing
from xiangshan.metrics.movements import MOVEMENTS
from xiangshan.metrics.periods import Period
from xiangshan.metrics.selectors.restated import Moved, restated
from xiangshan.shared.charts import Chart
from xiangshan.shared.formatting import moment
from xiangshan.shared.rendering import Section

NUMERALS = "一二三四五六七八九十"
SERVED = ("sessions_held", "workers_served", "satisfaction_rate")


class Frozen:
    """The figures of a closing, by scope; read once."""

    def __init__(self, closing: YearClosing) -> None:
        self.closing, self.definitions = closing, closing.definitions
        self.year = Period.year(closing.year)
        self.rows: dict[tuple[str, int, int], dict[str, FrozenFigure]] = {}
        self.months: dict[int, dict[str, FrozenFigure]] = {}
        for row in closing.figures.order_by("kind", "scope", "category", "metric"):
            if (row.first, row.last) == (self.year.first, self.year.last):
                self.rows.setdefault((row.kind, row.scope, row.category), {})[row.metric] = row
            elif row.first == row.last:
                self.months.setdefault(row.first, {})[row.metric] = row

    @property
    def county(self) -> dict[str, FrozenFigure]:
        return self.rows.get((Kind.AREA, self.closing.area_id, 0), {})

    def of_kind(self, kind: Kind) -> list[dict[str, FrozenFigure]]:
        """The scopes of a kind, by name to be shown: those with most workers first."""
        items = [
            rows
            for (one, scope, category), rows in self.rows.items()
            if one == kind and not category and scope != self.closing.area_id
        ]
        return sorted(items, key=lambda rows: (-number(rows, "workers_served"), next(iter(rows.values())).scope))

    @property
    def categories(self) -> list[dict[str, FrozenFigure]]:
        items = [rows for (_, _, category), rows in self.rows.items() if category]
        return sorted(items, key=lambda rows: (-number(rows, "workers_served"), next(iter(rows.values())).category))

    def figure_text(self, rows: dict[str, FrozenFigure], code: str) -> str:
        row = rows.get(code)
        if row is None:
            definition = self.definitions[code]
            return "—" if definition["is_rate"] else figure_text(definition, 0, 1)
        text = figure_text(self.definitions[code], row.numerator, row.denominator, row.quantile)
        few = row.denominator and is_too_few(code, row.denominator)
        return f"{text}（样本不足）" if few else text


def number(rows: dict[str, FrozenFigure], code: str) -> int:
    return int(rows[code].numerator) if code in rows else 0


def name_of(rows: dict[str, FrozenFigure]) -> str:
    return next(iter(rows.values())).scope_name


def title_of(closing: YearClosing, *, with_restatements: bool = False) -> str:
    text = "（含签署后更正）" if with_restatements else ""
    return f"{closing.area_name}总工会 {closing.year} 年度社会组织工作统计报表{text}"


def foot_of(closing: YearClosing) -> str:
    return f"本报表由封存的第 {closing.version} 版年度数据生成，同一版数据再次生成的文件逐字节相同。数据摘要（SHA-256）：{closing.digest}"


def sections_of(closing: YearClosing, *, with_restatements: bool = False) -> list[Section]:
    """The statement as it was signed; with restatements, what moved since stands at its end."""
    frozen = Frozen(closing)
    items = [
        _headline(frozen),
        *_movements(frozen),
        _months(frozen),
        _served(frozen, "按镇乡街道", "镇乡街道", frozen.of_kind(Kind.AREA), True),
        _evidence(frozen),
        _served(frozen, "按服务类别", "类别", frozen.categories, True),
        _contracts(frozen),
        _served(frozen, "按社会组织", "社会组织", _active(frozen.of_kind(Kind.ORGANIZATION)), False),
        _studios(frozen),
        _checks(frozen),
    ]
    if with_restatements:
        items += restatement_sections(closing)
    numbered = [replace(one, heading=f"{numeral_of(n)}、{one.heading}") for n, one in enumerate(items, start=1)]
    return [_signature(closing), *numbered, _definitions(frozen)]


def numeral_of(n: int) -> str:
    """1 -> 一, 11 -> 十一 (GB/T 9704-2012 numbers headings of the first level so)."""
    return NUMERALS[n - 1] if n <= 10 else f"十{NUMERALS[n - 11]}"


def _signature(closing: YearClosing) -> Section:
    facts = [
        ("统计年度", f"{closing.year} 年 1 月 1 日至 12 月 31 日"),
        ("统计范围", closing.area_name),
        ("编制", f"{closing.compiled_by_name}，{moment(closing.compiled_at)}"),
    ]
    if closing.signed_at:
        facts.append(("签署", f"{closing.signed_by_name}，{moment(closing.signed_at)}"))
    if closing.opinion:
        facts.append(("签署意见", closing.opinion))
    facts.append(("版本", f"第 {closing.version} 版"))
    return Section("", facts=facts)


def _headline(frozen: Frozen) -> Section:
    codes = (
        "sessions_held",
        "workers_served",
        "satisfaction_rate",
        "response_rate",
        "proven_share",
        "sessions_pending",
    )
    county = frozen.county
    text = (
        f"{frozen.closing.year} 年，{frozen.closing.area_name}总工会与社会组织共开展服务活动 {frozen.figure_text(county, 'sessions_held')}，"
        f"服务 {frozen.figure_text(county, 'workers_served')}；收到有效评价 {number_of_answers(county):,} 份，"
        f"职工满意率 {frozen.figure_text(county, 'satisfaction_rate')}。"
    )
    return Section("主要指标", lead=text, heads=HEADS, rows=lines_of(frozen, codes))


def number_of_answers(rows: dict[str, FrozenFigure]) -> int:
    return rows["satisfaction_rate"].denominator if "satisfaction_rate" in rows else 0


HEADS = ("指标", "本年", "上年", "同比", "目标", "依据")


def lines_of(frozen: Frozen, codes: Iterable[str]) -> list[list[str]]:
    items = []
    for code in codes:
        row, definition = frozen.county.get(code), frozen.definitions.get(code)
        if row is None or definition is None:
            continue
        then = frozen.closing.before.get(code)
        before = (Decimal(then[0]), int(then[1])) if then else None
        comparable = definition.get("unit") != "分钟"
        target = frozen.closing.targets.get(code)
        items.append(
            [
                definition["name"],
                figure_text(definition, row.numerator, row.denominator, row.quantile),
                figure_text(definition, before[0], before[1], then[2]) if before and then else "—",
                change_of(definition, (row.numerator, row.denominator), before) if comparable else "—",
                _target(definition, target),
                rests_on(definition, code, row.numerator, row.denominator),
            ]
        )
    return items


def _target(definition: dict[str, Any], target: str | None) -> str:
    if target is None:
        return "—"
    value = Decimal(target)
    return f"{value.normalize():f}%" if definition["is_rate"] else figure_text(definition, value, 1)


def _movements(frozen: Frozen) -> list[Section]:
    return [Section(f"{name}（{text}）", heads=HEADS, rows=lines_of(frozen, codes)) for name, text, codes in MOVEMENTS]


def _months(frozen: Frozen) -> Section:
    months = frozen.year.months
    before = frozen.closing.months_before
    sessions = [number(frozen.months.get(month, {}), "sessions_held") for month in months]
    then = [int(before.get(str(month - 100), {}).get("sessions_held", 0)) for month in months]
    rows = [
        [f"{month % 100} 月", *(frozen.figure_text(frozen.months.get(month, {}), code) for code in SERVED), str(was)]
        for month, was in zip(months, then, strict=True)
    ]
    chart = Chart(
        "columns",
        [f"{month % 100} 月" for month in months],
        [(f"{frozen.closing.year} 年场次", sessions), (f"{frozen.closing.year - 1} 年场次", then)],
    )
    return Section("逐月情况", chart=chart, heads=("月份", "场次", "人次", "满意率", "上年场次"), rows=rows)


def _served(
    frozen: Frozen, heading: str, first: str, scopes: Sequence[dict[str, FrozenFigure]], chart: bool
) -> Section:
    rows = [
        [name_of(scope), *(frozen.figure_text(scope, code) for code in SERVED), f"{number_of_answers(scope):,}"]
        for scope in scopes
    ]
    drawn = None
    if chart and any(number(scope, "workers_served") for scope in scopes):
        drawn = Chart(
            "bars",
            [name_of(scope) for scope in scopes],
            [("服务人次", [number(scope, "workers_served") for scope in scopes])],
        )
    return Section(heading, chart=drawn, heads=(first, "场次", "人次", "满意率", "有效评价"), rows=rows)


def _active(scopes: Iterable[dict[str, FrozenFigure]]) -> list[dict[str, FrozenFigure]]:
    return [scope for scope in scopes if number(scope, "sessions_held") or number(scope, "sessions_pending")]


def _contracts(frozen: Frozen) -> Section:
    rows = [
        [
            name_of(item),
            *(frozen.figure_text(item, code) for code in SERVED),
            _delivered(item),
            frozen.figure_text(item, "contract_paid"),
        ]
        for item in frozen.of_kind(Kind.CONTRACT)
        if number(item, "contracts_active") or number(item, "sessions_held") or "delivery_rate" in item
    ]
    return Section("按购买服务合同", heads=("合同", "场次", "人次", "满意率", "履约（场/约定）", "已付"), rows=rows)


def _delivered(rows: dict[str, FrozenFigure]) -> str:
    row = rows.get("delivery_rate")
    return made_of(row.numerator, row.denominator) if row else "—"


def _studios(frozen: Frozen) -> Section:
    codes = ("cases_received", "cases_closed", "mediation_success_rate", "people_received", "amount_recovered")
    rows = [
        [name_of(item), *(frozen.figure_text(item, code) for code in codes)] for item in frozen.of_kind(Kind.STUDIO)
    ]
    heads = ("调处工作室", *(frozen.definitions[code]["name"] for code in codes))
    return Section("劳动争议调处", heads=heads, rows=rows)


def _evidence(frozen: Frozen) -> Section:
    """How the numbers are proven: added up from the frozen sessions themselves."""
    sums: dict[str, list[int]] = {}
    for keys, values in frozen.closing.facts.filter(source=1).order_by("record").values_list("keys", "values"):
        if keys[0][:4] == str(frozen.closing.year):
            total = sums.setdefault(keys[3], [0, 0])
            total[:] = [total[0] + values[0], total[1] + values[1]]
    everything = sum(workers for _, workers in sums.values())
    rows = [
        [label, f"{sums[code][0]:,} 场", f"{sums[code][1]:,} 人次", f"{sums[code][1] / everything * 100:.1f}%"]
        for code, label in ActivitySession.Evidence.choices
        if code in sums and everything and any(sums[code])
    ]
    return Section("人数依据", lead="服务人次是怎样证明的。", heads=("依据", "场次", "人次", "占人次"), rows=rows)


def _checks(frozen: Frozen) -> Section:
    rows = [
        [title, "完成" if not count else f"{count} 项未完", text] for title, count, text in frozen.closing.checklist
    ]
    remarks = frozen.closing.remarks or "无。"
    return Section("结账检查与编制说明", lead=f"编制说明：{remarks}", heads=("检查", "结果", "说明"), rows=rows)


def _definitions(frozen: Frozen) -> Section:
    rows = [
        [one["name"], one["definition"], f"第 {one['version']} 版"]
        for code, one in sorted(frozen.definitions.items(), key=lambda item: item[1]["order"])
        if code in frozen.county
    ]
    return Section("附：指标口径", heads=("指标", "含义", "口径版本"), rows=rows)


def moved_said(item: Moved, which: str) -> str:
    value = getattr(item, which)
    text = figure_text(definition_of(item.metric), value.numerator, value.denominator, value.quantile)
    return f"{text}\n{value.sides}" if value.sides else text


def restatement_sections(closing: YearClosing) -> list[Section]:
    """Signed, now, why, who."""
    moved = restated(closing)
    figures = [
        [
            item.scope_name,
            item.metric.name,
            moved_said(item, "signed"),
            moved_said(item, "now"),
            item.reasons,
            item.people,
        ]
        for item in moved
    ]
    log = [
        [
            f"{timezone.localtime(restatement.at):%Y-%m-%d %H:%M}",
            restatement.label,
            restatement.reason,
            str(restatement.by or "自动"),
        ]
        for restatement in closing.restatements.select_related("by")
    ]
    return [
        Section(
            "签署后更正的指标",
            text=""
            if figures
            else "签署以后年度指标没有变动。" + ("更正的记录见下表，例如只在月份之间移动。" if log else ""),
            heads=("范围", "指标", "签署时", "现在", "理由", "更正人") if figures else (),
            rows=figures,
        ),
        Section(
            "签署后更正的记录",
            text="" if log else "签署以后没有更正记录。",
            heads=("时间", "记录", "理由", "更正人") if log else (),
            rows=log,
        ),
    ]


def as_json(closing: YearClosing) -> dict[str, Any]:
    """Everything frozen, as it was signed, and what was put right since: whoever checks the digest needs nothing else."""
    return {
        "area": closing.area_id,
        "area_name": closing.area_name,
        "year": closing.year,
        "version": closing.version,
        "status": closing.status,
        "remarks": closing.remarks,
        "compiled_by": closing.compiled_by_name,
        "compiled_at": timezone.localtime(closing.compiled_at).isoformat(),
        "checklist": closing.checklist,
        "before": closing.before,
        "months_before": closing.months_before,
        "targets": closing.targets,
        "signed_by": closing.signed_by_name,
        "signed_at": timezone.localtime(closing.signed_at).isoformat() if closing.signed_at else None,
        "opinion": closing.opinion,
        "signature": closing.signature,
        "digest": closing.digest,
        "definitions": closing.definitions,
        "figures": [
            {
                "metric": row.metric,
                "scope": f"{Kind(row.kind).name.lower()}:{row.scope}",
                "scope_name": row.scope_name,
                "category": row.category or None,
                "first": row.first,
                "last": row.last,
                "numerator": str(row.numerator),
                "denominator": row.denominator,
                "quantile": row.quantile,
            }
            for row in closing.figures.order_by("kind", "scope", "category", "first", "last", "metric")
        ],
        "facts": [
            {"source": source, "record": record, "keys": keys, "values": values}
            for source, record, keys, values in closing.facts.order_by("source", "record").values_list(
                "source", "record", "keys", "values"
            )
        ],
        "restatements": [
            {
                "at": timezone.localtime(restatement.at).isoformat(),
                "record": restatement.label,
                "reason": restatement.reason,
                "by": str(restatement.by or ""),
                "moved": restatement.moved,
            }
            for restatement in closing.restatements.select_related("by")
        ],
        "restated": [
            {
                "metric": item.metric.code,
                "scope_name": item.scope_name,
                "signed": moved_said(item, "signed"),
                "now": moved_said(item, "now"),
                "reasons": [restatement.reason for restatement in item.restatements],
                "by": [str(restatement.by or "") for restatement in item.restatements],
            }
            for item in restated(closing)
        ],
    }
