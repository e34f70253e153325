from celery import shared_task

from xiangshan.metrics import rollup


@shared_task
def refresh_figures() -> None:
    """Rung by every change, and by the beat for what a dead worker or broker left."""
    rollup.refresh()


@shared_task
def rebuild_figures() -> None:
    """At night: rebuild beside the live figures, report drift, repair it."""
    rollup.rebuild()
