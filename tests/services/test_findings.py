"""What becomes of a finding: it stops verification, is settled with a reason, is gone after a correction; and who sees it."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from services.actions import checks, findings, sessions
from services.models import ActivitySession, Finding
from services.rules import sessions as session_rules
from services.verification_context import usual_of
from tests import factories
from tests.services.reports import DAY, found, photo, reported, scene
from tests.test_pages import client_of
from xiangshan.shared.attachments.actions import attach


def test_reporting_checks_at_once_and_a_serious_finding_stops_verification(organization, leader, county_staff, rooms):
    session = factories.SessionFactory(organization=organization, held_on=timezone.localdate(), venue=rooms[0])
    sessions.report(session, by=leader, workers_served=500)
    finding = Finding.objects.get(session=session, check_code="above_capacity")
    session.refresh_from_db()
    assert "1 个严重疑点没有处理" in session_rules.can_verify(county_staff, session).reason
    with pytest.raises(PermissionDenied, match="严重疑点"):
        sessions.verify(session, by=county_staff)
    with pytest.raises(PermissionDenied, match="工会工作人员处理"):
        findings.settle(finding, by=leader, status="justified", settlement="真的有")
    with pytest.raises(ValidationError, match="理由"):
        findings.settle(finding, by=county_staff, status="justified", settlement=" ")
    findings.settle(finding, by=county_staff, status="justified", settlement="露天广场，分三批")
    assert checks.check([session.pk]) == 0  # what is justified stays settled
    assert sessions.verify(session, by=county_staff).status == "verified"


def test_a_confirmed_finding_sends_the_report_back_and_opens_again_if_nothing_changes(organization, leader, county_staff, rooms):  # fmt: skip
    session = factories.SessionFactory(organization=organization, held_on=timezone.localdate(), venue=rooms[0])
    sessions.report(session, by=leader, workers_served=500)
    finding = Finding.objects.get(session=session)
    findings.settle(finding, by=county_staff, status="confirmed", settlement="现场只有 50 人")
    session.refresh_from_db()
    assert (session.status, session.line_unit) == ("returned", None)
    assert "现场只有 50 人" in session.note
    sessions.report(session, by=leader, workers_served=490)
    finding.refresh_from_db()
    assert finding.status == "open"
    sessions.send_back(session, by=county_staff, reason="还是不对")
    sessions.report(session, by=leader, workers_served=50)
    finding.refresh_from_db()
    assert finding.status == "gone"


def test_whoever_reported_does_not_settle(organization, county_staff, rooms):
    session = reported(organization, workers_served=500, venue=rooms[0], submitted_by=county_staff)
    found(session)
    with pytest.raises(PermissionDenied, match="自己上报"):
        findings.settle(session.findings.get(), by=county_staff, status="justified", settlement="对的")


def test_the_night_finds_what_a_later_report_throws_light_on(organization, county_staff):
    today = timezone.localdate()
    first = factories.SessionFactory(organization=organization, verified=True, held_on=today - timedelta(days=3))
    attach(first, [photo(scene(1))], by=county_staff)
    second = factories.SessionFactory(
        organization=factories.OrganizationFactory(), verified=True, held_on=today - timedelta(days=2)
    )
    attach(second, [photo(scene(1))], by=county_staff)
    assert checks.check_recent(days=120) == 1
    assert second.findings.get().check_code == "photo_reused"
    assert checks.check_recent(days=120) == 0


def test_whole_batches_only_where_nothing_is_flagged(organization, county_staff, rooms):
    clean = [reported(organization, held_on=DAY - timedelta(days=n)) for n in range(3)]
    flagged = reported(organization, workers_served=110, venue=rooms[0], held_on=DAY - timedelta(days=9))
    found(*clean, flagged)
    client = client_of(county_staff)
    page = client.get("/services/sessions/queue/together/").content.decode()
    assert all(session.title in page for session in clean)
    assert flagged.title not in page
    client.post("/services/sessions/queue/together/", {"pk": [clean[0].pk, flagged.pk]})
    assert not ActivitySession.objects.verified().exists()  # all or none
    client.post("/services/sessions/queue/together/", {"pk": [session.pk for session in clean]})
    assert ActivitySession.objects.verified().count() == 3


def test_returned_with_a_usual_reason_or_ones_own(organization, county_staff):
    session = reported(organization)
    client = client_of(county_staff)
    assert client.post(f"/services/sessions/{session.pk}/return/", {"usual": "", "reason": " "}).status_code == 422
    client.post(f"/services/sessions/{session.pk}/return/", {"usual": "请补传活动照片", "reason": "要看得到横幅"})
    session.refresh_from_db()
    assert session.note == "请补传活动照片；要看得到横幅"


def test_rates_and_findings_are_for_the_union_only(organization, leader, county_staff, rooms):
    session = reported(organization, workers_served=500, venue=rooms[0])
    found(session)
    page = client_of(county_staff).get("/services/findings/rates/?year=2026").content.decode()
    assert organization.name in page
    assert "100" in page
    assert client_of(leader).get("/services/findings/rates/").status_code == 403
    assert "疑点" not in client_of(leader).get(f"/services/sessions/{session.pk}/").content.decode()


def test_a_session_of_another_area_is_not_shown_beside(organization, town_staff, county_staff):
    first = reported(factories.OrganizationFactory(area_id=factories.SHIPU), area_id=factories.SHIPU, title="石浦的事")
    attach(first, [photo(scene(1))], by=county_staff)
    second = reported(organization)
    attach(second, [photo(scene(1))], by=county_staff)
    found(second)
    finding = second.findings.get()
    of_town = client_of(town_staff).get(f"/services/findings/{finding.pk}/").content.decode()
    assert "石浦的事" not in of_town
    assert "另有 1 场在别的地区" in of_town
    assert "石浦的事" in client_of(county_staff).get(f"/services/findings/{finding.pk}/").content.decode()


def test_what_is_usual_counts_sessions_and_not_findings(organization, county_staff):
    day = timezone.localdate() - timedelta(days=5)
    other = reported(organization, held_on=day)
    for code in ("one", "two", "three"):
        factories.FindingFactory(
            session=other, check_code=code, status="confirmed", settlement="属实",
            settled_by=county_staff, settled_at=timezone.now(),
        )  # fmt: skip
    usual = usual_of(reported(organization, held_on=day - timedelta(days=1)))
    assert (usual.sessions, usual.in_time, usual.confirmed) == (1, 1, 3)
