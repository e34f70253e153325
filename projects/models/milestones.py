from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from projects.models.projects import SupportProject, ThroughProject
from xiangshan.core.accounts.models import ScopedThrough, User
from xiangshan.core.constraints import check


class MilestoneQuerySet(ThroughProject["Milestone"]):
    def missed(self) -> Self:
        """Due, and nobody said it was reached, in a project that runs."""
        late = self.filter(
            project__status=SupportProject.Status.RUNNING, reached_on__isnull=True, due_on__lt=timezone.localdate()
        )
        return late.with_project().order_by("due_on", "pk")

    def to_confirm(self) -> Self:
        rows = self.filter(
            project__status=SupportProject.Status.RUNNING, reached_on__isnull=False, confirmed_by__isnull=True
        )
        return rows.with_project().order_by("reached_on", "pk")


class Milestone(ScopedThrough):
    """里程碑: what is to be reached by a day, and what shows that it was."""

    SCOPED_THROUGH = "project"

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

    objects = MilestoneQuerySet.as_manager()

    class Meta:
        verbose_name = "里程碑"
        ordering = ["due_on", "pk"]
        constraints = [
            check(
                "milestone_reached_says_how",
                Q(reached_on__isnull=True) | (Q(reported_by__isnull=False) & ~Q(evidence="")),
                "达成须写明情况",
            ),
            check(
                "milestone_confirmed_by_another",
                Q(confirmed_by__isnull=True) | (Q(reached_on__isnull=False) & ~Q(confirmed_by=F("reported_by"))),
                "不能确认自己上报的里程碑",
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
    def state_text(self) -> str:
        return {"done": "已确认", "reached": "待确认", "missed": "已逾期", "ahead": "未到期"}[self.state]
