"""Who holds a post."""

from django.db.models import QuerySet
from django.utils import timezone

from xiangshan.accounts.models import Post, User


def holders(role: str, *scope_ids: int) -> QuerySet[User]:
    """The active users who hold a role today over exactly these areas, organizations or studios."""
    posts = Post.objects.filter(role=role, scope_id__in=scope_ids).held_on(timezone.localdate())
    return User.objects.filter(is_active=True, pk__in=posts.values("user"))
