from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone

from mediation.models import Studio
from orgs.models import SocialOrganization
from xiangshan.core.accounts.mfa import has_code, needs_code
from xiangshan.core.accounts.models import AREA_READERS, Role, User, area_scopes
from xiangshan.core.areas.models import Area, ancestors, county_of, within
from xiangshan.core.rules import ALLOW, Verdict, deny
from xiangshan.metrics.definitions import Metric
from xiangshan.metrics.models import Target, YearClosing


def visible_areas(user: User) -> Any:
    """The areas whose figures a user reads: those of the posts, and all below."""
    return Area.objects.filter(within(user.scope(*AREA_READERS), "pk"))


def visible_counties(user: User) -> Any:
    """The counties whose closings a user reads: those of the posts, above them and below them."""
    areas = user.areas
    return Area.objects.counties().filter(within(areas, "pk") | Q(pk__in={county_of(area) for area in areas}))


def can_see_area(user: User, area_id: int) -> bool:
    """Whether an area lies in one of the posts: no question to the database."""
    return bool(set(ancestors(area_id)) & user.scope(*AREA_READERS))


def can_read_figures(user: User) -> Verdict:
    """Whoever works over an area, leads an organization or mediates; each reads what is theirs."""
    return ALLOW if user.holds(*AREA_READERS, Role.ORG_LEADER, Role.MEDIATOR) else deny("您的任职没有可看的数据")


def can_read_metric(user: User, metric: Metric, over: Any = None) -> Verdict:
    """Who may not see the rows behind a figure does not read the figure; `over` says whose figure it is."""
    if not metric.readers or user.holds(*metric.readers, over=over):
        return ALLOW
    return deny(f"{metric.name}不在您的查看范围内")


def visible_organizations(user: User) -> Any:
    return SocialOrganization.objects.visible_to(user)


def visible_studios(user: User) -> Any:
    return Studio.objects.visible_to(user)


COMPILERS, SIGNERS = (Role.COUNTY_STAFF,), (Role.LEADERSHIP,)


def compiles_years(user: User, area: Area) -> bool:
    return user.holds(*COMPILERS, over=Place(area.pk))


def can_compile(user: User, area: Area, year: int, closings: list[YearClosing] | None = None) -> Verdict:
    """County staff compile their county's year once it is over: from 1 January of the next, Shanghai time.

    `closings` are those of the year, where they are known already.
    """
    if not compiles_years(user, area):
        return deny("年度结账由县总工会工作人员编制")
    if year >= timezone.localdate().year:
        return deny(f"{year} 年尚未结束，{year + 1} 年 1 月 1 日起可以编制")
    if closings is None:
        closings = list(YearClosing.objects.signed().filter(area=area, year=year).select_related("signed_by"))
    signed = next((closing for closing in closings if closing.status == closing.Status.SIGNED), None)
    if signed is not None:
        return deny(f"{year} 年已由{signed.signed_by}签署；要重新编制，须先由领导重开")
    return ALLOW


def can_sign(user: User, closing: YearClosing) -> Verdict:
    """Leadership over the county; never who compiled it."""
    if not user.holds(*SIGNERS, over=closing):
        return deny("年度数据由县总工会领导签署")
    if user.pk == closing.compiled_by_id:
        return deny("不能签署自己编制的年度")
    if needs_code(user) and not has_code(user):
        return deny("您的角色须用动态验证码：请先在右上角“动态验证码”里启用，再来签署")
    return (
        ALLOW
        if closing.can_become(closing.Status.SIGNED)
        else deny(f"这份年度结账{closing.get_status_display()}，不能签署")
    )


def can_reopen(user: User, closing: YearClosing) -> Verdict:
    if not user.holds(*SIGNERS, over=closing):
        return deny("年度数据由县总工会领导重开")
    return (
        ALLOW
        if closing.can_become(closing.Status.REOPENED)
        else deny(f"这份年度结账{closing.get_status_display()}，不能重开")
    )


def can_comment_closing(user: User, closing: YearClosing) -> Verdict:
    """Whoever compiles or signs may add files to it."""
    return ALLOW if user.holds(*COMPILERS, *SIGNERS, over=closing) else deny("附件由编制人或领导添加")


def can_read_frozen(user: User, closing: YearClosing) -> Verdict:
    """The whole statement, money and disputes with it: whoever compiles, signs or audits this county."""
    readers = (*COMPILERS, *SIGNERS, Role.AUDITOR)
    return ALLOW if user.holds(*readers, over=closing) else deny("年度报表由县总工会工作人员、领导和经审查看")


def can_set_target(user: User, area: Area) -> Verdict:
    """County staff and leadership, for their county and what lies in it."""
    return ALLOW if user.holds(*COMPILERS, *SIGNERS, over=Place(area.pk)) else deny("目标由县总工会工作人员或领导制定")


def can_change_target(user: User, target: Target) -> Verdict:
    return can_set_target(user, target.area)


def can_share(user: User, area: Area) -> Verdict:
    """Whoever answers for the county's figures decides who else reads them."""
    return ALLOW if user.holds(*COMPILERS, *SIGNERS, over=Place(area.pk)) else deny("共享由县总工会工作人员或领导办理")


def can_share_any(user: User) -> Verdict:
    return ALLOW if user.holds(*COMPILERS, *SIGNERS) else deny("共享由县总工会工作人员或领导办理")


def can_read_quality(user: User) -> Verdict:
    """Those who verify, lead or audit; organizations see their own on their dashboard."""
    return ALLOW if user.holds(*AREA_READERS) else deny("数据质量由工会工作人员查看")


def can_read_jobs(user: User) -> Verdict:
    return ALLOW if user.holds(Role.ADMINISTRATOR) else deny("作业由系统管理员查看")


@dataclass(frozen=True)
class Place:
    """An area as something a post can lie over."""

    area_id: int

    @property
    def scopes(self) -> dict[str, set[int]]:
        return area_scopes(self.area_id)
