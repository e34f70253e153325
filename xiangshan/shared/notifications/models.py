from datetime import datetime

from django.db import models

from xiangshan.core.accounts.models import User
from xiangshan.core.constraints import unique


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: User) -> "NoticeQuerySet":
        return self.filter(user=user) if user.is_authenticated else self.none()

    def unread(self) -> "NoticeQuerySet":
        return self.filter(read_at__isnull=True)

    def to_mail(self, how: str, before: datetime) -> "NoticeQuerySet":
        """Not read, not mailed yet, for people who want mail in this way and have an address."""
        return self.filter(
            user__mail=how, user__is_active=True, mailed_at__isnull=True, read_at__isnull=True, created_at__lte=before
        ).exclude(user__email="")


class Notice(models.Model):
    """消息: something that happened and concerns somebody. The key makes it come once, however often it is told."""

    user = models.ForeignKey(User, models.CASCADE, related_name="notices", verbose_name="收件人")
    key = models.CharField("事由编号", max_length=80)
    text = models.CharField("内容", max_length=200)
    link = models.CharField("链接", max_length=200, blank=True)
    created_at = models.DateTimeField("时间", auto_now_add=True)
    read_at = models.DateTimeField("已读时间", null=True, blank=True)
    mailed_at = models.DateTimeField("邮件时间", null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = "消息"
        ordering = ["-pk"]
        constraints = [unique("told_once", "user", "key")]
        indexes = [models.Index(fields=["user", "read_at"], name="notice_unread")]

    def __str__(self) -> str:
        return self.text
