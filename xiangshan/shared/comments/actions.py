"""What happens to a comment."""

from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from xiangshan.core.accounts.models import User
from xiangshan.core.record_types import record_type_of
from xiangshan.core.records import change, create, lock
from xiangshan.core.rules import require
from xiangshan.shared.comments import rules
from xiangshan.shared.comments.models import Comment, Mention
from xiangshan.shared.comments.selectors import colleagues
from xiangshan.shared.notifications.actions import notify


@transaction.atomic
def comment_on(
    record: Any, text: str, *, by: User, mentioned: Iterable[User] = (), is_internal: bool = False
) -> Comment:
    """批注: whoever is mentioned has it in the to-do. Raises ValidationError for somebody who does not see the record."""
    require(rules.can_comment(by, record))
    mentioned = list(mentioned)
    may_see = set(colleagues(record, is_internal=is_internal).values_list("pk", flat=True))
    if strangers := [user for user in mentioned if user.pk not in may_see]:
        raise ValidationError(f"{'、'.join(str(user) for user in strangers)}看不到这条批注，不能提到")
    comment = Comment(
        content_type=ContentType.objects.get_for_model(record),
        object_id=record.pk,
        text=text,
        is_internal=is_internal and bool(by.areas),
        by=by,
    )
    create(comment, by=by, verb="批注")
    asked = [user for user in mentioned if user != by]
    Mention.objects.bulk_create(Mention(comment=comment, user=user) for user in asked)
    link = f"{record_type_of(record).address(record.pk)}#comments"
    notify(asked, f"comment-{comment.pk}", f"{by}请您看看“{record}”的批注：{text[:60]}", link)
    return comment


@transaction.atomic
def remove_comment(comment: Comment, *, by: User) -> Comment:
    comment = lock(comment)
    require(rules.can_remove_comment(by, comment))
    return change(comment, by=by, verb="移除批注", removed_at=timezone.now())


@transaction.atomic
def finish_mention(mention: Mention, *, by: User) -> None:
    """知道了: only one's own; a second time changes nothing."""
    Mention.objects.filter(pk=mention.pk, user=by, done_at__isnull=True).update(done_at=timezone.now())
