"""What a phone sends from the field: taken once, refused with a reason, compared where somebody was there before."""

import json
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from mediation.models import Reception
from orgs.models import StrengthReport
from services.models import ActivitySession, CallOut
from tests import factories
from tests.test_pages import client_of
from xiangshan.portal.field.models import Delivery
from xiangshan.shared.attachments.models import Attachment


@pytest.fixture
def session(organization):
    return factories.SessionFactory(organization=organization, held_on=timezone.localdate())


def send(client, kind, values, key=None):
    body = json.dumps({"kind": kind, "key": str(key or uuid4()), "values": values})
    return client.post("/field/send/", body, content_type="application/json")


def photo(client, session, key, content=None, **values):
    from django.core.files.uploadedfile import SimpleUploadedFile

    file = SimpleUploadedFile("a.jpg", content or factories.picture(), "image/jpeg")
    return client.post("/field/photos/", {"session": session.pk, "key": str(key), "photo": file, **values})


def along(client, session):
    return next(one for one in client.get("/field/data/").json()["sessions"] if one["pk"] == session.pk)


def values_of(client, session, **values):
    return {
        "session": session.pk,
        "seen": along(client, session)["version"],
        "workers_served": "41",
        "volunteers": "",
        "venue": "",
        "summary": "食堂",
        **values,
    }


def test_a_report_and_its_photos_arrive_once(leader, session):
    client, key, one, two = client_of(leader), uuid4(), uuid4(), uuid4()
    values = values_of(client, session)
    pictures = {one: factories.picture(300), two: factories.picture(340)}
    for name in (one, two, one):
        assert photo(client, session, name, pictures[name], taken_at="2026-01-02T03:04:05Z").status_code == 200
    answers = [send(client, "report", values, key) for _ in range(3)]
    assert {(answer.status_code, answer.json()["page"]) for answer in answers} == {
        (200, f"/services/sessions/{session.pk}/")
    }
    session.refresh_from_db()
    assert (session.status, session.workers_served, session.summary) == ("submitted", 41, "食堂")
    assert set(Attachment.objects.of(session).values_list("key", flat=True)) == {one, two}
    assert Attachment.objects.of(session).first().taken_at.year == 2026
    assert Delivery.objects.count() == 1


def test_another_users_key_or_record_is_not_found(leader, stranger, session):
    client, key = client_of(leader), uuid4()
    values = values_of(client, session)
    assert send(client_of(stranger), "report", values, key).status_code == 422
    send(client, "report", values, key)
    assert send(client_of(stranger), "report", values, key).status_code == 422
    assert photo(client_of(stranger), session, uuid4()).status_code == 422
    assert str(session.title) not in client_of(stranger).get("/field/data/").content.decode()
    assert Delivery.objects.count() == 1


def test_cancelled_meanwhile_is_refused_with_the_reason(leader, session):
    client = client_of(leader)
    values = values_of(client, session)
    ActivitySession.objects.filter(pk=session.pk).update(status="cancelled", note="台风")
    answer = send(client, "report", values)
    assert (answer.status_code, answer.json()["reason"]) == (422, "该场次已取消（台风）")
    assert photo(client, session, uuid4()).json()["reason"] == "该场次已取消，不能再上传照片"
    assert not Delivery.objects.exists()


def test_changed_meanwhile_is_a_conflict_and_can_be_sent_over(leader, session):
    client, key = client_of(leader), uuid4()
    values = values_of(client, session)
    ActivitySession.objects.filter(pk=session.pk).update(status="held", workers_served=30)
    answer = send(client, "report", values, key)
    theirs = answer.json()["theirs"]
    assert (answer.status_code, theirs["values"]["workers_served"], theirs["can_report"]) == (409, 30, True)
    assert send(client, "report", {**values, "seen": theirs["version"]}, key).status_code == 200
    session.refresh_from_db()
    assert session.workers_served == 41


def test_reported_meanwhile_shows_whose_and_cannot_be_sent_over(leader, session):
    client = client_of(leader)
    values = values_of(client, session)
    ActivitySession.objects.filter(pk=session.pk).update(
        status="submitted", workers_served=30, submitted_by=leader, submitted_at=timezone.now()
    )
    theirs = send(client, "report", values).json()["theirs"]
    assert (theirs["can_report"], theirs["reported_by"]) == (False, str(leader))


def test_wrong_values_are_refused_in_words(leader, session):
    client = client_of(leader)
    assert "服务人次" in send(client, "report", values_of(client, session, workers_served="很多")).json()["reason"]
    answer = send(client, "report", values_of(client, session, workers_served=""))
    assert answer.json()["reason"] == "请填写服务人次"
    session.refresh_from_db()
    assert session.status == "planned"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b'{"kind": 1}',
        b'{"kind": "report", "key": "x", "values": {}}',
        b'{"kind": "report", "key": "0b0e7d6c-2f35-4d3f-8d1c-1f4c5a8e6c11", "values": []}',
        b'{"kind": "report", "key": "0b0e7d6c-2f35-4d3f-8d1c-1f4c5a8e6c11", "values": {"session": {"a": 1}}}',
        b'{"kind": "report", "key": "0b0e7d6c-2f35-4d3f-8d1c-1f4c5a8e6c11", "values": {"session": "99999999999999999999"}}',
        b'{"kind": "nothing", "key": "0b0e7d6c-2f35-4d3f-8d1c-1f4c5a8e6c11", "values": {}}',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
def test_nonsense_is_refused_and_stores_nothing(leader, body):
    answer = client_of(leader).post("/field/send/", body, content_type="application/json")
    assert answer.status_code == 422
    assert answer.json()["reason"]
    assert not Delivery.objects.exists()


def test_the_other_kinds_arrive_too(leader, organization, mediator, studio):
    client = client_of(leader)
    send(
        client,
        "strength",
        {
            "organization": organization.pk,
            "as_of": "2026-05-01",
            "formal_members": "21",
            "volunteers": "0",
            "union_members": "9",
        },
    )
    assert StrengthReport.objects.get().formal_members == 21
    key = uuid4()
    values = {
        "organization": organization.pk,
        "started_at": "2026-05-01T01:00:00Z",
        "ended_at": "2026-05-01T12:30",
        "kind": "missing",
        "place": "东陈",
        "people": "8",
        "people_helped": "1",
    }
    assert [send(client, "call_out", values, key).status_code for _ in range(2)] == [200, 200]
    assert CallOut.objects.get().hours * 2 == 7
    sent = {"studio": studio.pk, "received_on": "2026-05-01", "people": "2", "subject": "欠薪"}
    assert send(client_of(mediator), "reception", sent).status_code == 200
    assert Reception.objects.get().people == 2
    assert send(client, "reception", sent).status_code == 422


def test_without_login_nothing_is_told_or_taken(session):
    assert Client().get("/field/data/").status_code == 401
    assert send(Client(), "report", {}).status_code == 401
    shell = Client().get("/field/").content.decode()
    assert session.title not in shell
    assert "csrf" not in shell


def test_the_worker_keeps_the_shell_and_nothing_else(db):
    response = Client().get("/field/worker.js")
    assert response.headers["Content-Type"].startswith("text/javascript")
    body = response.content.decode()
    assert '"/field/"' in body
    assert "/field/data/" not in body
    manifest = Client().get("/field/manifest.webmanifest").json()
    assert (manifest["start_url"], manifest["display"]) == ("/field/", "standalone")


def test_more_than_nine_photos_are_refused(leader, session):
    client = client_of(leader)
    answers = [photo(client, session, uuid4(), factories.picture(200 + n)) for n in range(10)]
    assert [answer.status_code for answer in answers] == [200] * 9 + [422]
    assert "最多 9 张照片" in answers[-1].json()["reason"]


def test_what_is_taken_along_asks_a_fixed_number_of_questions(leader, organization, django_assert_max_num_queries):
    for _ in range(12):
        factories.SessionFactory(organization=organization, held_on=timezone.localdate())
        factories.VenueFactory()
    client = client_of(leader)
    with django_assert_max_num_queries(13):  # one of them: in which county the leader's organizations lie
        assert len(client.get("/field/data/").json()["sessions"]) == 12
