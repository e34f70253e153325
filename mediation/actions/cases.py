"""A case from the call to its file: opened, described, responded to, accepted or refused; and receptions without a case."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from mediation.actions import course, disputes, teams
from mediation.models import CaseEvent, Dispute, MediationCase, Party, Reception
from mediation.rules import cases as case_rules
from xiangshan.core.accounts.models import Role, User
from xiangshan.core.areas.counties import county_at
from xiangshan.core.numbering import next_number
from xiangshan.core.records import change, create, lock
from xiangshan.core.rules import require, require_reason

Kind, Status = CaseEvent.Kind, MediationCase.Status


def _derived(case: MediationCase, values: dict[str, Any]) -> dict[str, Any]:
    """The local day a case was received, and the minutes to the first response: kept beside what they follow from."""
    received_at = values.get("received_at", case.received_at)
    responded_at = values.get("first_response_at", case.first_response_at)
    minutes = (
        int((responded_at - received_at).total_seconds() // 60)
        if responded_at and responded_at >= received_at
        else None
    )
    return {"received_on": timezone.localtime(received_at).date(), "response_minutes": minutes}


@transaction.atomic
def open(*, by: User, caller_name: str = "", caller_phone: str = "", text: str = "", **values: Any) -> MediationCase:
    """接案: numbered by studio and year, without gaps (象工调〔2020〕丹东001号); the caller becomes its first party.

    Raises ValidationError.
    """
    case = MediationCase(**values)
    require(case_rules.can_open_case(by, case.studio))
    if case.received_at > timezone.now():
        raise ValidationError({"received_at": "接案时间不能在将来"})
    course.refuse_words({caller_name} if len(caller_name) > 1 else set(), subject=case.subject)
    case.subject = case.subject or str(case.get_kind_display())
    for name, value in _derived(case, {}).items():
        setattr(case, name, value)
    year = case.received_on.year
    case.number = county_at(case.studio.area_id).number(
        "case", year, next_number(f"case-{case.studio_id}-{year}"), case.studio.case_prefix
    )
    case.dispute = Dispute.objects.create()
    create(case, by=by, verb="接案")
    if caller_name or caller_phone:
        create(Party(case=case, name=caller_name or "来电人", phone=caller_phone), by=by, verb="登记当事人")
    if text:
        course.record_event(case, Kind.NOTE, by=by, at=case.received_at, text=text)
    if by.holds(Role.MEDIATOR, over=case):
        teams.join(case, by, by)
        change(case, by=by, verb="主办", lead_mediator=by)
    course.tell_studio(case, f"case-{case.pk}-received", f"新案件 {case.number}：{case.get_kind_display()}，请尽快响应")
    _flag_group(case, by)
    disputes.settle(case, by=by)
    course.keep_due(case)
    return case


def _flag_group(case: MediationCase, by: User) -> None:
    """十人以上 is reported upward, once."""
    if not case.is_group or case.events.filter(kind=Kind.REPORT).exists():
        return
    course.record_event(case, Kind.REPORT, by=by, text=f"集体争议（{case.workers} 人）已报权益保障部门")
    text = f"集体争议：{case.number}，{case.get_kind_display()}，{case.workers} 人"
    course.tell_supervisors(case.area_id, f"case-{case.pk}-group", text, course.page_of(case))


@transaction.atomic
def edit(case: MediationCase, *, by: User, **values: Any) -> MediationCase:
    """更新案情: what it is about. What becomes of it has actions of its own. Raises ValidationError."""
    case = course.held(case)
    require(case_rules.can_edit_case(by, case))
    course.refuse_names(case, subject=values.get("subject", ""))
    _check_receipt(case, values, by)
    change(case, by=by, verb="更新", **values, **_derived(case, values))
    _flag_group(case, by)
    disputes.settle(case, by=by)
    course.keep_due(case)
    return case


def _check_receipt(case: MediationCase, values: dict[str, Any], by: User) -> None:
    """A form shows minutes: what says the same minute is the same moment. Raises ValidationError and PermissionDenied."""
    received_at = values.pop("received_at", case.received_at)
    if received_at.replace(second=0, microsecond=0) == case.received_at.replace(second=0, microsecond=0):
        return
    require(case_rules.can_move_receipt(by, case))
    if received_at > timezone.now():
        raise ValidationError({"received_at": "接案时间不能在将来"})
    if case.accepted_on and timezone.localtime(received_at).date() > case.accepted_on:
        raise ValidationError({"received_at": "接案不能晚于受理"})
    values["received_at"] = received_at


@transaction.atomic
def respond(case: MediationCase, *, by: User, at: datetime | None = None, text: str = "") -> MediationCase:
    """首次响应: the clock from the call stops here. Raises ValidationError."""
    case = course.held(case)
    require(case_rules.can_respond(by, case))
    at = at or timezone.now()
    if at > timezone.now():
        raise ValidationError({"at": "响应时间不能在将来"})
    if at < case.received_at.replace(second=0, microsecond=0):
        raise ValidationError({"at": "首次响应不能早于接案"})
    at = max(at, case.received_at)  # a form shows minutes: answered within the minute it came
    values: dict[str, Any] = {"first_response_at": at, **_derived(case, {"first_response_at": at})}
    if case.status == Status.RECEIVED:
        values["status"] = Status.RESPONDING
    if case.lead_mediator_id is None and by.holds(Role.MEDIATOR, over=case):
        teams.join(case, by, by)
        values["lead_mediator"] = by
    change(case, by=by, verb="首次响应", **values)
    course.record_event(case, Kind.RESPONSE, by=by, at=at, text=text)
    return case


@transaction.atomic
def arrive(case: MediationCase, *, by: User, at: datetime | None = None, text: str = "") -> MediationCase:
    """到达现场. Raises ValidationError."""
    case = course.held(case)
    require(case_rules.can_arrive(by, case))
    at = at or timezone.now()
    if at > timezone.now():
        raise ValidationError({"at": "到达时间不能在将来"})
    if case.first_response_at is not None:
        if at < case.first_response_at.replace(second=0, microsecond=0):
            raise ValidationError({"at": "到达不能早于首次响应"})
        at = max(at, case.first_response_at)
    change(case, by=by, verb="到达现场", arrived_at=at)
    course.record_event(case, Kind.ARRIVAL, by=by, at=at, text=text)
    return case


@transaction.atomic
def accept(case: MediationCase, *, by: User, accepted_on: date | None = None) -> MediationCase:
    """受理: from here the law's 15 days run. Raises ValidationError."""
    case = course.held(case)
    require(case_rules.can_accept(by, case))
    accepted_on = accepted_on or timezone.localdate()
    if not case.received_on <= accepted_on <= timezone.localdate():
        raise ValidationError({"accepted_on": "受理日期须在接案以后、今天以前"})
    change(case, by=by, verb="受理", status=Status.MEDIATING, accepted_on=accepted_on)
    course.record_event(case, Kind.ACCEPTANCE, by=by)
    course.keep_due(case)
    return case


@transaction.atomic
def refuse(case: MediationCase, *, by: User, reason: str) -> MediationCase:
    """不予受理, said in writing with the reason (企业劳动争议协商调解规定 art. 22). Raises ValidationError."""
    case = course.held(case)
    require(case_rules.can_accept(by, case))
    require_reason(reason, "请写明原因，书面告知申请人")
    today = timezone.localdate()
    change(
        case,
        by=by,
        verb="不予受理",
        status=Status.CLOSED,
        outcome=MediationCase.Outcome.REFUSED,
        concluded_on=today,
        closed_on=today,
    )
    course.record_event(case, Kind.REFUSAL, by=by, text=reason)
    course.keep_due(case)
    return case


@transaction.atomic
def write_event(case: MediationCase, *, by: User, kind: str, at: datetime, text: str) -> CaseEvent:
    """记录经过. Raises ValidationError."""
    case = course.held(case)
    require(case_rules.can_follow(by, case))
    if kind not in CaseEvent.WRITTEN:
        raise ValidationError({"kind": "请选择一种经过"})
    if at > timezone.now():
        raise ValidationError({"at": "时间不能在将来"})
    if not text.strip():
        raise ValidationError({"text": "请写一句做了什么"})
    return course.record_event(case, kind, by=by, at=at, text=text)


@transaction.atomic
def record_reception(*, by: User, **values: Any) -> Reception:
    reception = Reception(recorded_by=by, **values)
    require(case_rules.can_record_reception(by, reception.studio))
    if reception.received_on > timezone.localdate():
        raise ValidationError({"received_on": "接待日期不能在将来"})
    course.refuse_names(None, subject=reception.subject)
    return create(reception, by=by, verb="登记")


@transaction.atomic
def edit_reception(reception: Reception, *, by: User, **values: Any) -> Reception:
    """更正接待. Raises ValidationError."""
    reception = lock(reception)
    require(case_rules.can_edit_reception(by, reception))
    require(case_rules.can_record_reception(by, values.get("studio", reception.studio)))
    if values.get("received_on", reception.received_on) > timezone.localdate():
        raise ValidationError({"received_on": "接待日期不能在将来"})
    course.refuse_names(None, subject=values.get("subject", ""))
    return change(reception, by=by, verb="更新", **values)
