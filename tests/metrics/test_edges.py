"""The edges of time, and records that move: everything counts once, where and when it belongs, in Shanghai."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from mediation.actions import cases
from services.actions import call_outs, sessions
from tests import factories
from xiangshan.metrics import figures, rollup
from xiangshan.metrics.models import Kind
from xiangshan.metrics.periods import Period

SHANGHAI = ZoneInfo("Asia/Shanghai")
COUNTY = figures.Scope(Kind.AREA, factories.COUNTY)


def value(code, period, scope=COUNTY):
    rollup.refresh()
    return figures.figures(scope, period)[code].value


def of(organization):
    return figures.Scope(Kind.ORGANIZATION, organization.pk)


@pytest.fixture
def verified(county_staff, organization):
    """A session of an organization, reported and verified through its actions."""

    def make(day, workers=10, **values):
        session = factories.SessionFactory(
            organization=organization, reported=True, held_on=day, workers_served=workers, **values
        )
        sessions.verify(session, by=county_staff)
        session.refresh_from_db()
        return session

    return make


def test_a_session_one_minute_before_the_year_ends_counts_in_that_year(verified):
    verified(date(2020, 12, 31), 7, starts_at=time(23, 59), ends_at=time(23, 59, 59))
    verified(date(2021, 1, 1), 11, starts_at=time(0, 1))
    assert value("workers_served", Period.year(2020)) == 7
    assert value("workers_served", Period.month(202012)) == 7
    assert value("workers_served", Period.quarter(2020, 4)) == 7
    assert value("workers_served", Period.year(2021)) == 11
    assert value("workers_served", Period.month(202101)) == 11


@pytest.mark.parametrize(
    ("moment", "year"), [("2020-12-31T23:59:30", 2020), ("2021-01-01T00:00:00", 2021), ("2021-01-01T07:30:00", 2021)]
)
def test_a_call_out_belongs_to_the_day_it_is_in_shanghai(leader, organization, moment, year):
    """In UTC the last of them is still the old year."""
    at = datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI)
    with time_machine.travel(at, tick=False):
        call_out = call_outs.start(organization, by=leader)
    assert call_out.session.held_on == at.date()
    assert value("sessions_pending", Period.year(year)) == 1
    assert value("sessions_pending", Period.year(2041 - year)) == 0


@pytest.mark.parametrize(("moment", "year"), [("2020-12-31T23:59", 2020), ("2021-01-01T00:00", 2021)])
def test_a_case_received_around_midnight_counts_on_its_day_in_shanghai(mediator, studio, moment, year):
    at = datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI)
    with time_machine.travel(at + timedelta(minutes=1), tick=False):
        cases.open(
            by=mediator, studio=studio, area=studio.area, received_at=at.astimezone(UTC), kind="wages", workers=1
        )
    assert value("cases_received", Period.year(year)) == 1
    assert value("cases_received", Period.year(4041 - year)) == 0


def test_the_leap_day_counts_and_the_year_before_has_none(verified):
    verified(date(2020, 2, 29), 29)
    verified(date(2019, 2, 28), 28)
    february = Period.month(202002)
    assert (february.starts_on, february.ends_on) == (date(2020, 2, 1), date(2020, 2, 29))
    assert february.year_before().ends_on == date(2019, 2, 28)
    assert value("workers_served", february) == 29
    assert value("workers_served", february.year_before()) == 28


def test_a_session_that_moves_to_another_month_counts_there_alone(verified, county_staff, leader):
    session = verified(date(2020, 1, 31), 10)
    assert value("workers_served", Period.month(202001)) == 10
    sessions.send_back(session, by=county_staff, reason="日期不对")
    sessions.edit(session, by=county_staff, held_on=date(2020, 2, 1))
    assert value("sessions_pending", Period.month(202001)) == 0
    assert value("sessions_pending", Period.month(202002)) == 1
    sessions.report(session, by=leader, workers_served=10)
    sessions.verify(session, by=county_staff)
    assert value("workers_served", Period.month(202001)) == 0
    assert value("workers_served", Period.month(202002)) == 10
    assert value("workers_served", Period.year(2020)) == 10


def test_a_session_that_moves_to_another_organization_counts_for_it_alone(verified, county_staff, organization):
    other = factories.OrganizationFactory()
    session = verified(date(2020, 5, 5), 10)
    sessions.send_back(session, by=county_staff, reason="登记到别的组织了")
    sessions.edit(session, by=county_staff, organization=other)
    assert value("sessions_pending", Period.year(2020), of(organization)) == 0
    assert value("sessions_pending", Period.year(2020), of(other)) == 1
    assert value("sessions_held", Period.year(2020)) == 0


def test_a_session_that_moves_to_another_contract_fills_that_one_alone(county_staff, organization, leader):
    one, two = (
        factories.LineFactory(
            contract=factories.ContractFactory(organization=organization, status="running"), quantity=2
        )
        for _ in range(2)
    )
    session = factories.SessionFactory(
        organization=organization,
        reported=True,
        basis="bought",
        contract_line=one,
        held_on=date(2020, 5, 5),
        workers_served=9,
    )
    sessions.verify(session, by=county_staff)
    rollup.roll_up()  # the contracts, which the factories made without an action
    first, second = (figures.Scope(Kind.CONTRACT, line.contract_id) for line in (one, two))
    assert value("workers_served", Period.year(2020), first) == 9
    sessions.send_back(session, by=county_staff, reason="应计入另一份合同")
    sessions.edit(session, by=county_staff, contract_line=two)
    sessions.report(session, by=leader, workers_served=9)
    sessions.verify(session, by=county_staff)
    assert value("workers_served", Period.year(2020), first) == 0
    assert value("workers_served", Period.year(2020), second) == 9
    assert value("delivery_rate", Period.year(2020), second) == 0.5
    assert value("sessions_held", Period.year(2020)) == 1


def test_struck_out_after_it_was_verified_it_is_in_no_figure(verified, county_staff):
    session = verified(date(2020, 5, 5), 10)
    rollup.roll_up()  # what the factories made without an action
    sessions.delete(session, by=county_staff, reason="没有举办")
    for code in ("sessions_held", "workers_served", "sessions_pending"):
        assert value(code, Period.year(2020)) == 0
    assert figures.figures(COUNTY, Period.year(2020))["reported_in_time_rate"].denominator == 0
    assert rollup.find_drift() == []
