"""Sending: what must go out is a row; each try is written down with the server's word, and none keeps another waiting."""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from xiangshan.core import limits
from xiangshan.core.accounts.models import User
from xiangshan.core.text import one_line
from xiangshan.shared.notifications.channels import CHANNELS, Away, Later, Refused
from xiangshan.shared.notifications.models import Message, MessageAttempt

log = logging.getLogger(__name__)
Status, Outcome = Message.Status, MessageAttempt.Outcome
# After each failed try the next one waits longer; after the last it is given up, and staff see it.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (5, 15, 60, 240, 720, 1440))
# A worker that died while sending: somebody else may try after so long.
CLAIMED_FOR = timedelta(minutes=5)
AT_ONCE = 200  # messages a run


def post(
    key: str,
    address: str,
    subject: str,
    body: str,
    *,
    user: User | None = None,
    county: int | None = None,
    document: tuple[str, bytes] | None = None,
) -> Message:
    """Puts a message into the ledger, in the transaction of what it is about. The same key again is the same message.

    The worker that is at it sends it next, or `tasks.send_messages`, rung on commit; else the beat does, within a minute.
    """
    name, content = document or ("", None)
    if county is None and user is not None:
        county = min(user.counties, default=None)
    message, _ = Message.objects.get_or_create(
        key=key,
        defaults={
            "user": user,
            "county_id": county,
            "address": address,
            "subject": one_line(subject)[:200],
            "body": body,
            "document": content,
            "document_name": one_line(name)[:120],
        },
    )
    return message


def deliver(message_id: int) -> str:
    """One try, where it is due; returns the state it is in now. Raises Away where the other side does not answer."""
    message = _claim(message_id, timezone.now())
    if message is None:
        return ""
    try:
        answer = CHANNELS[message.channel](message)
    except Refused as error:
        return _note(message, Outcome.REFUSED, str(error))
    except Later as error:
        return _note(message, Outcome.LATER, str(error))
    except Away as error:
        _note(message, Outcome.LATER, str(error))
        raise
    except Exception as error:  # a letter that cannot even be written must not stop the others
        log.exception("message %s could not be written", message.pk)
        return _note(message, Outcome.REFUSED, f"{type(error).__name__}: {error}")
    return _note(message, Outcome.SENT, answer)


def deliver_due() -> int:
    """Everything that is due; returns how many went out. Where the server does not answer, the rest waits for the next run."""
    sent = 0
    for pk in list(Message.objects.due(timezone.now()).values_list("pk", flat=True)[:AT_ONCE]):
        try:
            sent += deliver(pk) == Status.SENT
        except Away:
            break
    return sent


def _claim(message_id: int, now: datetime) -> Message | None:
    """Nobody else tries it while this process does: by a row of the database, for several workers may run."""
    taken = Message.objects.due(now).filter(pk=message_id).order_by()
    if not taken.update(status=Status.SENDING, next_try_at=now + CLAIMED_FOR):
        return None
    return Message.objects.get(pk=message_id)


@transaction.atomic
def _note(message: Message, outcome: str, answer: str) -> str:
    now, answer = timezone.now(), one_line(answer)[:300]
    MessageAttempt.objects.create(message=message, outcome=outcome, answer=answer)
    message.tries += 1
    message.answer = answer
    if outcome == Outcome.SENT:
        message.status, message.sent_at = Status.SENT, now
    elif outcome == Outcome.REFUSED or message.tries > len(PAUSES):
        message.status = Status.GIVEN_UP
    else:
        message.status, message.next_try_at = Status.FAILED, now + PAUSES[message.tries - 1]
    message.save(update_fields=["tries", "answer", "status", "sent_at", "next_try_at"])
    return message.status


@transaction.atomic
def try_again(messages: "QuerySet[Message]", *, by: User) -> int:
    """再次发送 of what was given up; returns how many. What has gone out is not sent twice."""
    seen = messages.filter(pk__in=Message.objects.visible_to(by).values("pk"))
    waiting = seen.filter(status__in=(Status.GIVEN_UP, Status.FAILED))
    return waiting.update(status=Status.WAITING, tries=0, next_try_at=timezone.now())


def forget_old() -> int:
    """What letters said is not kept for ever; that they were sent, is."""
    before = timezone.now() - timedelta(days=limits.MESSAGE_KEPT_DAYS)
    old = Message.objects.filter(created_at__lt=before).exclude(status__in=Message.UNSENT)
    return old.exclude(body="").update(body="", document=None)
