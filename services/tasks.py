"""Doors for the queue: fetch by id, call."""

from celery import shared_task


@shared_task(autoretry_for=(OSError,), retry_backoff=True)
def mail_asker(request_id: int, words: str) -> None:
    """Tells who asked for a service what became of it."""
    from services.actions.requests import letter_to_asker
    from services.models import ServiceRequest

    letter_to_asker(ServiceRequest.objects.get(pk=request_id), words).send()
