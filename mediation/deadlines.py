"""The days the law sets, counted by a calendar that is data. No database, no clock.

民法典 art. 201: the day itself is not counted. Art. 202: a period of months or years ends on the same day of its last month, or on that
month's last day. Art. 203: a last day that is a legal day of rest gives way to the day after the rest.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

DAY = timedelta(days=1)
LONGEST = 4000  # days: no term here runs longer


class UnknownYear(Exception):  # noqa: N818  (no error: nobody knows yet)
    """Nobody has announced this year's days off."""

    def __init__(self, year: int) -> None:
        super().__init__(f"{year} 年调休安排未公布")
        self.year = year


class Standing(Exception):  # noqa: N818
    """The clock stands still, and nobody knows for how long."""


@dataclass(frozen=True)
class WorkingCalendar:
    """Which years are known, and the days that are not what their weekday says."""

    years: frozenset[int]
    exceptions: Mapping[date, bool]  # True: worked

    def is_working(self, day: date) -> bool:
        """Raises UnknownYear."""
        if day.year not in self.years:
            raise UnknownYear(day.year)
        return self.exceptions.get(day, day.weekday() < 5)


@dataclass(frozen=True)
class Rule:
    """So many days, working days, months or years; whether the last day gives way to rest."""

    count: int
    unit: str
    rolls_over: bool = True


@dataclass(frozen=True)
class Pause:
    """Days that are not counted, both included; without an end it goes on."""

    starts_on: date
    ends_on: date | None = None

    def holds(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


@dataclass(frozen=True)
class Pauses:
    spans: Sequence[Pause] = field(default_factory=tuple)

    def hold(self, day: date) -> bool:
        return any(span.holds(day) for span in self.spans)


def last_day(start: date, rule: Rule, calendar: WorkingCalendar, pauses: Iterable[Pause] = ()) -> date:
    """The last day of a term that began on `start`.

    Raises UnknownYear where the calendar would have to be guessed, Standing where the clock stands still without an end.
    """
    paused = Pauses(tuple(pauses))
    if rule.unit in ("month", "year"):
        day = start + (relativedelta(years=rule.count) if rule.unit == "year" else relativedelta(months=rule.count))
        day = _later(day, sum(paused.hold(start + DAY * n) for n in range(1, (day - start).days + 1)), paused)
    else:
        day, left = start, rule.count
        for _ in range(LONGEST):
            if not left:
                break
            day += DAY
            if not paused.hold(day) and (rule.unit == "day" or calendar.is_working(day)):
                left -= 1
        else:
            raise Standing
    while rule.rolls_over and not calendar.is_working(day):
        day += DAY
    return day


def _later(day: date, days: int, paused: Pauses) -> date:
    """As many days later as stood still; days that stand still on the way do not count either."""
    for _ in range(LONGEST):
        if not days:
            return day
        day += DAY
        if not paused.hold(day):
            days -= 1
    raise Standing


@dataclass(frozen=True)
class Deadline:
    """One day that matters for a case: what for, by which article, from when to when, and how it stands."""

    code: str
    name: str
    article: str
    starts_on: date
    due_on: date | None
    done_on: date | None
    afterwards: str
    unknown: str = ""  # why no day can be said

    def days_left(self, today: date) -> int | None:
        return (self.due_on - today).days if self.due_on and not self.done_on else None

    def state(self, today: date) -> str:
        """done, late, soon (7 days), ahead or unknown."""
        if self.done_on:
            return "done"
        left = self.days_left(today)
        if left is None:
            return "unknown"
        return "late" if left < 0 else "soon" if left <= 7 else "ahead"

    def text(self, today: date) -> str:
        left = self.days_left(today)
        if self.done_on:
            late = bool(self.due_on and self.done_on > self.due_on)
            return f"{self.done_on} 办结{'，超过期限' if late else ''}"
        if left is None:
            return self.unknown
        if left < 0:
            return f"已过 {-left} 天：{self.afterwards}"
        return "今天到期" if not left else f"还有 {left} 天"
