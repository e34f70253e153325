from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone

from xiangshan.core.accounts.models import Role, User
from xiangshan.core.areas.models import Area, within
from xiangshan.core.constraints import check, unique
from xiangshan.core.querysets import closed_door
from xiangshan.core.words import any_of, found


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


class MessageQuerySet(models.QuerySet["Message"]):
    @closed_door
    def visible_to(self, user: User) -> "MessageQuerySet":
        """Of the counties whose staff or administrator somebody is; of the whole portal for its administrator."""
        if 0 in user.scope(Role.ADMINISTRATOR):
            return self
        return self.filter(within(user.scope(*MESSAGE_READERS), "county"))

    def due(self, now: datetime) -> "MessageQuerySet":
        """To be sent now: waiting, failed with its pause over, or claimed by a worker that died meanwhile."""
        return self.filter(status__in=Message.UNSENT, next_try_at__lte=now).order_by("next_try_at", "pk")

    def matching(self, *, q: str = "", status: str = "") -> "MessageQuerySet":
        rows = self.filter(found(q, any_of("address", "subject", "user__name"))) if q else self
        return rows.filter(status=status) if status else rows


MESSAGE_READERS = (Role.COUNTY_STAFF, Role.ADMINISTRATOR)


class Message(models.Model):
    """消息投递: what is sent to one address, by which channel, and what became of it. The key makes it go once."""

    class Channel(models.TextChoices):
        MAIL = "mail", "邮件"

    class Status(models.TextChoices):
        WAITING = "waiting", "待发送"
        SENDING = "sending", "发送中"
        FAILED = "failed", "未送出，将重试"
        SENT = "sent", "已送出"
        GIVEN_UP = "given_up", "未能送达"

    UNSENT = (Status.WAITING, Status.SENDING, Status.FAILED)

    key = models.CharField("事由编号", max_length=120, unique=True)
    channel = models.CharField("方式", max_length=8, choices=Channel, default=Channel.MAIL)
    user = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="messages", verbose_name="收件人"
    )
    county = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="所属县")
    address = models.CharField("地址", max_length=254)
    subject = models.CharField("标题", max_length=200)
    body = models.TextField("内容", blank=True)
    document = models.BinaryField("附件", null=True, blank=True)
    document_name = models.CharField("附件名称", max_length=120, blank=True)
    status = models.CharField("状态", max_length=8, choices=Status, default=Status.WAITING)
    created_at = models.DateTimeField("时间", auto_now_add=True)
    next_try_at = models.DateTimeField("下次发送", default=timezone.now)
    tries = models.PositiveSmallIntegerField("已试次数", default=0)
    sent_at = models.DateTimeField("送出时间", null=True, blank=True)
    answer = models.CharField("对方答复", max_length=300, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = "消息投递"
        indexes = [models.Index(fields=["status", "next_try_at"], name="message_due")]
        constraints = [check("message_sent_at", ~Q(status="sent") | Q(sent_at__isnull=False), "送出须有时间")]

    def __str__(self) -> str:
        return self.subject


class MessageAttempt(models.Model):
    """投递尝试: one try, with the server's word."""

    class Outcome(models.TextChoices):
        SENT = "sent", "送出"
        LATER = "later", "暂时不成"
        REFUSED = "refused", "被拒收"

    message = models.ForeignKey(Message, models.CASCADE, related_name="attempts", verbose_name="消息")
    at = models.DateTimeField("时间", auto_now_add=True)
    outcome = models.CharField("结果", max_length=8, choices=Outcome)
    answer = models.CharField("对方答复", max_length=300, blank=True)

    class Meta:
        verbose_name = "投递尝试"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.message} {self.get_outcome_display()}"
