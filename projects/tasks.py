"""Doors for the queue: called by the clock."""

from celery import shared_task

from projects import reminders


@shared_task
def remind_leaders() -> None:
    """Every morning: what is due soon, and what is late."""
    reminders.remind_of_reports()
    reminders.remind_of_milestones()
    reminders.remind_of_loans()


@shared_task
def remind_staff() -> None:
    reminders.tell_county_of_the_week()
