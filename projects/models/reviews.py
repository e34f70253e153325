from typing import Self

from auditlog.registry import auditlog
from django.db import models
from django.db.models import Q

from projects.models.programmes import ProgrammeCriterion
from projects.models.projects import SupportProject
from xiangshan.core.accounts.models import ScopedThrough, User
from xiangshan.core.constraints import check, unique
from xiangshan.core.workflow import Workflow
from xiangshan.shared.scoring import Score


class ReviewQuerySet(models.QuerySet["Review"]):
    def waiting_for(self, user: User) -> Self:
        """What this reviewer has not handed in, while the programme is being reviewed."""
        open_now = self.filter(
            reviewer=user, status=Review.Status.ASSIGNED, project__status=SupportProject.Status.REVIEWING
        )
        return open_now.select_related("project__organization", "project__programme").order_by(
            "project__programme", "pk"
        )

    def counting(self) -> Self:
        """Those that count or are still awaited: a reviewer who stood back is out."""
        return self.exclude(status=Review.Status.RECUSED)


class Review(ScopedThrough, Workflow):
    """评审: one reviewer's sheet for one application; nobody else reads it before all are in."""

    SCOPED_THROUGH = "project"

    class Status(models.TextChoices):
        ASSIGNED = "assigned", "待评审"
        RECUSED = "recused", "已回避"
        SUBMITTED = "submitted", "已提交"

    TRANSITIONS = {Status.ASSIGNED: {Status.RECUSED, Status.SUBMITTED}}

    project = models.ForeignKey(SupportProject, models.PROTECT, related_name="reviews", verbose_name="扶持项目")
    reviewer = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="评审人")
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.ASSIGNED)
    comment = models.TextField("评语", max_length=2000, blank=True)
    recusal_reason = models.CharField("回避原因", max_length=300, blank=True)
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = "评审"
        ordering = ["pk"]
        constraints = [
            unique("reviewed_once", "project", "reviewer"),
            check("recusal_says_why", ~Q(status="recused") | ~Q(recusal_reason=""), "请写明回避原因"),
        ]

    def __str__(self) -> str:
        return f"{self.reviewer}评审“{self.project}”"


class ReviewScore(Score):
    """评分: points of one review by one criterion, 0 to 100."""

    review = models.ForeignKey(Review, models.PROTECT, related_name="scores", verbose_name="评审")
    criterion = models.ForeignKey(ProgrammeCriterion, models.PROTECT, related_name="scores", verbose_name="标准")

    class Meta:
        verbose_name = "评审得分"
        constraints = [
            unique("review_scored_once", "review", "criterion"),
            check("review_points_in_range", Q(points__gte=0, points__lte=100), "得分在 0 到 100 之间"),
        ]

    def __str__(self) -> str:
        return f"{self.criterion} {self.points}"


auditlog.register(Review)
auditlog.register(ReviewScore)
