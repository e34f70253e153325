"""Emergency call-outs: one tap to go, a few fields when back, a year's list that adds up."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from services.actions import call_outs
from services.models import CallOut
from tests import factories
from tests.test_pages import client_of

NIGHT = datetime(2026, 8, 9, 23, 30, tzinfo=timezone.get_default_timezone())


def test_one_tap_and_a_few_fields_become_a_session(leader, organization):
    client = client_of(leader)
    with time_machine.travel(NIGHT, tick=False):
        client = client_of(leader)
        response = client.post("/services/call-outs/start/", {"organization": organization.pk})
        call_out = CallOut.objects.get()
        assert response.url == f"/services/call-outs/{call_out.pk}/finish/"
        assert (call_out.started_at, call_out.session.status, call_out.hours) == (NIGHT, "held", None)
        assert "正在出勤" in client.get("/").content.decode()
    with time_machine.travel(NIGHT + timedelta(hours=7), tick=False):  # over midnight
        client = client_of(leader)
        values = {
            "kind": "typhoon",
            "place": "石浦渔港",
            "ended_at": "2026-08-10T06:00",
            "people": 12,
            "people_helped": 35,
            "summary": "转移渔民",
        }
        assert client.post(response.url, {**values, "place": ""}).status_code == 422
        assert client.post(response.url, values).status_code == 302
    call_out.refresh_from_db()
    session = call_out.session
    assert (call_out.hours, call_out.person_hours) == (Decimal("6.5"), Decimal("78.0"))
    assert (session.status, session.workers_served, session.volunteers) == ("submitted", 35, 12)
    assert (session.title, session.category.code, session.held_on) == ("台风洪涝（石浦渔港）", "rescue", NIGHT.date())


def test_back_before_it_began_or_in_the_future_is_refused(leader, organization):
    call_out = call_outs.start(organization, by=leader, started_at=timezone.now() - timedelta(hours=1))
    for ended_at in (timezone.now() - timedelta(hours=2), timezone.now() + timedelta(hours=1)):
        with pytest.raises(ValidationError, match="归队时间"):
            call_outs.finish(call_out, by=leader, ended_at=ended_at, people=3, people_helped=1, place="山上")
    call_out.refresh_from_db()
    assert (call_out.ended_at, call_out.session.status) == (None, "held")
    with pytest.raises(ValidationError, match="晚于现在"):
        call_outs.start(organization, by=leader, started_at=timezone.now() + timedelta(minutes=5))


def test_whose_team_it_is(stranger, organization, leader):
    with pytest.raises(PermissionDenied):
        call_outs.start(organization, by=stranger)
    call_out = call_outs.start(organization, by=leader)
    with pytest.raises(PermissionDenied):
        call_outs.finish(call_out, by=stranger, ended_at=timezone.now(), people=1, people_helped=1)
    call_outs.cancel(call_out, by=leader, reason="点错了")
    call_out.refresh_from_db()
    assert call_out.session.status == "cancelled"


def test_a_years_list_adds_up(organization, county_staff):
    def went(hours, people, helped, **values):
        session = factories.SessionFactory(organization=organization, verified=True, held_on=NIGHT.date(), **values)
        return factories.CallOutFactory(
            session=session,
            started_at=NIGHT,
            ended_at=NIGHT + timedelta(hours=hours),
            people=people,
            people_helped=helped,
        )

    went(2, 10, 5)
    went(3.5, 4, 0)
    factories.CallOutFactory(
        session=factories.SessionFactory(organization=organization, status="cancelled", held_on=NIGHT.date()),
        people=99,
        people_helped=99,
    )
    rows = CallOut.objects.visible_to(county_staff).matching(year=2026)
    assert rows.totals() == {"count": 2, "people": 14, "helped": 5, "hours": 34}
    page = client_of(county_staff).get("/services/call-outs/?year=2026").content.decode()
    assert "2 次" in page
    sheet = client_of(county_staff).get("/services/call-outs/?year=2026&export=csv")
    assert b"".join(sheet.streaming_content).decode("utf-8-sig").count("\n") == 4  # the head, and every call-out
