from mediation.models import (
    HelpRequest,
    InstalmentPayment,
    MediationCase,
    Party,
    Reception,
    Referral,
    RewardStatement,
    Studio,
)
from xiangshan.core.accounts.models import Role, User
from xiangshan.core.rules import ALLOW, Verdict, deny

HANDLERS = (Role.MEDIATOR, Role.MEDIATION_SUPERVISOR)
Status = MediationCase.Status


def can_open_cases(user: User) -> Verdict:
    return ALLOW if user.holds(*HANDLERS) else deny("案件由调解员登记")


def can_open_case(user: User, studio: Studio) -> Verdict:
    """The studio's mediators, and the supervisor of its area."""
    return ALLOW if user.holds(*HANDLERS, over=studio) else deny(f"您不在{studio}任职")


def _stands_back(user: User, case: MediationCase) -> bool:
    return any(conflict.user_id == user.pk for conflict in case.conflicts.all())


def _supervises(user: User, case: MediationCase, otherwise: str) -> Verdict:
    """The supervisor, unless an interest in the case keeps them out of it."""
    if not user.holds(Role.MEDIATION_SUPERVISOR, over=case):
        return deny(otherwise)
    return deny("您已回避本案") if _stands_back(user, case) else ALLOW


def can_read_parties(user: User, case: MediationCase) -> Verdict:
    """Masked, with what happened and the files: the studio's mediators and the supervisors; never who stands back."""
    if not user.holds(*HANDLERS, over=case):
        return deny("当事人信息只有承办工作室和权益保障部门可以看")
    return deny("您已回避本案") if _stands_back(user, case) else ALLOW


def can_reveal(user: User, party: Party) -> Verdict:
    return can_read_parties(user, party.case) and (
        deny("已过保存年限，当事人信息已隐去") if party.case.anonymised_on else ALLOW
    )


def can_find_parties(user: User) -> Verdict:
    return ALLOW if user.holds(*HANDLERS) else deny("按电话、证件查找只对调解员和权益保障部门开放")


def can_work(user: User, case: MediationCase) -> Verdict:
    """Writing to a case: who reads its parties, as long as it is not closed."""
    if not user.holds(*HANDLERS, over=case):
        return deny(f"您不在{case.studio}任职")
    if not (verdict := can_read_parties(user, case)):
        return verdict
    return ALLOW if case.status != Status.CLOSED else deny("案件已结案，不能修改；需要时由权益保障部门重新办理")


def can_edit_case(user: User, case: MediationCase) -> Verdict:
    return can_work(user, case)


def can_file_case(user: User, case: MediationCase) -> Verdict:
    """Documents: while it is in work; a closed file is closed."""
    return can_work(user, case)


def can_respond(user: User, case: MediationCase) -> Verdict:
    return can_work(user, case) and (ALLOW if case.first_response_at is None else deny("已经记录首次响应"))


def can_arrive(user: User, case: MediationCase) -> Verdict:
    if not (verdict := can_work(user, case)):
        return verdict
    if case.first_response_at is None:
        return deny("请先记录首次响应")
    return ALLOW if case.arrived_at is None else deny("已经记录到达现场")


def can_accept(user: User, case: MediationCase) -> Verdict:
    """受理 or 不予受理."""
    if not (verdict := can_work(user, case)):
        return verdict
    if not case.can_become(Status.MEDIATING):
        return deny(f"案件{case.get_status_display()}，不能再受理")
    return ALLOW if case.first_response_at else deny("请先记录首次响应")


def can_agree(user: User, case: MediationCase) -> Verdict:
    """达成协议; or another agreement in place of one, as long as nothing was paid under it."""
    if not (verdict := can_work(user, case)):
        return verdict
    if case.status in (Status.AGREED, Status.FULFILLED):
        return deny("协议已开始履行，不能更换；付款记错了请先撤销") if case.amount_paid else ALLOW
    return ALLOW if case.can_become(Status.AGREED) else deny(f"案件{case.get_status_display()}，请先受理")


def can_conclude(user: User, case: MediationCase) -> Verdict:
    """调解不成 or 撤回."""
    if not (verdict := can_work(user, case)):
        return verdict
    if case.can_become(Status.FAILED) or case.can_become(Status.WITHDRAWN):
        return ALLOW
    return deny(f"案件{case.get_status_display()}，不能改写结果")


def can_refer(user: User, case: MediationCase) -> Verdict:
    if not (verdict := can_work(user, case)):
        return verdict
    return ALLOW if case.can_become(Status.REFERRED) else deny(f"案件{case.get_status_display()}，不能转介")


def can_say_result(user: User, referral: Referral) -> Verdict:
    """What came of it may be heard long after the case was closed."""
    return can_read_parties(user, referral.case) and (deny("转介结果已登记") if referral.result else ALLOW)


def can_record_payment(user: User, case: MediationCase) -> Verdict:
    if not (verdict := can_work(user, case)):
        return verdict
    return ALLOW if case.status == Status.AGREED else deny(f"案件{case.get_status_display()}，没有要履行的协议")


def can_withdraw_payment(user: User, payment: InstalmentPayment) -> Verdict:
    """One written down by mistake, as long as the case is in work."""
    if not (verdict := can_work(user, payment.case)):
        return verdict
    if payment.withdrawn_at:
        return deny("这笔付款已撤销")
    return ALLOW if payment.instalment.agreement.is_current else deny("这笔付款属于已被替代的协议")


def can_move_receipt(user: User, case: MediationCase) -> Verdict:
    """When a case came in decides whether it was answered late: once it was answered, the supervisor alone corrects it."""
    if case.first_response_at is None or user.holds(Role.MEDIATION_SUPERVISOR, over=case):
        return ALLOW
    return deny("已记录首次响应，接案时间由权益保障部门更正")


def can_withdraw_grade(user: User, case: MediationCase) -> Verdict:
    """A grade confirmed by mistake, until a frozen statement pays by it."""
    if not (verdict := _supervises(user, case, "等级由权益保障部门撤回")):
        return verdict
    if not case.graded_by_id:
        return deny("等级还没有确认")
    if case.reward_lines.filter(statement__status__in=RewardStatement.FROZEN).exists():
        return deny("已按这个等级奖补，不能撤回")
    return ALLOW


def can_assign(user: User, case: MediationCase) -> Verdict:
    """Assignment, hand-over, co-mediators: the lead, or the supervisor; anybody of the studio where nobody leads yet."""
    if not (verdict := can_work(user, case)):
        return verdict
    if case.lead_mediator_id in (None, user.pk) or user.holds(Role.MEDIATION_SUPERVISOR, over=case):
        return ALLOW
    return deny("办案人员由主办调解员或权益保障部门安排")


def can_transfer(user: User, case: MediationCase) -> Verdict:
    if not (verdict := can_assign(user, case)):
        return verdict
    if case.status in (Status.RECEIVED, Status.RESPONDING, Status.MEDIATING):
        return ALLOW
    return deny(f"案件{case.get_status_display()}，不能移交")


def can_stand_back(user: User, case: MediationCase) -> Verdict:
    return can_work(user, case) and (ALLOW if user.holds(Role.MEDIATOR, over=case) else deny("由调解员本人申请回避"))


def can_pause(user: User, case: MediationCase) -> Verdict:
    if not (verdict := can_work(user, case)):
        return verdict
    if any(pause.ends_on is None for pause in case.pauses.all()):
        return deny("期限已经中止")
    return ALLOW if case.status == Status.MEDIATING else deny("只有调解中的案件可以中止期限")


def can_resume(user: User, case: MediationCase) -> Verdict:
    if not (verdict := can_work(user, case)):
        return verdict
    return ALLOW if any(pause.ends_on is None for pause in case.pauses.all()) else deny("期限没有中止")


def can_propose_grade(user: User, case: MediationCase) -> Verdict:
    """Who works on it; before the supervisor confirmed another's."""
    return can_read_parties(user, case) and (deny("等级已确认，不能更改") if case.graded_by_id else ALLOW)


def can_confirm_grade(user: User, case: MediationCase) -> Verdict:
    """The supervisor; never who proposed it."""
    if not (verdict := _supervises(user, case, "等级由权益保障部门确认")):
        return verdict
    if not case.grade or case.graded_by_id:
        return deny("没有待确认的等级")
    return deny("不能确认自己提出的等级") if case.grade_proposed_by_id == user.pk else ALLOW


def can_follow(user: User, case: MediationCase) -> Verdict:
    """Writing down what happened."""
    return can_work(user, case)


def can_close_case(user: User, case: MediationCase) -> Verdict:
    """Once there is an outcome; one agreed on is followed until it is fulfilled, and given up only with a word why."""
    if not (verdict := can_work(user, case)):
        return verdict
    if not case.outcome or not case.can_become(Status.CLOSED):
        return deny(f"案件{case.get_status_display()}，还没有调解结果")
    return ALLOW


def can_reopen_case(user: User, case: MediationCase) -> Verdict:
    if not (verdict := _supervises(user, case, "重新办理由权益保障部门决定")):
        return verdict
    if case.anonymised_on:
        return deny("已过保存年限，当事人信息已隐去")
    return ALLOW if case.status == Status.CLOSED else deny("案件没有结案")


def can_join_dispute(user: User, case: MediationCase, other: MediationCase) -> Verdict:
    """That two cases are one dispute: the studio of both, or the supervisor: it costs somebody a reward."""
    for item in (case, other):
        if not (verdict := can_read_parties(user, item)):
            return deny("两家工作室的案件由权益保障部门确认") if item is other else verdict
    return ALLOW


def can_tell_apart(user: User, case: MediationCase) -> Verdict:
    """That they are two: the supervisor, since two disputes are paid twice."""
    return _supervises(user, case, "是不是两起争议由权益保障部门确认")


def can_settle_help(user: User, request: HelpRequest) -> Verdict:
    """The studio asked, and the supervisor."""
    if not user.holds(*HANDLERS, over=request):
        return deny("求助由所在镇街的工作室或权益保障部门办理")
    return ALLOW if request.status == HelpRequest.Status.WAITING else deny(f"求助{request.get_status_display()}")


def can_record_reception(user: User, studio: Studio) -> Verdict:
    return can_open_case(user, studio)


def can_edit_reception(user: User, reception: Reception) -> Verdict:
    return can_open_case(user, reception.studio)
