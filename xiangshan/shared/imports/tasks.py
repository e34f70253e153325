from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from xiangshan.shared.imports.actions import rows
from xiangshan.shared.imports.models import Ledger

STALLED_AFTER = timedelta(minutes=2)


@shared_task
def check_import(ledger_id: int) -> None:
    try:
        rows.check_ledger(Ledger.objects.get(pk=ledger_id))
    except (ArithmeticError, LookupError, TypeError, ValueError):
        # Nobody waits for an answer here: the file says that it cannot be read, and those behind it go on.
        rows.give_up(ledger_id)
        raise


@shared_task
def write_import(ledger_id: int) -> None:
    rows.write_in_worker(Ledger.objects.get(pk=ledger_id))


@shared_task
def resume_imports() -> None:
    """Takes up what a dead worker or a silent broker left: nothing has moved there for two minutes."""
    stalled = Ledger.objects.unfinished().filter(touched_at__lt=timezone.now() - STALLED_AFTER)
    for pk, status in stalled.values_list("pk", "status"):
        (check_import if status == Ledger.Status.CHECKING else write_import)(pk)
