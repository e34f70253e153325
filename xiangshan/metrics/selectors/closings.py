"""Years and their closings, as pages show them."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from xiangshan.core.accounts.models import User
from xiangshan.core.areas.models import Area
from xiangshan.core.rules import Verdict
from xiangshan.metrics import rules
from xiangshan.metrics.models import YearClosing
from xiangshan.metrics.periods import FIRST_YEAR, Period
from xiangshan.metrics.registry import BY_CODE
from xiangshan.metrics.selectors.restated import Value, frozen_value


@dataclass(frozen=True)
class Year:
    """A year of a county: the version in force, the ones before, and whether it can be compiled now."""

    year: int
    closing: YearClosing | None
    earlier: list[YearClosing]
    restatements: int
    can_compile: Verdict


def years_of(user: User, county: Area) -> list[Year]:
    """The newest first, from this year back to the first with figures."""
    result: dict[int, list[YearClosing]] = {}
    counted = YearClosing.objects.filter(area=county).for_page().with_restatements().defer("definitions", "checklist")
    for closing in counted.order_by("year", "version"):
        result.setdefault(closing.year, []).append(closing)
    return [
        _year(user, county, year, result.get(year, [])) for year in range(timezone.localdate().year, FIRST_YEAR - 1, -1)
    ]


def _year(user: User, county: Area, year: int, closings: list[YearClosing]) -> Year:
    newest: Any = closings[-1] if closings else None
    restatements = newest.restated if newest is not None and newest.status == "signed" else 0
    return Year(year, newest, closings[:-1], restatements, rules.can_compile(user, county, year, closings))


def compared(closing: YearClosing) -> list[tuple[Value, Value]]:
    """What a version says differently from the one before it, for the county's year."""
    before = YearClosing.objects.filter(area=closing.area_id, year=closing.year, version=closing.version - 1).first()
    if before is None:
        return []
    year = Period.year(closing.year)
    county = {"scope": closing.area_id, "category": 0, "first": year.first, "last": year.last}
    were = {row.metric: frozen_value(row) for row in before.figures.filter(**county) if row.metric in BY_CODE}
    return [
        (were[row.metric], now)
        for row in closing.figures.filter(**county).order_by("pk")
        if row.metric in were and (now := frozen_value(row)) != were[row.metric]
    ]
