from typing import Any

from mediation.models import Studio
from orgs.models import SocialOrganization
from orgs.querysets import AREA_READERS
from xiangshan.accounts.models import Role, User
from xiangshan.areas.models import Area, within
from xiangshan.metrics.declaring import Metric
from xiangshan.rules import ALLOW, Verdict, deny


def visible_areas(user: User) -> Any:
    """The areas whose figures a user reads: those of the posts, and all below."""
    return Area.objects.filter(within(user.scope(*AREA_READERS), "pk"))


def can_read_figures(user: User) -> Verdict:
    """Whoever works over an area, leads an organization or mediates; each reads what is theirs."""
    return ALLOW if user.holds(*AREA_READERS, Role.ORG_LEADER, Role.MEDIATOR) else deny("您的任职没有可看的数据")


def can_read_metric(user: User, metric: Metric) -> Verdict:
    """Who may not see the rows behind a figure does not read the figure."""
    return ALLOW if not metric.readers or user.holds(*metric.readers) else deny(f"{metric.name}不在您的查看范围内")


def visible_organizations(user: User) -> Any:
    return SocialOrganization.objects.visible_to(user)


def visible_studios(user: User) -> Any:
    return Studio.objects.visible_to(user)
