from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from projects.models.milestones import Milestone
from projects.models.projects import SupportProject, ThroughProject
from xiangshan.core.accounts.models import ScopedThrough, User
from xiangshan.core.constraints import check, unique
from xiangshan.core.money import MoneyField
from xiangshan.core.workflow import Workflow


class ProgressReportQuerySet(ThroughProject["ProgressReport"]):
    SEARCHED = ("title", "project__title", "project__organization__name")
    FILTERS = {"organization": "project__organization", "due_from": "due_on__gte", "due_to": "due_on__lte"}

    def matching(self, *, state: str = "", **wanted: Any) -> Self:
        rows = super().matching(**wanted)
        named = {"overdue": rows.overdue, "awaited": rows.awaited}
        return named[state]() if state in named else rows

    def awaited(self) -> Self:
        """Those somebody still has to write."""
        return self.filter(
            status__in=(ProgressReport.Status.DUE, ProgressReport.Status.RETURNED),
            project__status=SupportProject.Status.RUNNING,
        )

    def overdue(self) -> Self:
        return self.awaited().filter(due_on__lt=timezone.localdate())

    def to_read(self) -> Self:
        return self.filter(status=ProgressReport.Status.SUBMITTED).with_project().order_by("submitted_at", "pk")


class ProgressReport(ScopedThrough, Workflow):
    """进展报告: due on a day, by the calendar or with a milestone; the last of a project is its final report."""

    SCOPED_THROUGH = "project"

    class Status(models.TextChoices):
        DUE = "due", "待提交"
        SUBMITTED = "submitted", "待审阅"
        RETURNED = "returned", "退回修改"
        ACCEPTED = "accepted", "已通过"
        SKIPPED = "skipped", "已免交"

    TRANSITIONS = {
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
    spent = MoneyField("累计使用资助（元）")
    submitted_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="提交人"
    )
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    # Why it came back, or need not come.
    remark = models.CharField("审阅意见", max_length=300, blank=True)
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="审阅人")

    objects = ProgressReportQuerySet.as_manager()

    class Meta:
        verbose_name = "进展报告"
        ordering = ["due_on", "pk"]
        constraints = [
            unique("one_final_report", "project", when=Q(is_final=True), message="总结报告已有"),
            check("report_skipped_says_why", ~Q(status__in=("skipped", "returned")) | ~Q(remark=""), "请写明原因"),
            check(
                "report_settled_by_another",
                ~Q(status="accepted") | ~Q(settled_by=F("submitted_by")),
                "不能审阅自己提交的报告",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_overdue(self) -> bool:
        return self.status in (self.Status.DUE, self.Status.RETURNED) and self.due_on < timezone.localdate()

    @property
    def turn(self) -> str:
        """Whose turn it is."""
        if self.status == self.Status.SUBMITTED and self.submitted_at:
            return f"等县总工会审阅（自 {timezone.localdate(self.submitted_at):%Y-%m-%d}）"
        if self.status == self.Status.RETURNED:
            return f"等社会组织修改：{self.remark}"
        if self.status == self.Status.DUE:
            return f"等社会组织提交，{self.due_on:%Y-%m-%d} 前"
        return f"报告{self.get_status_display()}"
