"""Whatever happens to facts, refreshed figures equal a roll-up from scratch."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from mediation.actions import cases
from orgs.actions import branches, merging
from orgs.actions import organizations as organization_actions
from services.actions import sessions as session_actions
from services.actions import surveys
from services.models import ActivitySession
from tests import factories
from xiangshan.core.areas.models import Area
from xiangshan.metrics import breakdowns, figures, rollup
from xiangshan.metrics.models import Cell, Kind, StaleMark
from xiangshan.metrics.periods import Period
from xiangshan.metrics.registry import METRICS

COUNTY = figures.Scope(Kind.AREA, factories.COUNTY)
Y2020 = Period.year(2020)


def value(code, scope=COUNTY, period=Y2020):
    return figures.figures(scope, period)[code].value


def stored():
    return set(Cell.objects.values_list(*rollup.COLUMNS))


def assert_equals_scratch():
    rollup.refresh()
    refreshed = stored()
    assert rollup.find_drift() == []
    Cell.objects.all()._raw_delete("default")
    rollup.roll_up()
    assert refreshed == stored()


def test_a_verified_session_counts_everywhere_it_belongs(county_staff, organization):
    session = factories.SessionFactory(
        organization=organization, area_id=factories.TASHAN, reported=True, workers_served=31
    )
    rollup.roll_up()
    assert value("sessions_pending") == 1
    session_actions.verify(session, by=county_staff)
    assert value("sessions_held") == 0, "not before the refresh"
    assert figures.freshness().waiting > 0
    rollup.refresh()
    places = [
        COUNTY,
        figures.Scope(Kind.AREA, factories.DANDONG),
        figures.Scope(Kind.PLACE, factories.TASHAN),
        figures.Scope(Kind.ORGANIZATION, organization.pk),
    ]
    assert [(value("sessions_held", scope), value("workers_served", scope)) for scope in places] == [(1, 31)] * 4
    assert value("sessions_pending") == 0
    assert figures.freshness().waiting == 0
    assert [value("sessions_held", period=Period.month(202000 + month)) for month in (10, 11, 12)] == [0, 1, 0]


def test_deleting_takes_it_out(county_staff, organization):
    session = factories.SessionFactory(organization=organization, verified=True)
    rollup.roll_up()
    assert value("sessions_held") == 1
    session_actions.delete(session, by=county_staff, reason="重复")
    rollup.refresh()
    assert value("sessions_held") == 0


def test_stocks_are_read_at_the_periods_end(county_staff, organization):
    """Linked since 2019; covered by two branches in turn, with an overlap that must not count twice."""
    factories.CoverageFactory(organization=organization, starts_on=date(2019, 3, 1), ends_on=date(2020, 5, 10))
    factories.CoverageFactory(organization=organization, starts_on=date(2020, 2, 1), ends_on=date(2020, 9, 15))
    factories.OrganizationFactory(stage="contacted", linked_on=date(2020, 6, 1))
    rollup.roll_up()

    def covered(month):
        found = figures.figures(COUNTY, Period.month(month))["coverage_rate"]
        return found.numerator, found.denominator

    assert [covered(month) for month in (201902, 201903, 202004, 202006, 202008, 202009)] == [
        (0, 1),
        (1, 1),
        (1, 1),
        (1, 2),
        (1, 2),
        (0, 2),
    ]
    organization_actions.change_stage(organization, "left", by=county_staff, on=date(2020, 11, 1))
    rollup.refresh()
    assert [value("orgs_linked", period=Period.month(month)) for month in (202010, 202011)] == [2, 1]
    assert rollup.find_drift() == []


def covered_by(organization, by, *days):
    """Covered from these days on, each time by another branch."""
    for day in days:
        branch = factories.BranchFactory(established_on=date(2018, 1, 1))
        rollup.roll_up()
        branches.cover(branch, organization, by=by, starts_on=day)


def test_a_coverage_that_comes_later_moves_what_its_siblings_count_for(county_staff, organization):
    ended = factories.CoverageFactory(organization=organization, starts_on="2020-03-01", ends_on="2020-09-15")
    rollup.roll_up()
    covered_by(organization, county_staff, date(2020, 9, 15))  # goes on from the day the other ended
    assert_equals_scratch()
    assert [value("coverage_rate", period=Period.month(month)) for month in (202002, 202003, 202009)] == [0, 1, 1]
    covered_by(organization, county_staff, date(2019, 5, 1))  # entered afterwards: it began earlier than any
    assert_equals_scratch()
    assert value("coverage_rate", period=Period.month(201905)) == value("coverage_rate") == 1
    assert ended.organization.coverages.count() == 3


def test_two_organizations_covered_at_once_count_once_merged_and_twice_apart(county_staff, organization):
    other = factories.OrganizationFactory()
    rollup.roll_up()
    covered_by(organization, county_staff, date(2021, 3, 1))
    covered_by(other, county_staff, date(2020, 5, 1))
    assert_equals_scratch()
    merge = merging.merge(organization, other, by=county_staff)
    assert_equals_scratch()
    merging.undo(merge, by=county_staff)
    assert_equals_scratch()


def test_strength_counts_the_newest_report(leader, organization):
    rollup.roll_up()
    for day, members in ((date(2019, 12, 31), 11), (date(2020, 6, 1), 40), (date(2020, 12, 1), 55)):
        organization_actions.report_strength(
            organization, by=leader, as_of=day, formal_members=members, volunteers=0, union_members=0
        )
        rollup.refresh()
    assert [value("formal_members", period=Period.month(month)) for month in (201911, 201912, 202006, 202012)] == [
        0,
        11,
        40,
        55,
    ]
    organization_actions.report_strength(
        organization, by=leader, as_of=date(2020, 3, 1), formal_members=30, volunteers=0, union_members=0
    )
    rollup.refresh()
    assert [value("formal_members", period=Period.month(month)) for month in (202002, 202003, 202006)] == [11, 30, 40]
    assert rollup.find_drift() == []


def test_contracts_run_in_every_period_they_touch(organization):
    factories.LineFactory(
        contract__organization=organization,
        contract__starts_on=date(2019, 11, 1),
        contract__ends_on=date(2020, 2, 29),
        quantity=5,
    )
    factories.LineFactory(
        contract__organization=organization,
        quantity=7,
        contract__amount="1234.56",
        contract__signed_on=date(2020, 1, 5),
    )
    factories.ContractFactory(organization=organization, status="terminated")
    rollup.roll_up()
    assert [value("contracts_active", period=Period.month(month)) for month in (201910, 201911, 202002, 202003)] == [
        0,
        1,
        2,
        1,
    ]
    assert figures.figures(COUNTY, Y2020)["delivery_rate"].denominator == 12
    assert str(value("contract_amount", period=Period.month(202001))) == "51234.56"


def test_mediation_figures(mediator, studio):
    zone = timezone.get_default_timezone()
    for n, minutes in enumerate((10, 20, 60)):
        at = timezone.datetime(2020, 5, 1 + n, 9, tzinfo=zone)
        case = cases.open(
            by=mediator,
            studio=studio,
            area=studio.area,
            subject="欠薪",
            received_at=at,
            people_received=2,
            amount_involved="1000.50",
        )
        cases.edit(
            case,
            by=mediator,
            first_response_at=at + timedelta(minutes=minutes),
            accepted_on=at.date(),
            concluded_on=at.date() + timedelta(days=15 if n else 16),
            closed_on=at.date() + timedelta(days=20),
            status="closed",
            outcome="agreed" if n else "failed",
        )
    cases.record_reception(by=mediator, studio=studio, received_on=date(2020, 7, 1), people=3, subject="咨询")
    rollup.refresh()
    found = figures.figures(figures.Scope(Kind.STUDIO, studio.pk), Y2020)
    values = {
        code: found[code].value
        for code in ("cases_received", "people_received", "response_minutes", "response_minutes_p90")
    }
    assert values == {"cases_received": 3, "people_received": 9, "response_minutes": 20, "response_minutes_p90": 60}
    assert str(found["amount_involved"].value) == "3001.5"
    assert (found["mediation_success_rate"].numerator, found["mediation_success_rate"].denominator) == (2, 3)
    assert (found["on_time_rate"].numerator, found["on_time_rate"].denominator) == (2, 3)


def test_a_planned_session_becomes_due_by_the_passing_of_its_day(organization, time_machine):
    time_machine.move_to("2020-06-10 12:00+08:00")
    factories.SessionFactory(organization=organization, held_on=date(2020, 6, 10))
    rollup.roll_up()
    assert figures.figures(COUNTY, Y2020)["reported_in_time_rate"].denominator == 0
    time_machine.move_to("2020-06-11 00:05+08:00")
    rollup.refresh()
    assert figures.figures(COUNTY, Y2020)["reported_in_time_rate"].denominator == 1


def test_reconcile_names_what_was_changed_behind_the_portals_back(organization):
    session = factories.SessionFactory(organization=organization, verified=True, workers_served=30)
    rollup.roll_up()
    call_command("reconcile", stdout=StringIO())
    with connection.cursor() as cursor:
        cursor.execute("UPDATE services_activitysession SET workers_served = 35 WHERE id = %s", [session.pk])
    out = StringIO()
    with pytest.raises(SystemExit) as stop:
        call_command("reconcile", stdout=out)
    assert stop.value.code == 1
    assert "202011 area:330225 workers_served: workers +5" in out.getvalue()
    assert f"202011 organization:{organization.pk} workers_served: workers +5" in out.getvalue()
    assert rollup.rebuild(), "the nightly job finds it too"
    assert rollup.find_drift() == [], "and repairs it"


def test_one_change_costs_few_statements_however_much_there_is(
    county_staff, organization, django_assert_max_num_queries
):
    sessions = [
        factories.SessionFactory(organization=organization, reported=True, held_on=date(2020, 1 + n % 12, 3))
        for n in range(30)
    ]
    rollup.roll_up()
    session_actions.verify(sessions[3], by=county_staff)
    with django_assert_max_num_queries(30):
        rollup.refresh()


def test_months_add_up_and_towns_add_up(organization):
    for n in range(8):
        area = [factories.TASHAN, factories.DANDONG, factories.SHIPU, factories.COUNTY][n % 4]
        factories.SessionFactory(
            organization=organization,
            verified=True,
            area_id=area,
            held_on=date(2020, 1 + n, 9),
            responses=n + 1,
            satisfied=n,
            workers_served=10 + n,
        )
    rollup.roll_up()
    for metric in METRICS:
        if not metric.adds_up:
            continue
        year = figures.figures(COUNTY, Y2020)[metric.code]
        months = [figures.figures(COUNTY, Period.month(month))[metric.code] for month in Y2020.months]
        assert year.numerator == sum(month.numerator for month in months), metric.code
        if metric.is_rate:
            assert year.denominator == sum(month.denominator for month in months), metric.code
    areas = [Area.objects.get(pk=factories.COUNTY), *Area.objects.filter(parent=factories.COUNTY)]
    lines = breakdowns.by_area(COUNTY, areas, Y2020)
    assert sum(line.sessions for line in lines) == value("sessions_held") == 8
    assert sum(line.workers for line in breakdowns.by_organization(COUNTY, areas, Y2020)) == value("workers_served")
    evidence, categories = breakdowns.by_evidence_and_category(COUNTY, Y2020)
    assert sum(line.sessions for line in evidence) == sum(line.sessions for line in categories) == 8


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["plan", "report", "save", "verify", "return", "edit", "cancel", "delete", "rate", "move", "refresh"]
        ),
        st.integers(0, 5),
        st.integers(1, 5),
    ),
    min_size=4,
    max_size=30,
)


@settings(
    max_examples=40,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
def test_any_sequence_of_events_leaves_figures_equal_to_a_roll_up_from_scratch(db, steps):
    with transaction.atomic():
        _play(steps)
        assert_equals_scratch()
        transaction.set_rollback(True)


def _play(steps):
    today = timezone.localdate()
    county, other = factories.somebody("county_staff"), factories.somebody("county_staff")
    organizations = [factories.OrganizationFactory(area_id=area) for area in (factories.DANDONG, factories.TASHAN)]
    line = factories.LineFactory(contract__organization=organizations[0], quantity=2)
    sessions: list[ActivitySession] = []
    rollup.roll_up()  # the factories write past the actions

    def act(step, one, number):
        if step == "plan":
            basis = {"basis": "bought", "contract_line": line} if number == 1 else {"basis": "voluntary"}
            organization = organizations[0 if number == 1 else number % 2]
            sessions.append(
                session_actions.plan(
                    by=county,
                    organization=organization,
                    category=factories.category("arts" if number == 2 and number != 1 else "handy"),
                    title="活动",
                    area=organization.area,
                    held_on=today - timedelta(days=number * 9 - 9),
                    **basis,
                )
            )
        elif step == "refresh":
            rollup.refresh()
        elif not sessions:
            return
        elif step in ("report", "save"):
            session_actions.report(
                one, by=county, submit=step == "report", workers_served=number * 10, evidence="paper_list"
            )
        elif step == "verify":
            session_actions.verify(one, by=other)
        elif step == "edit":
            session_actions.edit(one, by=county, held_on=today - timedelta(days=number * 20), area_id=factories.SHIPU)
        elif step == "rate":
            surveys.answer(one, token=f"{len(sessions)}{number}", overall=number)
        elif step == "move":
            organization_actions.edit(organizations[number % 2], by=county, area=Area.objects.get(pk=factories.SHIPU))
        else:
            action = {
                "return": session_actions.send_back,
                "cancel": session_actions.cancel,
                "delete": session_actions.delete,
            }[step]
            action(one, by=other, reason="更正")

    for step, index, number in steps:
        one = sessions[index % len(sessions)] if sessions else None
        try:
            with transaction.atomic():
                act(step, one, number)
        except (PermissionDenied, ValidationError):
            continue


def test_marks_are_written_in_the_transaction_of_the_change(county_staff, organization):
    session = factories.SessionFactory(organization=organization, reported=True)
    rollup.refresh()
    try:
        with transaction.atomic():
            session_actions.verify(session, by=county_staff)
            assert StaleMark.objects.exists()
            raise RuntimeError
    except RuntimeError:
        pass
    assert not StaleMark.objects.exists()
