"""A signed year is not changed in silence: whoever changes one of its facts says why, and it shows as a restatement."""

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from xiangshan.metrics.facts import Fact, facts_touched
from xiangshan.metrics.figures import STOCKS
from xiangshan.metrics.models import Restatement, YearClosing
from xiangshan.metrics.sources import SOURCES
from xiangshan.records import because

Facts = dict[tuple[int, int], Fact]
LATER = "签署后自动记入,例如职工后来的评价"


class YearClosed(PermissionDenied):
    """A fact of a signed year would change, and nobody said why."""


def words_of(closing: YearClosing) -> str:
    """Why it is locked, and who may open it."""
    return (
        f"{closing.area} {closing.year} 年度数据已由 {closing.signed_by} 于 {closing.signed_at:%Y-%m-%d} 签署。"
        "修改须写明理由,并作为更正公布;整年重开由领导在年度结账页办理"
    )


def facts_before(sender: type, pks: list[Any], **kwargs: Any) -> tuple[list[YearClosing], Facts]:
    """Receives facts_changing: what the rows count for in signed years."""
    closings = _signed(sender)
    if not closings:
        return [], {}
    return closings, facts_touched(sender, pks, date(max(closing.year for closing in closings), 12, 31))


def facts_after(
    sender: type,
    pks: list[Any],
    by: Any = None,
    reason: str = "",
    before: dict[Any, tuple[list[YearClosing], Facts]] | None = None,
    **kwargs: Any,
) -> None:
    """Receives facts_changed: notes what moved in a signed year, or refuses it where no reason was given. Raises YearClosed."""
    closings, were = (before or {}).get(facts_before, ([], {}))
    if before is None or not before:
        closings = _signed(sender)
    if not closings:
        return
    are = facts_touched(sender, pks, date(max(closing.year for closing in closings), 12, 31))
    keys = [key for key in sorted(were.keys() | are.keys()) if were.get(key) != are.get(key)]
    for closing in closings:
        moved = []
        for key in keys:
            sides = [_counting(closing, were.get(key)), _counting(closing, are.get(key))]
            if sides[0] != sides[1]:
                moved.append([key[0], *(side.as_json() if side else None for side in sides)])
        if not moved:
            continue
        reason = reason or because.get()()
        if not reason and by is not None:
            raise YearClosed(words_of(closing))
        note(closing, sender, pks, moved, by=by, reason=reason or LATER)


def note(closing: YearClosing, sender: Any, pks: list[Any], moved: list[Any], *, by: Any, reason: str) -> None:
    """更正: written in the transaction of the change, so that neither is there without the other."""
    with transaction.atomic():
        record = sender._default_manager.filter(pk=pks[0]).first()
        label = f"{record or sender._meta.verbose_name}{f' 等 {len(pks)} 条' if len(pks) > 1 else ''}"
        Restatement.objects.create(
            closing=closing,
            kind=sender._meta.model_name,
            record=pks[0],
            label=f"{sender._meta.verbose_name}“{label}”"[:120],
            reason=reason[:300],
            by=by,
            moved=moved,
        )


def _signed(sender: type) -> list[YearClosing]:
    if not any(sender in source.watches for source in SOURCES):
        return []
    return list(YearClosing.objects.signed().select_related("area", "signed_by").defer("definitions", "checklist"))


def _counting(closing: YearClosing, fact: Fact | None) -> Fact | None:
    """The fact, if the closed year counts it: of its county, of that year, or before it where the year's end is a sum of all before."""
    if fact is None or fact.county != closing.area_id:
        return None
    if fact.day.year == closing.year or (fact.day.year < closing.year and fact.source in STOCKS):
        return fact
    return None


def closed_years(record: Any) -> str:
    """Why a record is locked, if it counts in a signed year; nothing otherwise. Read by the record's page."""
    sender = type(record)
    closings, facts = facts_before(sender, [record.pk])
    found = [closing for closing in closings if any(_counting(closing, fact) for fact in facts.values())]
    return words_of(max(found, key=lambda closing: closing.year)) if found else ""
