"""The ledger of messages: each is sent once, tried again with growing pauses, and shown where it was given up."""

import socket
from datetime import timedelta

import pytest
import time_machine
from django.test import override_settings
from django.utils import timezone

from tests import factories
from tests.smtp import mail_server
from tests.test_pages import client_of
from xiangshan.shared.notifications import delivery
from xiangshan.shared.notifications.actions import notify
from xiangshan.shared.notifications.models import Message
from xiangshan.shared.notifications.tasks import mail_daily

REFUSAL = "550 5.1.1 no such user"


def readers(*names):
    return [factories.somebody("org_leader", 1, name=name, mail="daily", email=f"{name}@example.org") for name in names]


def statuses():
    return dict(Message.objects.order_by("pk").values_list("address", "status"))


def test_one_refused_address_stops_nobody_else(db):
    people = readers("bad", "second", "third")
    notify(people, "a", "第一条")
    with mail_server(bad=REFUSAL) as post:
        mail_daily()
        mail_daily()
        delivery.deliver_due()
    assert sorted(letter["To"] for letter in post.letters) == ["second@example.org", "third@example.org"]
    assert statuses() == {
        "bad@example.org": "given_up",
        "second@example.org": "sent",
        "third@example.org": "sent",
    }
    assert Message.objects.get(address="bad@example.org").answer == REFUSAL


def test_a_later_is_tried_again_with_growing_pauses_and_then_given_up(db):
    notify(readers("busy"), "a", "第一条")
    waits, start = [], timezone.now()
    with mail_server(busy="450 try later"), time_machine.travel(start, tick=False) as clock:
        mail_daily()
        while (message := Message.objects.get()).status == "failed":
            assert delivery.deliver_due() == 0, "not before its pause is over"
            waits.append(message.next_try_at - timezone.now())
            clock.move_to(message.next_try_at)
            delivery.deliver_due()
    assert waits == list(delivery.PAUSES)
    assert waits == sorted(waits)
    assert message.status == "given_up"
    assert message.attempts.count() == len(waits) + 1


def test_a_server_that_is_away_loses_nothing(db):
    people = readers("first", "second")
    notify(people, "a", "第一条")
    with mail_server() as post:
        with override_settings(EMAIL_PORT=9):
            mail_daily()
        assert set(statuses().values()) <= {"failed", "waiting"}
        with time_machine.travel(timezone.now() + timedelta(minutes=6)):
            assert delivery.deliver_due() == 2
    assert len(post.letters) == 2


def test_a_server_that_says_nothing_keeps_nobody_longer_than_its_time(db, settings):
    """A black hole: it takes the call and is silent."""
    notify(readers("first", "second", "third"), "a", "第一条")
    with socket.socket() as hole:
        hole.bind(("127.0.0.1", 0))
        hole.listen()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", hole.getsockname()[1], 0.2
        before = timezone.now()
        mail_daily()
        assert timezone.now() - before < timedelta(seconds=2), "one time-out, not one for each letter"
    assert sorted(statuses().values()) == ["failed", "waiting", "waiting"]


def test_a_worker_that_died_while_sending_leaves_it_to_the_next(db):
    notify(readers("first"), "a", "第一条")
    with mail_server() as post:
        delivery.post("k", "first@example.org", "标题", "内容")
        Message.objects.update(status="sending", next_try_at=timezone.now() + delivery.CLAIMED_FOR)
        assert delivery.deliver_due() == 0, "claimed by somebody who may still be at it"
        with time_machine.travel(timezone.now() + delivery.CLAIMED_FOR):
            assert delivery.deliver_due() == 1
    assert len(post.letters) == 1


def test_the_same_letter_has_the_same_number_however_often_it_is_tried(db):
    message = delivery.post("k", "busy@example.org", "标题", "内容")
    with mail_server() as post:
        delivery.deliver(message.pk)
        Message.objects.update(status="waiting", next_try_at=timezone.now())
        delivery.deliver(message.pk)
    first, second = post.letters
    assert first["Message-ID"] == second["Message-ID"]


@pytest.mark.parametrize("name", ["张\n三", "张\r\nBcc: x@example.org", "张\x0b三", "张\u2028三"])
def test_a_line_break_in_a_name_breaks_no_header(db, name):
    (person,) = readers("first")
    notify([person], "a", f"{name}提到了您")
    with mail_server() as post:
        mail_daily()
    (letter,) = post.letters
    assert letter["Subject"].strip().startswith("[社会组织工作平台] 张 ")
    assert letter["Bcc"] is None
    assert statuses() == {"first@example.org": "sent"}


def test_staff_see_what_did_not_arrive_and_send_it_again(county_staff, leader):
    leader.mail, leader.email = "daily", "leader@example.org"
    leader.save()
    foreign = factories.somebody("county_staff", factories.elsewhere().parent_id, mail="daily", email="far@example.org")
    notify([leader, foreign], "a", "第一条")
    with mail_server(leader=REFUSAL, far=REFUSAL):
        mail_daily()
    client = client_of(county_staff)
    page = client.get("/notices/messages/").content.decode()
    assert REFUSAL in page
    assert "未能送达" in page
    assert "far@example.org" not in page
    assert client_of(leader).get("/notices/messages/").status_code == 403
    client.post("/notices/messages/again/", {"all": "1"})
    assert statuses() == {"leader@example.org": "waiting", "far@example.org": "given_up"}
    with mail_server() as post:
        delivery.deliver_due()
    assert [letter["To"] for letter in post.letters] == ["leader@example.org"]


def test_what_letters_said_is_forgotten_and_that_they_went_is_kept(db):
    message = delivery.post("k", "first@example.org", "标题", "内容")
    delivery.deliver(message.pk)
    with time_machine.travel(timezone.now() + timedelta(days=91)):
        assert delivery.forget_old() == 1
    message.refresh_from_db()
    assert (message.body, message.subject, message.status) == ("", "标题", "sent")
