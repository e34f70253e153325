"""What waits, by urgency: late, today, this week, later; the same counts as the lists they lead to."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from services.actions import sessions
from services.models import ActivitySession
from tests import factories
from tests.test_pages import client_of
from xiangshan.portal.todo import desk as desks
from xiangshan.portal.todo.desk import LATE, LATER, TODAY, WEEK, urgency_of
from xiangshan.portal.todo.selectors import waiting_for
from xiangshan.shared.comments.actions import comment_on

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
    overdue(organization, 2000, 9, 5)
    late = waiting_for(county_staff).urgencies()[0]
    assert late.code == LATE
    days = [(timezone.localdate() - item.due_on).days for item in late.items]
    assert days == [2, 6, 1997]  # three days to report


def test_what_is_another_ones_turn_does_not_wait(county_staff, leader, organization):
    factories.SessionFactory(organization=organization, reported=True, status="returned", note="人数不符")
    assert "returned" not in {kind.code for kind in waiting_for(county_staff).kinds}
    assert {kind.code: kind.action for kind in waiting_for(leader).kinds}["returned"] == "修改"


def test_what_was_sent_back_is_due_a_week_after_and_says_since_when(county_staff, leader, organization, monkeypatch):
    brought_in = factories.SessionFactory(organization=organization, reported=True, status="returned", note="人数不符")
    session = factories.SessionFactory(organization=organization, reported=True)
    back = timezone.localdate() - timedelta(days=9)
    with time_machine.travel(f"{back} 23:59:00+08:00", tick=False):
        sessions.send_back(session, reason="照片不清", by=county_staff)
    with time_machine.travel(f"{back + timedelta(days=2)} 08:00:00+08:00", tick=False):
        comment_on(session, "请补照片", by=county_staff)  # a later line of the history is no turn
    for fetched in (50, 1):
        monkeypatch.setattr(desks, "FETCHED", fetched)
        (kind,) = [kind for kind in waiting_for(leader).kinds if kind.code == "returned"]
        assert kind.counts == {LATE: 1, TODAY: 1, WEEK: 0, LATER: 0}
    due = {item.key: item.due_on for item in waiting_for(leader).items if item.kind.code == "returned"}
    assert due.get(session.pk, back + timedelta(days=7)) == back + timedelta(days=7)
    assert f"自 {back} 起" in shown(leader, f"/services/sessions/{session.pk}/")
    assert "自 " not in shown(leader, f"/services/sessions/{brought_in.pk}/").split('class="turn"')[1].split("</p>")[0]


def test_a_report_is_due_some_days_after_its_session(leader, organization):
    today = timezone.localdate()
    factories.SessionFactory(organization=organization, held_on=today)
    (item,) = [item for item in waiting_for(leader).items if item.kind.code == "report"]
    assert item.due_on == today + timedelta(days=3)
    assert item.link.endswith("/report/")


def test_the_page_says_how_many_of_each_and_narrows_down(county_staff, organization):
    overdue(organization, 5, 6)
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


def test_what_is_overdue_is_one_number_wherever_it_is_said(county_staff, organization):
    overdue(organization, 1, 5, 40, 400)
    factories.SessionFactory(organization=organization, held_on=timezone.localdate())  # not overdue before midnight
    client = client_of(county_staff)
    (kind,) = [kind for kind in waiting_for(county_staff).kinds if kind.code == "overdue"]
    listed = re.search(r"共 (\d+) 条", client.get("/services/sessions/?status=overdue").content.decode())
    attention = client.get("/dashboard/more/").content.decode()
    told = re.search(r"逾期未上报的场次.*?(\d+)", re.sub(r"<[^>]+>", " ", attention), re.DOTALL)
    assert listed
    assert told
    assert {kind.count, int(listed[1]), int(told[1])} == {4}


def test_members_add_up_the_newest_reports_only(county_staff, organization):
    for year, members in ((2018, 10), (2019, 40), (2020, 55)):
        factories.StrengthFactory(organization=organization, as_of=date(year, 12, 31), formal_members=members)
    factories.StrengthFactory(as_of=date(2019, 6, 30), formal_members=7)
    assert "正式队员 62 人" in shown(county_staff, "/orgs/strength/")


def test_the_sum_of_contracts_counts_what_is_signed(county_staff):
    factories.ContractFactory(amount=1000)
    factories.ContractFactory(amount=5000, status="draft", signed_on=None)
    assert "合同金额合计（不含草稿） ¥1,000" in shown(county_staff, "/services/contracts/")


@pytest.mark.parametrize(
    ("status", "turn"),
    [
        ("draft", "合同已起草，等县总工会登记签订"),
        ("running", "采购已办完"),
        ("terminated", "等县总工会与中标单位签订合同"),
    ],
)
def test_a_procurement_waits_as_long_as_its_contract_does(db, status, turn):
    procurement = factories.ProcurementFactory()
    winner = factories.BidFactory(procurement=procurement)
    values = {"winner": winner, "status": "decided", "decision_reason": "最好", "decided_on": date(2020, 1, 1)}
    type(procurement).objects.filter(pk=procurement.pk).update(decided_by=factories.UserFactory(), **values)
    more = {"signed_on": None} if status == "draft" else {}
    factories.ContractFactory(procurement=procurement, organization=winner.organization, status=status, **more)
    procurement.refresh_from_db()
    assert turn in procurement.turn


def test_of_more_than_are_read_the_nearest_are_listed(county_staff, organization, monkeypatch):
    overdue(organization, *range(4, 10))
    for n in range(3):
        factories.SessionFactory(organization=organization, reported=True, title=f"已报 {n}")
    monkeypatch.setattr(desks, "FETCHED", 2)
    desk = waiting_for(county_staff)
    listed = [(timezone.localdate() - item.due_on).days for item in desk.items if item.kind.code == "overdue"]
    assert sorted(listed) == [1, 2], "what became late last, not the oldest"
    assert {kind.code: kind.count for kind in desk.kinds} == {"overdue": 6, "verify": 3}
