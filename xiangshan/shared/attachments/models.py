from uuid import uuid4

from auditlog.registry import auditlog
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models

from xiangshan.core.accounts.models import User
from xiangshan.core.perceptual_hash import bands
from xiangshan.shared.on_records import OnRecordQuerySet


def file_path(attachment: "Attachment", name: str) -> str:
    return f"attachments/{attachment.key.hex[:2]}/{attachment.key.hex}/{name}"


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
    size = models.PositiveBigIntegerField("大小（字节）")
    digest = models.CharField("SHA-256", max_length=64)
    # What a picture looks like, as 64 bits in hex: near-same pictures differ in few of them. Empty where it shows nothing much.
    perceptual_hash = models.CharField("图像指纹", max_length=16, blank=True, editable=False)
    taken_at = models.DateTimeField("拍摄时间", null=True, blank=True)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="上传人")
    uploaded_at = models.DateTimeField("上传时间", auto_now_add=True)
    removed_at = models.DateTimeField("移除时间", null=True, blank=True)

    objects = OnRecordQuerySet["Attachment"].as_manager()

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
        return bands(self.perceptual_hash) if self.perceptual_hash else []


class PictureBand(models.Model):
    """图像指纹段: one of the eight bytes of a picture's perceptual_hash.

    Of two hashes that differ in at most seven bits, at least one byte is the same: near-same pictures are found by an index.
    """

    attachment = models.ForeignKey(Attachment, models.CASCADE, related_name="bands", verbose_name="附件")
    place = models.PositiveSmallIntegerField("段")
    value = models.PositiveSmallIntegerField("值")

    class Meta:
        verbose_name = "图像指纹段"
        indexes = [models.Index(fields=["place", "value"], name="picture_band")]

    def __str__(self) -> str:
        return f"{self.place}:{self.value}"


auditlog.register(Attachment, exclude_fields=["thumbnail", "digest", "perceptual_hash"])
