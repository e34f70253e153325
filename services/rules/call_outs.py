from django.utils import timezone

from orgs.models import SocialOrganization
from services.models import CallOut
from services.models.findings import FEEDBACK_READERS
from services.rules.sessions import STAFF
from xiangshan.core.accounts.models import Role, User
from xiangshan.core.rules import ALLOW, Verdict, deny


def can_start_call_out(user: User, organization: SocialOrganization) -> Verdict:
    """The team's leader, or union staff over it."""
    if not user.holds(*STAFF, Role.ORG_LEADER, over=organization):
        return deny("应急出勤由队伍负责人或工会工作人员登记")
    return ALLOW if organization.is_linked else deny(f"{organization}尚未联系或已退出，不能登记出勤")


def can_read_call_outs(user: User) -> Verdict:
    return ALLOW if user.holds(*FEEDBACK_READERS, Role.ORG_LEADER) else deny("应急出勤由工会和队伍查看")


def can_start_call_outs(user: User) -> Verdict:
    return ALLOW if user.holds(*STAFF, Role.ORG_LEADER) else deny("应急出勤由队伍负责人或工会工作人员登记")


def can_finish_call_out(user: User, call_out: CallOut) -> Verdict:
    if not user.holds(*STAFF, Role.ORG_LEADER, over=call_out):
        return deny("应急出勤由队伍负责人或工会工作人员登记")
    if call_out.session.status not in call_out.session.OPEN:
        return deny(f"该次出勤{call_out.session.get_status_display()}，不能修改")
    return ALLOW if call_out.started_at <= timezone.now() else deny("还没有出发")
