from orgs.models import SocialOrganization
from projects.models import SupportProject
from xiangshan.accounts.models import Role, User
from xiangshan.rules import ALLOW, Verdict, deny


def can_assign_projects(user: User) -> Verdict:
    """County staff."""
    return ALLOW if user.holds(Role.COUNTY_STAFF) else deny("扶持项目由县总工会工作人员登记")


def can_assign_project(user: User, organization: SocialOrganization) -> Verdict:
    return ALLOW if user.holds(Role.COUNTY_STAFF, over=organization) else deny("扶持项目由所在县的总工会工作人员登记")


def can_file_project(user: User, project: SupportProject) -> Verdict:
    """Documents of a project: county staff, and the organization supported."""
    if user.holds(Role.COUNTY_STAFF, Role.ORG_LEADER, over=project.organization):
        return ALLOW
    return deny("项目材料由县总工会工作人员或受扶持组织上传")


def can_edit_project(user: User, project: SupportProject) -> Verdict:
    return can_assign_project(user, project.organization)
