from typing import Self

from auditlog.registry import auditlog
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, F, Q
from django.utils import timezone

from orgs.models import SocialOrganization
from xiangshan.core.accounts.models import MONEY_AREA_READERS, InArea, Role, User
from xiangshan.core.areas.models import Area, within
from xiangshan.core.constraints import check, unique
from xiangshan.core.money import MoneyField
from xiangshan.core.querysets import PortalQuerySet, closed_door
from xiangshan.core.workflow import Workflow
from xiangshan.shared.scoring import Criterion


class ProgrammeQuerySet(PortalQuerySet["Programme"]):
    SEARCHED = ("title", "theme")

    @closed_door
    def visible_to(self, user: User) -> Self:
        """Money readers of the county; its reviewers; leaders of the county's organizations once it is published."""
        condition = within(user.scope(*MONEY_AREA_READERS)) | Q(projects__reviews__reviewer=user)
        if own := user.scope(Role.ORG_LEADER):
            condition |= ~Q(status="draft") & Q(area__in=SocialOrganization.objects.filter(pk__in=own).counties())
        return self.filter(pk__in=self.model.objects.filter(condition).values("pk"))

    def with_counts(self) -> Self:
        """Applications that were sent in, with what they ask for together."""
        sent = ~Q(projects__status__in=("draft", "withdrawn"))
        return self.annotate(applications=Count("projects", filter=sent))

    def taking(self) -> Self:
        now = timezone.now()
        return self.filter(status=Programme.Status.OPEN, opens_at__lte=now, closes_at__gt=now)

    def past_closing(self) -> Self:
        """Closed by time, and nobody has called the reviewers yet."""
        return self.filter(status=Programme.Status.OPEN, closes_at__lte=timezone.now())


class Programme(InArea, Workflow):
    """年度计划: the union's call of a year: its theme, its budget, by what it is judged, when it opens and closes."""

    class Status(models.TextChoices):
        DRAFT = "draft", "草稿"
        OPEN = "open", "已发布"
        REVIEWING = "reviewing", "评审中"
        DECIDED = "decided", "已公布"
        CANCELLED = "cancelled", "已取消"

    TRANSITIONS = {
        Status.DRAFT: {Status.OPEN, Status.CANCELLED},
        Status.OPEN: {Status.REVIEWING, Status.CANCELLED},
        Status.REVIEWING: {Status.DECIDED, Status.CANCELLED},
    }

    title = models.CharField("计划名称", max_length=80)
    year = models.PositiveSmallIntegerField("年度", validators=[MinValueValidator(2000), MaxValueValidator(2100)])
    theme = models.CharField("主题", max_length=100)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="县", editable=False)
    budget = MoneyField("总预算（元）")
    granted = MoneyField("已批金额（元）", editable=False)
    call = models.TextField("申报通知", max_length=5000)
    opens_at = models.DateTimeField("开始申报")
    closes_at = models.DateTimeField("申报截止")
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.DRAFT)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="经办人")
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="决定人")
    decided_on = models.DateField("决定日期", null=True, blank=True)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = "年度计划"
        constraints = [
            unique("programme_once_a_year", "area", "year", "title", message="该年度已有同名计划"),
            check("programme_within_budget", Q(granted__lte=F("budget")), "批准的金额超过总预算"),
            check(
                "programme_decided_by_someone",
                ~Q(status="decided") | Q(decided_by__isnull=False, decided_on__isnull=False),
                "公布须有决定人和日期",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        if self.opens_at and self.closes_at and self.closes_at <= self.opens_at:
            raise ValidationError({"closes_at": "截止时间须晚于开始时间"})

    @property
    def is_taking(self) -> bool:
        """Whether applications are taken at this moment: from the opening on, until the closing, to the second."""
        return self.status == self.Status.OPEN and self.opens_at <= timezone.now() < self.closes_at

    @property
    def turn(self) -> str:
        """Whose turn it is, in words an applicant understands."""
        if self.status == self.Status.OPEN:
            now = timezone.now()
            if now < self.opens_at:
                return f"{timezone.localtime(self.opens_at):%Y-%m-%d %H:%M} 开始申报"
            if now < self.closes_at:
                return f"等社会组织申报，{timezone.localtime(self.closes_at):%Y-%m-%d %H:%M} 截止"
            return "申报已截止，等县总工会安排评审"
        sentences = {
            self.Status.DRAFT: "等县总工会检查后发布",
            self.Status.REVIEWING: "等评审人评分，之后由县总工会开会决定",
            self.Status.DECIDED: "结果已公布",
        }
        return sentences.get(self.Status(self.status), "计划已取消")


class ProgrammeCriterion(Criterion):
    """评审标准 with its weight; the weights of a programme add up to 100."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="criteria", verbose_name="年度计划")

    class Meta:
        verbose_name = "评审标准"
        ordering = ["pk"]
        constraints = [unique("programme_criterion_once", "programme", "title")]


class ProgrammePaper(models.Model):
    """申报材料要求: a document every application of a programme brings, and when."""

    class Due(models.TextChoices):
        APPLICATION = "application", "申报时"
        COMPLETION = "completion", "结项前"

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="papers", verbose_name="年度计划")
    title = models.CharField("材料", max_length=40)
    due = models.CharField("何时交", max_length=12, choices=Due, default=Due.APPLICATION)

    class Meta:
        verbose_name = "申报材料要求"
        ordering = ["pk"]
        constraints = [unique("programme_paper_once", "programme", "title")]

    def __str__(self) -> str:
        return self.title


auditlog.register(ProgrammeCriterion)
auditlog.register(ProgrammePaper)
