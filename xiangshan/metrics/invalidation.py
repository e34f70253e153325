"""Marking figures stale, in the transaction of the change."""

import logging
from typing import Any

from django.db import transaction

from xiangshan.metrics.facts import AffectedRows, addresses, affected_rows, joined
from xiangshan.metrics.models import StaleMark
from xiangshan.metrics.sources import BY_NUMBER
from xiangshan.metrics.tasks import refresh_figures

log = logging.getLogger(__name__)


def mark_facts(
    sender: type,
    pks: list[int],
    making: list[Any] | None = None,
    before: dict[Any, AffectedRows] | None = None,
    **kwargs: Any,
) -> AffectedRows:
    """Receives facts_changing and facts_changed: what the rows counted for before, and count for now."""
    reach = joined((before or {}).get(mark_facts, {}), affected_rows(sender, pks, making or []))
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


def ring() -> None:
    """Rings the worker. Without a broker nothing is lost: the marks stand, and the beat looks for them."""
    try:
        refresh_figures.apply_async(expires=60, ignore_result=True)
    except Exception:
        log.warning("the queue does not answer; the figures will be refreshed when it does")
