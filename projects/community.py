"""A community's nursery: what grows there, and who was brought in."""

from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from orgs.models import SocialOrganization
from projects.models import Incubation
from xiangshan.core.accounts.models import AREA_READERS, Role, User
from xiangshan.core.areas.models import Area, within
from xiangshan.core.words import any_of, found


def communities_for(user: User) -> QuerySet[Area]:
    """Those below a reader's areas; for leaders, where their organizations are at home or in the nursery."""
    own = user.scope(Role.ORG_LEADER)
    here = Q(organizations__in=own) | Q(incubations__team__in=own)
    seen = within(user.scope(*AREA_READERS), "pk") | Q(pk__in=Area.objects.filter(here).values("pk"))
    return Area.objects.filter(seen, level=Area.Level.COMMUNITY).select_related("parent")


def communities_open_to(user: User) -> QuerySet[Area]:
    """Those, and where a team grows that one sees: its page tells of that team only, its line in the list of all."""
    growing = Incubation.objects.visible_to(user).values("community")
    return (communities_for(user) | Area.objects.filter(pk__in=growing).select_related("parent")).distinct()


def matching(communities: QuerySet[Area], *, q: str = "", area: Any = None) -> QuerySet[Area]:
    """With something to show: an organization at home there, or a team in the nursery."""
    alive = Exists(SocialOrganization.objects.filter(area=OuterRef("pk"), merged_into__isnull=True))
    rows = communities.filter(alive | Exists(Incubation.objects.filter(community=OuterRef("pk"))))
    rows = rows.filter(found(q, any_of("name", "parent__name"))) if q else rows
    return rows.filter(within(area.pk, "pk")) if area else rows


def teams(**of: Any) -> Any:
    """How many incubations of a kind a community has."""
    rows = Incubation.objects.filter(community=OuterRef("pk"), **of).order_by().values("community")
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), Value(0))


def brought_into(community: Area) -> QuerySet[SocialOrganization]:
    """外结合: organizations from outside the nursery that are at home here or have held verified sessions here."""
    here = Q(area=community) | Q(pk__in=_active_in(community))
    return SocialOrganization.objects.filter(here, origin="brought_in", merged_into__isnull=True).order_by("name", "pk")


def _active_in(community: Area) -> QuerySet[Any]:
    held = SocialOrganization.objects.filter(sessions__area=community, sessions__status="verified")
    return held.order_by().values("pk").distinct()
