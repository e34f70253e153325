"""Doors for the queue: fetch by id, call."""

from celery import shared_task


@shared_task(autoretry_for=(OSError,), retry_backoff=True)
def mail_asker(request_id: int, words: str) -> None:
    """Tells who asked for a service what became of it."""
    from services.actions.requests import letter_to_asker
    from services.models import ServiceRequest

    letter_to_asker(ServiceRequest.objects.get(pk=request_id), words).send()


@shared_task
def check_reports() -> None:
    """Every night: a later report may throw light on an earlier one."""
    from services.actions import check_recent, forget_tickets

    check_recent(days=120)
    forget_tickets()


@shared_task
def remind_leaders(when: str) -> None:
    """`when` is tomorrow, evening or overdue."""
    from services import chasing

    {
        "tomorrow": chasing.remind_of_tomorrow,
        "evening": chasing.remind_this_evening,
        "overdue": chasing.remind_of_overdue,
    }[when]()


@shared_task
def remind_staff() -> None:
    from services.chasing import tell_staff_of_the_week

    tell_staff_of_the_week()
