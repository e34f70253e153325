"""What workers do: they sign in, and they say how it was. Nobody is asked for a name, and no answer leads to a phone."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from services.actions import follow_ups
from services.codes import keyed_digest
from services.evidence import evidence_for
from services.models import ActivitySession, SignIn, SurveyResponse, SurveyTicket
from services.rules import sessions as session_rules
from xiangshan.core.accounts.models import User
from xiangshan.core.records import change, lock, writing
from xiangshan.core.rules import require

How = SignIn.How
KEPT = (ActivitySession.Evidence.LATE, ActivitySession.Evidence.LEDGER)  # no list signed afterwards proves more
LINES_AT_MOST = 1000


class TooMany(ValidationError):
    """More phones of one kind behind one address within a minute than the portal takes."""

    def __init__(self) -> None:
        super().__init__("同一网络、同一型号的手机这一分钟内太多了，请稍等一分钟再按一次")


def sign_in(session: ActivitySession, *, how: str, device: str, source: str = "") -> bool:
    """签到, once a device and session: the same device again changes nothing and returns False.

    `device` is the phone's own random number for this session, `source` its network and kind. Raises PermissionDenied where the
    session takes no sign-ins today, TooMany beyond SIGN_INS_A_MINUTE.
    """
    now = _minute()
    require(session_rules.can_sign_in(session, timezone.localdate()))
    digest = keyed_digest("device", session.pk, device)
    source = keyed_digest("sign-in", session.pk, source, now.timestamp()) if source else ""
    with transaction.atomic():
        # The counter's row is held first: sign-ins of a session come one after the other, so its limit is exact.
        ActivitySession.objects.filter(pk=session.pk).update(sign_ins=F("sign_ins") + 1)
        rows = SignIn.objects.filter(session=session)
        if rows.filter(digest=digest).exists():
            transaction.set_rollback(True)
            return False
        if source and rows.filter(source=source).count() >= settings.SIGN_INS_A_MINUTE:
            raise TooMany
        SignIn.objects.create(session=session, how=how, digest=digest, source=source, minute=now)
    return True


@transaction.atomic
def list_sign_ins(session: ActivitySession, names: Iterable[str], *, by: User) -> tuple[int, int]:
    """录入纸质名单: one line, one worker; returns how many are new, and how many lines were there already.

    Names are not kept: of each line only a keyed digest, so that a line pasted twice counts once (PIPL art. 6: no more than
    the purpose needs). More than `limits.REPORT_DAYS` after the session the lines are marked as entered late. Raises ValidationError.
    """
    session = lock(session)
    require(session_rules.can_list_sign_ins(by, session))
    lines = {"".join(name.split()) for name in names} - {""}
    if not lines:
        raise ValidationError({"names": "请每行写一个人"})
    if len(lines) > LINES_AT_MOST:
        raise ValidationError({"names": f"一次最多 {LINES_AT_MOST} 行，这里有 {len(lines)} 行"})
    late = timezone.localdate() - session.held_on > session_rules.REPORT_WITHIN
    digests = {keyed_digest("list", session.pk, line) for line in lines}
    known = set(SignIn.objects.filter(session=session, digest__in=digests).values_list("digest", flat=True))
    how, now = How.LATE if late else How.PAPER_LIST, _minute()
    SignIn.objects.bulk_create(
        [SignIn(session=session, how=how, digest=digest, minute=now) for digest in sorted(digests - known)],
        batch_size=500,
    )
    new = len(digests - known)
    values: dict[str, Any] = {"sign_ins": session.sign_ins + new}
    if session.status == ActivitySession.Status.SUBMITTED and session.evidence not in KEPT:
        values["evidence"] = evidence_for(session.workers_served or 0, session.sign_in_rows.by_way())
    change(session, by=by, verb="录入签到名单", **values)
    return new, len(digests) - new


def answer(
    session: ActivitySession,
    *,
    token: str,
    overall: int,
    content: int | None = None,
    organisation: int | None = None,
    comment: str = "",
    source: str = "",
    is_handed: bool = False,
) -> bool:
    """评价: counts an answer once per token; the same form sent again changes nothing and returns False.

    The answer keeps neither token nor moment; nothing of it is written to the history or the log. `source` is left out where the
    token was given for signing in. Raises TooMany beyond SIGN_INS_A_MINUTE from one source.
    """
    today = timezone.localdate()
    require(session_rules.can_answer(session, today))
    response = SurveyResponse(
        session=session, overall=overall, content=content, organisation=organisation, comment=comment, answered_on=today
    )
    response.clean_fields(exclude=["session"])
    now = _minute()
    ticket = SurveyTicket(
        session=session,
        digest=hashlib.sha256(f"{session.pk}:{token}".encode()).hexdigest(),
        source=keyed_digest("answer", session.pk, source, now.timestamp()) if source else "",
        minute=now,
        is_handed=is_handed,
    )
    try:
        with transaction.atomic():
            # The row is held first: the limit of a source is exact, and a rating beside this one waits before it is looked at.
            lock(session)
            with writing(ActivitySession, [session.pk]):
                ActivitySession.objects.filter(pk=session.pk).update(
                    responses=F("responses") + 1, satisfied=F("satisfied") + int(response.is_satisfied)
                )
            tickets = SurveyTicket.objects.filter(session=session, source=ticket.source)
            if ticket.source and not is_handed and tickets.count() >= settings.SIGN_INS_A_MINUTE:
                raise TooMany
            ticket.save(force_insert=True)
            response.save(force_insert=True)
            if response.is_low:
                follow_ups.open(response)
    except IntegrityError:
        return False
    return True


def forget_tickets() -> int:
    """Throws away spent tickets of surveys closed a month ago: nothing needs them any more."""
    old = timezone.localdate() - timedelta(days=90)
    return SurveyTicket.objects.filter(session__held_on__lt=old).delete()[0]


def _minute() -> datetime:
    return timezone.now().replace(second=0, microsecond=0)
