"""What a case comes to: agreed, failed, withdrawn, referred; fulfilled payment by payment; graded, closed, opened again."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from mediation.actions import course, disputes
from mediation.models import Agreement, CaseEvent, CasePause, Instalment, InstalmentPayment, MediationCase, Referral
from mediation.rules import cases as case_rules
from xiangshan.core.accounts.models import User
from xiangshan.core.money import as_yuan, totals
from xiangshan.core.records import Rows, change, create, lock, sync_children
from xiangshan.core.rules import require

Kind, Status, Outcome = CaseEvent.Kind, MediationCase.Status, MediationCase.Outcome


def _concluded(case: MediationCase, day: date) -> None:
    """Raises ValidationError where the day cannot be the one."""
    first = case.accepted_on or case.received_on
    if not first <= day <= timezone.localdate():
        raise ValidationError({"concluded_on": "日期须在受理以后、今天以前"})


@transaction.atomic
def agree(
    case: MediationCase, *, by: User, terms: str, signed_on: date, effective_on: date, instalments: Rows = ()
) -> Agreement:
    """达成协议: the amount agreed is the sum of its instalments, never typed. Raises ValidationError."""
    case = course.held(case)
    require(case_rules.can_agree(by, case))
    first = case.accepted_on or case.received_on
    if not first <= signed_on <= timezone.localdate():
        raise ValidationError({"signed_on": "签订日期须在受理以后、今天以前"})
    for former in case.agreements.filter(is_current=True):
        change(lock(former), by=by, verb="由新协议替代", is_current=False)
    agreement = Agreement(case=case, terms=terms, signed_on=signed_on, effective_on=effective_on)
    create(agreement, by=by, verb="签订协议")
    sync_children(Instalment, "agreement", agreement, instalments, by=by)
    if any(instalment.due_on < signed_on for instalment in agreement.instalments.all()):
        raise ValidationError("分期的应付日期不能早于签订日期")
    agreed = totals(agreement.instalments.all(), "amount")["amount"]
    values: dict[str, Any] = {"amount_agreed": agreed, "concluded_on": signed_on, "outcome": Outcome.AGREED}
    change(case, by=by, verb="达成协议", status=Status.AGREED, **values)
    course.record_event(
        case, Kind.AGREEMENT, by=by, text=f"达成协议，{as_yuan(agreed)}" if agreed else "达成协议，不涉及金额"
    )
    if not agreed:
        _fulfilled(case, by)
    course.keep_due(case)
    return agreement


def _fulfilled(case: MediationCase, by: User) -> None:
    change(case, by=by, verb="履行完毕", status=Status.FULFILLED)
    course.tell_studio(
        case, f"case-{case.pk}-fulfilled-{timezone.now():%Y%m%d%H%M%S}", f"{case.number} 已全部履行，请回访双方后结案"
    )


@transaction.atomic
def record_payment(
    instalment: Instalment, *, by: User, amount: Decimal, paid_on: date, proof: str = ""
) -> InstalmentPayment:
    """登记付款: what reached the worker, never more than is due. The last one fulfils the agreement. Raises ValidationError."""
    case = course.held(instalment.agreement.case)
    require(case_rules.can_record_payment(by, case))
    instalment = lock(instalment)
    if not instalment.agreement.is_current:
        raise ValidationError("这一期属于已被替代的协议")
    if amount > instalment.left:
        raise ValidationError({"amount": f"这一期还欠 {as_yuan(instalment.left)}，不能多记"})
    if paid_on < instalment.agreement.signed_on:
        raise ValidationError({"paid_on": "付款日期不能早于签订日期"})
    course.refuse_names(case, proof=proof)
    payment = InstalmentPayment(
        case=case, instalment=instalment, amount=amount, paid_on=paid_on, proof=proof, recorded_by=by
    )
    create(payment, by=by, verb="登记付款")
    change(instalment, by=by, verb="合计已付", paid=instalment.paid + amount)
    change(case, by=by, verb="合计已付", amount_paid=case.amount_paid + amount)
    course.record_event(case, Kind.PAYMENT, by=by, text=f"付款 {as_yuan(amount)}（{paid_on}）")
    if case.amount_paid == case.amount_agreed:
        _fulfilled(case, by)
    course.keep_due(case)
    return payment


@transaction.atomic
def withdraw_payment(payment: InstalmentPayment, *, by: User, reason: str) -> InstalmentPayment:
    """撤销付款 that was written down by mistake: it stays in the file and counts no more. Raises ValidationError."""
    case = course.held(payment.case)
    payment = lock(payment)
    payment.case = case
    require(case_rules.can_withdraw_payment(by, payment))
    if len(reason.strip()) < 2:
        raise ValidationError({"reason": "请写明原因"})
    course.refuse_names(case, reason=reason)
    instalment = lock(payment.instalment)
    change(payment, by=by, verb="撤销付款", reason=reason, withdrawn_at=timezone.now())
    change(instalment, by=by, verb="合计已付", paid=instalment.paid - payment.amount)
    again = {"status": Status.AGREED} if case.status == Status.FULFILLED else {}
    change(case, by=by, verb="合计已付", amount_paid=case.amount_paid - payment.amount, **again)
    course.record_event(
        case, Kind.PAYMENT, by=by, text=f"撤销 {payment.paid_on} 的付款 {as_yuan(payment.amount)}：{reason}"
    )
    course.keep_due(case)
    return payment


@transaction.atomic
def conclude(case: MediationCase, *, by: User, outcome: str, concluded_on: date, text: str) -> MediationCase:
    """调解不成 or 撤回. Raises ValidationError."""
    case = course.held(case)
    require(case_rules.can_conclude(by, case))
    if outcome not in (Outcome.FAILED, Outcome.WITHDRAWN) or not case.can_become(outcome):
        raise ValidationError({"outcome": "还没有受理的案件不能写调解不成"})
    _concluded(case, concluded_on)
    change(case, by=by, verb=str(Outcome(outcome).label), status=outcome, outcome=outcome, concluded_on=concluded_on)
    course.record_event(case, Kind.OUTCOME, by=by, text=f"{Outcome(outcome).label}：{text}")
    course.keep_due(case)
    return case


@transaction.atomic
def refer(case: MediationCase, *, by: User, target: str, referred_on: date, text: str = "") -> Referral:
    """转介 to arbitration, the inspectorate or legal aid. Raises ValidationError."""
    case = course.held(case)
    require(case_rules.can_refer(by, case))
    _concluded(case, referred_on)
    referral = create(Referral(case=case, target=target, referred_on=referred_on), by=by, verb="转介")
    change(case, by=by, verb="转介", status=Status.REFERRED, outcome=Outcome.REFERRED, concluded_on=referred_on)
    course.record_event(case, Kind.OUTCOME, by=by, text=f"转介{referral}{':' if text else ''}{text}")
    course.keep_due(case)
    return referral


@transaction.atomic
def say_result(referral: Referral, *, by: User, result: str, result_on: date) -> Referral:
    """转介结果. Raises ValidationError."""
    case = course.held(referral.case)
    referral = lock(referral)
    referral.case = case
    require(case_rules.can_say_result(by, referral))
    course.refuse_names(case, result=result)
    if result_on > timezone.localdate():
        raise ValidationError({"result_on": "日期不能晚于今天"})
    return change(referral, by=by, verb="转介结果", result=result, result_on=result_on)


@transaction.atomic
def pause(case: MediationCase, *, by: User, starts_on: date, reason: str) -> CasePause:
    """中止期限: both agreed to wait, or something is being examined. Raises ValidationError."""
    case = course.held(case)
    require(case_rules.can_pause(by, case))
    if case.accepted_on is None or not case.accepted_on <= starts_on <= timezone.localdate():
        raise ValidationError({"starts_on": "日期须在受理以后、今天以前"})
    if case.pauses.filter(ends_on__gte=starts_on).exists():
        raise ValidationError({"starts_on": "与以前的中止重叠"})
    course.refuse_names(case, reason=reason)
    made = create(CasePause(case=case, starts_on=starts_on, reason=reason), by=by, verb="期限中止", reason=reason)
    course.keep_due(case)
    return made


@transaction.atomic
def resume(case: MediationCase, *, by: User, ends_on: date) -> MediationCase:
    """恢复计算: `ends_on` is the last day that does not count. Raises ValidationError."""
    case = course.held(case)
    require(case_rules.can_resume(by, case))
    if ends_on > timezone.localdate():
        raise ValidationError({"ends_on": "日期不能晚于今天"})
    for open_pause in case.pauses.filter(ends_on__isnull=True):
        change(lock(open_pause), by=by, verb="恢复计算", ends_on=ends_on)
    course.keep_due(case)
    return case


@transaction.atomic
def propose_grade(case: MediationCase, *, by: User, grade: str, reason: str) -> MediationCase:
    """提出定级: by the scheme's criteria; another confirms. Raises ValidationError."""
    case = course.held(case)
    require(case_rules.can_propose_grade(by, case))
    course.refuse_names(case, grade_reason=reason)
    if not reason.strip():
        raise ValidationError({"grade_reason": "请写明符合哪一条标准"})
    return change(case, by=by, verb="提出定级", grade=grade, grade_reason=reason, grade_proposed_by=by)


@transaction.atomic
def confirm_grade(case: MediationCase, *, by: User) -> MediationCase:
    case = course.held(case)
    require(case_rules.can_confirm_grade(by, case))
    return change(case, by=by, verb="确认定级", graded_by=by)


@transaction.atomic
def withdraw_grade(case: MediationCase, *, by: User, reason: str) -> MediationCase:
    """撤回定级, so that another can be proposed. Raises ValidationError."""
    case = course.held(case)
    require(case_rules.can_withdraw_grade(by, case))
    if len(reason.strip()) < 2:
        raise ValidationError({"reason": "请写明原因"})
    course.refuse_names(case, reason=reason)
    return change(case, by=by, verb="撤回定级", reason=reason, graded_by=None)


@transaction.atomic
def close(
    case: MediationCase,
    *,
    by: User,
    worker_satisfaction: int | None = None,
    employer_satisfaction: int | None = None,
    lessons: str = "",
    unfulfilled_reason: str = "",
) -> MediationCase:
    """结案, with what both sides say of it and what was learnt. An agreement not fulfilled is given up with a reason.

    Raises ValidationError.
    """
    case = course.held(case)
    require(case_rules.can_close_case(by, case))
    if case.status == Status.AGREED and not unfulfilled_reason.strip():
        left = case.amount_agreed - case.amount_paid
        raise ValidationError({"unfulfilled_reason": f"协议还有 {as_yuan(left)} 没有履行；不再跟进请写明原因"})
    course.refuse_names(case, lessons=lessons, unfulfilled_reason=unfulfilled_reason)
    change(
        case,
        by=by,
        verb="结案",
        reason=unfulfilled_reason,
        status=Status.CLOSED,
        closed_on=timezone.localdate(),
        worker_satisfaction=worker_satisfaction,
        employer_satisfaction=employer_satisfaction,
        lessons=lessons,
    )
    course.record_event(case, Kind.CLOSING, by=by, text=unfulfilled_reason)
    disputes.settle(case, by=by)
    course.keep_due(case)
    if not case.grade:
        text = f"{case.number} 已结案，还没有定级"
        course.tell_supervisors(case.area_id, f"case-{case.pk}-closed", text, course.page_of(case))
    return case


@transaction.atomic
def reopen(case: MediationCase, *, by: User, reason: str) -> MediationCase:
    """重新办理: as it stood before it was closed; what was rewarded stays rewarded, once. Raises ValidationError."""
    case = course.held(case)
    require(case_rules.can_reopen_case(by, case))
    if len(reason.strip()) < 2:
        raise ValidationError({"reason": "请写明为什么重新办理"})
    course.refuse_names(case, reason=reason)
    values: dict[str, Any] = {"closed_on": None}
    if case.outcome == Outcome.AGREED:
        values["status"] = Status.FULFILLED if case.amount_paid == case.amount_agreed else Status.AGREED
    else:
        values |= {"status": Status.MEDIATING, "outcome": "", "concluded_on": None}
        values["accepted_on"] = case.accepted_on or timezone.localdate()
    change(case, by=by, verb="重新办理", reason=reason, **values)
    course.record_event(case, Kind.REOPENING, by=by, text=reason)
    course.tell_studio(case, f"case-{case.pk}-again-{timezone.now():%Y%m%d%H%M%S}", f"{case.number} 重新办理：{reason}")
    course.keep_due(case)
    return case
