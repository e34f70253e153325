from django.db import models

from xiangshan.core.accounts.models import User


class Delivery(models.Model):
    """离线上报送达: what a phone sent from the field, by the key the phone gave it. Sent again, it is answered, not done again."""

    key = models.UUIDField("编号", primary_key=True)
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="发送人")
    kind = models.CharField("种类", max_length=20)
    page = models.CharField("结果页面", max_length=200, blank=True)
    received_at = models.DateTimeField("送达时间", auto_now_add=True)

    class Meta:
        verbose_name = "离线上报送达"

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
