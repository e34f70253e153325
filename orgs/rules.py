from typing import Any

from orgs.models import Employer, SocialOrganization, StrengthReport, UnionBranch, Venue
from xiangshan.accounts.models import Role, User, area_scopes
from xiangshan.areas.models import Area
from xiangshan.rules import ALLOW, Verdict, deny

STAFF = (Role.COUNTY_STAFF, Role.TOWN_STAFF)


class _Place:
    """An area as something a post can lie over."""

    def __init__(self, area_id: int) -> None:
        self.scopes = area_scopes(area_id)


def can_add_organizations(user: User) -> Verdict:
    """Union staff, for their area."""
    return ALLOW if user.holds(*STAFF) else deny("只有工会工作人员可以登记社会组织")


def can_place_in(user: User, area: Area) -> Verdict:
    """A record is placed only where its writer works."""
    return ALLOW if user.holds(*STAFF, over=_Place(area.pk)) else deny(f"“{area}”不在您的工作范围内")


def can_edit_organization(user: User, organization: SocialOrganization) -> Verdict:
    """Union staff over its area, or its own leader."""
    if user.holds(*STAFF, Role.ORG_LEADER, over=organization):
        return ALLOW
    return deny("只有该组织的负责人或所在地区的工会工作人员可以修改")


def can_change_stage(user: User, organization: SocialOrganization) -> Verdict:
    """Union staff over its area: an organization does not move itself through the funnel."""
    return ALLOW if user.holds(*STAFF, over=organization) else deny("只有所在地区的工会工作人员可以变更阶段")


def can_set_key_support(user: User, organization: SocialOrganization) -> Verdict:
    """County staff."""
    return ALLOW if user.holds(Role.COUNTY_STAFF, over=organization) else deny("重点扶持由县总工会确定")


def can_report_strength(user: User, organization: SocialOrganization) -> Verdict:
    return can_edit_organization(user, organization)


def can_add_branches(user: User) -> Verdict:
    return ALLOW if user.holds(*STAFF) else deny("只有工会工作人员可以登记工会组织")


def can_edit_branch(user: User, branch: UnionBranch) -> Verdict:
    return ALLOW if user.holds(*STAFF, over=branch) else deny("只有所在地区的工会工作人员可以修改工会组织")


def can_write(user: User, record: Any) -> Verdict:
    """The rule of whatever record of this app a file brings."""
    if isinstance(record, SocialOrganization):
        return can_edit_organization(user, record) if record.pk else can_place_in(user, record.area)
    if isinstance(record, StrengthReport):
        return can_report_strength(user, record.organization)
    return can_edit_branch(user, record) if isinstance(record, UnionBranch) else can_edit_place(user, record)


def can_add_places(user: User) -> Verdict:
    """Staff, and leaders who need a venue that is not listed yet."""
    return ALLOW if user.holds(*STAFF, Role.ORG_LEADER) else deny("只有工会工作人员和社会组织负责人可以登记场地和单位")


def can_bring_places(user: User) -> Verdict:
    """A whole file of venues or employers: union staff, for their area."""
    return ALLOW if user.holds(*STAFF) else deny("只有工会工作人员可以导入场地和单位")


def can_edit_place(user: User, place: Venue | Employer | Any) -> Verdict:
    return ALLOW if user.holds(*STAFF, over=place) else deny("只有所在地区的工会工作人员可以修改")
