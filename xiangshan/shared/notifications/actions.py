"""Telling people what happened: in the portal at once, by mail as each of them wants it, and never twice."""

from collections.abc import Iterable
from functools import partial

from django.db import transaction
from django.utils import timezone

from xiangshan.core.accounts.models import User
from xiangshan.shared.notifications import tasks
from xiangshan.shared.notifications.models import Notice
from xiangshan.shared.notifications.selectors import forget_count


@transaction.atomic
def notify(people: Iterable[User], key: str, text: str, link: str = "") -> None:
    """消息, in the transaction of what it is about. Told again with the same key, nothing happens."""
    wanted = list({user.pk: user for user in people if user.is_active}.values())
    Notice.objects.bulk_create(
        [Notice(user=user, key=key[:80], text=text[:200], link=link) for user in wanted], ignore_conflicts=True
    )
    for user in wanted:
        transaction.on_commit(partial(forget_count, user.pk))
        if user.mail == User.Mail.AT_ONCE and user.email:
            tasks.mail_notices.delay_on_commit(user.pk)


@transaction.atomic
def mark_read(user: User, upto: int) -> None:
    """全部标为已读, of those that were on the page."""
    Notice.objects.visible_to(user).unread().filter(pk__lte=upto).update(read_at=timezone.now())
    transaction.on_commit(partial(forget_count, user.pk))


@transaction.atomic
def choose_mail(user: User, mail: str, email: str) -> User:
    """邮件方式: one's own setting; no business record."""
    user.mail, user.email = mail, email
    user.full_clean(exclude=["password"])
    user.save(update_fields=["mail", "email"])
    return user
