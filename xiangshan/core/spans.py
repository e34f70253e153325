"""Spans of days: what holds from a day until the day before another."""

from datetime import date

from django.db.models import Q


def in_force(day: date, starts: str = "starts_on", ends: str = "ends_on") -> Q:
    """Spans that hold on a day: from `starts` until the day before `ends`."""
    return Q(**{f"{starts}__lte": day}) & (Q(**{f"{ends}__isnull": True}) | Q(**{f"{ends}__gt": day}))
