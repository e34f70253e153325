"""How figures stand on paper: by the definition that was in force, whatever it is today."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from xiangshan.core.money import as_yuan
from xiangshan.metrics.definitions import Metric, is_too_few, made_of
from xiangshan.shared.wilson import wilson

Definition = Mapping[str, Any]


def definition_of(metric: Metric) -> dict[str, Any]:
    """The definition of today, as a closing keeps it."""
    return {
        "name": metric.name,
        "unit": metric.unit,
        "definition": metric.definition,
        "version": metric.version,
        "is_money": metric.is_money,
        "is_rate": metric.is_rate,
        "adds_up": metric.adds_up,
        "is_quantile": metric.quantile is not None,
    }


def figure_text(definition: Definition, numerator: Decimal | int, denominator: int, quantile: int | None = None) -> str:
    """A figure in words: a share in per cent, money in yuan, a count with its unit."""
    if definition["is_rate"]:
        return f"{Decimal(numerator) / denominator * 100:.1f}%" if denominator else "—"
    if definition["is_money"]:
        return as_yuan(Decimal(numerator))
    value = quantile if quantile is not None else None if definition.get("is_quantile") else int(numerator)
    return "—" if value is None else f"{value:,} {definition['unit']}".rstrip()


def rests_on(definition: Definition, code: str, numerator: Decimal | int, denominator: int) -> str:
    """What a share is made of; of satisfaction also its interval, and whether there are enough answers."""
    if not definition["is_rate"]:
        return ""
    text = made_of(numerator, denominator)
    if code == "satisfaction_rate" and denominator:
        interval = wilson(int(numerator), denominator)
        if interval:
            text += f";95% 区间 {interval[0] * 100:.1f}%–{interval[1] * 100:.1f}%"
        if is_too_few(code, denominator):
            text += "；样本不足"
    return text


def change_of(definition: Definition, now: tuple[Decimal | int, int], before: tuple[Decimal | int, int] | None) -> str:
    """Against the year before: points for a share, per cent for a count; nothing where there was nothing."""
    if before is None:
        return "—"
    if definition["is_rate"]:
        if not (now[1] and before[1]):
            return "—"
        points = (Decimal(now[0]) / now[1] - Decimal(before[0]) / before[1]) * 100
        return f"{points:+.1f} 个百分点"
    if not before[0]:
        return "—"
    return f"{(Decimal(now[0]) / Decimal(before[0]) - 1) * 100:+.1f}%"
