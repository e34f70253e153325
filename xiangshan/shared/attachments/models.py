from typing import Any, Self, TypeVar
from uuid import uuid4

from auditlog.registry import auditlog
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q

from xiangshan.core.accounts.models import User
from xiangshan.core.perceptual_hash import bands
from xiangshan.core.record_types import SUBJECTS


def file_path(attachment: "Attachment", name: str) -> str:
    return f"attachments/{attachment.key.hex[:2]}/{attachment.key.hex}/{name}"


OnRecord = TypeVar("OnRecord", bound=models.Model)


class DossierQuerySet(models.QuerySet[OnRecord]):
    def of(self, record: Any) -> Self:
        return self.of_many(type(record), [record.pk])

    def of_many(self, model: type[models.Model], keys: list[Any]) -> Self:
        content_type = ContentType.objects.get_for_model(model)
        return self.filter(content_type=content_type, object_id__in=keys, removed_at__isnull=True)


class Attachment(models.Model):
    """附件: a photo or document on a business record; seen by whoever sees the record."""

    key = models.UUIDField("编号", default=uuid4, unique=True, editable=False)
    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+", verbose_name="记录种类")
    object_id = models.BigIntegerField("记录编号")
    record = GenericForeignKey()
    name = models.CharField("文件名", max_length=150)
    file = models.FileField("文件", upload_to=file_path, max_length=200)
    thumbnail = models.FileField("缩略图", upload_to=file_path, max_length=200, blank=True)
    media_type = models.CharField("类型", max_length=100)
    size = models.PositiveBigIntegerField("大小(字节)")
    digest = models.CharField("SHA-256", max_length=64)
    # What a picture looks like, as 64 bits in hex: near-same pictures differ in few of them. Empty where it shows nothing much.
    likeness = models.CharField("图像指纹", max_length=16, blank=True, editable=False)
    taken_at = models.DateTimeField("拍摄时间", null=True, blank=True)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="上传人")
    uploaded_at = models.DateTimeField("上传时间", auto_now_add=True)
    removed_at = models.DateTimeField("移除时间", null=True, blank=True)

    objects = DossierQuerySet["Attachment"].as_manager()

    class Meta:
        verbose_name = "附件"
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["content_type", "object_id"], name="attachment_of_record"),
            models.Index(fields=["digest"], name="attachment_by_digest"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        return bool(self.thumbnail)

    @property
    def band_values(self) -> list[tuple[int, int]]:
        return bands(self.likeness) if self.likeness else []


class PictureBand(models.Model):
    """图像指纹段: one of the eight bytes of a picture's likeness.

    Of two likenesses that differ in at most seven bits, at least one byte is the same: near-same pictures are found by an index.
    """

    attachment = models.ForeignKey(Attachment, models.CASCADE, related_name="bands", verbose_name="附件")
    place = models.PositiveSmallIntegerField("段")
    value = models.PositiveSmallIntegerField("值")

    class Meta:
        verbose_name = "图像指纹段"
        indexes = [models.Index(fields=["place", "value"], name="picture_band")]

    def __str__(self) -> str:
        return f"{self.place}:{self.value}"


class CommentQuerySet(DossierQuerySet["Comment"]):
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
        verbose_name = "提到"
        constraints = [models.UniqueConstraint(fields=["comment", "user"], name="mentioned_once")]

    def __str__(self) -> str:
        return f"{self.user}: {self.comment}"

    @property
    def page(self) -> str:
        """Where the record stands that somebody is asked to look at."""
        return SUBJECTS[self.comment.content_type.model].address(self.comment.object_id)


auditlog.register(Attachment, exclude_fields=["thumbnail", "digest", "likeness"])
auditlog.register(Comment)


def of_visible_records(user: User) -> Q:
    """Whatever hangs on a record the user sees, of any kind."""
    found = Q(pk__in=[])
    for subject in SUBJECTS.values():
        seen = subject.visible_to(user).values("pk")
        found |= Q(content_type=subject.content_type, object_id__in=seen)
    return found
