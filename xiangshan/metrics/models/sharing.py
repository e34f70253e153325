from typing import Self

from auditlog.registry import auditlog
from django.db import models
from django.utils import timezone

from services.codes import keyed_digest
from xiangshan.core.accounts.models import InArea, Role, User
from xiangshan.core.areas.models import Area, within
from xiangshan.core.constraints import unique
from xiangshan.core.querysets import closed_door


class ShareLinkQuerySet(models.QuerySet["ShareLink"]):
    @closed_door
    def visible_to(self, user: User) -> Self:
        """Those of the areas one answers for: whoever may share may take back what a colleague shared."""
        return self.filter(within(user.scope(Role.COUNTY_STAFF, Role.LEADERSHIP)))

    def opened_by(self, token: str) -> Self:
        """The link a token opens: neither expired nor taken back."""
        opens = self.filter(revoked_at__isnull=True, expires_on__gte=timezone.localdate())
        return opens.filter(digest=digest_of(token)).select_related("area")


class ShareLink(InArea):
    """共享链接: an area's dashboard for somebody without a login: read only, until a day, until it is taken back.

    Only a digest of the address is kept: who reads the database cannot open it.
    """

    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="地区")
    title = models.CharField("给谁看", max_length=60, help_text="例如：市总工会调研组")
    digest = models.CharField("摘要", max_length=64, unique=True, editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="建立人")
    created_at = models.DateTimeField("建立时间", auto_now_add=True)
    expires_on = models.DateField("有效至")
    revoked_at = models.DateTimeField("收回时间", null=True, blank=True)
    opened = models.PositiveIntegerField("打开次数", default=0)
    opened_at = models.DateTimeField("最近打开", null=True, blank=True)

    objects = ShareLinkQuerySet.as_manager()

    class Meta:
        verbose_name = "共享链接"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.revoked_at is None and timezone.localdate() <= self.expires_on


class Favourite(models.Model):
    """收藏: a figure somebody keeps at hand, under a name of their own, with its period and scope as an address."""

    user = models.ForeignKey(User, models.CASCADE, related_name="favourites", verbose_name="用户")
    name = models.CharField("名称", max_length=40)
    address = models.CharField("地址", max_length=400)

    class Meta:
        verbose_name = "收藏"
        ordering = ["name", "pk"]
        constraints = [unique("favourite_once", "user", "name", message="您已有同名收藏")]

    def __str__(self) -> str:
        return self.name


class BriefMail(models.Model):
    """简报订阅: who gets the monthly or quarterly brief of an area by mail."""

    class Every(models.TextChoices):
        MONTH = "month", "每月"
        QUARTER = "quarter", "每季度"

    user = models.ForeignKey(User, models.CASCADE, related_name="brief_mails", verbose_name="收件人")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="地区")
    every = models.CharField("多久一次", max_length=8, choices=Every)
    # The last month of the newest brief that was sent: sent once, however often the job runs.
    sent_upto = models.IntegerField("已寄至", default=0)

    class Meta:
        verbose_name = "简报订阅"
        constraints = [unique("brief_once", "user", "area", "every", message="您已订阅这份简报")]

    def __str__(self) -> str:
        return f"{self.user} {self.area} {self.every}"


auditlog.register(ShareLink, exclude_fields=["digest", "opened", "opened_at"])


def digest_of(token: str) -> str:
    """What the database keeps of a link's token: a keyed digest."""
    return keyed_digest("share", token)
