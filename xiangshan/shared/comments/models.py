"""Comments on business records, and who is named in them."""

from typing import Self

from auditlog.registry import auditlog
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models

from xiangshan.core.accounts.models import User
from xiangshan.core.constraints import unique
from xiangshan.core.record_types import RECORD_TYPES
from xiangshan.shared.on_records import OnRecordQuerySet


class CommentQuerySet(OnRecordQuerySet["Comment"]):
    def visible_to(self, user: User) -> Self:
        """Of a record one sees: those for everybody; inside the union also the internal ones."""
        return self if user.areas else self.filter(is_internal=False)


class Comment(models.Model):
    """批注: what somebody says about a record; inside the union, or for everybody who sees the record."""

    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+", verbose_name="记录种类")
    object_id = models.BigIntegerField("记录编号")
    record = GenericForeignKey()
    text = models.TextField("批注", max_length=2000)
    is_internal = models.BooleanField("仅工会内部可见", default=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="批注人")
    created_at = models.DateTimeField("时间", auto_now_add=True)
    removed_at = models.DateTimeField("移除时间", null=True, blank=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        app_label = "dossier"
        verbose_name = "批注"
        ordering = ["pk"]
        indexes = [models.Index(fields=["content_type", "object_id"], name="comment_of_record")]

    def __str__(self) -> str:
        return self.text[:30]


class MentionQuerySet(models.QuerySet["Mention"]):
    def waiting_for(self, user: User) -> Self:
        return (
            self.filter(user=user, done_at__isnull=True, comment__removed_at__isnull=True)
            .select_related("comment__by", "comment__content_type")
            .order_by("pk")
        )


class Mention(models.Model):
    """提到: a colleague asked by a comment to look at the record; stays in the to-do until seen to."""

    comment = models.ForeignKey(Comment, models.PROTECT, related_name="mentions", verbose_name="批注")
    user = models.ForeignKey(User, models.PROTECT, related_name="mentions", verbose_name="同事")
    done_at = models.DateTimeField("办结时间", null=True, blank=True)

    objects = MentionQuerySet.as_manager()

    class Meta:
        app_label = "dossier"
        verbose_name = "提到"
        constraints = [unique("mentioned_once", "comment", "user")]

    def __str__(self) -> str:
        return f"{self.user}: {self.comment}"

    @property
    def page(self) -> str:
        """Where the record stands that somebody is asked to look at."""
        return RECORD_TYPES[self.comment.content_type.model].address(self.comment.object_id)


auditlog.register(Comment)
