"""Reminders: the day before, the evening of, when overdue, and weekly to staff; each once."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from services import reminders
from services.actions import sessions
from services.models import Rehearsal
from services.tasks import check_reports, remind_leaders, remind_staff
from tests import factories
from xiangshan.shared.notifications.models import Notice


def on(organization, days, **values):
    return factories.SessionFactory(
        organization=organization, held_on=timezone.localdate() + timedelta(days=days), **values
    )


def notices_of(user):
    return [(notice.text, notice.link) for notice in Notice.objects.filter(user=user).order_by("pk")]


def test_the_day_before_and_the_evening_of(leader, organization):
    tomorrow, today = on(organization, 1, title="明天的课"), on(organization, 0, title="今天的课")
    on(organization, 0, reported=True)
    for _ in range(2):  # the clock strikes twice
        assert reminders.remind_of_tomorrow() == 1
        assert reminders.remind_this_evening() == 1
    [(first, to_tomorrow), (second, to_report)] = notices_of(leader)
    assert "明天" in first
    assert to_tomorrow == f"/services/sessions/{tomorrow.pk}/"
    assert "填 3 项、拍照就能上报" in second
    assert to_report == f"/services/sessions/{today.pk}/report/"


def test_what_must_be_rehearsed_says_so_the_day_before(leader, organization):
    line = factories.LineFactory(contract__organization=organization, rehearsal_required=True)
    on(organization, 1, basis="bought", contract_line=line)
    reminders.remind_of_tomorrow()
    assert "还没有通过试讲" in notices_of(leader)[0][0]


def test_overdue_on_set_days_only(leader, organization):
    for days in range(16):
        on(organization, -days)
    assert reminders.remind_of_overdue() == len(reminders.OVERDUE_ON)
    assert reminders.remind_of_overdue() == len(reminders.OVERDUE_ON)
    texts = [text for text, _ in notices_of(leader)]
    assert len(texts) == len(reminders.OVERDUE_ON)
    assert sum("事后补报" in text for text in texts) == 2


def test_staff_hear_weekly_who_has_not_reported(county_staff, town_staff, organization, leader):
    on(organization, -2)
    on(factories.OrganizationFactory(area_id=factories.SHIPU), -2, area_id=factories.SHIPU)
    on(organization, -1, reported=True)
    assert reminders.tell_staff_of_the_week() == 2
    reminders.tell_staff_of_the_week()
    [(of_county, link)] = notices_of(county_staff)
    [(of_town, _)] = notices_of(town_staff)
    assert "2 场活动" in of_county
    assert "1 场活动" in of_town
    assert str(organization) in of_town
    assert link == "/services/sessions/?status=overdue"
    assert notices_of(leader) == []


def test_the_doors_of_the_clock_open(db):
    for when in ("tomorrow", "evening", "overdue"):
        remind_leaders(when)
    remind_staff()
    check_reports()
    assert not Notice.objects.exists()


def test_a_rehearsal_is_planned_then_held_and_only_a_passed_one_lets_report(leader, organization):
    line = factories.LineFactory(contract__organization=organization, rehearsal_required=True)
    session = on(organization, 0, basis="bought", contract_line=line)
    today = timezone.localdate()
    with pytest.raises(ValidationError, match="今天到活动日期之间"):
        sessions.plan_rehearsal(session, by=leader, rehearsed_on=today + timedelta(days=1))
    sessions.plan_rehearsal(session, by=leader, rehearsed_on=today, watched_by="县总工会女职工委")
    with pytest.raises(PermissionDenied, match="须先试讲"):
        sessions.report(session, by=leader, workers_served=9)
    sessions.record_rehearsal(session, by=leader, rehearsed_on=today, outcome="failed", notes="超时")
    with pytest.raises(PermissionDenied, match="须先试讲"):
        sessions.report(session, by=leader, workers_served=9)
    sessions.record_rehearsal(session, by=leader, rehearsed_on=today, outcome="passed", watched_by="组长")
    assert sessions.report(session, by=leader, workers_served=9).status == "submitted"
    assert list(Rehearsal.objects.order_by("pk").values_list("outcome", "watched_by")) == [
        ("failed", ""),
        ("passed", "组长"),
    ]
