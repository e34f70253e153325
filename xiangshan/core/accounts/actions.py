"""Who gets a way in, and until when. Called by the actions of the apps, which have asked their own rules."""

from datetime import date, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from auditlog.models import LogEntry
from axes.utils import reset
from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from xiangshan.core.accounts.models import Post, Role, User
from xiangshan.core.records import change, create, lock
from xiangshan.core.rules import ALLOW, deny, require


@transaction.atomic
def user_for_phone(phone: str, name: str, *, by: User | None, email: str = "") -> User:
    """The user who logs in by this number; a new one, who sets a password by invitation, where there is none."""
    record = User.objects.filter(phone=phone).first()
    if record is not None:
        return record
    user = User(username=phone, phone=phone, name=name, email=email)
    user.set_unusable_password()
    return create(user, by=by, verb="开通账号")


@transaction.atomic
def give_post(
    user: User, role: Role, scope_id: int, starts_on: date, *, by: User | None, ends_on: date | None = None
) -> Post:
    """任职 from a day on; one already held is enough."""
    held = Post.objects.filter(user=user, role=role, scope_id=scope_id, ends_on__isnull=True).first()
    post = Post(user=user, role=role, scope_id=scope_id, starts_on=starts_on, ends_on=ends_on)
    return held or create(post, by=by, verb="任职")


@transaction.atomic
def end_posts(role: Role, scope_id: int, on: date, *, by: User) -> list[Post]:
    """卸任: whoever holds the role there holds it no more from this day on."""
    held = Post.objects.select_for_update().filter(role=role, scope_id=scope_id).held_on(on)
    return [end_post(post, on, by=by) for post in held]


@transaction.atomic
def end_post(post: Post, on: date, *, by: User) -> Post:
    """卸任 of one: held no more from this day on."""
    # One that began on the very day ends on it: a post lasts at least a day.
    return change(lock(post), by=by, verb="卸任", ends_on=max(on - timedelta(days=1), post.starts_on))


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
    return _set_password(user, password, "设置密码")


@transaction.atomic
def replace_password(user: User, password: str) -> User:
    """重设密码, by whoever holds the link: every login of before ends, and a lock-out with them. Raises ValidationError."""
    user = lock(user)
    validate_password(password, user)
    reset(username=user.username)
    log_out_everywhere(user, by=user)
    return _set_password(user, password, "重设密码")


def _set_password(user: User, password: str, verb: str) -> User:
    user.set_password(password)
    user.save(update_fields=["password"])
    log(user, verb, by=user)
    return user


@transaction.atomic
def log_out_everywhere(user: User, *, by: User, but: str = "") -> int:
    """退出全部设备, but for the session that asks for it; returns how many."""
    ended = 0
    for session in UserSession.objects.filter(user=user).exclude(session_key=but):
        session.end()
        ended += 1
    if ended:
        log(user, "退出全部设备", by=by)
    return ended


@transaction.atomic
def unlock(user: User, *, by: User) -> None:
    """解除锁定 after too many wrong passwords."""
    reset(username=user.username)
    log(user, "解除锁定", by=by)


@transaction.atomic
def forget_factors(user: User, *, by: User, reason: str) -> None:
    """重置动态验证码, where the phone is lost: set up anew at the next login; what is logged in now is logged out."""
    Authenticator.objects.filter(user=user).delete()
    log(user, "重置动态验证码", by=by, reason=reason)
    log_out_everywhere(user, by=by)


def log(user: User, verb: str, *, by: Any, reason: str = "") -> None:
    """A line in the history of an account, of what changes no field that history may hold."""
    extra = {"verb": verb} | ({"reason": reason} if reason else {})
    LogEntry.objects.log_create(
        user, action=LogEntry.Action.UPDATE, changes={}, actor=by, additional_data=extra, force_log=True
    )


def close_welcome(user: User) -> None:
    """The steps of the first visit are seen: a note of the pages, in no history."""
    User.objects.filter(pk=user.pk).update(welcomed=True)
