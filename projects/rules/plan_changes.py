from projects.models import PlanChange, SupportProject
from projects.rules.projects import is_running
from xiangshan.core.accounts.models import Role, User
from xiangshan.core.rules import Verdict, deny


def can_ask_change(user: User, project: SupportProject) -> Verdict:
    """The organization, or the union for it; one at a time."""
    if not user.holds(Role.COUNTY_STAFF, Role.ORG_LEADER, over=project):
        return deny("计划变更由受扶持组织负责人或县总工会工作人员提出")
    if project.changes.filter(status=PlanChange.Status.REQUESTED).exists():
        return deny("还有一项变更等待审批，请等它办完")
    return is_running(project, "变更计划")


def can_decide_change(user: User, change: PlanChange) -> Verdict:
    """County staff; never who asked."""
    if not user.holds(Role.COUNTY_STAFF, over=change):
        return deny("计划变更由县总工会工作人员审批")
    if change.requested_by_id == user.pk:
        return deny("不能审批自己提出的变更")
    if change.status != PlanChange.Status.REQUESTED:
        return deny(f"该变更{change.get_status_display()}")
    return is_running(change.project, "变更计划")
