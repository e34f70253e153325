from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, Self, TypeVar

from auditlog.registry import auditlog
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from orgs.models import SocialOrganization
from projects.models.programmes import Programme, ProgrammePaper
from xiangshan.core.accounts.models import AREA_READERS, MONEY_AREA_READERS, Role, ScopedThrough, User
from xiangshan.core.areas.models import within
from xiangshan.core.constraints import check, unique
from xiangshan.core.money import MoneyField
from xiangshan.core.querysets import PortalQuerySet, closed_door
from xiangshan.core.workflow import Workflow

# Applications nobody but their writers reads: not sent yet, or taken back.
UNSENT = ("draft", "withdrawn")


def _assigned_to(user: User) -> Q:
    """Whoever stood back has nothing to read there any more."""
    return Q(reviews__reviewer=user, reviews__status__in=("assigned", "submitted"))


class SupportProjectQuerySet(PortalQuerySet["SupportProject"]):
    SEARCHED = ("title", "organization__name")
    AREA = "organization__area"

    @closed_door
    def visible_to(self, user: User) -> Self:
        """Its organization's leader from the first word on; the union once it is sent; a reviewer what is assigned to him."""
        union = within(user.scope(*AREA_READERS), "organization__area") & ~Q(status__in=UNSENT)
        seen = union | Q(organization__in=user.scope(Role.ORG_LEADER)) | _assigned_to(user)
        rows = self.model.objects.filter(seen, organization__merged_into__isnull=True)
        return self.filter(pk__in=rows.values("pk"))

    def matching(
        self,
        *,
        running_from: date | None = None,
        running_to: date | None = None,
        decided_from: date | None = None,
        decided_to: date | None = None,
        **wanted: Any,
    ) -> Self:
        """By the list's filters; the running and decided periods of a figure mean granted projects only."""
        rows = super().matching(**wanted)
        if running_from and running_to:
            rows = rows.running_in(running_from, running_to)
        if decided_from and decided_to:
            rows = rows.granted().filter(decided_on__range=(decided_from, decided_to))
        return rows

    def granted(self) -> Self:
        return self.filter(status__in=self.model.GRANTED)

    def started(self) -> Self:
        return self.granted().exclude(status=SupportProject.Status.APPROVED)

    def running_in(self, first: date, last: date) -> Self:
        """Started, and its term touches the period: the rows behind projects_running."""
        return self.started().filter(starts_on__lte=last, ends_on__gte=first)

    def past_their_end(self) -> Self:
        """The term is over, and nobody completed them."""
        return self.filter(status=SupportProject.Status.RUNNING, ends_on__lt=timezone.localdate())

    def for_list(self) -> Self:
        return self.select_related("organization", "programme").order_by("-year", "-pk")

    def for_page(self) -> Self:
        return self.select_related("organization__area", "programme", "applied_by", "decided_by", "completion")


OfProject = TypeVar("OfProject", bound=models.Model)


class ThroughProject(PortalQuerySet[OfProject]):
    @closed_door
    def visible_to(self, user: User) -> Self:
        return self.filter(project__in=SupportProject.objects.visible_to(user))

    def with_project(self) -> Self:
        return self.select_related("project__organization__area")


class ThroughProjectMoney(ThroughProject[OfProject]):
    @closed_door
    def visible_to(self, user: User) -> Self:
        union = within(user.scope(*MONEY_AREA_READERS), "project__organization__area")
        return self.filter(union | Q(project__organization__in=user.scope(Role.ORG_LEADER)))


class SupportProject(ScopedThrough, Workflow):
    """扶持项目: what an organization applies for, or is assigned without applying, and what becomes of it."""

    SCOPED_THROUGH = "organization"

    class Status(models.TextChoices):
        DRAFT = "draft", "草稿"
        SUBMITTED = "submitted", "已提交"
        REVIEWING = "reviewing", "评审中"
        APPROVED = "approved", "已批准"
        DECLINED = "declined", "未入选"
        WITHDRAWN = "withdrawn", "已撤回"
        RUNNING = "running", "实施中"
        COMPLETED = "completed", "已结项"
        CLOSED = "closed", "已归档"
        TERMINATED = "terminated", "已终止"

    UNDER_WAY = (Status.APPROVED, Status.RUNNING)

    TRANSITIONS = {
        Status.DRAFT: {Status.SUBMITTED},
        Status.SUBMITTED: {Status.WITHDRAWN, Status.REVIEWING},
        Status.WITHDRAWN: {Status.SUBMITTED},
        Status.REVIEWING: {Status.APPROVED, Status.DECLINED, Status.WITHDRAWN},
        Status.APPROVED: {Status.RUNNING, Status.TERMINATED},
        Status.RUNNING: {Status.COMPLETED, Status.TERMINATED},
        Status.COMPLETED: {Status.CLOSED},
    }
    PAPERS_WITH_APPLICATION: ClassVar[str] = ProgrammePaper.Due.APPLICATION
    GRANTED: ClassVar[list[str]] = [Status.APPROVED, Status.RUNNING, Status.COMPLETED, Status.CLOSED, Status.TERMINATED]

    organization = models.ForeignKey(
        SocialOrganization, models.PROTECT, related_name="projects", verbose_name="社会组织"
    )
    programme = models.ForeignKey(
        Programme, models.PROTECT, null=True, blank=True, related_name="projects", verbose_name="年度计划"
    )
    title = models.CharField("项目名称", max_length=80)
    year = models.PositiveSmallIntegerField("年度", validators=[MinValueValidator(2000), MaxValueValidator(2100)])
    goal = models.TextField("项目目标", max_length=2000, blank=True)
    plan = models.TextField("实施计划", max_length=5000, blank=True)
    planned_sessions = models.PositiveIntegerField("计划活动场次", default=0)
    planned_workers = models.PositiveIntegerField("计划服务人次", default=0)
    starts_on = models.DateField("开始日期", null=True, blank=True)
    ends_on = models.DateField("结束日期", null=True, blank=True)
    # Sums of the budget lines and of the tranches, kept with them: never typed.
    requested_amount = MoneyField("申请金额", editable=False)
    granted_amount = MoneyField("扶持金额")
    committed_amount = MoneyField("已安排拨付", editable=False)
    paid_amount = MoneyField("已拨付", editable=False)
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.DRAFT)
    applied_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="申报人")
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    decision_reason = models.TextField("决定意见", max_length=1000, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="决定人")
    decided_on = models.DateField("批准日期", null=True, blank=True)
    # What was typed into the application and is not saved as rows yet: as it came, so that keeping it can never fail.
    typed = models.JSONField("未保存的内容", default=dict, blank=True, editable=False)

    objects = SupportProjectQuerySet.as_manager()

    class Meta:
        verbose_name = "扶持项目"
        constraints = [
            unique("project_once_a_year", "organization", "year", "title", message="该项目已登记"),
            unique("one_application_each", "programme", "organization", message="贵组织在这个计划里已有一份申报"),
            check("project_never_above_grant", Q(committed_amount__lte=F("granted_amount")), "安排的拨付超过扶持金额"),
            check("project_paid_was_committed", Q(paid_amount__lte=F("committed_amount")), "已拨付超过安排的拨付"),
            check(
                "project_grant_decided",
                ~Q(status__in=("approved", "running", "completed", "closed"))
                | Q(decided_on__isnull=False, starts_on__isnull=False, ends_on__isnull=False),
                "批准的项目须有批准日期和起止日期",
            ),
        ]
        indexes = [models.Index(fields=["decided_on"], name="project_by_decision")]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": "结束日期不能早于开始日期"})

    @property
    def is_open(self) -> bool:
        """Whether its application may still be written on, by its state alone."""
        return self.status in (self.Status.DRAFT, self.Status.WITHDRAWN)

    @property
    def unplanned(self) -> Decimal:
        """What of the grant no tranche is planned for."""
        return self.granted_amount - self.committed_amount

    @property
    def turn(self) -> str:
        """Whose turn it is, in words both sides understand."""
        sentences = {
            self.Status.DRAFT: "等社会组织填写并提交申报",
            self.Status.SUBMITTED: "已提交，等申报截止后县总工会安排评审",
            self.Status.REVIEWING: "等评审人评分，之后由县总工会开会决定",
            self.Status.APPROVED: "已批准，等县总工会安排拨付、里程碑和报告后启动",
            self.Status.RUNNING: "实施中，等社会组织按计划推进并报告",
            self.Status.COMPLETED: "已验收，等退还未用资金、归还物品后归档",
        }
        return sentences.get(self.Status(self.status), f"项目{self.get_status_display()}")


class BudgetLine(models.Model):
    """预算明细: what something costs, and how much of it is asked of the union; the rest the organization brings itself."""

    project = models.ForeignKey(SupportProject, models.PROTECT, related_name="lines", verbose_name="扶持项目")
    title = models.CharField("项目", max_length=60)
    basis = models.CharField("测算依据", max_length=200, blank=True)
    amount = MoneyField("金额（元）")
    requested = MoneyField("申请资助（元）")
    spent = MoneyField("实际使用资助（元）", editable=False)

    class Meta:
        verbose_name = "预算明细"
        ordering = ["pk"]
        constraints = [
            check("budget_line_asks_no_more", Q(requested__lte=F("amount")), "申请资助不能超过金额"),
            check("budget_line_costs", Q(amount__gt=0), "请填写金额"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def own(self) -> Decimal:
        return self.amount - self.requested


class Support(models.Model):
    """扶持内容: one kind of support, as asked for and as granted."""

    class Kind(models.TextChoices):
        MONEY = "money", "资金"
        VENUE = "venue", "场地"
        EQUIPMENT = "equipment", "装备"
        TRAINING = "training", "培训"
        PUBLICITY = "publicity", "宣传"

    project = models.ForeignKey(SupportProject, models.PROTECT, related_name="supports", verbose_name="扶持项目")
    kind = models.CharField("种类", max_length=10, choices=Kind)
    asked = models.CharField("需要什么", max_length=200)
    is_granted = models.BooleanField("同意", default=False)

    class Meta:
        verbose_name = "扶持内容"
        ordering = ["pk"]
        constraints = [unique("support_kind_once", "project", "kind", message="这种扶持已经写了一行")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}：{self.asked}"


class ProjectPaper(models.Model):
    """应交材料: a document the project brings, and the file that answers it."""

    Due = ProgrammePaper.Due

    project = models.ForeignKey(SupportProject, models.PROTECT, related_name="papers", verbose_name="扶持项目")
    title = models.CharField("材料", max_length=40)
    due = models.CharField("何时交", max_length=12, choices=ProgrammePaper.Due, default=ProgrammePaper.Due.APPLICATION)
    attachment = models.ForeignKey(
        "dossier.Attachment", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="文件"
    )

    class Meta:
        verbose_name = "应交材料"
        ordering = ["pk"]
        constraints = [unique("project_paper_once", "project", "title", message="这份材料已经列出")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_there(self) -> bool:
        return self.attachment is not None and self.attachment.removed_at is None


auditlog.register(SupportProject, exclude_fields=["typed"])
