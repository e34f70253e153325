from projects.models import Milestone
from projects.rules.projects import is_running
from xiangshan.core.accounts.models import Role, User
from xiangshan.core.rules import Verdict, deny


def can_report_milestone(user: User, milestone: Milestone) -> Verdict:
    """The organization, or the union for it; until it is confirmed."""
    if not user.holds(Role.COUNTY_STAFF, Role.ORG_LEADER, over=milestone):
        return deny("里程碑由受扶持组织或县总工会工作人员上报")
    if milestone.confirmed_by_id:
        return deny("里程碑已确认，不能再改")
    return is_running(milestone.project, "上报里程碑")


def can_confirm_milestone(user: User, milestone: Milestone) -> Verdict:
    """County staff; never who reported it."""
    if not user.holds(Role.COUNTY_STAFF, over=milestone):
        return deny("里程碑由县总工会工作人员确认")
    if milestone.reached_on is None or milestone.confirmed_by_id:
        return deny(f"里程碑{milestone.state_text}，不能确认")
    if milestone.reported_by_id == user.pk:
        return deny("不能确认自己上报的里程碑")
    return is_running(milestone.project, "确认里程碑")
