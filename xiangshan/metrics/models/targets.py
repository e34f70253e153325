from typing import Self

from django.db import models

from xiangshan.core.accounts.models import AREA_READERS, InArea, User
from xiangshan.core.areas.models import Area, within
from xiangshan.core.constraints import check, unique


class TargetQuerySet(models.QuerySet["Target"]):
    def visible_to(self, user: User) -> Self:
        """Those of the areas whose figures one reads."""
        return self.filter(within(user.scope(*AREA_READERS))) if user.is_authenticated else self.none()


class Target(InArea):
    """年度目标: what a metric should reach in a year in an area: who set it, and why. Changed only with a reason."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="targets", verbose_name="地区")
    year = models.PositiveSmallIntegerField("年度")
    metric = models.CharField("指标", max_length=40)
    value = models.DecimalField(
        "目标值", max_digits=16, decimal_places=2, help_text="比率填百分数，如 90 表示 90%；金额填元"
    )
    reason = models.CharField("依据", max_length=300, help_text="例如：年度工作要点第 3 条")
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="制定人")
    set_at = models.DateTimeField("制定时间", auto_now=True)

    objects = TargetQuerySet.as_manager()

    class Meta:
        verbose_name = "年度目标"
        ordering = ["-year", "area", "metric"]
        constraints = [
            unique("target_once", "area", "year", "metric", message="该地区该年度的这个指标已有目标"),
            check("target_above_nothing", models.Q(value__gt=0), "目标值须大于 0"),
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.year} 年目标"
