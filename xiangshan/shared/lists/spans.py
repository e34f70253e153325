"""From a day to a day, as lists filter: named first and last, or so_from and so_to; and spans that move with the calendar."""

from collections.abc import Iterable
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta
from django.db.models import TextChoices
from django.http import QueryDict


class Span(TextChoices):
    """Days told by their distance from today."""

    FIXED = "", "就是这些日期"
    THIS_YEAR = "year", "总是本年"
    LAST_MONTH = "month", "总是上月"
    LAST_30_DAYS = "30", "总是近 30 天"

    def on(self, today: date) -> tuple[date, date]:
        """First and last day, as seen on a day. Raises ValueError for days that do not move."""
        if self == Span.THIS_YEAR:
            return today.replace(month=1, day=1), today.replace(month=12, day=31)
        if self == Span.LAST_MONTH:
            first = today.replace(day=1) - relativedelta(months=1)
            return first, today.replace(day=1) - timedelta(days=1)
        if self == Span.LAST_30_DAYS:
            return today - timedelta(days=29), today
        raise ValueError(self)


def pairs_of(names: Iterable[str]) -> list[tuple[str, str]]:
    """The filters that are a first and a last day of one another, where either is among these names."""
    names = set(names)
    parts = {name.removesuffix("_from").removesuffix("_to") for name in names if name.endswith(("_from", "_to"))}
    pairs = [("first", "last"), *((f"{part}_from", f"{part}_to") for part in sorted(parts))]
    return [pair for pair in pairs if names & set(pair)]


def moved(query: str, span: Span, today: date) -> str:
    """A list's query with its days as they are today."""
    if span == Span.FIXED:
        return query
    params = QueryDict(query.removeprefix("?"), mutable=True)
    first, last = span.on(today)
    for one, other in pairs_of(params):
        params[one], params[other] = str(first), str(last)
    return f"?{params.urlencode()}"
