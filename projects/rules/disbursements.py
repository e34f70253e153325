from projects.models import Disbursement
from projects.rules.projects import is_running
from xiangshan.core.accounts.models import Role, User
from xiangshan.core.rules import ALLOW, Verdict, deny
from xiangshan.shared.approved_payments import can_finance


def can_request_disbursement(user: User, disbursement: Disbursement) -> Verdict:
    """The organization or the union for it, once what the tranche is tied to was reached and confirmed."""
    if not user.holds(Role.COUNTY_STAFF, Role.ORG_LEADER, over=disbursement):
        return deny("拨付由受扶持组织负责人或县总工会工作人员申请")
    if not disbursement.can_become(Disbursement.Status.REQUESTED):
        return deny(f"该拨付{disbursement.get_status_display()}，不能申请")
    if not (verdict := is_running(disbursement.project, "申请拨付")):
        return verdict
    tied = disbursement.milestone
    if tied is not None and tied.confirmed_by_id is None:
        return deny(f"里程碑“{tied}”{tied.state_text}，确认达成后才能申请这一期")
    return ALLOW


def _finance(user: User, disbursement: Disbursement, status: str, doing: str) -> Verdict:
    return can_finance(user, disbursement, status, "拨付", doing) and is_running(disbursement.project, doing)


def can_approve_disbursement(user: User, disbursement: Disbursement) -> Verdict:
    """Finance; never who asked for it."""
    return _finance(user, disbursement, Disbursement.Status.APPROVED, "审批")


def can_return_disbursement(user: User, disbursement: Disbursement) -> Verdict:
    return _finance(user, disbursement, Disbursement.Status.RETURNED, "退回")


def can_pay_disbursement(user: User, disbursement: Disbursement) -> Verdict:
    return _finance(user, disbursement, Disbursement.Status.PAID, "付款")


def can_cancel_disbursement(user: User, disbursement: Disbursement) -> Verdict:
    if not user.holds(Role.COUNTY_STAFF, over=disbursement):
        return deny("拨付由县总工会工作人员取消")
    if not disbursement.can_become(Disbursement.Status.CANCELLED):
        return deny(f"该拨付{disbursement.get_status_display()}，不能取消")
    return is_running(disbursement.project, "取消拨付")


def can_file_disbursement(user: User, disbursement: Disbursement) -> Verdict:
    if user.holds(Role.COUNTY_STAFF, Role.ORG_LEADER, Role.FINANCE, over=disbursement):
        return ALLOW
    return deny("收据和凭证由受扶持组织、县总工会工作人员或财务上传")
