"""The signed year: frozen, guarded, restated, reopened; and its digest."""

from datetime import UTC, date, datetime
from io import StringIO

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command

from orgs.actions import merging
from orgs.models import StrengthReport
from services.actions import contracts, sessions, surveys
from services.models import ActivitySession
from tests import factories
from xiangshan.core.areas.models import Area
from xiangshan.core.records import change, create, lock, writing
from xiangshan.metrics import figures, rollup
from xiangshan.metrics.actions import closings
from xiangshan.metrics.locks import YearClosed, closed_years
from xiangshan.metrics.models import FrozenFact, FrozenFigure, Restatement, YearClosing
from xiangshan.metrics.selectors.checklist import checklist
from xiangshan.metrics.selectors.restated import restated, verify


@pytest.fixture
def county(db):
    return Area.objects.get(pk=factories.COUNTY)


def held(organization, **values):
    """A session as it stood before anybody looked, and the figures that follow from it."""
    session = factories.SessionFactory(organization=organization, **values)
    rollup.roll_up()
    return session


@pytest.fixture
def session(organization):
    return held(organization, verified=True, held_on="2020-05-05", workers_served=40, responses=30, satisfied=27)


@pytest.fixture
def signed(county, session, county_staff, leadership):
    closing = closings.compile_year(county, 2020, remarks="", by=county_staff)
    return closings.sign_year(closing, opinion="同意", by=leadership)


def frozen(closing, code, scope=factories.COUNTY, first=202001, last=202012):
    return closing.figures.get(metric=code, scope=scope, first=first, last=last, category=0)


def test_what_is_frozen_is_what_the_dashboard_shows(signed, county):
    shown = figures.figures(figures.Scope.of_area(county), figures.Period.year(2020))
    for code, figure in shown.items():
        row = frozen(signed, code)
        assert (row.numerator, row.denominator) == (figure.numerator, figure.denominator), code
    assert frozen(signed, "workers_served").numerator == 40
    assert frozen(signed, "workers_served", first=202005, last=202005).numerator == 40
    assert frozen(signed, "workers_served", scope=factories.DANDONG).numerator == 40
    assert len(signed.digest) == 64
    assert signed.definitions["workers_served"]["version"] == 1
    assert verify(signed).is_whole


def test_a_fact_of_a_signed_year_is_not_changed_without_a_reason(signed, session, county_staff):
    with pytest.raises(YearClosed, match="2020 年度数据已由"):
        change(lock(session), by=county_staff, verb="更正", workers_served=50)
    session.refresh_from_db()
    assert session.workers_served == 40
    assert not Restatement.objects.exists()


def test_with_a_reason_it_shows_as_a_restatement_everywhere_it_counts(signed, session, county_staff):
    change(lock(session), by=county_staff, verb="更正", reason="签到表漏记一页", workers_served=50)
    one = Restatement.objects.get()
    assert (one.reason, one.by, one.record) == ("签到表漏记一页", county_staff, session.pk)
    moved = {(item.metric.code, item.scope_name): item for item in restated(signed)}
    county = moved["workers_served", "象山县"]
    assert (county.signed.value, county.now.value, county.restatements) == (40, 50, [one])
    assert ("workers_served", str(session.organization)) in moved
    assert {code for code, name in moved if name == "象山县"} == {"workers_served", "response_rate", "proven_share"}
    rollup.refresh()
    found = verify(signed)
    assert found.is_whole
    assert not found.wrong
    assert not found.unexplained
    assert any("服务人次：40 → 50" in line for line in found.moved)


def test_the_reason_of_a_request_counts_for_all_it_does(signed, session, county_staff):
    county_staff.change_reason = "核对原始凭证"
    change(lock(session), by=county_staff, verb="更正", workers_served=41)
    assert Restatement.objects.get().reason == "核对原始凭证"


def test_a_correction_taken_back_moves_nothing_but_stays_told(signed, session, county_staff):
    change(lock(session), by=county_staff, verb="更正", reason="录错", workers_served=50)
    change(lock(session), by=county_staff, verb="更正", reason="原来是对的", workers_served=40)
    assert restated(signed) == []
    assert Restatement.objects.count() == 2
    assert verify(signed).moved == []


def test_what_the_year_does_not_count_is_changed_as_ever(signed, session, organization, county_staff):
    later = held(organization, verified=True, held_on="2021-01-01", workers_served=5)
    change(lock(later), by=county_staff, verb="修改", workers_served=6)
    change(lock(session), by=county_staff, verb="修改", title="另一个标题")
    assert not Restatement.objects.exists()


def test_moving_a_session_into_or_out_of_the_year_asks_for_a_reason(signed, session, organization, county_staff):
    later = held(organization, verified=True, held_on="2021-01-01", workers_served=5)
    with pytest.raises(YearClosed):
        change(lock(later), by=county_staff, verb="修改", held_on=datetime(2020, 12, 31, tzinfo=UTC).date())
    with pytest.raises(YearClosed):
        change(lock(session), by=county_staff, verb="修改", held_on=datetime(2021, 1, 1, tzinfo=UTC).date())


def test_another_county_is_not_bound_by_it(signed, stranger, county_staff):
    elsewhere = factories.OrganizationFactory(area_id=factories.ELSEWHERE)
    other = held(elsewhere, area_id=factories.ELSEWHERE, verified=True, held_on="2020-06-01", workers_served=9)
    change(lock(other), by=county_staff, verb="修改", workers_served=10)
    assert not Restatement.objects.exists()


def test_a_worker_who_rates_after_the_signature_is_not_turned_away(signed, session):
    with writing(ActivitySession, [session.pk]):
        ActivitySession.objects.filter(pk=session.pk).update(responses=31, satisfied=28)
    one = Restatement.objects.get()
    assert one.by is None
    assert "自动记入" in one.reason


def test_the_record_says_why_it_is_locked(signed, session):
    assert "2020 年度数据已由" in closed_years(session)
    assert "领导" in closed_years(session)


def test_nobody_signs_what_they_compiled_and_only_leadership_signs(
    county, session, county_staff, leadership, town_staff
):
    both = factories.somebody("county_staff")
    factories.PostFactory(user=both, role="leadership")
    closing = closings.compile_year(county, 2020, remarks="", by=both)
    with pytest.raises(PermissionDenied, match="自己编制"):
        closings.sign_year(closing, by=both)
    for person in (county_staff, town_staff):
        with pytest.raises(PermissionDenied):
            closings.sign_year(closing, by=person)
    with pytest.raises(PermissionDenied):
        closings.compile_year(county, 2020, remarks="", by=leadership)
    assert closings.sign_year(closing, by=leadership).status == "signed"


def test_what_moved_after_compiling_is_not_signed(county, session, county_staff, leadership):
    closing = closings.compile_year(county, 2020, remarks="", by=county_staff)
    change(lock(session), by=county_staff, verb="修改", workers_served=44)
    with pytest.raises(ValidationError, match="1 条记录发生变动"):
        closings.sign_year(closing, by=leadership)
    again = closings.compile_year(county, 2020, remarks="", by=county_staff)
    assert again.pk == closing.pk
    assert frozen(closings.sign_year(again, by=leadership), "workers_served").numerator == 44


def test_what_stays_open_must_be_explained(county, session, organization, county_staff):
    held(organization, held_on="2020-12-20", status="planned")
    with pytest.raises(ValidationError, match="场次都已上报"):
        closings.compile_year(county, 2020, remarks="", by=county_staff)
    closing = closings.compile_year(county, 2020, remarks="一场因台风未办，正在补报", by=county_staff)
    assert ["场次都已上报", 1] in [row[:2] for row in closing.checklist]


def test_reopened_by_name_with_a_reason_and_signed_anew_as_another_version(
    signed, session, county, county_staff, leadership
):
    with pytest.raises(PermissionDenied):
        closings.compile_year(county, 2020, remarks="", by=county_staff)
    with pytest.raises(PermissionDenied):
        closings.reopen_year(signed, reason="想改", by=county_staff)
    reopened = closings.reopen_year(signed, reason="补录两场", by=leadership)
    assert (reopened.reopened_by, reopened.reopen_reason) == (leadership, "补录两场")
    change(lock(session), by=county_staff, verb="更正", workers_served=60)
    second = closings.sign_year(closings.compile_year(county, 2020, remarks="", by=county_staff), by=leadership)
    assert second.version == 2
    assert frozen(second, "workers_served").numerator == 60
    assert frozen(signed, "workers_served").numerator == 40
    assert verify(signed).is_whole
    assert second.digest != signed.digest


@pytest.mark.parametrize("what", ["figure", "fact", "definition", "remarks"])
def test_whoever_changes_what_is_frozen_breaks_the_digest(signed, what):
    if what == "figure":
        FrozenFigure.objects.filter(closing=signed, metric="workers_served", first=202001, last=202012).update(
            numerator=41
        )
    elif what == "fact":
        row = FrozenFact.objects.filter(closing=signed, source=1).get()
        row.values[1] = 41
        row.save()
    elif what == "definition":
        signed.definitions["workers_served"]["version"] = 2
        signed.save()
    else:
        YearClosing.objects.filter(pk=signed.pk).update(remarks="别的")
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("verify_year", year=2020, stdout=out)
    assert "不符" in out.getvalue()


def test_the_command_says_which_figure_moved_and_whether_it_is_explained(signed, session, county_staff):
    change(lock(session), by=county_staff, verb="更正", reason="签到表漏记一页", workers_served=50)
    out = StringIO()
    call_command("verify_year", year=2020, stdout=out)
    assert "摘要相符" in out.getvalue()
    assert "服务人次" in out.getvalue()
    ActivitySession.objects.filter(pk=session.pk).update(workers_served=55)
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("verify_year", year=2020, stdout=out)
    assert "没有更正记录" in out.getvalue()


@pytest.mark.parametrize(
    ("moment", "may"),
    [("2020-12-31 15:59:59", False), ("2020-12-31 16:00:00", True)],  # UTC: midnight of Shanghai on either side
)
def test_a_year_can_be_compiled_from_its_first_moment_after_in_shanghai(county, moment, may, county_staff):
    with time_machine.travel(datetime.fromisoformat(f"{moment}+00:00"), tick=False):
        if may:
            assert closings.compile_year(county, 2020, remarks="", by=county_staff).year == 2020
        else:
            with pytest.raises(PermissionDenied, match="尚未结束"):
                closings.compile_year(county, 2020, remarks="", by=county_staff)


@pytest.mark.parametrize(("day", "open_"), [("2021-01-07", 1), ("2021-01-08", 0)])
def test_ratings_still_open_forbid_closing(county, organization, county_staff, day, open_):
    """Held on 31 December, rated for a week: the last day to rate is 7 January."""
    held(organization, verified=True, held_on="2020-12-31", workers_served=12)
    with time_machine.travel(datetime.fromisoformat(f"{day}T12:00:00+08:00"), tick=False):
        item = next(item for item in checklist(county, 2020) if item.title == "评价已经截止")
        assert (item.open, item.forbids) == (open_, True)
        if open_:
            with pytest.raises(ValidationError, match="评价已经截止"):
                closings.compile_year(county, 2020, remarks="都写了", by=county_staff)
        else:
            closings.compile_year(county, 2020, remarks="都写了", by=county_staff)


def test_the_lock_begins_with_the_signature_and_ends_with_the_reopening(county, session, county_staff, leadership):
    closing = closings.compile_year(county, 2020, remarks="", by=county_staff)
    change(lock(session), by=county_staff, verb="修改", workers_served=41)
    closing = closings.sign_year(closings.compile_year(county, 2020, remarks="", by=county_staff), by=leadership)
    with pytest.raises(YearClosed):
        change(lock(session), by=county_staff, verb="修改", workers_served=42)
    closings.reopen_year(closing, reason="更正", by=leadership)
    change(lock(session), by=county_staff, verb="修改", workers_served=42)
    assert not Restatement.objects.exists()


def test_returning_a_verified_session_has_its_reason_already(signed, session, county_staff):
    sessions.send_back(session, by=county_staff, reason="人数与签到表不符")
    assert Restatement.objects.get().reason == "人数与签到表不符"
    moved = {item.metric.code for item in restated(signed) if item.is_county}
    assert {"sessions_held", "workers_served", "sessions_pending"} <= moved


# What hangs together -------------------------------------------------------------------------------------------------


@pytest.fixture
def strong(organization):
    """A team of 12 at the end of 2019 and of 20 in the middle of 2020."""
    for day, members in (("2019-12-01", 12), ("2020-06-30", 20)):
        factories.StrengthFactory(organization=organization, as_of=day, formal_members=members)
    return organization


def reported(organization, day, members, by, **more):
    values = {"formal_members": members, "volunteers": 0, "union_members": 0}
    return create(
        StrengthReport(organization=organization, as_of=day, reported_by=by, **values), by=by, verb="上报", **more
    )


def members_of(closing):
    moved = [item for item in restated(closing) if item.metric.code == "formal_members" and item.is_county]
    return [(item.signed.value, item.now.value) for item in moved]


def test_a_report_of_today_asks_nothing_of_a_signed_year(strong, signed, leader):
    reported(strong, date(2026, 11, 1), 55, leader)
    assert not Restatement.objects.exists()


def test_a_report_that_comes_between_others_moves_the_year_by_itself_alone(strong, signed, leader):
    with pytest.raises(YearClosed):
        reported(strong, date(2020, 12, 1), 26, leader)
    reported(strong, date(2020, 12, 1), 26, leader, reason="补报年末人数")
    assert members_of(signed) == [(20, 26)]
    reported(strong, date(2020, 9, 1), 22, leader, reason="补报三季度")  # the year's end stays what it was
    assert members_of(signed) == [(20, 26)]
    assert verify(signed).unexplained == []


def test_lines_of_a_contract_that_is_amended_restate_what_was_agreed(county, organization, county_staff, leadership):
    contract = factories.ContractFactory(
        organization=organization, status="running", starts_on="2020-01-01", ends_on="2026-12-31"
    )
    kept, gone = (factories.LineFactory(contract=contract, quantity=quantity) for quantity in (5, 7))
    held(organization, verified=True, basis="bought", contract_line=kept, line_unit=1, held_on="2020-05-05")
    signed = closings.sign_year(closings.compile_year(county, 2020, remarks="进度正常", by=county_staff), by=leadership)
    assert frozen(signed, "delivery_rate").denominator == 12
    contracts.amend(
        contract, by=county_staff, agreed_on=date(2026, 1, 5), why="七场不再购买", lines=[{"row": gone, "gone": True}]
    )
    moved = {item.metric.code: item for item in restated(signed) if item.is_county}
    assert (moved["delivery_rate"].signed.denominator, moved["delivery_rate"].now.denominator) == (12, 5)
    assert moved["delivery_rate"].reasons == "七场不再购买"
    assert "contracts_active" not in moved
    assert verify(signed).unexplained == []


def test_a_reason_the_portal_wrote_itself_excuses_nothing(county, organization, county_staff, leadership):
    twin = factories.OrganizationFactory()
    rollup.roll_up()
    signed = closings.sign_year(closings.compile_year(county, 2020, remarks="", by=county_staff), by=leadership)
    before = frozen(signed, "orgs_linked").numerator
    with pytest.raises(YearClosed):
        merging.merge(organization, twin, by=county_staff)
    county_staff.change_reason = "同一支队伍登记了两次"
    merging.merge(organization, twin, by=county_staff)
    moved = {item.metric.code: item for item in restated(signed) if item.is_county}
    assert (moved["orgs_linked"].signed.value, moved["orgs_linked"].now.value) == (before, before - 1)
    assert verify(signed).unexplained == []


def test_undoing_a_merge_restates_what_the_kept_one_counts_for_again(county, organization, county_staff, leadership):
    twin = factories.OrganizationFactory()
    factories.CoverageFactory(organization=organization, starts_on="2020-06-01")
    factories.CoverageFactory(organization=twin, starts_on="2020-02-01")
    merge = merging.merge(organization, twin, by=county_staff)
    rollup.roll_up()
    signed = closings.sign_year(closings.compile_year(county, 2020, remarks="", by=county_staff), by=leadership)
    county_staff.change_reason = "其实是两支队伍"
    merging.undo(merge, by=county_staff)
    moved = {item.metric.code: item for item in restated(signed) if item.is_county}
    assert (moved["coverage_rate"].signed.numerator, moved["coverage_rate"].now.numerator) == (1, 2)
    assert verify(signed).unexplained == []


def test_a_late_rating_through_the_survey_counts_once(county, organization, county_staff, leadership):
    session = held(organization, verified=True, held_on="2020-12-31", workers_served=40, responses=30, satisfied=27)
    session.refresh_from_db()
    signed = closings.sign_year(closings.compile_year(county, 2020, remarks="", by=county_staff), by=leadership)
    with time_machine.travel(datetime.fromisoformat("2021-01-02T12:00:00+08:00"), tick=False):
        surveys.answer(session, token="a", overall=1, content=1, organisation=1)
    moved = {item.metric.code: item for item in restated(signed) if item.is_county}
    assert "sessions_held" not in moved
    rate = moved["satisfaction_rate"]
    assert (rate.signed.denominator, rate.now.denominator, rate.now.numerator) == (30, 31, 27)
    assert Restatement.objects.filter(by__isnull=True).exists()
    assert verify(signed).unexplained == []


def test_a_studio_that_moves_takes_its_receptions_along(county, studio, county_staff, leadership):
    factories.ReceptionFactory(studio=studio, received_on="2020-03-03", people=4)
    rollup.roll_up()
    signed = closings.sign_year(closings.compile_year(county, 2020, remarks="", by=county_staff), by=leadership)
    with pytest.raises(YearClosed):
        change(lock(studio), by=county_staff, verb="修改", area_id=factories.SHIPU)
    change(lock(studio), by=county_staff, verb="修改", reason="搬到石浦", area_id=factories.SHIPU)
    rollup.refresh()
    assert rollup.find_drift() == []
    assert verify(signed).unexplained == []


def test_a_record_moved_behind_the_portals_back_is_found_by_its_month(signed, session):
    ActivitySession.objects.filter(pk=session.pk).update(held_on="2020-06-05")
    assert any("2020 年 5 月" in line for line in verify(signed).unexplained)
