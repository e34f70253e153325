"""What machines ask of the portal, and what its logs say."""

import io
import json
import logging

import structlog
from django.test import Client
from django.utils import timezone

from services.actions import sessions
from services.models import ActivitySession
from tests import factories
from tests.test_pages import client_of
from xiangshan.core import logs
from xiangshan.portal.backups.models import Backup
from xiangshan.shared.notifications import delivery


def figures() -> dict[str, float]:
    lines = Client().get("/metrics").content.decode().splitlines()
    return {
        name: float(value) for name, _, value in (line.rpartition(" ") for line in lines if line.startswith("portal_"))
    }


def test_figures_an_alert_is_made_of(db):
    delivery.post("a", "first@example.org", "标题", "内容")
    before = figures()
    assert before["portal_database_up"] == 1
    assert before['portal_messages{status="waiting"}'] == 1
    assert before['portal_messages{status="given_up"}'] == 0
    assert before["portal_backup_age_seconds"] == -1
    assert before["portal_stale_seconds"] == 0
    Backup.objects.create(started_at=timezone.now(), ended_at=timezone.now(), place="/backups", is_whole=True)
    assert 0 <= figures()["portal_backup_age_seconds"] < 5


def test_a_change_that_waits_shows_its_age(county_staff, organization):
    factories.SessionFactory(organization=organization, reported=True)
    sessions.verify(ActivitySession.objects.get(), by=county_staff)
    assert figures()["portal_stale_seconds"] > 0


def test_ready_names_what_is_missing_without_asking_who_is_there(db):
    answer = Client().get("/readyz", headers={"host": "any.example"})
    assert answer.status_code == 503
    said = json.loads(answer.content)
    assert said.keys() == {"database", "queue", "worker"}
    assert said["worker"] is False


def logged(level: str, send) -> list[dict]:
    """What is written as JSON while something is sent."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(**{k: v for k, v in logs.formatters()["json"].items() if k != "()"})
    )
    handler.addFilter(logs.NoTraceback())
    logger = logging.getLogger("django.request")
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(level)
    try:
        send()
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_each_line_of_the_log_has_its_request_and_user_and_no_name(leader):
    client = client_of(leader)
    sent = {}

    def send() -> None:
        sent["answer"] = client.get("/services/contracts/new/", headers={"x-request-id": "abc-123"})

    (line,) = logged("WARNING", send)
    assert sent["answer"]["X-Request-Id"] == "abc-123"
    assert (line["request_id"], line["user_id"]) == ("abc-123", leader.pk)
    text = json.dumps(line, ensure_ascii=False)
    assert leader.name not in text
    assert leader.username not in text


def test_a_refusal_is_one_line(leader):
    client = client_of(leader)
    (line,) = logged("WARNING", lambda: client.get("/services/contracts/new/"))
    assert "exception" not in line
    assert "Forbidden" in line["event"]


def test_a_number_that_is_none_is_not_taken_over(db):
    answer = Client().get("/ask/", headers={"x-request-id": 'a b"c'})
    assert answer["X-Request-Id"] != 'a b"c'
    assert len(answer["X-Request-Id"]) == 32
