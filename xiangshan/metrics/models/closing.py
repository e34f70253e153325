from typing import Any, Self

from auditlog.registry import auditlog
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from xiangshan.core.accounts.models import AREA_READERS, InArea, User
from xiangshan.core.areas.models import Area, ancestors, within
from xiangshan.core.constraints import check, unique
from xiangshan.core.querysets import closed_door
from xiangshan.core.workflow import Workflow
from xiangshan.metrics.models.cells import Kind


class YearClosingQuerySet(models.QuerySet["YearClosing"]):
    @closed_door
    def visible_to(self, user: User) -> Self:
        """Whoever works over the county, or in one of its towns."""
        areas = user.scope(*AREA_READERS)
        above = {above for area in areas for above in ancestors(area)}
        return self.filter(within(areas) | Q(area__in=above))

    def signed(self) -> Self:
        return self.filter(status=YearClosing.Status.SIGNED)

    def in_force(self) -> Self:
        """Compiled or signed: not the versions a reopening left behind."""
        return self.exclude(status=YearClosing.Status.REOPENED)

    def with_restatements(self) -> Self:
        counted = Restatement.objects.filter(closing=OuterRef("pk")).order_by().values("closing")
        count = Subquery(counted.annotate(n=Count("pk")).values("n"))
        return self.select_related("signed_by").annotate(restated=Coalesce(count, 0))

    def for_page(self) -> Self:
        return self.select_related("area", "compiled_by", "signed_by", "reopened_by")


class YearClosing(InArea, Workflow):
    """年度结账: a county's year as it was compiled, and signed. Signed anew it is another version; the old one stays."""

    class Status(models.TextChoices):
        COMPILED = "compiled", "已编制，待签署"
        SIGNED = "signed", "已签署"
        REOPENED = "reopened", "已重开"

    TRANSITIONS = {Status.COMPILED: {Status.SIGNED}, Status.SIGNED: {Status.REOPENED}}

    area = models.ForeignKey(Area, models.PROTECT, related_name="closings", verbose_name="县")
    year = models.PositiveSmallIntegerField("年度")
    version = models.PositiveSmallIntegerField("版本", default=1)
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.COMPILED)
    compiled_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="编制人")
    compiled_at = models.DateTimeField("编制时间")
    remarks = models.TextField("编制说明", max_length=2000, blank=True)
    # What the checklist said when it was compiled: (what, how many, in words). Kept, so that nobody asks later what was known.
    checklist: Any = models.JSONField("结账检查", default=list, blank=True)
    # code -> name, unit, words and version of every definition, as they were.
    definitions: Any = models.JSONField("指标口径", default=dict, blank=True)
    # The year before, and the targets, as they stood: what the statement compares with. code -> [numerator, denominator, quantile].
    before: Any = models.JSONField("上年数", default=dict, blank=True)
    months_before: Any = models.JSONField("上年逐月", default=dict, blank=True)
    targets: Any = models.JSONField("目标", default=dict, blank=True)
    # As they were called then: a paper made again says the same.
    area_name = models.CharField("县名", max_length=40, blank=True)
    compiled_by_name = models.CharField("编制人姓名", max_length=40, blank=True)
    signed_by_name = models.CharField("签署人姓名", max_length=40, blank=True)
    signature = models.CharField("签署摘要", max_length=64, blank=True)
    digest = models.CharField("摘要", max_length=64, blank=True)
    signed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="签署人")
    signed_at = models.DateTimeField("签署时间", null=True, blank=True)
    opinion = models.CharField("签署意见", max_length=300, blank=True)
    reopened_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="重开人"
    )
    reopened_at = models.DateTimeField("重开时间", null=True, blank=True)
    reopen_reason = models.CharField("重开理由", max_length=300, blank=True)

    objects = YearClosingQuerySet.as_manager()

    class Meta:
        verbose_name = "年度结账"
        ordering = ["-year", "-version"]
        constraints = [
            unique("closing_version_once", "area", "year", "version"),
            unique(
                "closing_one_in_force",
                "area",
                "year",
                when=~Q(status="reopened"),
                message="该年度已有一份编制或签署的结账",
            ),
            check(
                "closing_signed_by_someone", Q(status="compiled") | Q(signed_by__isnull=False, signed_at__isnull=False)
            ),
            check(
                "closing_signed_by_another",
                Q(signed_by__isnull=True) | ~Q(signed_by=models.F("compiled_by")),
                "不能签署自己编制的年度",
            ),
            check(
                "closing_reopened_with_reason",
                ~Q(status="reopened") | (Q(reopened_by__isnull=False) & ~Q(reopen_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.year} 年度结账（第 {self.version} 版）"


class FrozenFigure(models.Model):
    """封存指标: a figure as it was compiled: numerator and denominator of a metric, period and scope."""

    closing = models.ForeignKey(YearClosing, models.PROTECT, related_name="figures", verbose_name="年度结账")
    metric = models.CharField("指标", max_length=40)
    kind = models.CharField("范围类型", max_length=1, choices=Kind)
    scope = models.BigIntegerField("范围")
    scope_name = models.CharField("范围名称", max_length=80)
    category = models.BigIntegerField("服务类别", default=0)
    first = models.IntegerField("起始月")
    last = models.IntegerField("截止月")
    numerator = models.DecimalField("分子", max_digits=20, decimal_places=2)
    denominator = models.BigIntegerField("分母", default=1)
    # What cannot be divided out of them: a median of minutes.
    quantile = models.IntegerField("分位数", null=True)

    class Meta:
        verbose_name = "封存指标"
        constraints = [unique("frozen_figure_once", "closing", "metric", "kind", "scope", "category", "first", "last")]

    def __str__(self) -> str:
        return f"{self.metric} {self.kind}:{self.scope} {self.first}-{self.last}"


class FrozenFact(models.Model):
    """封存记录: what a record counted for when the year was compiled: its scopes, its day, and its values."""

    closing = models.ForeignKey(YearClosing, models.PROTECT, related_name="facts", verbose_name="年度结账")
    source = models.SmallIntegerField("来源")
    record = models.BigIntegerField("记录")
    keys: Any = models.JSONField("归属")  # day, scopes by kind, split, evidence
    values: Any = models.JSONField("数值")

    class Meta:
        verbose_name = "封存记录"
        constraints = [unique("frozen_fact_once", "closing", "source", "record")]

    def __str__(self) -> str:
        return f"{self.source}:{self.record}"


class Restatement(models.Model):
    """更正: a fact of a signed year was changed afterwards: which record, why, by whom, and what it counts for now."""

    closing = models.ForeignKey(YearClosing, models.PROTECT, related_name="restatements", verbose_name="年度结账")
    kind = models.CharField("记录种类", max_length=40)
    record = models.BigIntegerField("记录编号")
    label = models.CharField("记录", max_length=120)
    reason = models.CharField("更正理由", max_length=300)
    # Nobody, where no person did it: a worker's rating that came in later.
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="更正人")
    at = models.DateTimeField("更正时间", auto_now_add=True)
    # [source, fact before or null, fact after or null], as frozen facts are written.
    moved: Any = models.JSONField("变化")

    class Meta:
        verbose_name = "更正"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.label}：{self.reason}"


auditlog.register(
    YearClosing,
    exclude_fields=["definitions", "checklist", "before", "months_before", "targets", "digest", "signature"],
)
