from typing import Self

from auditlog.registry import auditlog
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from orgs.models import SocialOrganization
from services.models.categories import Department, ServiceCategory
from xiangshan.core.accounts.models import MONEY_AREA_READERS, InArea, Role, User
from xiangshan.core.areas.models import Area, within
from xiangshan.core.constraints import check, unique
from xiangshan.core.money import MoneyField
from xiangshan.core.querysets import PortalQuerySet, closed_door
from xiangshan.core.workflow import Workflow
from xiangshan.shared.scoring import Criterion, Score


class ProcurementQuerySet(PortalQuerySet["Procurement"]):
    SEARCHED = ("title", "number")
    FILTERS = {"year": "closes_at__year"}

    @closed_door
    def visible_to(self, user: User) -> Self:
        """Money readers of the county and its evaluators; organizations once they are invited, or a tender is open to all."""
        condition = within(user.scope(*MONEY_AREA_READERS)) | Q(evaluators__user=user)
        if own := user.scope(Role.ORG_LEADER):
            counties = SocialOrganization.objects.filter(pk__in=own).counties()
            asked = Q(invitations__organization__in=own) | Q(bids__organization__in=own)
            condition |= ~Q(status__in=("draft", "cancelled")) & (asked | Q(method="tender", area__in=counties))
        return self.filter(pk__in=self.model.objects.filter(condition).values("pk"))

    def for_page(self) -> Self:
        return self.select_related("category", "department", "created_by", "winner__organization", "decided_by", "area")

    def to_score(self, user: User) -> Self:
        """Those of which this evaluator has not finished."""
        return self.filter(
            status=Procurement.Status.SCORING, evaluators__user=user, evaluators__finished_at__isnull=True
        )

    def to_answer(self, organizations: set[int]) -> Self:
        """Open for these organizations, invited and not answered yet."""
        answered = Bid.objects.filter(procurement=OuterRef("pk"), organization__in=organizations)
        return self.filter(
            ~Exists(answered),
            status=Procurement.Status.OPEN,
            closes_at__gt=timezone.now(),
            invitations__organization__in=organizations,
        ).order_by("closes_at", "pk")

    def closed(self) -> Self:
        """Whose time for bids is over and that nobody opened yet."""
        return self.filter(status=Procurement.Status.OPEN, closes_at__lte=timezone.now())


class Procurement(InArea, Workflow):
    """采购: how it is decided from whom the union buys a service, and why."""

    class Method(models.TextChoices):
        """政府采购法 art. 26; the consultation by 财库〔2014〕214号."""

        TENDER = "tender", "公开招标"
        CONSULTATION = "consultation", "竞争性磋商"
        INQUIRY = "inquiry", "询价"
        DIRECT = "direct", "直接委托"

    class Status(models.TextChoices):
        DRAFT = "draft", "草稿"
        OPEN = "open", "征集中"
        SCORING = "scoring", "评审中"
        DECIDED = "decided", "已定标"
        FAILED = "failed", "流标"
        CANCELLED = "cancelled", "已取消"

    TRANSITIONS = {
        Status.DRAFT: {Status.OPEN, Status.CANCELLED},
        Status.OPEN: {Status.SCORING, Status.FAILED, Status.CANCELLED},
        Status.SCORING: {Status.DECIDED, Status.FAILED, Status.CANCELLED},
    }

    number = models.CharField("采购编号", max_length=40, unique=True, editable=False)
    title = models.CharField("采购名称", max_length=80)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="采购的县", editable=False)
    category = models.ForeignKey(ServiceCategory, models.PROTECT, related_name="+", verbose_name="服务类别")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name="责任部门")
    quantity = models.PositiveIntegerField("数量（场）", validators=[MinValueValidator(1), MaxValueValidator(10_000)])
    budget = MoneyField("预算（元）")
    method = models.CharField("采购方式", max_length=12, choices=Method)
    method_reason = models.CharField("采用这种方式的理由", max_length=300, blank=True)
    requirements = models.TextField("服务要求", max_length=3000)
    closes_at = models.DateTimeField("应标截止")
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.DRAFT)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="经办人")
    winner = models.OneToOneField(
        "services.Bid", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="中标"
    )
    decision_reason = models.TextField("定标理由", max_length=1000, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="定标人")
    decided_on = models.DateField("定标日期", null=True, blank=True)

    objects = ProcurementQuerySet.as_manager()

    class Meta:
        verbose_name = "采购"
        constraints = [
            check(
                "procurement_decided_says_why",
                ~Q(status="decided")
                | (
                    Q(winner__isnull=False, decided_by__isnull=False, decided_on__isnull=False) & ~Q(decision_reason="")
                ),
                "定标须有中标单位、理由和定标人",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def turn(self) -> str:
        """Whose turn it is, in words a bidder understands."""
        sentences = {
            self.Status.DRAFT: "等县总工会检查后发布",
            self.Status.OPEN: "等受邀的社会组织应标，截止后开标",
            self.Status.SCORING: "等评审人评分，之后由县总工会定标",
            self.Status.DECIDED: "已定标，等县总工会与中标单位签订合同",
        }
        if self.status == self.Status.DECIDED:
            contract = self.contracts.exclude(status="terminated").order_by("pk").last()
            if contract is not None:
                drafted = contract.status == contract.Status.DRAFT
                return (
                    "已定标，合同已起草，等县总工会登记签订"
                    if drafted
                    else f"合同{contract.get_status_display()}，采购已办完"
                )
        return sentences.get(self.Status(self.status), f"采购{self.get_status_display()}")

    @property
    def is_direct(self) -> bool:
        return self.method == self.Method.DIRECT


class ProcurementCriterion(Criterion):
    """评审标准 with its weight; the weights of a procurement add up to 100."""

    procurement = models.ForeignKey(Procurement, models.PROTECT, related_name="criteria", verbose_name="采购")

    class Meta:
        verbose_name = "评审标准"
        ordering = ["pk"]


class Invitation(models.Model):
    """邀请: an organization asked to bid."""

    procurement = models.ForeignKey(Procurement, models.PROTECT, related_name="invitations", verbose_name="采购")
    organization = models.ForeignKey(SocialOrganization, models.PROTECT, related_name="+", verbose_name="社会组织")

    class Meta:
        verbose_name = "邀请"
        constraints = [unique("invited_once", "procurement", "organization")]

    def __str__(self) -> str:
        return str(self.organization)


class BidQuerySet(models.QuerySet["Bid"]):
    @closed_door
    def visible_to(self, user: User) -> Self:
        """An organization its own; the union and the evaluators all of them, once the time for bids is over."""
        union = within(user.scope(*MONEY_AREA_READERS), "procurement__area") | Q(procurement__evaluators__user=user)
        opened = Q(procurement__status__in=("scoring", "decided", "failed"))
        seen = Q(organization__in=user.scope(Role.ORG_LEADER)) | (union & opened)
        return self.filter(pk__in=self.model.objects.filter(seen).values("pk"))

    def standing(self) -> Self:
        return self.filter(withdrawn_at__isnull=True)


class Bid(models.Model):
    """应标: what an organization offers, and for how much."""

    procurement = models.ForeignKey(Procurement, models.PROTECT, related_name="bids", verbose_name="采购")
    organization = models.ForeignKey(SocialOrganization, models.PROTECT, related_name="bids", verbose_name="社会组织")
    price = MoneyField("报价（元）")
    proposal = models.TextField("服务方案", max_length=5000)
    submitted_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="提交人")
    submitted_at = models.DateTimeField("提交时间")
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)

    objects = BidQuerySet.as_manager()

    class Meta:
        verbose_name = "应标"
        ordering = ["pk"]
        constraints = [
            unique("bid_once", "procurement", "organization", message="这家社会组织已经应标，可以修改原来的应标")
        ]

    def __str__(self) -> str:
        return f"{self.organization}应标“{self.procurement}”"

    @property
    def scopes(self) -> dict[str, set[int]]:
        return self.procurement.scopes | {"organization": {self.organization_id}}


class Evaluator(models.Model):
    """评审人: scores every bid by every criterion, without seeing the others' scores until all are in."""

    procurement = models.ForeignKey(Procurement, models.PROTECT, related_name="evaluators", verbose_name="采购")
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="评审人")
    finished_at = models.DateTimeField("提交时间", null=True, blank=True)

    class Meta:
        verbose_name = "评审人"
        ordering = ["pk"]
        constraints = [unique("evaluates_once", "procurement", "user")]

    def __str__(self) -> str:
        return str(self.user)


class BidScore(Score):
    """评分: points of one evaluator for one bid by one criterion, 0 to 100."""

    evaluator = models.ForeignKey(Evaluator, models.PROTECT, related_name="scores", verbose_name="评审人")
    bid = models.ForeignKey(Bid, models.PROTECT, related_name="scores", verbose_name="应标")
    criterion = models.ForeignKey(ProcurementCriterion, models.PROTECT, related_name="scores", verbose_name="标准")

    class Meta:
        verbose_name = "评分"
        constraints = [
            unique("scored_once", "evaluator", "bid", "criterion"),
            check("points_in_range", Q(points__gte=0, points__lte=100), "得分在 0 到 100 之间"),
        ]

    def __str__(self) -> str:
        return f"{self.bid} {self.points}"


auditlog.register(ProcurementCriterion)
auditlog.register(Invitation)
auditlog.register(Evaluator)
auditlog.register(BidScore)
