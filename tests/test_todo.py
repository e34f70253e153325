"""What waits, by urgency: late, today, this week, later; the same counts as the lists they lead to."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from services.models import ActivitySession
from tests import factories
from tests.test_pages import client_of
from xiangshan.portal.todo import desk as desks
from xiangshan.portal.todo.desk import LATE, LATER, TODAY, WEEK, urgency_of
from xiangshan.portal.todo.selectors import waiting_for

MONDAY = date(2026, 11, 30)
SUNDAY = date(2026, 12, 6)


@pytest.mark.parametrize(
    ("day", "today", "expected"),
    [
        (MONDAY - timedelta(days=1), MONDAY, LATE),
        (MONDAY, MONDAY, TODAY),
        (MONDAY + timedelta(days=1), MONDAY, WEEK),
        (SUNDAY, MONDAY, WEEK),
        (SUNDAY + timedelta(days=1), MONDAY, LATER),
        (SUNDAY, SUNDAY, TODAY),
        (SUNDAY + timedelta(days=1), SUNDAY, LATER),
        (date(2027, 1, 1), date(2026, 12, 31), WEEK),  # a week goes over the year's end
        (None, MONDAY, LATER),
    ],
)
def test_how_urgent_a_day_is(day, today, expected):
    assert urgency_of(day, today) == expected


def overdue(organization, *days_ago):
    today = timezone.localdate()
    return [factories.SessionFactory(organization=organization, held_on=today - timedelta(days=n)) for n in days_ago]


def shown(user, address="/"):
    return client_of(user).get(address).content.decode()


def test_a_session_of_years_ago_does_not_head_the_list(county_staff, organization):
    overdue(organization, 2000, 5, 1)
    late = waiting_for(county_staff).urgencies()[0]
    assert late.code == LATE
    days = [(timezone.localdate() - item.due_on).days for item in late.items]
    assert days == [1, 5, 2000]


def test_what_is_another_ones_turn_does_not_wait(county_staff, leader, organization):
    factories.SessionFactory(organization=organization, reported=True, status="returned", note="人数不符")
    assert "returned" not in {kind.code for kind in waiting_for(county_staff).kinds}
    assert {kind.code: kind.action for kind in waiting_for(leader).kinds}["returned"] == "修改"


def test_a_report_is_due_some_days_after_its_session(leader, organization):
    today = timezone.localdate()
    factories.SessionFactory(organization=organization, held_on=today)
    (item,) = [item for item in waiting_for(leader).items if item.kind.code == "report"]
    assert item.due_on == today + timedelta(days=3)
    assert item.link.endswith("/report/")


def test_the_page_says_how_many_of_each_and_narrows_down(county_staff, organization):
    overdue(organization, 1, 2)
    factories.SessionFactory(organization=organization, reported=True)
    page = shown(county_staff)
    assert re.search(r"逾期 <span class=\"count late\">\d+</span>", page)
    narrowed = shown(county_staff, "/?kind=overdue")
    assert narrowed.count('class="waiting-item"') == 2
    assert "/services/sessions/?status=overdue" in narrowed
    assert shown(county_staff, "/?kind=nonsense&when=never").count('class="waiting-item"') == 3


def test_too_many_to_read_are_counted_by_the_database(county_staff, organization, monkeypatch):
    overdue(organization, *range(1, 8))
    for n in range(4):
        factories.SessionFactory(organization=organization, reported=True, title=f"已报 {n}")
    read = {kind.code: kind.counts for kind in waiting_for(county_staff).kinds}
    monkeypatch.setattr(desks, "FETCHED", 2)
    assert {kind.code: kind.counts for kind in waiting_for(county_staff).kinds} == read


@pytest.mark.parametrize("moment", ["2026-11-29 23:59:30", "2026-11-30 00:00:30", "2026-12-31 23:59:30"])
def test_the_day_changes_at_midnight_of_the_county(county_staff, organization, moment):
    with time_machine.travel(f"{moment}+08:00", tick=False):
        day = timezone.localdate()
        factories.SessionFactory(organization=organization, held_on=day)
        factories.SessionFactory(organization=organization, held_on=day - timedelta(days=1))
        kinds = {kind.code: kind.count for kind in waiting_for(county_staff).kinds}
        assert kinds["overdue"] == 1 == ActivitySession.objects.overdue().count()
