"""Who may do what with requests of workplaces."""

from django.utils import timezone

from services.models import ContractLine, ServiceRequest
from services.rules.sessions import STAFF
from xiangshan.core.accounts.models import Role, User
from xiangshan.core.rules import ALLOW, Verdict, deny

Status = ServiceRequest.Status


def can_enter_requests(user: User) -> Verdict:
    return ALLOW if user.holds(*STAFF) else deny("点单由工会工作人员登记，或由单位在网上提交")


def can_enter_request(user: User, area: object) -> Verdict:
    return ALLOW if user.holds(*STAFF, over=area) else deny("只能登记自己辖区的点单")


def can_triage(user: User, request: ServiceRequest) -> Verdict:
    """Accepting, declining, putting into a procurement: union staff of the area."""
    if not user.holds(*STAFF, over=request):
        return deny("点单由工会工作人员受理")
    if request.status not in (*ServiceRequest.WAITING, Status.MATCHED):
        return deny(f"该点单{request.get_status_display()}，不能再受理")
    return ALLOW


def can_match(user: User, request: ServiceRequest) -> Verdict:
    """工会下单: county staff, since contracts are the county's."""
    if not user.holds(Role.COUNTY_STAFF, over=request):
        return deny("下单由县总工会工作人员办理")
    if not request.can_become(Status.MATCHED):
        return deny(f"该点单{request.get_status_display()}，不能下单")
    return ALLOW


def can_match_to(user: User, request: ServiceRequest, line: ContractLine) -> Verdict:
    """To a line in force, of the category asked for."""
    if not (verdict := can_match(user, request)):
        return verdict
    if not user.holds(Role.COUNTY_STAFF, over=line):
        return deny("合同不在您的辖区")
    if line.contract.status not in ("signed", "running"):
        return deny(f"合同{line.contract.get_status_display()}，不能再下单")
    if line.category_id != request.category_id:
        return deny("合同明细的类别与点单不一致")
    return ALLOW


def can_schedule(user: User, request: ServiceRequest) -> Verdict:
    """The day is agreed by the organization that got the order, or by union staff."""
    if not user.holds(*STAFF, Role.ORG_LEADER, over=request):
        return deny("由承接组织或工会工作人员排期")
    if request.contract_line is None or not request.can_become(Status.SCHEDULED):
        return deny(f"该点单{request.get_status_display()}，不能排期")
    return ALLOW


def can_rate(request: ServiceRequest) -> Verdict:
    """The asker, with the code, once the session was held; once."""
    if request.status == Status.DONE:
        return deny("您已经评价过，谢谢")
    if request.session is None or request.session.status in request.session.VOID:
        return deny("活动还没有安排")
    if request.session.held_on > timezone.localdate():
        return deny("活动还没有举办")
    return ALLOW


def can_withdraw(request: ServiceRequest) -> Verdict:
    """The asker, with the code, until a day is set."""
    return (
        ALLOW
        if request.can_become(Status.WITHDRAWN)
        else deny(f"该点单{request.get_status_display()}，不能撤回；请致电工会")
    )
