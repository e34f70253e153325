"""Rooms, things, trainings and the nursery."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from projects.actions import in_kind, incubations
from projects.models import EquipmentLoan, Incubation, VenueBooking, VenueSlot
from tests import factories
from tests.projects import builders
from tests.test_pages import client_of

NO, WRONG = PermissionDenied, ValidationError
HOUR = timedelta(hours=1)


def nine(days=1):
    return (timezone.localtime() + timedelta(days=days)).replace(hour=9, minute=0, second=0, microsecond=0)


def book(venue, organization, by, start, hours=2):
    return in_kind.book_venue(venue, organization, by=by, starts_at=start, ends_at=start + HOUR * hours, purpose="例会")


def test_a_room_is_never_booked_twice(leader, organization, county_staff, stranger):
    venue, start = factories.VenueFactory(), nine()
    booking = book(venue, organization, leader, start)
    assert booking.slots.count() == 4
    for from_hour, hours in ((0, 2), (-1, 2), (1, 2), (-1, 5), (0.5, 1)):
        with pytest.raises(WRONG, match="已有预约，请换个时间或场地"):
            book(venue, organization, county_staff, start + HOUR * from_hour, hours)
    book(venue, organization, leader, start + HOUR * 2)  # right after is free
    book(factories.VenueFactory(), organization, leader, start)  # and so is another room
    with pytest.raises(IntegrityError), transaction.atomic():  # the database itself refuses a half hour twice
        VenueSlot.objects.create(booking=booking, venue=venue, starts_at=start)
    for wrong, hours, text in (
        (start + timedelta(minutes=15), 2, "整点或半点"),
        (start, 0, "结束时间须晚于"),
        (start, 14.5, "最多 14 小时"),
        (nine(-1), 1, "请选择以后的时间"),
    ):
        with pytest.raises(WRONG, match=text):
            book(venue, organization, leader, wrong, hours)
    with pytest.raises(NO, match="由社会组织负责人或所在地区"):
        book(venue, organization, stranger, nine(3))
    gone = factories.OrganizationFactory(stage="left")
    with pytest.raises(NO, match="尚未联系或已退出"):
        book(venue, gone, county_staff, nine(3))


def test_a_cancelled_room_is_free_at_once(leader, organization, stranger):
    venue, start = factories.VenueFactory(), nine()
    booking = book(venue, organization, leader, start)
    with pytest.raises(NO, match="由预约的组织或工会工作人员取消"):
        in_kind.cancel_booking(booking, by=stranger)
    in_kind.cancel_booking(booking, by=leader, reason="改期")
    with pytest.raises(NO, match="预约已取消"):
        in_kind.cancel_booking(booking, by=leader)
    book(venue, organization, leader, start)
    past = builders.booking(organization, days=-1)
    with pytest.raises(NO, match="时间已到"):
        in_kind.cancel_booking(past, by=leader)


def test_the_form_shows_what_is_taken_and_keeps_what_was_typed(leader, organization):
    venue = factories.VenueFactory(name="职工之家三楼")
    taken = builders.booking(organization, venue=venue, purpose="别人看不到的用途")
    day = timezone.localdate(taken.starts_at)
    client = client_of(leader)
    shown = client.get(f"/projects/bookings/taken/?venue={venue.pk}&day={day}").content.decode()
    assert "09:00–11:00" in shown
    assert "别人看不到的用途" not in shown
    assert "还没有人预约" in client.get(f"/projects/bookings/taken/?venue={venue.pk}&day=2030-01-01").content.decode()
    assert client.get("/projects/bookings/taken/?venue=x&day=昨天").content.decode().strip() == ""
    typed = {
        "organization": organization.pk,
        "venue": venue.pk,
        "day": str(day),
        "starts": "10:00",
        "ends": "12:00",
        "purpose": "骨干会",
    }
    page = client.post("/projects/bookings/new/", typed)
    assert page.status_code == 422
    assert "职工之家三楼" in page.content.decode()
    assert "09:00–11:00 已有预约" in page.content.decode()
    assert 'value="骨干会"' in page.content.decode()
    wrong = client.post("/projects/bookings/new/", typed | {"starts": "12:00", "ends": "11:00"})
    assert "结束时间须晚于开始时间" in wrong.content.decode()
    assert client.post("/projects/bookings/new/", typed | {"starts": "11:00"}).status_code == 302
    assert VenueBooking.objects.standing().count() == 2


def test_a_thing_is_lent_to_one_and_comes_back(county_staff, leader, organization):
    thing, today = builders.equipment(), timezone.localdate()
    with pytest.raises(NO, match="由县总工会工作人员登记"):
        in_kind.lend_equipment(thing, organization, by=leader, due_on=today)
    with pytest.raises(WRONG, match="尚未联系或已退出"):
        in_kind.lend_equipment(thing, factories.OrganizationFactory(stage="lead"), by=county_staff, due_on=today)
    with pytest.raises(WRONG, match="应还日期不能早于借出日期"):
        in_kind.lend_equipment(thing, organization, by=county_staff, due_on=today - timedelta(days=1))
    loan = in_kind.lend_equipment(thing, organization, by=county_staff, due_on=today)
    with pytest.raises(NO, match="已借给"):
        in_kind.lend_equipment(thing, organization, by=county_staff, due_on=today)
    with pytest.raises(IntegrityError), transaction.atomic():
        builders.loan(thing, organization)
    with pytest.raises(WRONG, match="不能晚于今天"):
        in_kind.take_back(loan, by=county_staff, returned_on=today + timedelta(days=1))
    in_kind.take_back(loan, by=county_staff, returned_on=today, condition="绳索磨损")
    with pytest.raises(NO, match="已经归还"):
        in_kind.take_back(loan, by=county_staff, returned_on=today)
    in_kind.edit_equipment(thing, by=county_staff, is_active=False)
    with pytest.raises(NO, match="已停用"):
        in_kind.lend_equipment(thing, organization, by=county_staff, due_on=today)
    late = builders.loan(builders.equipment(), organization, due_in=-1)
    assert list(EquipmentLoan.objects.overdue()) == [late]


def test_what_belongs_to_another_organization_is_no_ones_project(county_staff, organization):
    other = builders.project(factories.OrganizationFactory())
    with pytest.raises(WRONG, match="不属于这家社会组织"):
        in_kind.book_venue(
            factories.VenueFactory(), organization, by=county_staff, starts_at=nine(), ends_at=nine() + HOUR,
            purpose="例会", project=other,
        )  # fmt: skip
    with pytest.raises(WRONG, match="不属于这家社会组织"):
        in_kind.lend_equipment(
            builders.equipment(), organization, by=county_staff, due_on=timezone.localdate(), project=other
        )


def test_training_is_written_down_by_the_union_and_can_be_corrected(town_staff, leader, organization):
    values = {"organization": organization, "kind": "training", "title": "急救", "given_on": timezone.localdate()}
    with pytest.raises(NO, match="由所在地区的工会工作人员登记"):
        in_kind.record_support(by=leader, **values)
    with pytest.raises(WRONG, match="不能晚于今天"):
        in_kind.record_support(by=town_staff, **values | {"given_on": timezone.localdate() + timedelta(days=1)})
    given = in_kind.record_support(by=town_staff, **values)
    in_kind.correct_support(given, by=town_staff, people=30)
    given.refresh_from_db()
    assert given.people == 30


def test_a_team_grows_stands_alone_or_leaves(town_staff, leader, organization):
    community, today = builders.community(factories.DANDONG), timezone.localdate()
    values = {"team": organization, "community": community, "entered_on": today - timedelta(days=100)}
    with pytest.raises(NO, match="由所在地区的工会工作人员登记"):
        incubations.enter(by=leader, **values)
    with pytest.raises(WRONG, match="请选择社区或村"):
        incubations.enter(by=town_staff, **values | {"community": organization.area})
    with pytest.raises(WRONG, match="带教组织须是另一家"):
        incubations.enter(by=town_staff, **values, mentor=organization)
    team = incubations.enter(by=town_staff, **values)
    with pytest.raises(WRONG, match="正在孵化中"):
        incubations.enter(by=town_staff, **values)
    with pytest.raises(WRONG, match="种子期不能直接变为已出壳"):
        incubations.move(team, "independent", by=town_staff, day=today)
    incubations.move(team, "growing", by=town_staff, day=today)
    incubations.move(team, "mature", by=town_staff, day=today)
    with pytest.raises(WRONG, match="日期须在入驻之后"):
        incubations.move(team, "independent", by=town_staff, day=today - timedelta(days=200))
    incubations.move(team, "independent", by=town_staff, day=today, note="能独立办活动")
    team.refresh_from_db()
    assert (team.stage, team.ended_on, team.note) == ("independent", today, "能独立办活动")
    with pytest.raises(NO, match="已经结束"):
        incubations.move(team, "left", by=town_staff, day=today)
    incubations.enter(by=town_staff, **values | {"entered_on": today})  # a second time, after the first is over
    assert Incubation.objects.present().count() == 1


def test_a_mentors_leader_reads_the_teams_he_mentors(leader, organization):
    mentored = builders.incubation(factories.OrganizationFactory(name="小团队"), mentor=organization)
    foreign = builders.incubation(factories.OrganizationFactory(name="别的团队"))
    page = client_of(leader).get("/projects/incubations/").content.decode()
    assert "小团队" in page
    assert "别的团队" not in page
    assert client_of(leader).get(f"/projects/incubations/{mentored.pk}/").status_code == 200
    assert client_of(leader).get(f"/projects/incubations/{foreign.pk}/").status_code == 404


def test_a_community_shows_who_was_brought_in_and_who_grew_there(county_staff):
    community = builders.community(factories.DANDONG)
    own = factories.OrganizationFactory(short_name="自己的队", origin="incubated", area_id=community.pk)
    builders.incubation(own)
    factories.OrganizationFactory(short_name="驻点机构", origin="brought_in", area_id=community.pk)
    visiting = factories.OrganizationFactory(short_name="来办活动的", origin="brought_in")
    factories.SessionFactory(organization=visiting, verified=True, area_id=community.pk)
    planning = factories.OrganizationFactory(short_name="只是打算来", origin="brought_in")
    factories.SessionFactory(organization=planning, area_id=community.pk)
    client = client_of(county_staff)
    page = client.get(f"/projects/incubations/communities/{community.pk}/").content.decode()
    for text in ("自己的队", "驻点机构", "来办活动的", "种子期"):
        assert text in page
    brought = page[page.index("外结合") : page.index("在这里的活动")]
    assert "只是打算来" not in brought
    assert "自己的队" not in brought
    assert community.name in client.get("/projects/incubations/communities/").content.decode()
