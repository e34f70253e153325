from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from projects.models.milestones import Milestone
from projects.models.projects import BudgetLine, SupportProject, ThroughProjectMoney
from xiangshan.core.accounts.models import ScopedThrough, User
from xiangshan.core.constraints import check
from xiangshan.core.money import MoneyField


class PlanChangeQuerySet(ThroughProjectMoney["PlanChange"]):
    def waiting(self) -> Self:
        return self.filter(status=PlanChange.Status.REQUESTED).with_project().order_by("requested_at", "pk")

    def for_page(self) -> Self:
        return self.select_related(
            "project__organization__area", "milestone", "line_from", "line_to", "requested_by", "decided_by"
        )


class PlanChange(ScopedThrough):
    """计划变更: a later end, a milestone moved, money moved between budget lines; asked for with a reason, decided by the union."""

    SCOPED_THROUGH = "project"

    class Status(models.TextChoices):
        REQUESTED = "requested", "待审批"
        APPROVED = "approved", "已同意"
        REFUSED = "refused", "未同意"

    project = models.ForeignKey(SupportProject, models.PROTECT, related_name="changes", verbose_name="扶持项目")
    because = models.TextField("变更原因", max_length=1000)
    new_ends_on = models.DateField("项目延期至", null=True, blank=True)
    milestone = models.ForeignKey(
        Milestone, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="里程碑"
    )
    new_due_on = models.DateField("里程碑改到", null=True, blank=True)
    line_from = models.ForeignKey(
        BudgetLine, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="从预算明细"
    )
    line_to = models.ForeignKey(
        BudgetLine, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="调到"
    )
    moved = MoneyField("调整金额（元）")
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.REQUESTED)
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="申请人")
    requested_at = models.DateTimeField("申请时间")
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="审批人")
    opinion = models.CharField("审批意见", max_length=300, blank=True)

    objects = PlanChangeQuerySet.as_manager()

    class Meta:
        verbose_name = "计划变更"
        ordering = ["-pk"]
        constraints = [
            check(
                "change_decided_by_another",
                Q(decided_by__isnull=True) | ~Q(decided_by=F("requested_by")),
                "不能审批自己申请的变更",
            )
        ]

    def __str__(self) -> str:
        return f"{self.project}计划变更"

    def clean(self) -> None:
        parts = [self.milestone, self.line_from, self.line_to]
        if any(part is not None and part.project_id != self.project_id for part in parts):
            raise ValidationError("所选内容不属于这个项目")
        if (self.milestone is None) != (self.new_due_on is None):
            raise ValidationError({"new_due_on": "调整里程碑须同时选择里程碑和新日期"})
        money = [self.line_from is not None, self.line_to is not None, self.moved > 0]
        if any(money) and not all(money):
            raise ValidationError({"moved": "调整预算须写明从哪项、调到哪项和金额"})
        if all(money) and self.line_from_id == self.line_to_id:
            raise ValidationError({"line_to": "请选择另一项"})
        if not any(money) and self.milestone is None and self.new_ends_on is None:
            raise ValidationError("请写明要变更什么")
