"""Doors for the queue: called by the clock."""

from celery import shared_task

from projects import chasing


@shared_task
def remind_leaders() -> None:
    """Every morning: what is due soon, and what is late."""
    chasing.remind_of_reports()
    chasing.remind_of_milestones()
    chasing.remind_of_loans()


@shared_task
def remind_staff() -> None:
    chasing.tell_county_of_the_week()
