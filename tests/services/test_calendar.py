"""The calendar, and addresses to subscribe to it."""

from datetime import date, time, timedelta

import icalendar
import pytest
from django.test import Client
from django.utils import timezone

from services.actions import calendars
from services.models import CalendarFeed
from tests import factories
from tests.test_pages import client_of


@pytest.fixture
def session(organization):
    return factories.SessionFactory(
        organization=organization,
        title="亲子沟通",
        held_on=timezone.localdate() + timedelta(days=2),
        starts_at=time(9),
        ends_at=time(11),
    )


def feed(token):
    return Client().get(f"/calendar/{token}.ics")


def test_a_feed_shows_what_its_owner_sees_until_it_is_revoked(leader, session, stranger):
    _, token = calendars.subscribe(by=leader)
    _, others = calendars.subscribe(by=stranger)
    read = icalendar.Calendar.from_ical(feed(token).content)
    events = list(read.walk("VEVENT"))
    assert [str(event["summary"]) for event in events] == ["亲子沟通（已计划）"]
    assert events[0].decoded("dtstart").hour == 9
    assert str(events[0].decoded("dtstart").tzinfo) in ("Asia/Shanghai", "UTC+08:00")
    assert not list(icalendar.Calendar.from_ical(feed(others).content).walk("VEVENT"))
    mine = CalendarFeed.objects.get(user=leader)
    assert token not in mine.digest
    client_of(stranger).post(f"/services/calendar/feeds/{mine.pk}/revoke/")
    assert feed(token).status_code == 200
    client_of(leader).post(f"/services/calendar/feeds/{mine.pk}/revoke/")
    assert feed(token).status_code == 404


def test_a_post_that_ended_empties_the_feed(leader, session):
    _, token = calendars.subscribe(by=leader)
    leader.posts.update(ends_on=timezone.localdate() - timedelta(days=1))
    assert not list(icalendar.Calendar.from_ical(feed(token).content).walk("VEVENT"))


def test_the_address_is_shown_once(leader, session):
    client = client_of(leader)
    client.post("/services/calendar/feeds/new/", {"of": f"organization:{session.organization_id}"})
    assert ".ics" in client.get("/services/calendar/feeds/").content.decode()
    assert ".ics" not in client.get("/services/calendar/feeds/").content.decode()


def test_another_organization_is_not_subscribed_to(leader, stranger):
    foreign = factories.OrganizationFactory(area_id=factories.elsewhere().pk)
    answer = client_of(leader).post("/services/calendar/feeds/new/", {"of": f"organization:{foreign.pk}"})
    assert answer.status_code == 404


def test_month_week_and_list_show_the_session_on_its_day(leader, session):
    client = client_of(leader)
    session.held_on += timedelta(days=40)  # in no month that is shown unless the day says so
    session.save()
    day = f"{session.held_on:%Y-%m-%d}"
    for view in ("month", "week", "list", "nonsense"):
        body = client.get("/services/calendar/", {"view": view, "day": day}).content.decode()
        assert "亲子沟通" in body, view
    assert "亲子沟通" not in client.get("/services/calendar/", {"view": "week", "day": "2020-01-01"}).content.decode()


def test_dragged_to_another_day(leader, session):
    client = client_of(leader)
    client.post(f"/services/sessions/{session.pk}/move/", {"held_on": "2020-02-30"})
    client.post(f"/services/sessions/{session.pk}/move/", {"held_on": "2020-02-28"})
    session.refresh_from_db()
    assert session.held_on == date(2020, 2, 28)
