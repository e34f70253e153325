from django.utils import timezone

from orgs.models import SocialOrganization
from projects.models import Programme, SupportProject
from xiangshan.core.accounts.models import Role, User
from xiangshan.core.rules import ALLOW, Verdict, deny


def can_apply(user: User, programme: Programme, organization: SocialOrganization) -> Verdict:
    """The leader of an organization the union is in touch with, from the opening until the closing, to the second."""
    if not user.holds(Role.ORG_LEADER, over=organization):
        return deny("由社会组织负责人申报")
    return takes_now(programme) and (
        ALLOW if organization.is_linked else deny(f"{organization}尚未联系或已退出，不能申报")
    )


def can_begin(user: User, programme: Programme) -> Verdict:
    """Whether the way to an application is open at all; for which organization is asked then."""
    return takes_now(programme) if user.holds(Role.ORG_LEADER) else deny("由社会组织负责人申报")


def takes_now(programme: Programme) -> Verdict:
    now = timezone.now()
    if programme.status != Programme.Status.OPEN:
        return deny(f"计划{programme.get_status_display()}，不能申报")
    if now < programme.opens_at:
        return deny(f"{timezone.localtime(programme.opens_at):%Y-%m-%d %H:%M} 开始申报")
    if now >= programme.closes_at:
        return deny(f"申报已于 {timezone.localtime(programme.closes_at):%Y-%m-%d %H:%M} 截止；写好的内容保留为草稿")
    return ALLOW


def can_write_application(user: User, project: SupportProject) -> Verdict:
    """Its leader, while it is a draft: after the closing too, so that nothing typed is lost."""
    if not user.holds(Role.ORG_LEADER, over=project):
        return deny("由社会组织负责人填写申报")
    return ALLOW if project.is_open else deny(f"申报{project.get_status_display()}，不能修改；申报截止前可先撤回")


def can_submit_application(user: User, project: SupportProject) -> Verdict:
    if not (verdict := can_write_application(user, project)):
        return verdict
    if project.programme is None:
        return deny("这个项目不是申报的")
    return can_apply(user, project.programme, project.organization)


def can_withdraw_application(user: User, project: SupportProject) -> Verdict:
    """Its leader, as long as nothing is decided; before the closing it may be sent again."""
    if not user.holds(Role.ORG_LEADER, over=project):
        return deny("由申报的社会组织负责人撤回")
    if not project.can_become(SupportProject.Status.WITHDRAWN):
        return deny(f"申报{project.get_status_display()}，不能撤回")
    return ALLOW
