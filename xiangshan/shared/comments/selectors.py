from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from xiangshan.core.accounts.models import Post, Role, User


def colleagues(record: Any, *, is_internal: bool) -> "QuerySet[User]":
    """Who sees the record by a post of today: those over its areas; and, unless it stays inside, its organization's and studio's own."""
    by_kind = {"area": [role for role in Role if role.scope_kind == "area"]}
    if not is_internal:
        by_kind |= {"organization": [Role.ORG_LEADER], "studio": [Role.MEDIATOR]}
    wanted = Q(pk__in=[])
    for kind, scope in record.scopes.items():
        if kind in by_kind:
            wanted |= Q(role__in=by_kind[kind], scope_id__in=scope)
    posts = Post.objects.held_on(timezone.localdate()).filter(wanted)
    return User.objects.filter(is_active=True, pk__in=posts.values("user")).order_by("name")
