from typing import Any

from orgs.models import (
    BranchCoverage,
    Employer,
    Honour,
    KeySupport,
    OrganizationDuty,
    OrganizationMerge,
    ProfileProposal,
    SocialOrganization,
    StrengthReport,
    UnionBranch,
    Venue,
)
from xiangshan.core.accounts.models import AREA_READERS, MONEY_AREA_READERS, Post, Role, User, area_scopes
from xiangshan.core.areas.models import Area, county_of
from xiangshan.core.rules import ALLOW, Verdict, deny

STAFF = (Role.COUNTY_STAFF, Role.TOWN_STAFF)
MONEY_READERS = (*MONEY_AREA_READERS, Role.ORG_LEADER)


class _Place:
    """An area as something a post can lie over."""

    def __init__(self, area_id: int) -> None:
        self.scopes = area_scopes(area_id)


# Who of the union may judge bids and applications.
EVALUATING = (Role.COUNTY_STAFF, Role.TOWN_STAFF, Role.FINANCE, Role.MEDIATION_SUPERVISOR, Role.LEADERSHIP)


def can_add_organizations(user: User) -> Verdict:
    """Union staff, for their area."""
    return ALLOW if user.holds(*STAFF) else deny("只有工会工作人员可以登记社会组织")


def can_place_in(user: User, area: Area) -> Verdict:
    """A record is placed only where its writer works."""
    return ALLOW if user.holds(*STAFF, over=_Place(area.pk)) else deny(f"“{area}”不在您的工作范围内")


def can_edit_organization(user: User, organization: SocialOrganization) -> Verdict:
    """Union staff over its area; its leader asks for changes instead."""
    if not user.holds(*STAFF, over=organization):
        return deny("只有所在地区的工会工作人员可以直接修改；负责人可以申请变更")
    return ALLOW if organization.merged_into_id is None else deny("该组织已并入另一家，不能修改")


def can_keep_organization(user: User, organization: SocialOrganization) -> Verdict:
    """What an organization says of itself day by day: its leader, or union staff over its area."""
    if user.holds(*STAFF, Role.ORG_LEADER, over=organization):
        return ALLOW
    return deny("只有该组织的负责人或所在地区的工会工作人员可以办理")


def can_propose_profile(user: User, organization: SocialOrganization) -> Verdict:
    """Its leader."""
    return ALLOW if user.holds(Role.ORG_LEADER, over=organization) else deny("由该组织的负责人申请变更资料")


def can_decide_proposal(user: User, proposal: ProfileProposal) -> Verdict:
    """Union staff over its area; never the person who asked."""
    if not user.holds(*STAFF, over=proposal.organization):
        return deny("由所在地区的工会工作人员审核")
    if user.pk == proposal.proposed_by_id:
        return deny("不能审核自己提出的申请")
    waits = proposal.status == proposal.Status.WAITING
    return ALLOW if waits else deny(f"该申请{proposal.get_status_display()}")


def can_withdraw_proposal(user: User, proposal: ProfileProposal) -> Verdict:
    if user.pk != proposal.proposed_by_id:
        return deny("只能撤回自己提出的申请")
    waits = proposal.status == proposal.Status.WAITING
    return ALLOW if waits else deny(f"该申请{proposal.get_status_display()}")


def can_keep_duties(user: User, organization: SocialOrganization) -> Verdict:
    return can_keep_organization(user, organization)


def can_name_head(user: User, organization: SocialOrganization) -> Verdict:
    """The first head, and the end of one without a next: union staff, for a way in goes with it."""
    return ALLOW if user.holds(*STAFF, over=organization) else deny("负责人由工会工作人员登记；卸任请用“交接”")


def can_hand_over(user: User, organization: SocialOrganization) -> Verdict:
    """The present leader, or union staff over its area."""
    return can_keep_organization(user, organization)


def can_invite(user: User, duty: OrganizationDuty) -> Verdict:
    """Who may name the head hands on the way in, as long as it was never used."""
    if duty.user is None or duty.ends_on is not None:
        return deny("该职务没有登录账号")
    if duty.user.has_usable_password():
        return deny("对方已有账号和密码，直接用手机号登录")
    if (
        user.holds(*STAFF, over=duty.organization)
        or user.duties.filter(organization=duty.organization, duty="head").exists()
    ):
        return ALLOW
    return deny("由办理交接的人转发邀请")


def can_honour(user: User, organization: SocialOrganization) -> Verdict:
    return ALLOW if user.holds(*STAFF, over=organization) else deny("授牌与荣誉由工会工作人员登记")


def can_read_register(user: User) -> Verdict:
    """Whoever works over an area."""
    return ALLOW if user.holds(*AREA_READERS) else deny("您的任职没有可看的地区")


def can_find_duplicates(user: User) -> Verdict:
    return ALLOW if user.holds(*STAFF) else deny("重复的组织由工会工作人员核对")


def can_merge(user: User, first: SocialOrganization, second: SocialOrganization) -> Verdict:
    """Union staff over both."""
    if not all(user.holds(*STAFF, over=item) for item in (first, second)):
        return deny("两家组织都在您的工作范围内，才能合并")
    if first.merged_into_id or second.merged_into_id:
        return deny("其中一家已并入别的组织")
    return ALLOW


def can_undo_merge(user: User, merge: OrganizationMerge) -> Verdict:
    if not user.holds(*STAFF, over=merge.kept):
        return deny("由所在地区的工会工作人员撤销")
    if merge.undone_at:
        return deny("这次合并已经撤销")
    return ALLOW if merge.kept.merged_into_id is None else deny(f"{merge.kept}后来又并入了别的组织，请先撤销那一次")


def can_change_stage(user: User, organization: SocialOrganization) -> Verdict:
    """Union staff over its area: an organization does not move itself through the funnel."""
    return ALLOW if user.holds(*STAFF, over=organization) else deny("只有所在地区的工会工作人员可以变更阶段")


def can_set_key_support(user: User, organization: SocialOrganization) -> Verdict:
    """County staff."""
    return ALLOW if user.holds(Role.COUNTY_STAFF, over=organization) else deny("重点扶持由县总工会确定")


def can_report_strength(user: User, organization: SocialOrganization) -> Verdict:
    return can_keep_organization(user, organization)


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
    if isinstance(record, OrganizationDuty):
        is_head = record.duty == OrganizationDuty.Duty.HEAD
        return (can_name_head if is_head else can_keep_duties)(user, record.organization)
    if isinstance(record, Honour):
        return can_honour(user, record.organization)
    if isinstance(record, KeySupport):
        return can_set_key_support(user, record.organization)
    if isinstance(record, BranchCoverage):
        return can_edit_branch(user, record.branch)
    return can_edit_branch(user, record) if isinstance(record, UnionBranch) else can_edit_place(user, record)


def can_add_places(user: User) -> Verdict:
    """Staff, and leaders who need a venue that is not listed yet."""
    return ALLOW if user.holds(*STAFF, Role.ORG_LEADER) else deny("只有工会工作人员和社会组织负责人可以登记场地和单位")


def can_bring_places(user: User) -> Verdict:
    """A whole file of venues or employers: union staff, for their area."""
    return ALLOW if user.holds(*STAFF) else deny("只有工会工作人员可以导入场地和单位")


def can_edit_place(user: User, place: Venue | Employer | Any) -> Verdict:
    return ALLOW if user.holds(*STAFF, over=place) else deny("只有所在地区的工会工作人员可以修改")


def works_for_union(user: User, county: int, *roles: str) -> bool:
    """Whoever holds one of these posts in a county, in one of its towns too."""
    return any(
        post.scope_kind == "area" and county_of(post.scope_id) == county
        for post in user.posts_today
        if post.role in roles
    )


def has_interest(user: User, organization_id: int) -> bool:
    """Whoever holds or held a post or a duty in an organization does not judge it."""
    led = Post.objects.filter(user=user, role=Role.ORG_LEADER, scope_id=organization_id)
    return led.exists() or OrganizationDuty.objects.filter(user=user, organization=organization_id).exists()
