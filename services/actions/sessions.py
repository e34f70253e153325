"""What happens in a session's life, from the plan to the figure."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from services.actions import checks
from services.evidence import evidence_for
from services.models import ActivitySession, ContractLine, Rehearsal
from services.rules import sessions as session_rules
from xiangshan.core.accounts.models import User
from xiangshan.core.records import all_or_none, change, create, lock
from xiangshan.core.rules import require
from xiangshan.shared.attachments.actions import attach
from xiangshan.shared.notifications.actions import notify

Status = ActivitySession.Status
Evidence = ActivitySession.Evidence


RETURNED = "退回"  # by this verb a history tells that a report went back


@transaction.atomic
def plan(*, by: User, **values: Any) -> ActivitySession:
    """登记: a session planned, or already held and to be reported next."""
    session = ActivitySession(**values)
    require(session_rules.can_plan_session(by, session.organization))
    if session.contract_line is not None and not session.contract_line.contract.is_binding:
        raise ValidationError({"contract_line": "合同尚未签订或已终止"})
    return create(session, by=by, verb="登记")


@transaction.atomic
def edit(session: ActivitySession, *, by: User, **values: Any) -> ActivitySession:
    """修改 what is not yet verified."""
    session = lock(session)
    require(session_rules.can_edit_session(by, session))
    return change(session, by=by, verb="修改", **values)


@transaction.atomic
def plan_rehearsal(session: ActivitySession, *, by: User, rehearsed_on: date, watched_by: str = "") -> Rehearsal:
    """安排试讲: a day, before the session, and who is to watch. Raises ValidationError."""
    session = lock(session)
    require(session_rules.can_rehearse(by, session))
    if not timezone.localdate() <= rehearsed_on <= session.held_on:
        raise ValidationError({"rehearsed_on": "试讲日期应在今天到活动日期之间"})
    planned = Rehearsal(session=session, rehearsed_on=rehearsed_on, outcome="planned", watched_by=watched_by)
    planned.recorded_by = by
    return create(planned, by=by, verb="安排试讲")


@transaction.atomic
def record_rehearsal(
    session: ActivitySession, *, by: User, rehearsed_on: date, outcome: str, watched_by: str = "", notes: str = ""
) -> Rehearsal:
    """登记试讲: a passed one lets the session be reported. What was planned is what is now recorded. Raises ValidationError."""
    session = lock(session)
    require(session_rules.can_rehearse(by, session))
    if rehearsed_on > min(session.held_on, timezone.localdate()):
        raise ValidationError({"rehearsed_on": "试讲日期不能晚于今天，也不能晚于活动日期"})
    if outcome == Rehearsal.Outcome.PLANNED:
        raise ValidationError({"outcome": "请选择试讲结果"})
    values: dict[str, Any] = {
        "rehearsed_on": rehearsed_on,
        "outcome": outcome,
        "watched_by": watched_by,
        "notes": notes,
        "recorded_by": by,
    }
    planned = session.rehearsals.filter(outcome=Rehearsal.Outcome.PLANNED).first()
    if planned is not None:
        rehearsal = change(lock(planned), by=by, verb="登记试讲", **values)
    else:
        rehearsal = create(Rehearsal(session=session, **values), by=by, verb="登记试讲")
    if outcome == Rehearsal.Outcome.PASSED and session.status == Status.PLANNED:
        change(session, by=by, verb="试讲通过", status=Status.REHEARSED)
    return rehearsal


@transaction.atomic
def report(
    session: ActivitySession,
    *,
    by: User,
    submit: bool = True,
    photos: Sequence[Any] = (),
    taken: Sequence[str] = (),
    **values: Any,
) -> ActivitySession:
    """上报: what the person who was there says of it. Not submitted, it is kept as held, to be finished later.

    `photos` go with it, each `taken` at a moment (ISO 8601) where its file does not say so. Raises ValidationError.

    How the number is proven follows from who signed in; first reported more than `limits.REPORT_DAYS` after, it is marked as entered late
    (2-domain, evidence). What is submitted is checked at once.
    """
    session = lock(session)
    require(session_rules.can_report(by, session))
    if photos:
        try:
            attach(session, photos, by=by, taken=taken)
        except ValidationError as error:
            raise ValidationError({"photos": error.messages}) from error
    today = timezone.localdate()
    workers = values.get("workers_served", session.workers_served)
    if submit:
        if workers is None:
            raise ValidationError({"workers_served": "请填写服务人次"})
        values |= {"submitted_by": by, "submitted_at": timezone.now(), "note": ""}
        if session.reported_on is None:
            values |= {"reported_on": today, "reported_in_time": today - session.held_on <= session_rules.REPORT_WITHIN}
    reported_on = session.reported_on or today
    if session.evidence == Evidence.LEDGER:
        values |= {
            "reported_on": None,
            "reported_in_time": False,
        }  # corrected, it is still from a ledger, and was never late
    elif session.evidence == Evidence.LATE or reported_on - session.held_on > session_rules.REPORT_WITHIN:
        values["evidence"] = Evidence.LATE
    elif workers is not None:
        values["evidence"] = evidence_for(workers, session.sign_in_rows.by_way())
    if not submit and session.status == Status.RETURNED:
        return change(session, by=by, verb="保存更正", **values)
    status = Status.SUBMITTED if submit else Status.HELD
    session = change(session, by=by, verb="上报" if submit else "保存", status=status, **values)
    if submit:
        checks.check([session.pk])
    return session


@transaction.atomic
def verify(session: ActivitySession, *, by: User) -> ActivitySession:
    """核实: accept what was reported; from now on the session counts, and fills the next free unit of its contract line."""
    session = lock(session)
    require(session_rules.can_verify(by, session))
    unit = _next_unit(session.contract_line) if session.contract_line is not None else None
    _tell_reporter(session, "verified", f"“{session.title}”已核实，计入统计")
    return change(
        session, by=by, verb="核实", status=Status.VERIFIED, verified_by=by, verified_at=timezone.now(), line_unit=unit
    )


def verify_many(sessions: Iterable[ActivitySession], *, by: User) -> list[ActivitySession]:
    """批量核实: all of them, or none where one cannot be; only where no check found anything. Raises ValidationError."""

    def act(session: ActivitySession) -> None:
        if session.findings.open().exists():
            raise ValidationError("有疑点，请单独核实")
        verify(session, by=by)

    return all_or_none(sessions, act)


def _tell_reporter(session: ActivitySession, what: str, text: str) -> None:
    """Who reported it hears of it once for each time it was reported."""
    if session.submitted_by is not None:
        key = (
            f"session-{session.pk}-{what}-{session.submitted_at:%Y%m%d%H%M%S}"
            if session.submitted_at
            else f"session-{session.pk}-{what}"
        )
        notify([session.submitted_by], key, text, reverse("services:session_detail", args=[session.pk]))


def _next_unit(line: ContractLine) -> int:
    """The first free unit of a line, which is held meanwhile. Raises ValidationError when all are filled."""
    line = lock(line)
    taken = set(line.sessions.filter(line_unit__isnull=False).values_list("line_unit", flat=True))
    for unit in range(1, line.quantity + 1):
        if unit not in taken:
            return unit
    raise ValidationError(f"合同明细“{line.title}”的 {line.quantity} 场已全部核实，这一场超出合同数量")


@transaction.atomic
def send_back(session: ActivitySession, *, by: User, reason: str) -> ActivitySession:
    """退回修改: back to who reported it, with what is to be mended. A verified one no longer counts and frees its unit."""
    session = lock(session)
    require(session_rules.can_return(by, session))
    _need(reason, "请写明要更正什么")
    _tell_reporter(session, "returned", f"“{session.title}”退回修改：{reason}")
    return change(
        session,
        by=by,
        verb=RETURNED,
        reason=reason,
        status=Status.RETURNED,
        note=reason,
        line_unit=None,
        verified_by=None,
        verified_at=None,
    )


@transaction.atomic
def cancel(session: ActivitySession, *, by: User, reason: str) -> ActivitySession:
    session = lock(session)
    require(session_rules.can_cancel(by, session))
    _need(reason, "请写明取消的原因")
    return change(session, by=by, verb="取消", reason=reason, status=Status.CANCELLED, note=reason)


@transaction.atomic
def delete(session: ActivitySession, *, by: User, reason: str) -> ActivitySession:
    """作废: struck out of every list and figure; the row and its history stay."""
    session = lock(session)
    require(session_rules.can_delete(by, session))
    _need(reason, "请写明作废的原因")
    return change(session, by=by, verb="作废", reason=reason, status=Status.DELETED, note=reason, line_unit=None)


def _need(reason: str, message: str) -> None:
    if not reason.strip():
        raise ValidationError({"reason": message})
