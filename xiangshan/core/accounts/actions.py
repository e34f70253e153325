"""Who gets a way in, and until when. Called by the actions of the apps, which have asked their own rules."""

from datetime import date, timedelta

from django.db import transaction

from xiangshan.core.accounts.models import Post, Role, User
from xiangshan.core.records import change, create, lock
from xiangshan.core.rules import ALLOW, deny, require


@transaction.atomic
def user_for_phone(phone: str, name: str, *, by: User) -> User:
    """The user who logs in by this number; a new one, who sets a password by invitation, where there is none."""
    record = User.objects.filter(phone=phone).first()
    if record is not None:
        return record
    user = User(username=phone, phone=phone, name=name)
    user.set_unusable_password()
    return create(user, by=by, verb="开通账号")


@transaction.atomic
def give_post(user: User, role: Role, scope_id: int, starts_on: date, *, by: User) -> Post:
    """任职 from a day on; one already held is enough."""
    held = Post.objects.filter(user=user, role=role, scope_id=scope_id, ends_on__isnull=True).first()
    return held or create(Post(user=user, role=role, scope_id=scope_id, starts_on=starts_on), by=by, verb="任职")


@transaction.atomic
def end_posts(role: Role, scope_id: int, on: date, *, by: User) -> list[Post]:
    """卸任: whoever holds the role there holds it no more from this day on."""
    held = Post.objects.select_for_update().filter(role=role, scope_id=scope_id).held_on(on)
    last = on - timedelta(days=1)
    # One that began on the very day ends on it: a post lasts at least a day.
    return [change(post, by=by, verb="卸任", ends_on=max(last, post.starts_on)) for post in held]


@transaction.atomic
def move_posts(role: Role, scope_id: int, to: int, *, by: User, only: list[int] | None = None) -> list[int]:
    """Posts over one scope become posts over another; returns which. With `only`, of these."""
    posts = Post.objects.select_for_update().filter(role=role, scope_id=scope_id)
    posts = posts.filter(pk__in=only) if only is not None else posts
    return [change(post, by=by, verb="移交任职", scope_id=to).pk for post in posts]


@transaction.atomic
def set_first_password(user: User, password: str) -> User:
    """设置密码, by the invited person; a second time there is nothing to set. Raises PermissionDenied."""
    user = lock(user)
    require(ALLOW if not user.has_usable_password() else deny("密码已经设置过"))
    user.set_password(password)
    user.save(update_fields=["password"])
    return user
