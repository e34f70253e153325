from django.db import models

from orgs.models import SocialOrganization
from services.models.contracts import ServiceContract
from xiangshan.core.accounts.models import User


class CalendarFeed(models.Model):
    """日历订阅: a secret address for a calendar program; only its digest is kept, and it can be revoked."""

    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="用户")
    organization = models.ForeignKey(
        SocialOrganization, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="社会组织"
    )
    contract = models.ForeignKey(
        ServiceContract, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="合同"
    )
    digest = models.CharField("摘要", max_length=64, unique=True)
    created_at = models.DateTimeField("创建时间", auto_now_add=True)
    revoked_at = models.DateTimeField("停用时间", null=True, blank=True)

    objects = models.Manager()

    class Meta:
        verbose_name = "日历订阅"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.contract or self.organization or '我能看到的全部场次'}"
