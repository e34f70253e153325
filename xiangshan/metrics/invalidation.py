"""Marking figures stale, in the transaction of the change."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from xiangshan.core.records import Write
from xiangshan.metrics.facts import AffectedRows, addresses, affected_rows, joined
from xiangshan.metrics.models import StaleMark
from xiangshan.metrics.sources import BY_NUMBER
from xiangshan.metrics.tasks import refresh_figures

log = logging.getLogger(__name__)


@contextmanager
def figures_marked(write: Write) -> Iterator[None]:
    """A consequence of every write: the figures are stale that counted its rows before, and that count them now."""
    before = affected_rows(write.model, write.keys, write.becoming)
    marked = _mark(before, set())
    yield
    _mark(joined(before, affected_rows(write.model, write.keys, [])), marked)


Address = tuple[int, str, int, int]  # source, kind, scope, month


def _mark(affected: AffectedRows, marked: set[Address]) -> set[Address]:
    """Marks what is not marked yet by this very write: both come with its commit. Returns what it marked."""
    result = {
        address
        for number, chosen in affected.items()
        for each in chosen
        for address in addresses(BY_NUMBER[number], each)
    } - marked
    if result:
        StaleMark.objects.bulk_create(
            (
                StaleMark(source=source, kind=kind, scope=scope, month=month)
                for source, kind, scope, month in sorted(result)
            ),
            batch_size=500,
        )
        transaction.on_commit(ring, robust=True)
    return result


def ring() -> None:
    """Rings the worker. Without a broker nothing is lost: the marks stand, and the beat looks for them."""
    try:
        refresh_figures.apply_async(expires=60, ignore_result=True)
    except Exception:
        log.warning("the queue does not answer; the figures will be refreshed when it does")
