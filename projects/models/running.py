from decimal import Decimal
from typing import ClassVar

from auditlog.registry import auditlog
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from projects import querysets
from projects.models.projects import BudgetLine, SupportProject
from xiangshan.accounts.models import User
from xiangshan.money import MoneyField


class Milestone(models.Model):
    """里程碑: what is to be reached by a day, and what shows that it was."""

    project = models.ForeignKey(SupportProject, models.PROTECT, related_name="milestones", verbose_name="扶持项目")
    title = models.CharField("里程碑", max_length=80)
    due_on = models.DateField("应达成日期")
    evidence = models.TextField("达成情况", max_length=1000, blank=True)
    reached_on = models.DateField("达成日期", null=True, blank=True)
    reported_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="上报人"
    )
    confirmed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="确认人"
    )

    objects = querysets.MilestoneQuerySet.as_manager()

    class Meta:
        verbose_name = "里程碑"
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="milestone_reached_says_how",
                condition=Q(reached_on__isnull=True) | (Q(reported_by__isnull=False) & ~Q(evidence="")),
                violation_error_message="达成须写明情况",
            ),
            models.CheckConstraint(
                name="milestone_confirmed_by_another",
                condition=Q(confirmed_by__isnull=True)
                | (Q(reached_on__isnull=False) & ~Q(confirmed_by=F("reported_by"))),
                violation_error_message="不能确认自己上报的里程碑",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def state(self) -> str:
        """done (confirmed), reached, missed or ahead."""
        if self.confirmed_by_id:
            return "done"
        if self.reached_on:
            return "reached"
        return "missed" if self.due_on < timezone.localdate() else "ahead"

    @property
    def state_words(self) -> str:
        return {"done": "已确认", "reached": "待确认", "missed": "已逾期", "ahead": "未到期"}[self.state]

    @property
    def scopes(self) -> dict[str, set[int]]:
        return self.project.scopes


class ProgressReport(models.Model):
    """进展报告: due on a day, by the calendar or with a milestone; the last of a project is its final report."""

    class Status(models.TextChoices):
        DUE = "due", "待提交"
        SUBMITTED = "submitted", "待审阅"
        RETURNED = "returned", "退回修改"
        ACCEPTED = "accepted", "已通过"
        SKIPPED = "skipped", "已免交"

    FLOW: ClassVar[dict[str, set[str]]] = {
        Status.DUE: {Status.SUBMITTED, Status.SKIPPED},
        Status.RETURNED: {Status.SUBMITTED, Status.SKIPPED},
        Status.SUBMITTED: {Status.ACCEPTED, Status.RETURNED},
    }

    project = models.ForeignKey(SupportProject, models.PROTECT, related_name="reports", verbose_name="扶持项目")
    title = models.CharField("报告", max_length=60)
    due_on = models.DateField("应交日期")
    milestone = models.ForeignKey(
        Milestone, models.PROTECT, null=True, blank=True, related_name="reports", verbose_name="里程碑"
    )
    is_final = models.BooleanField("总结报告", default=False)
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.DUE)
    content = models.TextField("做了什么、进展如何", max_length=5000, blank=True)
    problems = models.TextField("问题与需要的支持", max_length=2000, blank=True)
    spent = MoneyField("累计使用资助(元)")
    submitted_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="提交人"
    )
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    # Why it came back, or need not come.
    remark = models.CharField("审阅意见", max_length=300, blank=True)
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="审阅人")

    objects = querysets.ProgressReportQuerySet.as_manager()

    class Meta:
        verbose_name = "进展报告"
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project"],
                condition=Q(is_final=True),
                name="one_final_report",
                violation_error_message="总结报告已有",
            ),
            models.CheckConstraint(
                name="report_skipped_says_why",
                condition=~Q(status__in=("skipped", "returned")) | ~Q(remark=""),
                violation_error_message="请写明原因",
            ),
            models.CheckConstraint(
                name="report_settled_by_another",
                condition=~Q(status="accepted") | ~Q(settled_by=F("submitted_by")),
                violation_error_message="不能审阅自己提交的报告",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def can_become(self, status: str) -> bool:
        return status in self.FLOW.get(self.status, set())

    @property
    def is_overdue(self) -> bool:
        return self.status in (self.Status.DUE, self.Status.RETURNED) and self.due_on < timezone.localdate()

    @property
    def turn(self) -> str:
        """Whose turn it is."""
        if self.status == self.Status.SUBMITTED and self.submitted_at:
            return f"等县总工会审阅(自 {timezone.localdate(self.submitted_at):%Y-%m-%d})"
        if self.status == self.Status.RETURNED:
            return f"等社会组织修改:{self.remark}"
        if self.status == self.Status.DUE:
            return f"等社会组织提交,{self.due_on:%Y-%m-%d} 前"
        return f"报告{self.get_status_display()}"

    @property
    def scopes(self) -> dict[str, set[int]]:
        return self.project.scopes


class Disbursement(models.Model):
    """拨付: a tranche of the grant, tied to a milestone or free: planned, requested, approved by another, paid."""

    class Status(models.TextChoices):
        PLANNED = "planned", "未到申请"
        REQUESTED = "requested", "待审批"
        RETURNED = "returned", "退回修改"
        APPROVED = "approved", "待付款"
        PAID = "paid", "已拨付"
        CANCELLED = "cancelled", "已取消"

    FLOW: ClassVar[dict[str, set[str]]] = {
        Status.PLANNED: {Status.REQUESTED, Status.CANCELLED},
        Status.REQUESTED: {Status.APPROVED, Status.RETURNED},
        Status.RETURNED: {Status.REQUESTED, Status.CANCELLED},
        Status.APPROVED: {Status.PAID, Status.RETURNED},
    }

    project = models.ForeignKey(SupportProject, models.PROTECT, related_name="disbursements", verbose_name="扶持项目")
    number = models.CharField("拨付编号", max_length=40, unique=True, editable=False)
    title = models.CharField("期次", max_length=40)
    milestone = models.ForeignKey(
        Milestone, models.PROTECT, null=True, blank=True, related_name="disbursements", verbose_name="里程碑"
    )
    amount = MoneyField("金额(元)")
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.PLANNED)
    note = models.CharField("说明", max_length=300, blank=True)
    return_reason = models.CharField("退回意见", max_length=300, blank=True)
    requested_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="申请人"
    )
    requested_at = models.DateTimeField("申请时间", null=True, blank=True)
    approved_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="审批人"
    )
    approved_at = models.DateTimeField("审批时间", null=True, blank=True)
    voucher_number = models.CharField("凭证号", max_length=40, blank=True)
    paid_on = models.DateField("付款日期", null=True, blank=True)
    paid_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="付款人")

    objects = querysets.DisbursementQuerySet.as_manager()

    class Meta:
        verbose_name = "拨付"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="disbursement_of_something", condition=Q(amount__gt=0), violation_error_message="拨付金额须大于 0"
            ),
            models.CheckConstraint(
                name="disbursement_approved_by_another",
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("requested_by")),
                violation_error_message="不能审批自己申请的拨付",
            ),
            models.CheckConstraint(
                name="disbursement_approved_has_who",
                condition=~Q(status__in=("approved", "paid"))
                | Q(approved_by__isnull=False, approved_at__isnull=False, requested_by__isnull=False),
                violation_error_message="审批须有审批人和时间",
            ),
            models.CheckConstraint(
                name="disbursement_paid_has_voucher",
                condition=~Q(status="paid") | (Q(paid_on__isnull=False, paid_by__isnull=False) & ~Q(voucher_number="")),
                violation_error_message="拨付须有凭证号、付款日期和付款人",
            ),
        ]
        indexes = [models.Index(fields=["paid_on"], name="disbursement_by_day")]

    def __str__(self) -> str:
        return self.number

    def clean(self) -> None:
        if self.milestone is not None and self.milestone.project_id != self.project_id:
            raise ValidationError({"milestone": "里程碑不属于这个项目"})

    def can_become(self, status: str) -> bool:
        return status in self.FLOW.get(self.status, set())

    @property
    def turn(self) -> str:
        """Whose turn it is and since when, in words for the organization too."""
        if self.status == self.Status.PLANNED:
            return f"“{self.milestone}”确认达成后可申请" if self.milestone else "项目启动后可申请"
        if self.status == self.Status.REQUESTED and self.requested_at:
            return f"等县总工会财务审批(自 {timezone.localdate(self.requested_at):%Y-%m-%d})"
        if self.status == self.Status.APPROVED and self.approved_at:
            return f"等县总工会财务付款(自 {timezone.localdate(self.approved_at):%Y-%m-%d})"
        if self.status == self.Status.RETURNED:
            return f"等申请人修改后重新提交:{self.return_reason}"
        return f"已于 {self.paid_on:%Y-%m-%d} 拨付" if self.paid_on else "已取消"

    @property
    def scopes(self) -> dict[str, set[int]]:
        return self.project.scopes


class PlanChange(models.Model):
    """计划变更: a later end, a milestone moved, money moved between budget lines; asked for with a reason, decided by the union."""

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
    moved = MoneyField("调整金额(元)")
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.REQUESTED)
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="申请人")
    requested_at = models.DateTimeField("申请时间")
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="审批人")
    opinion = models.CharField("审批意见", max_length=300, blank=True)

    objects = querysets.PlanChangeQuerySet.as_manager()

    class Meta:
        verbose_name = "计划变更"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="change_decided_by_another",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("requested_by")),
                violation_error_message="不能审批自己申请的变更",
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

    @property
    def scopes(self) -> dict[str, set[int]]:
        return self.project.scopes


class Completion(models.Model):
    """结项验收: what was reached against the goals, what was used against what was paid, and what goes back."""

    class Verdict(models.TextChoices):
        PASSED = "passed", "通过"
        CONDITIONAL = "conditional", "整改后通过"
        TERMINATED = "terminated", "终止"

    project = models.OneToOneField(SupportProject, models.PROTECT, related_name="completion", verbose_name="扶持项目")
    reached = models.TextField("目标达成情况", max_length=3000)
    verdict = models.CharField("结论", max_length=12, choices=Verdict)
    opinion = models.TextField("验收意见", max_length=1000)
    # As they stood when it was decided.
    paid = MoneyField("拨付金额")
    spent = MoneyField("使用金额")
    returned = MoneyField("已退还金额")
    returned_on = models.DateField("退还日期", null=True, blank=True)
    return_voucher = models.CharField("退款凭证号", max_length=40, blank=True)
    accepted_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="验收人")
    accepted_on = models.DateField("验收日期")

    class Meta:
        verbose_name = "结项验收"
        constraints = [
            models.CheckConstraint(
                name="completion_reconciles",
                condition=Q(spent__lte=F("paid"), returned__lte=F("paid") - F("spent")),
                violation_error_message="使用与退还之和不能超过拨付金额",
            ),
            models.CheckConstraint(
                name="completion_returned_has_voucher",
                condition=Q(returned=0) | (Q(returned_on__isnull=False) & ~Q(return_voucher="")),
                violation_error_message="退还须有日期和凭证号",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project}结项验收"

    @property
    def to_return(self) -> Decimal:
        """What was paid, not used and not given back yet."""
        return self.paid - self.spent - self.returned

    @property
    def scopes(self) -> dict[str, set[int]]:
        return self.project.scopes


for model in (Milestone, ProgressReport, Disbursement, PlanChange, Completion):
    auditlog.register(model)
