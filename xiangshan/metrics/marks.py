"""Marking figures stale, in the transaction of the change."""

import logging
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Q

from xiangshan.metrics.facts import Reach, joined, reach_of
from xiangshan.metrics.models import StaleMark
from xiangshan.metrics.periods import month_of
from xiangshan.metrics.sources import BY_NUMBER, Source

log = logging.getLogger(__name__)


def addresses(source: Source, rows: Q) -> set[tuple[int, str, int, int]]:
    """(source, kind, scope, month) of every cell these rows stand in, by the very paths the roll-up groups by."""
    scopes = source.all_scopes
    paths = [scope.path for scope in scopes.values()]
    found: set[tuple[int, str, int, int]] = set()
    for day, *ids in source.rows().filter(rows).order_by().values_list(source.day, *paths):
        if day is not None:
            found |= {
                (source.number, kind, scope, month_of(day))
                for kind, scope in zip(scopes, ids, strict=True)
                if scope is not None
            }
    return found


def mark_facts(
    sender: type, pks: list[int], making: list[Any] | None = None, before: dict[Any, Reach] | None = None, **kwargs: Any
) -> Reach:
    """Receives facts_changing and facts_changed: what the rows counted for before, and count for now."""
    reach = joined((before or {}).get(mark_facts, {}), reach_of(sender, pks, making or []))
    found = {
        address for number, chosen in reach.items() for each in chosen for address in addresses(BY_NUMBER[number], each)
    }
    if found:
        StaleMark.objects.bulk_create(
            (
                StaleMark(source=source, kind=kind, scope=scope, month=month)
                for source, kind, scope, month in sorted(found)
            ),
            batch_size=500,
        )
        transaction.on_commit(ring, robust=True)
    return reach


def mark_months(months: Iterable[tuple[int, int]]) -> None:
    """Whole months of a source, (source, month), after rows were loaded in bulk."""
    StaleMark.objects.bulk_create([StaleMark(source=source, month=month) for source, month in months], batch_size=500)


def ring() -> None:
    """Rings the worker. Without a broker nothing is lost: the marks stand, and the beat looks for them."""
    from xiangshan.metrics.tasks import refresh_figures

    try:
        refresh_figures.apply_async(expires=60, ignore_result=True)
    except Exception:
        log.warning("the queue does not answer; the figures will be refreshed when it does")
