"""Who keeps accounts: the county's administrator; staff help those below them; what opens parties or money takes two."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from xiangshan.core.accounts.models import (
    ACCOUNT_READERS,
    GRANTING_ROLES,
    SENSITIVE_ROLES,
    OverScope,
    Post,
    PostRequest,
    Role,
    User,
)
from xiangshan.core.accounts.selectors import holders_within
from xiangshan.core.areas.models import is_above_counties, is_above_towns
from xiangshan.core.rules import ALLOW, Verdict, deny

HELPED_BY_COUNTY = {Role.ORG_LEADER, Role.TOWN_STAFF}
HELPED_BY_TOWN = {Role.ORG_LEADER}


def can_read_people(user: User) -> Verdict:
    return ALLOW if user.holds(*ACCOUNT_READERS) else deny("用户名单由系统管理员和县总工会查看")


def can_keep_people(user: User) -> Verdict:
    return ALLOW if user.holds(Role.ADMINISTRATOR) else deny("用户和任职由系统管理员办理")


def _reaches(user: User, posts: Iterable[OverScope], *roles: str) -> bool:
    """Whether all of these lie in what the user holds one of these roles over."""
    over = user.scope(*roles)
    if 0 in over:
        return True
    return bool(over) and all(Post.objects.filter(pk=post.pk).lying_in(over).exists() for post in posts)


def _administers(user: User, somebody: User) -> bool:
    """Nobody of another county; whoever has no post yet is anybody's who keeps accounts."""
    return _reaches(user, somebody.posts.all(), Role.ADMINISTRATOR)


def can_edit_person(user: User, somebody: User) -> Verdict:
    if not (verdict := can_keep_people(user)):
        return verdict
    return ALLOW if _administers(user, somebody) else deny("此人还在别的县任职，由全平台的系统管理员办理")


def _held(somebody: User) -> list[Post]:
    return list(Post.objects.filter(user=somebody).held_on(timezone.localdate()))


def is_sensitive(somebody: User) -> bool:
    """Whoever gets into this account alone reads parties, pays money, or gives posts."""
    return any(post.role in SENSITIVE_ROLES for post in _held(somebody))


def can_link(user: User, somebody: User) -> Verdict:
    """A link with which a password is set. Of an account that opens parties or money never by who can also reset its second factor."""
    if user == somebody or not is_sensitive(somebody):
        return can_help(user, somebody)
    if user.holds(Role.LEADERSHIP) and _reaches(user, _held(somebody), Role.LEADERSHIP):
        return ALLOW
    return deny("能看当事人、经手资金或管理账号的人，由县总工会领导生成链接，或由本人用邮箱找回")


def can_change_contact(user: User, somebody: User) -> Verdict:
    """Where a forgotten password is sent to: of an account that opens parties or money its holder alone says so."""
    if not (verdict := can_edit_person(user, somebody)):
        return verdict
    return deny("这个账号的手机号、邮箱和用户名由本人修改") if is_sensitive(somebody) else ALLOW


def can_help(user: User, somebody: User) -> Verdict:
    """A lock lifted; and a link for those who open neither parties nor money: by the administrator; by staff for those below them."""
    if user == somebody:
        return deny("自己的账号在“我的账号”里办理")
    held = _held(somebody)
    roles = {post.role for post in held}
    if user.holds(Role.ADMINISTRATOR) and _administers(user, somebody):
        return ALLOW
    if held and roles <= HELPED_BY_COUNTY and _reaches(user, held, Role.COUNTY_STAFF):
        return ALLOW
    if held and roles <= HELPED_BY_TOWN and _reaches(user, held, Role.TOWN_STAFF):
        return ALLOW
    return deny("由系统管理员，或其上级工会工作人员办理")


def can_be_posted(role: str, scope: Any) -> Verdict:
    """Which scope fits a role: county offices over a county, town staff over a town, leadership over either."""
    kind = Role(role).scope_kind
    if scope is None:
        return deny({"organization": "请选择社会组织", "studio": "请选择调处工作室"}.get(kind, "请选择地区"))
    if kind == "area" and role == Role.TOWN_STAFF:
        return deny("镇街工会工作人员请选择镇街") if is_above_towns(scope.pk) else ALLOW
    if kind in ("area", "system") and role != Role.LEADERSHIP and not is_above_towns(scope.pk):
        return deny("这个角色任职于县，请选择县")
    return ALLOW


def granters(county: int, but: Iterable[User]) -> list[User]:
    """Who may grant what an administrator of this county asks for."""
    return [
        user for user in holders_within(GRANTING_ROLES, county) if user not in but and not is_above_counties(county)
    ]


def needs_second(role: str, county: int, by: User, somebody: User) -> bool:
    """Parties, money and accounts are opened by two. The very first leader is named by one: there is nobody else yet."""
    if role not in SENSITIVE_ROLES:
        return False
    return role != Role.LEADERSHIP or bool(granters(county, (by, somebody)))


def can_end_post(user: User, post: Post) -> Verdict:
    if not (verdict := can_keep_people(user)):
        return verdict
    if not _reaches(user, [post], Role.ADMINISTRATOR):
        return deny("此任职在别的县，由那里的系统管理员办理")
    if post.ends_on is not None and post.ends_on < timezone.localdate():
        return deny("已经卸任")
    others = Post.objects.filter(role=Role.ADMINISTRATOR, scope_id=post.scope_id).held_on(timezone.localdate())
    if post.role == Role.ADMINISTRATOR and not others.exclude(pk=post.pk).filter(user__is_active=True).exists():
        return deny("这是唯一的系统管理员，请先任命另一位")
    return ALLOW


def can_grant(user: User, request: PostRequest) -> Verdict:
    if request.status != PostRequest.Status.WAITING:
        return deny(f"申请{request.get_status_display()}")
    if user in (request.asked_by, request.user):
        return deny("须由提出人和本人以外的人确认")
    over = user.scope(*GRANTING_ROLES)
    if 0 in over or PostRequest.objects.filter(pk=request.pk).lying_in(over).exists():
        return ALLOW
    return deny("由另一位系统管理员或县总工会领导确认")


def can_withdraw_request(user: User, request: PostRequest) -> Verdict:
    if request.status != PostRequest.Status.WAITING:
        return deny(f"申请{request.get_status_display()}")
    return ALLOW if user == request.asked_by else deny("由提出人撤回")
