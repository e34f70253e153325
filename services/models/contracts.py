from datetime import date
from decimal import Decimal
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, F, Func, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Cast, Coalesce, Least, Round
from django.utils import timezone

from orgs.models import SocialOrganization
from orgs.models.organizations import ThroughOrganization
from services.models.categories import Department, ServiceCategory
from xiangshan.core.accounts.models import ScopedThrough
from xiangshan.core.constraints import check
from xiangshan.core.money import MoneyField
from xiangshan.core.workflow import Workflow
from xiangshan.shared.imports.models import FromLedger

# A contract is behind when the share delivered lies this far below the share of its term that has passed.
BEHIND_BY = 10  # per cent of the term


class Days(Func):
    """Whole days between two dates: the first minus the second."""

    arity = 2
    output_field = models.IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        template, between = "CAST(julianday(%(expressions)s) AS INTEGER)", ") - julianday("
        return self.as_sql(compiler, connection, template=template, arg_joiner=between, **extra)

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, template="(%(expressions)s)", arg_joiner=" - ", **extra)


def _of_sessions(summed: Any) -> Any:
    """What verified sessions of each contract add up to."""
    lines = ContractLine.objects.filter(contract=OuterRef("pk"), sessions__status="verified").order_by()
    return Coalesce(Subquery(lines.values("contract").annotate(n=summed).values("n")), 0)


class ContractQuerySet(ThroughOrganization["ServiceContract"]):
    SEARCHED = ("title", "number", "organization__name")
    FILTERS = {"contract": "pk"}
    AREA = "organization__area"

    def matching(
        self,
        *,
        year: int | None = None,
        running_from: date | None = None,
        running_to: date | None = None,
        signed_from: date | None = None,
        signed_to: date | None = None,
        lagging: str = "",
        unaccepted_from: date | None = None,
        unaccepted_to: date | None = None,
        **wanted: Any,
    ) -> Self:
        """By the list's filters; a figure's running and signed periods mean binding contracts only."""
        rows = super().matching(**wanted)
        rows = rows.running_in(date(year, 1, 1), date(year, 12, 31)) if year else rows
        if running_from and running_to:
            rows = rows.binding().running_in(running_from, running_to)
        if signed_from and signed_to:
            rows = rows.binding().filter(signed_on__range=(signed_from, signed_to))
        if unaccepted_from and unaccepted_to:
            rows = rows.unaccepted(unaccepted_from, unaccepted_to)
        if lagging:
            rows = rows.behind() if lagging == "behind" else rows.below_floor()
        return rows

    def binding(self) -> Self:
        """Signed and not terminated: what the figures count. A framework contract counts by its task orders."""
        return self.filter(status__in=self.model.BINDING).exclude(kind=ServiceContract.Kind.FRAMEWORK)

    def running_in(self, first: date, last: date) -> Self:
        """Whose term touches the period: the rows behind contracts_active."""
        return self.filter(starts_on__lte=last, ends_on__gte=first)

    def in_force(self) -> Self:
        """Signed or running, and begun."""
        return self.filter(status__in=ServiceContract.UNDER_WAY, starts_on__lte=timezone.localdate()).exclude(
            kind=ServiceContract.Kind.FRAMEWORK
        )

    def unaccepted(self, first: date, last: date) -> Self:
        """Whose term ended in these days and that nobody accepted yet."""
        return self.filter(ends_on__range=(first, last), status__in=ServiceContract.UNDER_WAY)

    def behind(self) -> Self:
        """In force, and delivered by a tenth less than the share of the term that has passed.

        With `quota` and `delivered` in sessions, `term` and `passed` in days: whole numbers, the same on every database.
        """
        today = Cast(Value(timezone.localdate()), models.DateField())
        lines = ContractLine.objects.filter(contract=OuterRef("pk")).order_by().values("contract")
        rows = self.in_force().annotate(
            quota=Coalesce(Subquery(lines.annotate(n=Sum("quantity")).values("n")), 0),
            delivered=_of_sessions(Count("sessions", filter=Q(sessions__line_unit__isnull=False))),
            term=Days(F("ends_on"), F("starts_on")) + 1,
            passed=Least(Days(today, F("starts_on")) + 1, Days(F("ends_on"), F("starts_on")) + 1),
        )
        due = F("quota") * (100 * F("passed") - BEHIND_BY * F("term"))
        return rows.annotate(short=due - 100 * F("delivered") * F("term")).filter(quota__gt=0, short__gt=0)

    def below_floor(self) -> Self:
        """In force, answered often enough to say it, and less satisfying than agreed; with `answers`, `pleased`."""
        floor = Cast(Round(F("satisfaction_floor") * 100), models.BigIntegerField())  # in hundredths of a per cent
        return (
            self.in_force()
            .annotate(
                answers=_of_sessions(Sum("sessions__responses")), pleased=_of_sessions(Sum("sessions__satisfied"))
            )
            .filter(answers__gt=0, answers__gte=F("least_answers"), pleased__lt=F("answers") * floor / 10_000.0)
        )

    def for_list(self) -> Self:
        return self.select_related("organization__area", "department", "framework", "renews", "procurement").order_by(
            "-starts_on", "-pk"
        )


class ServiceContract(FromLedger, ScopedThrough, Workflow):
    """购买服务合同: what the union buys from an organization. Its lines say what; verified sessions fill them."""

    SCOPED_THROUGH = "organization"

    class Status(models.TextChoices):
        DRAFT = "draft", "草稿"
        SIGNED = "signed", "已签订"
        RUNNING = "running", "履行中"
        ACCEPTED = "accepted", "已验收"
        SETTLED = "settled", "已结清"
        TERMINATED = "terminated", "已终止"

    UNDER_WAY = (Status.SIGNED, Status.RUNNING)

    class Kind(models.TextChoices):
        SINGLE = "single", "单项合同"
        FRAMEWORK = "framework", "框架合同"
        ORDER = "order", "任务单"

    TRANSITIONS = {
        Status.DRAFT: {Status.SIGNED},
        Status.SIGNED: {Status.RUNNING, Status.TERMINATED},
        Status.RUNNING: {Status.ACCEPTED, Status.TERMINATED},
        Status.ACCEPTED: {Status.SETTLED},
    }
    # In these the contract is binding: its sessions may be planned, reported and verified, and the figures count it.
    BINDING = (Status.SIGNED, Status.RUNNING, Status.ACCEPTED, Status.SETTLED)

    number = models.CharField("合同编号", max_length=40, unique=True, editable=False)
    kind = models.CharField("合同种类", max_length=10, choices=Kind, default=Kind.SINGLE)
    framework = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="orders", verbose_name="所属框架合同"
    )
    renews = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="renewals", verbose_name="续签自"
    )
    procurement = models.ForeignKey(
        "services.Procurement", models.PROTECT, null=True, blank=True, related_name="contracts", verbose_name="采购"
    )
    title = models.CharField("合同名称", max_length=80)
    organization = models.ForeignKey(
        SocialOrganization, models.PROTECT, related_name="contracts", verbose_name="承接组织"
    )
    department = models.ForeignKey(Department, models.PROTECT, related_name="contracts", verbose_name="责任部门")
    signed_on = models.DateField("签订日期", null=True, blank=True)
    starts_on = models.DateField("履行起")
    ends_on = models.DateField("履行止")
    amount = MoneyField("合同金额（元）")
    target_workers = models.PositiveIntegerField("目标服务人次", null=True, blank=True)
    satisfaction_floor = models.DecimalField(
        "满意率下限（%）",
        max_digits=4,
        decimal_places=1,
        default=90,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    least_answers = models.PositiveIntegerField("最少评价数", default=30, help_text="评价少于此数时满意率只作参考")
    survey_days = models.PositiveSmallIntegerField(
        "评价开放天数",
        default=7,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
        help_text="活动当天起可以扫码评价的天数",
    )
    # What acceptance took off. Never typed into the contract: it follows from a decision.
    deduction = MoneyField("验收扣减（元）", editable=False)
    version = models.PositiveSmallIntegerField("版本", default=1, editable=False)
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.DRAFT)

    objects = ContractQuerySet.as_manager()

    class Meta:
        verbose_name = "购买服务合同"
        constraints = [
            check("contract_ends_after_start", Q(ends_on__gte=models.F("starts_on")), "履行止不能早于履行起"),
            check(
                "contract_signed_has_day", Q(status="draft") | Q(signed_on__isnull=False), "已签订的合同须有签订日期"
            ),
            check(
                "contract_order_has_framework",
                Q(kind="order", framework__isnull=False) | (~Q(kind="order") & Q(framework__isnull=True)),
                "任务单须属于框架合同，其他合同不能属于框架合同",
            ),
            check("contract_deduction_within_amount", Q(deduction__lte=models.F("amount")), "扣减不能超过合同金额"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_binding(self) -> bool:
        return self.status in self.BINDING

    @property
    def payable(self) -> Decimal:
        """What is owed in all, yuan: the amount less what acceptance took off."""
        return self.amount - self.deduction

    def clean(self) -> None:
        if self.framework is not None and self.framework.organization_id != self.organization_id:
            raise ValidationError({"framework": "框架合同不属于这家社会组织"})


class ContractLineQuerySet(models.QuerySet["ContractLine"]):
    def with_delivery(self) -> Self:
        """Delivered: the units verified sessions fill. Waiting: reported and not yet verified."""
        return self.select_related("category").annotate(
            delivered=Count("sessions", filter=Q(sessions__line_unit__isnull=False)),
            waiting=Count("sessions", filter=Q(sessions__status="submitted")),
            workers=Sum("sessions__workers_served", filter=Q(sessions__status="verified"), default=0),
            answers=Sum("sessions__responses", filter=Q(sessions__status="verified"), default=0),
            satisfied=Sum("sessions__satisfied", filter=Q(sessions__status="verified"), default=0),
        )


class ContractLine(ScopedThrough):
    """合同明细: how many of what was bought. Delivered is never typed: a verified session fills one unit, once."""

    SCOPED_THROUGH = "contract"

    contract = models.ForeignKey(ServiceContract, models.PROTECT, related_name="lines", verbose_name="合同")
    category = models.ForeignKey(ServiceCategory, models.PROTECT, related_name="+", verbose_name="服务类别")
    title = models.CharField("内容", max_length=60)
    quantity = models.PositiveIntegerField("数量（场）", validators=[MinValueValidator(1), MaxValueValidator(10_000)])
    unit_price = MoneyField("单价（元）", null=True, blank=True, default=None)
    lump_sum = MoneyField("包干价（元）", null=True, blank=True, default=None)
    rehearsal_required = models.BooleanField("须先试讲（彩排）", default=False)

    objects = ContractLineQuerySet.as_manager()

    class Meta:
        verbose_name = "合同明细"
        ordering = ["pk"]
        constraints = [
            check("line_one_price", Q(unit_price__isnull=True) | Q(lump_sum__isnull=True), "单价与包干价只能填一个")
        ]

    def __str__(self) -> str:
        return f"{self.title}（{self.quantity}场）"

    @property
    def amount(self) -> Decimal | None:
        """What the line costs, yuan: its lump sum, or quantity by unit price; None where no price is agreed."""
        if self.lump_sum is not None:
            return self.lump_sum
        return None if self.unit_price is None else self.unit_price * self.quantity

    def clean(self) -> None:
        if self.pk:
            filled = self.sessions.filter(line_unit__isnull=False).count()
            if self.quantity is not None and self.quantity < filled:
                raise ValidationError({"quantity": f"已有 {filled} 场核实，数量不能少于此数"})


class PaymentTerm(ScopedThrough):
    """付款条件: which part is due, and when. A contract's terms add up to what is payable, to the fen."""

    SCOPED_THROUGH = "contract"

    class When(models.TextChoices):
        SIGNING = "signing", "签订后"
        DELIVERED = "delivered", "完成过部分场次后"
        ACCEPTANCE = "acceptance", "验收后"

    contract = models.ForeignKey(ServiceContract, models.PROTECT, related_name="terms", verbose_name="合同")
    when = models.CharField("何时付", max_length=10, choices=When)
    # Either a share, from which the amount follows, or an amount by itself.
    share = models.DecimalField(
        "比例（%）",
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    amount = MoneyField("金额（元）")
    delivered_share = models.PositiveSmallIntegerField(
        "完成场次达到（%）", null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    note = models.CharField("其他条件", max_length=100, blank=True)

    objects = models.Manager()

    class Meta:
        verbose_name = "付款条件"
        ordering = ["pk"]
        constraints = [
            check(
                "term_delivered_has_share",
                Q(when="delivered", delivered_share__isnull=False)
                | (~Q(when="delivered") & Q(delivered_share__isnull=True)),
                "按完成场次付款须写明比例，其他付款条件不写",
            )
        ]

    def __str__(self) -> str:
        when = f"完成 {self.delivered_share}% 场次后" if self.when == self.When.DELIVERED else self.get_when_display()
        return f"{when}付 {Decimal(self.share).normalize():f}%" if self.share else f"{when}付定额"
