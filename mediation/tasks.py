"""Doors for the queue: called by the clock."""

from datetime import timedelta

from celery import shared_task
from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.utils import timezone

from mediation import reminders
from mediation.actions import parties


@shared_task
def chase_instalments() -> None:
    reminders.chase_instalments()


@shared_task
def warn_of_deadlines() -> None:
    reminders.warn_of_deadlines()


@shared_task
def warn_of_silence() -> None:
    reminders.warn_of_silence()


@shared_task
def refresh_deadlines() -> None:
    parties.refresh_deadlines()


@shared_task
def anonymise_cases() -> None:
    """Closed cases older than the set years lose whom they were about; requests that became none, after the set days."""
    parties.anonymise_cases(timezone.localdate() - relativedelta(years=settings.CASES_KEPT_YEARS))
    parties.forget_requests(timezone.now() - timedelta(days=settings.HELP_KEPT_DAYS))
