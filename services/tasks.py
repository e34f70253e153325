"""Doors for the queue: fetch by id, call."""

from celery import shared_task

from services import reminders
from services.actions import checks, surveys


@shared_task
def check_reports() -> None:
    """Every night: a later report may throw light on an earlier one."""
    checks.check_recent(days=120)
    surveys.forget_tickets()


@shared_task
def remind_leaders(when: str) -> None:
    """`when` is tomorrow, evening or overdue."""
    {
        "tomorrow": reminders.remind_of_tomorrow,
        "evening": reminders.remind_this_evening,
        "overdue": reminders.remind_of_overdue,
    }[when]()


@shared_task
def remind_staff() -> None:
    reminders.tell_staff_of_the_week()
