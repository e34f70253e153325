"""How many messages are unread: shown on every page, so it is not asked of the database on every page."""

from django.core.cache import cache

from xiangshan.core.accounts.models import User
from xiangshan.shared.notifications.models import Notice

KEPT_FOR = 20  # seconds, in other processes than the one that told or read


def unread_count(user: User) -> int:
    result: int | None = cache.get(_key(user.pk))
    if result is None:
        result = Notice.objects.visible_to(user).unread().count()
        cache.set(_key(user.pk), result, KEPT_FOR)
    return result


def forget_count(user_id: int) -> None:
    cache.delete(_key(user_id))


def _key(user_id: int) -> str:
    return f"unread:{user_id}"
