"""What the demo plants around the day it is loaded: every day and hour follows from that one moment, so that any moment can be tried.

Nothing else in the demo asks what day it is.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import NamedTuple

from dateutil.relativedelta import relativedelta
from django.utils import timezone

from xiangshan.demo.catalogue import BOUGHT, FINDING_TEAMS, LEADERS_TEAM

# How far back what is settled ends, and in which days before today reports wait.
SETTLED_UNTIL, REPORTED, FOUND = 14, 3, 2
# Cases closed in the quarter before this one: so many days before this one begins they were received.
LATELY = (80, 71, 64, 52, 47, 39, 33, 28)
UNREPORTED = (0, 1, 4, 5, 6, 7)
COMING = (3, 9, 16)
# When the second and the last tranche of a contract are asked for, from its first day on.
SECOND_ASKED_AFTER, LAST_ASKED_AFTER = relativedelta(months=8, days=9), relativedelta(months=11, days=21)
DELIVERED_SHARE = 0.7  # of what the running contracts promise
SMALL_TEAMS_SESSIONS = 90


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


class Stage(Enum):
    """How far a session has come."""

    VERIFIED = "verified"
    WAITING = "submitted"
    RETURNED = "returned"
    REHEARSED = "rehearsed"
    PLANNED = "planned"


class Visit(NamedTuple):
    """An organization is somewhere on a day. `bought` is the place of what it delivers in the catalogue."""

    team: str
    held_on: date
    stage: Stage
    bought: int | None = None
    project: bool = False


@dataclass(frozen=True)
class AroundToday:
    """The moment of loading, and the days that follow from it."""

    now: datetime
    today: date = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "today", timezone.localdate(self.now))

    def day(self, days: int) -> date:
        """So many days after today; before it, where negative."""
        return self.today + timedelta(days=days)

    def moment(self, days: int, hour: int) -> datetime:
        return at(self.day(days), hour)

    @property
    def contract_term(self) -> tuple[date, date]:
        """Of the running contracts: a year, ten to eleven months of it over, so that there is something to deliver, pay and chase on any day."""
        first = self.today.replace(day=1) - relativedelta(months=10)
        return first, first + relativedelta(months=12, days=-1)

    @property
    def quarter_begins(self) -> date:
        return date(self.today.year, (self.today.month - 1) // 3 * 3 + 1, 1)

    @property
    def last_quarter(self) -> tuple[int, int]:
        """Year and number of the quarter before this one."""
        day = self.quarter_begins - timedelta(days=1)
        return day.year, day.month // 3

    @property
    def scheme_years(self) -> list[int]:
        """Years whose reward rules are in force: 2020's, this year's and that of the last quarter."""
        return sorted({2020, self.today.year, self.last_quarter[0]})

    @property
    def open_cases(self) -> list[tuple[datetime, str]]:
        """When what the mediator has on the table was received, and how far it has come."""
        minute = self.now.replace(second=0, microsecond=0)
        stages = ((1, "received"), (20, "responding"), (90, "mediating"), (200, "mediating"), (400, "agreed"))
        return [(minute - timedelta(hours=hours), status) for hours, status in stages]

    @property
    def project_decided_on(self) -> date:
        return self.day(-205)

    @property
    def project_term(self) -> tuple[date, date]:
        return self.day(-190), self.day(174)


def plan_visits(
    around: AroundToday, projects: Sequence[str], small_teams: Sequence[str], chance: random.Random
) -> list[Visit]:
    """Who is where around today: no organization twice on a day, and none of those with findings on the day of the findings."""
    taken = {(team, around.day(-FOUND)) for team in FINDING_TEAMS}
    visits: list[Visit] = []

    def go(team: str, held_on: date, stage: Stage, bought: int | None = None, *, project: bool = False) -> None:
        taken.add((team, held_on))
        visits.append(Visit(team, held_on, stage, bought, project))

    def some_day(team: str, first: date) -> date:
        """A day nobody has taken: there are several times as many as sessions."""
        span = (around.day(-SETTLED_UNTIL) - first).days + 1
        while (team, day := first + timedelta(days=chance.randrange(span))) in taken:
            pass
        return day

    for place, item in enumerate(BOUGHT):
        for days in COMING:
            go(item.team, around.day(days + place), Stage.PLANNED, place)
        if not item.rehearsed:
            go(item.team, around.day(-UNREPORTED[place % len(UNREPORTED)]), Stage.PLANNED, place)
        go(item.team, around.day(-REPORTED), Stage.WAITING, place)
        if item.team == LEADERS_TEAM:
            go(item.team, around.day(-4), Stage.RETURNED, place)
            go(item.team, around.day(-1), Stage.REHEARSED, place)
    go(LEADERS_TEAM, around.today, Stage.PLANNED)
    contract_starts_on = around.contract_term[0]
    for place, item in enumerate(BOUGHT):
        for _ in range(int(item.delivered * DELIVERED_SHARE)):
            go(item.team, some_day(item.team, contract_starts_on + timedelta(days=7)), Stage.VERIFIED, place)
    for n in range(SMALL_TEAMS_SESSIONS):
        team = small_teams[n * 7 % len(small_teams)]
        go(team, some_day(team, contract_starts_on + timedelta(days=7)), Stage.VERIFIED)
    for team in projects:
        for _ in range(chance.randint(4, 7)):
            go(team, some_day(team, around.project_term[0]), Stage.VERIFIED, project=True)
    return visits
