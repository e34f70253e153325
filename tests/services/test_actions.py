from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from services.actions import contracts, surveys
from services.actions import sessions as session_actions
from services.models import ActivitySession, Department, Rehearsal, SurveyResponse
from tests import factories
from tests.test_pages import client_of
from xiangshan.shared.attachments.models import Attachment

Status = ActivitySession.Status


def planned(organization, **values):
    return factories.SessionFactory(organization=organization, held_on=timezone.localdate(), **values)


def bought(organization, quantity=2, rehearsal=False, **values):
    line = factories.LineFactory(contract__organization=organization, quantity=quantity, rehearsal_required=rehearsal)
    return planned(organization, basis="bought", contract_line=line, **values)


def test_a_session_travels_from_plan_to_verified(leader, county_staff, organization):
    session = session_actions.plan(
        by=leader,
        organization=organization,
        basis="voluntary",
        category=factories.category(),
        title="义剪",
        area=organization.area,
        held_on=timezone.localdate(),
    )
    session_actions.report(session, by=leader, workers_served=42)
    session = session_actions.verify(session, by=county_staff)
    assert (session.status, session.workers_served, session.verified_by) == (Status.VERIFIED, 42, county_staff)
    assert session.reported_in_time


def test_reporter_cannot_verify_own_session(county_staff, organization):
    session = factories.SessionFactory(organization=organization, reported=True, submitted_by=county_staff)
    with pytest.raises(PermissionDenied, match="自己上报"):
        session_actions.verify(session, by=county_staff)


def test_leader_cannot_verify(leader, organization):
    with pytest.raises(PermissionDenied, match="只有工会工作人员"):
        session_actions.verify(factories.SessionFactory(organization=organization, reported=True), by=leader)


def test_a_stranger_cannot_report(stranger, organization):
    with pytest.raises(PermissionDenied):
        session_actions.report(planned(organization), by=stranger, workers_served=5)


def test_a_second_verification_is_told(county_staff, town_staff, organization):
    session = factories.SessionFactory(organization=organization, reported=True)
    session_actions.verify(session, by=county_staff)
    with pytest.raises(PermissionDenied, match="已核实，不能核实"):
        session_actions.verify(session, by=town_staff)


def test_tomorrow_cannot_be_reported(leader, organization):
    session = factories.SessionFactory(organization=organization, held_on=timezone.localdate() + timedelta(days=1))
    with pytest.raises(PermissionDenied, match="还没有举办"):
        session_actions.report(session, by=leader, workers_served=5)


@pytest.mark.parametrize(
    ("days", "evidence", "in_time"), [(0, "paper_list", True), (3, "paper_list", True), (4, "late", False)]
)
def test_what_is_reported_after_three_days_is_marked_late(leader, organization, days, evidence, in_time):
    session = factories.SessionFactory(organization=organization, held_on=timezone.localdate() - timedelta(days=days))
    surveys.list_sign_ins(session, ["甲", "乙", "丙", "丁", "戊"], by=leader)
    session = session_actions.report(session, by=leader, workers_served=5)
    assert (session.evidence, session.reported_in_time) == (evidence, in_time)


def test_a_report_without_numbers_is_refused_and_nothing_changes(leader, organization):
    session = planned(organization)
    with pytest.raises(ValidationError, match="请填写服务人次"):
        session_actions.report(session, by=leader, summary="很好")
    session.refresh_from_db()
    assert (session.status, session.summary) == (Status.PLANNED, "")


def test_a_saved_report_is_held_and_waits_for_its_leader(leader, organization):
    session = session_actions.report(planned(organization), by=leader, submit=False, workers_served=7)
    assert (session.status, session.submitted_by) == (Status.HELD, None)


def test_verified_sessions_fill_units_once_and_no_more_than_bought(county_staff, organization):
    session = bought(organization, quantity=2)
    sessions = [
        factories.SessionFactory(
            organization=organization, reported=True, basis="bought", contract_line=session.contract_line
        )
        for _ in range(3)
    ]
    assert [session_actions.verify(one, by=county_staff).line_unit for one in sessions[:2]] == [1, 2]
    with pytest.raises(ValidationError, match="超出合同数量"):
        session_actions.verify(sessions[2], by=county_staff)
    session_actions.send_back(sessions[0], by=county_staff, reason="人数有误")
    assert session_actions.verify(sessions[2], by=county_staff).line_unit == 1


def test_the_database_refuses_a_unit_filled_twice(organization):
    line = factories.LineFactory(contract__organization=organization)
    factories.SessionFactory(organization=organization, verified=True, basis="bought", contract_line=line, line_unit=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.SessionFactory(
            organization=organization, verified=True, basis="bought", contract_line=line, line_unit=1
        )


def test_what_must_be_rehearsed_waits_for_a_passed_rehearsal(leader, organization):
    session = bought(organization, rehearsal=True)
    with pytest.raises(PermissionDenied, match="须先试讲"):
        session_actions.report(session, by=leader, workers_served=5)
    session_actions.record_rehearsal(
        session, by=leader, rehearsed_on=timezone.localdate(), outcome=Rehearsal.Outcome.FAILED
    )
    with pytest.raises(PermissionDenied, match="须先试讲"):
        session_actions.report(session, by=leader, workers_served=5)
    session_actions.record_rehearsal(
        session, by=leader, rehearsed_on=timezone.localdate(), outcome=Rehearsal.Outcome.PASSED
    )
    session.refresh_from_db()
    assert session.status == Status.REHEARSED
    assert session_actions.report(session, by=leader, workers_served=5).status == Status.SUBMITTED


def test_returning_asks_what_to_mend_and_only_the_county_takes_back_what_counts(county_staff, town_staff, organization):
    session = factories.SessionFactory(organization=organization, verified=True)
    with pytest.raises(PermissionDenied, match="只有县总工会"):
        session_actions.send_back(session, by=town_staff, reason="人数")
    with pytest.raises(ValidationError, match="请写明要更正什么"):
        session_actions.send_back(session, by=county_staff, reason="  ")
    session = session_actions.send_back(session, by=county_staff, reason="人数与名单不符")
    assert (session.status, session.note, session.verified_by) == (Status.RETURNED, "人数与名单不符", None)


def test_a_deleted_session_leaves_lists_and_keeps_its_history(county_staff, organization):
    session = factories.SessionFactory(organization=organization, verified=True)
    session_actions.delete(session, by=county_staff, reason="重复登记")
    assert not ActivitySession.objects.visible_to(county_staff).exists()
    assert ActivitySession.objects.get(pk=session.pk).note == "重复登记"


def test_history_says_who_did_what_and_why(county_staff, organization):
    from auditlog.models import LogEntry

    session = factories.SessionFactory(organization=organization, reported=True)
    session_actions.send_back(session, by=county_staff, reason="名单缺页")
    line = LogEntry.objects.get_for_object(session).order_by("-pk")[0]
    assert line.actor == county_staff
    assert line.additional_data == {"verb": "退回", "reason": "名单缺页"}
    assert line.changes["status"] == ["submitted", "returned"]


def test_an_answer_counts_once_per_token(organization):
    session = factories.SessionFactory(organization=organization, reported=True, held_on=timezone.localdate())
    assert surveys.answer(session, token="a", overall=5)
    assert not surveys.answer(session, token="a", overall=1)
    assert surveys.answer(session, token="b", overall=3)
    session.refresh_from_db()
    assert (session.responses, session.satisfied) == (2, 1)
    assert sorted(SurveyResponse.objects.values_list("overall", flat=True)) == [3, 5]


@pytest.mark.parametrize(("days", "opens"), [(-1, False), (0, True), (7, True), (8, False)])
def test_the_survey_is_open_for_a_week(organization, days, opens):
    session = factories.SessionFactory(organization=organization, held_on=timezone.localdate() - timedelta(days=days))
    if opens:
        assert surveys.answer(session, token="x", overall=4)
    else:
        with pytest.raises(PermissionDenied):
            surveys.answer(session, token="x", overall=4)


def test_contract_numbers_run_without_gaps(county_staff, organization):
    def draft(title, ends_on=date(2021, 12, 31)):
        department = Department.objects.first()
        return contracts.draft(
            by=county_staff,
            title=title,
            organization=organization,
            department=department,
            starts_on=date(2021, 1, 1),
            ends_on=ends_on,
            amount=100,
        )

    first = draft("一")
    with pytest.raises(ValidationError):
        draft("二", ends_on=date(2020, 12, 31))
    second = draft("三")
    assert [first.number, second.number] == ["象工购〔2021〕001号", "象工购〔2021〕002号"]


def test_a_contract_is_signed_only_with_lines_and_terminated_only_with_a_reason(county_staff, organization):
    contract = factories.ContractFactory(organization=organization, status="draft", signed_on=None)
    with pytest.raises(PermissionDenied, match="没有明细"):
        contracts.move(contract, "signed", by=county_staff)
    factories.LineFactory(contract=contract, lump_sum=contract.amount)
    factories.TermFactory(contract=contract)
    contract = contracts.move(contract, "signed", by=county_staff)
    assert contract.signed_on == timezone.localdate()
    with pytest.raises(ValidationError, match="终止的原因"):
        contracts.move(contract, "terminated", by=county_staff)


def test_a_report_and_its_photos_are_stored_together_or_not_at_all(leader, organization):
    session = factories.SessionFactory(organization=organization, held_on=date(2020, 11, 11))
    client, address = client_of(leader), f"/services/sessions/{session.pk}/report/"

    def photo(name="现场.jpg", content=None):
        return SimpleUploadedFile(name, content or factories.picture(), "image/jpeg")

    response = client.post(address, {"workers_served": "", "photos": photo()})
    assert response.status_code == 422
    assert "再选一次照片" in response.content.decode()
    response = client.post(address, {"workers_served": "30", "photos": photo("坏.jpg", b"no picture")})
    assert response.status_code == 422
    session.refresh_from_db()
    assert (session.status, Attachment.objects.of(session).count()) == ("planned", 0)
    assert client.post(address, {"workers_served": "30", "photos": photo()}).status_code == 302
    session.refresh_from_db()
    assert (session.status, Attachment.objects.of(session).count()) == ("submitted", 1)
