"""Who mediates a case: assigned, handed over, helped, standing back; and cases that go on in another studio."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from mediation.actions import course
from mediation.models import CaseConflict, CaseEvent, CaseMember, CaseTransfer, MediationCase, Studio
from mediation.rules import cases as case_rules
from xiangshan.core.accounts.models import Role, User
from xiangshan.core.records import change, create, lock
from xiangshan.core.rules import require
from xiangshan.shared.notifications.actions import notify

TEAM = CaseEvent.Kind.TEAM


def _able(case: MediationCase, user: User) -> None:
    """Raises ValidationError for somebody who cannot mediate this case."""
    if not user.holds(Role.MEDIATOR, over=case.studio):
        raise ValidationError({"user": f"{user}不在{case.studio}任职"})
    if case.conflicts.filter(user=user).exists():
        raise ValidationError({"user": f"{user}已回避本案"})


def join(case: MediationCase, user: User, by: User) -> None:
    """加入办案人员; who is in it already stays."""
    if not case.members.filter(user=user, left_on__isnull=True).exists():
        create(CaseMember(case=case, user=user, joined_on=timezone.localdate()), by=by, verb="加入办案人员")


def _leaves(case: MediationCase, user: User, by: User) -> None:
    for member in case.members.filter(user=user, left_on__isnull=True):
        change(lock(member), by=by, verb="退出办案人员", left_on=timezone.localdate())


@transaction.atomic
def assign_lead(case: MediationCase, user: User, *, by: User, reason: str = "") -> MediationCase:
    """指派或交接主办: who led leaves the team, unless asked back as co-mediator. Raises ValidationError."""
    case = course.held(case)
    require(case_rules.can_assign(by, case))
    _able(case, user)
    before = case.lead_mediator
    if before == user:
        return case
    if before is not None and not reason.strip():
        raise ValidationError({"reason": "交接请写明原因"})
    course.refuse_names(case, reason=reason)
    if before is not None:
        _leaves(case, before, by)
    join(case, user, by)
    change(case, by=by, verb="交接" if before else "指派", reason=reason, lead_mediator=user)
    text = f"主办由{before}交接给{user}：{reason}" if before else f"主办：{user}"
    course.record_event(case, TEAM, by=by, text=text)
    notify(
        [user],
        f"case-{case.pk}-lead-{user.pk}-{timezone.now():%Y%m%d%H%M%S}",
        f"请您主办 {case.number}",
        course.page_of(case),
    )
    return case


@transaction.atomic
def add_member(case: MediationCase, user: User, *, by: User) -> MediationCase:
    """共同调解. Raises ValidationError."""
    case = course.held(case)
    require(case_rules.can_assign(by, case))
    _able(case, user)
    join(case, user, by)
    course.record_event(case, TEAM, by=by, text=f"{user}共同调解")
    notify([user], f"case-{case.pk}-member-{user.pk}", f"请您共同调解 {case.number}", course.page_of(case))
    return case


@transaction.atomic
def stand_back(case: MediationCase, *, by: User, reason: str) -> MediationCase:
    """回避: said once, kept for good; the studio learns that somebody else has to take over. Raises ValidationError."""
    case = course.held(case)
    require(case_rules.can_stand_back(by, case))
    if len(reason.strip()) < 2:
        raise ValidationError({"reason": "请写明利害关系"})
    course.refuse_names(case, reason=reason)
    course.record_event(case, TEAM, by=by, text=f"{by}回避")
    create(CaseConflict(case=case, user=by, reason=reason.strip()), by=by, verb="回避", reason=reason)
    _leaves(case, by, by)
    if case.lead_mediator_id == by.pk:
        change(case, by=by, verb="回避", reason=reason, lead_mediator=None)
        course.tell_studio(case, f"case-{case.pk}-back-{by.pk}", f"{case.number} 的主办已回避，请另派")
    return case


@transaction.atomic
def transfer_case(
    case: MediationCase, studio: Studio, *, by: User, consented_on: date | None, reason: str
) -> MediationCase:
    """移交: to another studio, with the parties' consent. The number stays. Raises ValidationError."""
    case = course.held(case)
    require(case_rules.can_transfer(by, case))
    if studio.pk == case.studio_id:
        raise ValidationError({"studio": "请选择另一家工作室"})
    if consented_on is None:
        raise ValidationError({"consented_on": "移交须先征得当事人同意，请填同意的日期"})
    if consented_on > timezone.localdate():
        raise ValidationError({"consented_on": "同意日期不能晚于今天"})
    course.refuse_names(case, reason=reason)
    transfer = CaseTransfer(
        case=case, from_studio=case.studio, to_studio=studio, consented_on=consented_on, reason=reason
    )
    create(transfer, by=by, verb="移交", reason=reason)
    course.record_event(case, TEAM, by=by, text=f"移交{studio}：{reason}")
    for member in case.members.filter(left_on__isnull=True):
        change(lock(member), by=by, verb="退出办案人员", left_on=timezone.localdate())
    change(case, by=by, verb="移交", reason=reason, studio=studio, lead_mediator=None)
    course.tell_studio(
        case, f"case-{case.pk}-to-{studio.pk}-{timezone.now():%Y%m%d%H%M%S}", f"移交来的案件 {case.number}，请安排主办"
    )
    course.keep_due(case)
    return case
