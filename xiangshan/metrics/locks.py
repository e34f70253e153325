"""A signed year is not changed in silence: whoever changes one of its facts says why, and it shows as a restatement."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection, transaction

from xiangshan.core.records import ReasonNeeded, Write
from xiangshan.metrics.facts import AffectedRows, Fact, affected_rows, facts_of_keys, joined, keys_in
from xiangshan.metrics.figures import STOCKS
from xiangshan.metrics.models import Restatement, YearClosing
from xiangshan.metrics.sources import SOURCES
from xiangshan.shared.formatting import moment

LATER = "签署后自动记入，例如职工后来的评价"
ADVISORY = 2020_12_31  # the lock between a change of facts and a signature, on PostgreSQL


class YearClosed(ReasonNeeded):
    """A fact of a signed year would change, and nobody said why."""


@dataclass
class Before:
    """What rows counted for before a change: the signed years (key, county, year), the rows concerned, the records concerned then,
    and their facts."""

    signed: list[tuple[int, int, int]] = field(default_factory=list)
    affected: AffectedRows = field(default_factory=dict)
    keys: dict[int, set[int]] = field(default_factory=dict)
    facts: dict[tuple[int, int], Fact] = field(default_factory=dict)

    @property
    def until(self) -> date:
        return date(max(year for *_, year in self.signed), 12, 31)


def text_of(closing: YearClosing) -> str:
    """Why it is locked, and who may open it."""
    at = moment(closing.signed_at)[:10] if closing.signed_at else ""
    return (
        f"{closing.area} {closing.year} 年度数据已由 {closing.signed_by} 于 {at} 签署。"
        "修改须写明理由，并作为更正公布；整年重开由领导在年度结账页办理"
    )


def facts_before(model: type, keys: list[Any], becoming: list[Any]) -> Before:
    """What the rows count for in signed years."""
    signed = _signed(model)
    if not signed:
        return Before()
    before = Before(signed, affected_rows(model, keys, becoming))
    before.keys = keys_in(before.affected)
    before.facts = facts_of_keys(before.keys, before.until)
    return before


@contextmanager
def closed_years_guarded(write: Write) -> Iterator[None]:
    """A consequence of every write: what moves in a signed year is noted, or refused where no reason was given. Raises YearClosed."""
    before = facts_before(write.model, write.keys, write.becoming)
    yield
    if before.signed:
        _note_moved(write, before)


def _note_moved(write: Write, was: Before) -> None:
    # What came to count by the change, and what counts no more by it.
    now = keys_in(joined(was.affected, affected_rows(write.model, write.keys, [])))
    are = facts_of_keys({number: keys | was.keys.get(number, set()) for number, keys in now.items()}, was.until)
    touched = [key for key in sorted(was.facts.keys() | are.keys()) if was.facts.get(key) != are.get(key)]
    if not touched:
        return
    for pk, county, year in was.signed:
        moved = []
        for key in touched:
            sides = [_counting(county, year, facts.get(key)) for facts in (was.facts, are)]
            if sides[0] != sides[1]:
                moved.append([key[0], *(side.as_json() if side else None for side in sides)])
        if not moved:
            continue
        closing = YearClosing.objects.for_page().get(pk=pk)
        if not write.change_reason and write.by is not None:
            raise YearClosed(text_of(closing))
        note(closing, write.model, write.keys, moved, by=write.by, reason=write.change_reason or LATER)


def note(closing: YearClosing, sender: Any, pks: list[Any], moved: list[Any], *, by: Any, reason: str) -> None:
    """更正: written in the transaction of the change, so that neither is there without the other."""
    with transaction.atomic():
        record = sender._default_manager.filter(pk=pks[0]).first() if pks else None
        label = f"{record or sender._meta.verbose_name}{f' 等 {len(pks)} 条' if len(pks) > 1 else ''}"
        Restatement.objects.create(
            closing=closing,
            kind=sender._meta.model_name,
            record=pks[0] if pks else 0,
            label=f"{sender._meta.verbose_name}“{label}”"[:120],
            reason=reason[:300],
            by=by,
            moved=moved,
        )


def hold_signatures(*, to_sign: bool = False) -> None:
    """Keeps a change of facts and a signature apart on PostgreSQL, until the transaction ends: many change at once, one signs alone.

    SQLite has one writer at a time anyway.
    """
    if connection.vendor == "postgresql" and connection.in_atomic_block:
        shared = "" if to_sign else "_shared"
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT pg_advisory_xact_lock{shared}(%s)", [ADVISORY])


def _signed(model: type) -> list[tuple[int, int, int]]:
    if not any(model in source.watches for source in SOURCES):
        return []
    hold_signatures()  # before it is looked: a long write may still be open when the year it touches is compiled and signed
    return list(YearClosing.objects.signed().order_by().values_list("pk", "area_id", "year"))


def _counting(county: int, year: int, fact: Fact | None) -> Fact | None:
    """The fact, if the closed year counts it: of its county, of that year, or before it where the year's end is a sum of all before."""
    if fact is None or fact.county != county:
        return None
    if fact.day.year == year or (fact.day.year < year and fact.source in STOCKS):
        return fact
    return None


def closed_years(record: Any) -> str:
    """Why a record is locked, if it counts in a signed year; nothing otherwise. Read by the record's page."""
    before = facts_before(type(record), [record.pk], [])
    items = [
        (year, pk)
        for pk, county, year in before.signed
        if any(_counting(county, year, fact) for fact in before.facts.values())
    ]
    return text_of(YearClosing.objects.for_page().get(pk=max(items)[1])) if items else ""
