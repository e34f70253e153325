"""What the demo plants around today holds on every day and at every hour it may be loaded."""

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.moments import EDGES
from xiangshan.demo.around_today import FOUND, LATELY, AroundToday, Stage, at, plan_visits
from xiangshan.demo.catalogue import BOUGHT, FINDING_TEAMS
from xiangshan.demo.plans import PLANS

SMALL_TEAMS = [f"舞蹈队{n}" for n in range(20)]


def visits_of(around):
    return plan_visits(around, list(PLANS), SMALL_TEAMS, random.Random(12))


def faults_of(around):
    """What is wrong with the visits planted around this moment."""
    visits = visits_of(around)
    first, last = around.contract_term
    project_first, project_last = around.project_term
    places = Counter((visit.team, visit.held_on) for visit in visits)
    yield from (f"{team} twice on {day}" for (team, day), count in places.items() if count > 1)
    yield from (
        f"{visit.team} on the day of the findings"
        for visit in visits
        if visit.team in FINDING_TEAMS and visit.held_on == around.day(-FOUND)
    )
    for visit in visits:
        if visit.bought is not None and not first <= visit.held_on <= last:
            yield f"{visit} outside the contract's term {first} to {last}"
        if visit.project and not project_first <= visit.held_on <= project_last:
            yield f"{visit} outside the project's term"
        happened = visit.stage in (Stage.VERIFIED, Stage.WAITING, Stage.RETURNED)
        if happened and at(visit.held_on, 20) >= around.now:
            yield f"{visit} has not happened yet"
    filled = Counter(visit.bought for visit in visits if visit.stage is not Stage.PLANNED)
    yield from (f"{item.title} over quota" for n, item in enumerate(BOUGHT) if filled[n] > item.quota)
    if not set(Stage) <= {visit.stage for visit in visits}:
        yield "a stage is missing"
    if not first <= around.day(-FOUND) <= last:
        yield "findings outside the contract's term"


def test_visits_of_800_days_in_a_row_meet_nowhere():
    start = datetime(2026, 11, 1, 9, tzinfo=UTC)
    for n in range(800):
        around = AroundToday(start + timedelta(days=n))
        assert list(faults_of(around)) == [], around.now


@pytest.mark.parametrize("now", EDGES, ids=str)
def test_visits_hold_around_midnight_week_month_and_year_ends(now):
    for seconds in (-1, 0, 1, 3600):
        assert list(faults_of(AroundToday(now + timedelta(seconds=seconds)))) == []


def test_the_same_moment_plans_the_same():
    around = AroundToday(EDGES[0])
    assert visits_of(around) == visits_of(around)


def test_today_is_shanghais():
    assert AroundToday(datetime(2026, 12, 31, 15, 59, tzinfo=UTC)).today == date(2026, 12, 31)
    assert AroundToday(datetime(2026, 12, 31, 16, 0, tzinfo=UTC)).today == date(2027, 1, 1)


def test_cases_lately_closed_lie_in_the_quarter_before():
    start = datetime(2026, 11, 1, 9, tzinfo=UTC)
    for n in range(800):
        around = AroundToday(start + timedelta(days=n))
        year, quarter = around.last_quarter
        begins = date(year, quarter * 3 - 2, 1)
        for days in LATELY:
            received = around.quarter_begins - timedelta(days=days)
            assert begins <= received
            assert received + timedelta(days=24) < around.quarter_begins  # at the most, until it is closed
        assert year in around.scheme_years
        assert all(received < around.now for received, _ in around.open_cases)
        paid_on = around.contract_term[0] + timedelta(days=25 + 5)
        assert paid_on < around.today
