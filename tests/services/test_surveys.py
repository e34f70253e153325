"""Ratings: one a sign-in, anonymous whatever one joins, shown to the organization only in fives; low ones followed up."""

import logging
import re
import time
from datetime import datetime, timedelta

import pytest
import time_machine
from auditlog.models import LogEntry
from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.utils import timezone

from services import codes
from services.actions import follow_ups, surveys
from services.feedback import feedback_on
from services.models import FollowUp, SignIn, SurveyResponse, SurveyTicket
from services.themes import group, theme_of
from tests import factories
from tests.test_pages import client_of
from xiangshan.shared.notifications.models import Notice

NOON = datetime(2026, 6, 3, 12, 0, 10, tzinfo=timezone.get_default_timezone())


@pytest.fixture
def session(organization):
    with time_machine.travel(NOON, tick=False):
        yield factories.SessionFactory(organization=organization, held_on=NOON.date())


def signed_in(session, number):
    client = Client(headers={"user-agent": f"phone {number}"}, REMOTE_ADDR="10.9.8.7")
    page = client.get(f"/s/{session.code}/", {"k": codes.changing_code(session.pk, time.time())}).content.decode()
    client.post(f"/s/{session.code}/sign-in/", {"admission": re.search(r'name="admission" value="([^"]+)"', page)[1]})
    return client


def answer(client, session, stars, comment="", query=""):
    page = client.get(f"/s/{session.code}/{query}").content.decode()
    token = re.search(r'name="token" value="([^"]+)"', page)[1]
    return client.post(f"/s/{session.code}/{query}", {"overall": stars, "comment": comment, "token": token})


def test_one_rating_a_sign_in(session):
    client = signed_in(session, 1)
    page = client.get(f"/s/{session.code}/").content.decode()
    token = re.search(r'name="token" value="([^"]+)"', page)[1]
    for _ in range(3):
        client.post(f"/s/{session.code}/", {"overall": 5, "token": token})
    del client.cookies[f"answered-{session.code}"]
    answer(client, session, 1)  # the phone forgot that it answered; its ticket is spent all the same
    session.refresh_from_db()
    assert (session.responses, session.satisfied, SurveyResponse.objects.count()) == (1, 1, 1)


def test_no_join_ties_a_rating_to_a_phone(session, caplog):
    """Sign-ins, tickets and answers of thirty phones: no value, no order and no moment leads from one to the other."""
    caplog.set_level(logging.DEBUG)
    logged_before, notices_before = LogEntry.objects.count(), Notice.objects.count()
    stars, cookies = [], []
    for n in range(30):
        client = signed_in(session, n)
        stars.append(1 + n % 5)
        cookies.append({value.value for value in client.cookies.values()})
        answer(client, session, stars[-1], comment=f"第{n}条")

    def values(model):
        return [
            {str(value) for name, value in row.items() if value not in (None, "") and not name.endswith("session_id")}
            for row in model.objects.order_by("pk").values()
        ]

    answers = list(SurveyResponse.objects.order_by("pk").values())
    assert set(answers[0]) == {"id", "session_id", "overall", "content", "organisation", "comment", "answered_on"}
    ids = {str(row["id"]) for row in answers}
    for model in (SignIn, SurveyTicket):
        assert not any(ids & row for row in values(model)), model
        # No column but the session refers to an answer, and an answer refers to none.
        assert not [f for f in model._meta.get_fields() if f.is_relation and f.related_model is SurveyResponse]
    relations = {
        field.related_model for field in SurveyResponse._meta.get_fields() if field.is_relation and field.related_model
    }
    assert relations == {type(session), FollowUp}
    marks = {row["digest"] for row in SignIn.objects.values()} | {row["source"] for row in SignIn.objects.values()}
    tickets = {row["digest"] for row in SurveyTicket.objects.values()}
    assert not marks & tickets
    assert not marks & {row["source"] for row in SurveyTicket.objects.values()} - {""}

    # By order: laid side by side by key or as the database hands them out, the ratings are not in the order they came in.
    assert [row["overall"] for row in answers] != stars
    with connection.cursor() as cursor:
        cursor.execute("SELECT overall FROM services_surveyresponse ORDER BY id")
        assert [row[0] for row in cursor.fetchall()] != stars
    arrived = [int(row["comment"][1:-1]) for row in answers]
    assert sum(abs(place - came) for place, came in enumerate(arrived)) > 60  # chance alone puts them far apart

    # A follow-up carries a day, no moment, and stands in no history, notice or log.
    assert FollowUp.objects.count() == 12
    moments = [f for f in FollowUp._meta.fields if f.get_internal_type() == "DateTimeField"]
    assert not moments
    assert LogEntry.objects.count() == logged_before
    assert Notice.objects.count() == notices_before
    written = caplog.text
    for row in SurveyTicket.objects.values():
        assert row["digest"] not in written
    assert "10.9.8.7" not in written
    assert not [n for n in range(30) if f"第{n}条" in written]


def test_no_other_table_keeps_an_answer_or_an_address(session):
    client = signed_in(session, 1)
    answer(client, session, 2, comment="椅子太少了")
    allowed = {SurveyResponse}
    for model in apps.get_models():
        if model in allowed or model._meta.proxy:
            continue
        rows = str(list(model._default_manager.values()[:500]))
        assert "椅子太少了" not in rows, model
        assert "10.9.8.7" not in rows, model


def test_own_code_and_a_phone_handed_round(session, leader):
    response = client_of(leader).get(f"/services/sessions/{session.pk}/hand/")
    query = response.url.split("/")[-1]
    client = Client()
    for stars in (5, 4, 2):
        thanks = answer(client, session, stars, query=query)
        assert "请下一位评价" in client.get(thanks.url).content.decode()
    assert answer(Client(), session, 5).status_code == 302  # the survey's own code, printed on paper
    session.refresh_from_db()
    assert (session.responses, session.satisfied) == (4, 3)
    assert SurveyTicket.objects.filter(is_handed=True).count() == 3
    with time_machine.travel(NOON + timedelta(hours=4), tick=False):
        assert "请下一位" not in client.get(f"/s/{session.code}/{query}").content.decode()


def test_without_sign_in_one_source_is_limited(session, settings):
    settings.SIGN_INS_A_MINUTE = 3
    seen = [answer(Client(), session, 5).status_code for _ in range(5)]
    assert seen == [302, 302, 302, 422, 422]
    session.refresh_from_db()
    assert session.responses == SurveyResponse.objects.count() == 3


def test_open_as_long_as_the_contract_says(organization):
    line = factories.LineFactory(contract__organization=organization, contract__survey_days=2)
    session = factories.SessionFactory(
        organization=organization, basis="bought", contract_line=line, held_on=NOON.date()
    )
    for days, is_open in ((0, True), (2, True), (3, False)):
        with time_machine.travel(NOON + timedelta(days=days), tick=False):
            page = Client().get(f"/s/{session.code}/").content.decode()
            assert ("总体满意吗" in page) is is_open, days


def test_an_organization_reads_its_ratings_in_fives_and_a_day_later(session, leader, county_staff):
    def rate(n):
        for star in range(n):
            surveys.answer(session, token=f"{time.time()}{star}", overall=1 + star % 5, comment="太挤了")
        session.refresh_from_db()

    rate(9)
    assert feedback_on(county_staff, session).answers == 9
    assert not feedback_on(leader, session).is_shown  # today's answers could be matched with who held a phone
    with time_machine.travel(NOON + timedelta(days=1), tick=False):
        seen = feedback_on(leader, session)
        assert (seen.answers, sum(seen.stars.values())) == (5, 5)
        assert "每满 5 份" in seen.withheld
        rate(1)
    with time_machine.travel(NOON + timedelta(days=2), tick=False):
        later = feedback_on(leader, session)
        assert later.answers == 10
        body = client_of(leader).get(f"/services/sessions/{session.pk}/").content.decode()
        assert "份" in body
        assert "满意/评价" not in client_of(leader).get("/services/sessions/").content.decode()


def test_fewer_than_five_are_never_shown(session, leader):
    for n in range(4):
        surveys.answer(session, token=str(n), overall=2, comment="嘘")
    with time_machine.travel(NOON + timedelta(days=6), tick=False):
        assert not feedback_on(leader, session).is_shown
        assert "嘘" not in client_of(leader).get(f"/services/sessions/{session.pk}/").content.decode()


def test_comments_are_grouped_by_what_they_are_about():
    assert theme_of("空调太热，话筒听不清") == "场地与设备"
    assert theme_of("老师讲得好") == "内容与讲师"
    assert theme_of("嗯") == "其他"
    rows = [SurveyResponse(overall=star, comment="太挤") for star in (5, 1, 3)]
    assert [row.overall for row in group(rows)["场地与设备"]] == [1, 3, 5]


def test_a_low_rating_is_somebodys_to_follow_up(session, county_staff, town_staff, leader):
    for n, star in enumerate((1, 2, 3, 5)):
        surveys.answer(session, token=str(n), overall=star)
    [first, second] = FollowUp.objects.order_by("response__overall")
    assert {first.responsible, second.responsible} == {town_staff}
    assert first.due_on == NOON.date() + timedelta(days=7)
    with pytest.raises(ValidationError, match="写明"):
        follow_ups.close(first, by=town_staff, outcome="mended", text=" ")
    with pytest.raises(PermissionDenied):
        follow_ups.close(first, by=leader, outcome="mended", text="没事")
    follow_ups.assign(first, by=county_staff, responsible=county_staff)
    with pytest.raises(ValidationError, match="不是该场次"):
        follow_ups.assign(second, by=county_staff, responsible=leader)
    closed = follow_ups.close(first, by=county_staff, outcome="mended", text="已换大会议室")
    assert (closed.outcome, closed.closed_by, closed.closed_on) == ("mended", county_staff, NOON.date())
    with pytest.raises(PermissionDenied, match="已经办结"):
        follow_ups.close(first, by=county_staff, outcome="mended", text="再来")
    client = client_of(town_staff)
    assert "差评待回访" in client.get("/").content.decode()
    response = client.post(f"/services/follow-ups/{second.pk}/", {"outcome": "explained", "text": "与单位说明了原因"})
    assert response.status_code == 302
    second.refresh_from_db()
    assert second.outcome == "explained"
    assert client_of(leader).get(f"/services/follow-ups/{second.pk}/").status_code == 404


def test_spent_tickets_are_thrown_away_in_time(session):
    surveys.answer(session, token="a", overall=5)
    assert surveys.forget_tickets() == 0
    with time_machine.travel(NOON + timedelta(days=100), tick=False):
        assert surveys.forget_tickets() == 1
