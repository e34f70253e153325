"""Who holds a post."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils import timezone

from xiangshan.core.accounts.models import Post, User
from xiangshan.core.areas.models import within


def holders(role: str, *scope_ids: int) -> QuerySet[User]:
    """The active users who hold a role today over exactly these areas, organizations or studios."""
    posts = Post.objects.filter(role=role, scope_id__in=scope_ids).held_on(timezone.localdate())
    return User.objects.filter(is_active=True, pk__in=posts.values("user"))


def holders_within(roles: Iterable[str], *areas: int) -> QuerySet[User]:
    """The active users who hold one of these roles today over something that lies in these areas."""
    posts = Post.objects.filter(within(set(areas), "scope_id"), role__in=roles).held_on(timezone.localdate())
    return User.objects.filter(is_active=True, pk__in=posts.values("user")).order_by("pk")
