from decimal import Decimal
from typing import Any, Self

from auditlog.registry import auditlog
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from mediation.models.cases import Dispute, MediationCase
from mediation.models.studios import Studio
from xiangshan.core.accounts.models import InArea, Role, ScopedThrough, User
from xiangshan.core.areas.models import Area, county_of, within
from xiangshan.core.constraints import check, unique
from xiangshan.core.money import FEN, MoneyField
from xiangshan.core.querysets import PortalQuerySet, closed_door
from xiangshan.shared.approved_payments import ApprovedPayment, constraints_of

PER_CENT = [MaxValueValidator(100)]


# Who reads what every studio is paid; mediators read their own studio's.
STATEMENT_READERS = (Role.MEDIATION_SUPERVISOR, Role.FINANCE, Role.LEADERSHIP, Role.AUDITOR)


OPEN = "open"  # as a filter: neither approved nor paid


class SchemeQuerySet(models.QuerySet["RewardScheme"]):
    @closed_door
    def visible_to(self, user: User) -> Self:
        """Drafts are read by who drafts and who approves; what is in force by everybody it concerns."""
        own = Studio.objects.filter(pk__in=user.scope(Role.MEDIATOR)).values_list("area", flat=True)
        known = Q(area__in={county_of(area) for area in own}) | within(user.scope(*STATEMENT_READERS))
        drafts = within(user.scope(Role.MEDIATION_SUPERVISOR, Role.FINANCE))
        return self.filter((known & ~Q(status=RewardScheme.Status.DRAFT)) | drafts)

    def in_force(self, year: int, county: int) -> Self:
        return self.filter(status=RewardScheme.Status.APPROVED, year=year, area=county)


class RewardScheme(InArea):
    """以奖代补办法: a year's rules, in versions. Once approved a version does not change; another takes its place."""

    class Status(models.TextChoices):
        DRAFT = "draft", "草稿"
        APPROVED = "approved", "施行"
        REPLACED = "replaced", "已被替代"

    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="县", editable=False)
    year = models.PositiveSmallIntegerField("年度", validators=[MinValueValidator(2000), MaxValueValidator(2100)])
    version = models.PositiveSmallIntegerField("版本", default=1, editable=False)
    base_general = MoneyField("一般案件（元/件）")
    base_hard = MoneyField("疑难案件（元/件）")
    base_major = MoneyField("重大案件（元/件）")
    criteria = models.TextField("定级标准", max_length=2000, help_text="一般、疑难、重大各是什么样的案件，由谁定级")
    unagreed_share = models.PositiveSmallIntegerField("调解不成按基数的（%）", default=0, validators=PER_CENT)
    paid_per_mille = models.PositiveSmallIntegerField(
        "追回金额的奖励（‰）", default=0, validators=[MaxValueValidator(1000)]
    )
    paid_at_most = MoneyField("追回金额奖励封顶（元/件）")
    group_extra = MoneyField("集体争议加奖（元/件）")
    late_after = models.PositiveIntegerField("响应超过（分钟）算迟", default=120)
    late_minus = MoneyField("迟响应扣（元/件）")
    case_at_most = MoneyField("每件封顶（元）")
    studio_at_most = MoneyField("每工作室每年封顶（元）")
    least_complete = models.PositiveSmallIntegerField("卷宗完整度不低于（%）", default=80, validators=PER_CENT)
    call_back_share = models.PositiveSmallIntegerField(
        "抽查回访（%）", default=10, validators=[MinValueValidator(1), *PER_CENT]
    )
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.DRAFT)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="起草人")
    approved_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="批准人"
    )

    objects = SchemeQuerySet.as_manager()

    class Meta:
        verbose_name = "以奖代补办法"
        ordering = ["-year", "-version"]
        constraints = [
            unique("scheme_version_once", "area", "year", "version"),
            unique("one_scheme_in_force", "area", "year", when=Q(status="approved"), message="该年度已有施行的办法"),
            check(
                "scheme_approved_by_another",
                Q(status="draft", approved_by__isnull=True)
                | (~Q(status="draft") & Q(approved_by__isnull=False) & ~Q(approved_by=F("created_by"))),
                "办法须由起草人以外的人批准",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} 年以奖代补办法（第 {self.version} 版）"


class StatementQuerySet(PortalQuerySet["RewardStatement"]):
    AREA = "studio__area"

    @closed_door
    def visible_to(self, user: User) -> Self:
        """A studio reads its own once it is being checked."""
        own = Q(studio__in=user.scope(Role.MEDIATOR)) & ~Q(status="draft")
        return self.filter(within(user.scope(*STATEMENT_READERS), "studio__area") | own)

    def matching(self, *, status: str = "", **wanted: Any) -> Self:
        rows = super().matching(**wanted)
        return rows.open() if status == OPEN else rows.filter(status=status) if status else rows

    def for_page(self) -> Self:
        return self.select_related("studio__area", "scheme", "requested_by", "approved_by", "paid_by")

    def open(self) -> Self:
        """What nobody has approved yet."""
        return self.filter(status__in=RewardStatement.UNAPPROVED)

    def frozen(self) -> Self:
        return self.filter(status__in=RewardStatement.FROZEN)


class RewardStatement(ScopedThrough, ApprovedPayment):
    """奖补结算单: a studio's quarter, line by line from its cases; frozen when approved."""

    SCOPED_THROUGH = "studio"

    class Status(models.TextChoices):
        DRAFT = "draft", "草稿"
        CHECKING = "checking", "核查中"
        APPROVED = "approved", "已批准"
        PAID = "paid", "已发放"

    UNAPPROVED = (Status.DRAFT, Status.CHECKING)

    TRANSITIONS = {
        Status.DRAFT: {Status.CHECKING},
        Status.CHECKING: {Status.DRAFT, Status.APPROVED},
        Status.APPROVED: {Status.PAID},
    }
    FROZEN = (Status.APPROVED, Status.PAID)

    number = models.CharField("结算单号", max_length=40, unique=True, editable=False)
    studio = models.ForeignKey(Studio, models.PROTECT, related_name="statements", verbose_name="调处工作室")
    scheme = models.ForeignKey(RewardScheme, models.PROTECT, related_name="statements", verbose_name="办法")
    year = models.PositiveSmallIntegerField("年度")
    quarter = models.PositiveSmallIntegerField("季度", validators=[MinValueValidator(1), MaxValueValidator(4)])
    total = models.DecimalField("合计（元）", max_digits=13, decimal_places=2, default=Decimal(0), editable=False)
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.DRAFT)

    objects = StatementQuerySet.as_manager()

    class Meta:
        verbose_name = "奖补结算单"
        ordering = ["-year", "-quarter", "studio_id"]
        constraints = [
            unique("one_statement_a_quarter", "studio", "year", "quarter", message="该工作室这个季度已有结算单"),
            *constraints_of("statement", "结算单"),
            check(
                "statement_open_without_approver",
                ~Q(status__in=("draft", "checking")) | Q(approved_by__isnull=True),
                "未批准的结算单没有审批人",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.studio} {self.year} 年第 {self.quarter} 季度"

    @property
    def is_frozen(self) -> bool:
        return self.status in self.FROZEN

    @property
    def turn(self) -> str:
        """Whose turn it is."""
        if self.status == self.Status.DRAFT:
            return (
                f"退回，等权益保障部门修改：{self.return_reason}" if self.return_reason else "等权益保障部门核对后提交"
            )
        if self.status == self.Status.CHECKING:
            return "等抽查回访、工作室核对，再由财务审批"
        if self.status == self.Status.APPROVED:
            return "已批准并冻结，等财务发放"
        return f"已于 {self.paid_on} 发放，凭证 {self.voucher_number}"


class LineQuerySet(models.QuerySet["RewardLine"]):
    def to_take_back(self) -> Self:
        """Paid for a dispute that another line had paid for, and not taken back yet."""
        return self.filter(
            kind=RewardLine.Kind.CASE,
            statement__status__in=RewardStatement.FROZEN,
            amount__gt=0,
            pays=False,
            taken_back_by__isnull=True,
        )

    def for_page(self) -> Self:
        """Cases in the order of their closing, then what a cap cuts and what is taken back."""
        rows = self.select_related("case__employer", "takes_back__statement", "call_back__called_by")
        return rows.alias(is_cut=~Q(kind="case")).order_by("is_cut", "case__closed_on", "pk")


class RewardLine(ScopedThrough):
    """奖补明细: a case and what it earns, each part said; or what a cap cuts, or what is taken back."""

    SCOPED_THROUGH = "statement"

    class Kind(models.TextChoices):
        CASE = "case", "案件"
        CAP = "cap", "封顶扣减"
        TAKEN_BACK = "taken_back", "追回"

    statement = models.ForeignKey(RewardStatement, models.CASCADE, related_name="lines", verbose_name="结算单")
    kind = models.CharField("种类", max_length=10, choices=Kind, default=Kind.CASE)
    case = models.ForeignKey(
        MediationCase, models.PROTECT, null=True, blank=True, related_name="reward_lines", verbose_name="案件"
    )
    dispute = models.ForeignKey(
        Dispute, models.PROTECT, null=True, blank=True, related_name="reward_lines", verbose_name="争议"
    )
    # [[label, amount as text], ...]: they sum to the amount.
    parts = models.JSONField("组成", default=list, blank=True)
    amount = models.DecimalField("金额（元）", max_digits=13, decimal_places=2, default=Decimal(0))
    why_not = models.CharField("不计奖原因", max_length=200, blank=True)
    # Whether this line is the one its dispute is paid by: set when the statement is frozen.
    pays = models.BooleanField("计奖", default=False)
    # The line of a frozen statement that was paid for a dispute another line had paid for, as it turned out later.
    takes_back = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="taken_back_by", verbose_name="追回的明细"
    )
    objection = models.CharField("工作室异议", max_length=300, blank=True)
    objection_answer = models.CharField("答复", max_length=300, blank=True)

    objects = LineQuerySet.as_manager()

    class Meta:
        verbose_name = "奖补明细"
        ordering = ["kind", "case__closed_on", "pk"]
        constraints = [
            unique("case_once_in_a_statement", "statement", "case"),
            unique("dispute_paid_once", "dispute", when=Q(pays=True), message="同一争议只奖补一次"),
            check("only_positive_lines_pay", Q(pays=False) | Q(amount__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.case or self.get_kind_display()} {self.amount}"

    @property
    def shown_parts(self) -> list[tuple[str, Decimal]]:
        return [(label, Decimal(amount).quantize(FEN)) for label, amount in self.parts]

    @property
    def is_objected(self) -> bool:
        return bool(self.objection) and not self.objection_answer


class CallBack(ScopedThrough):
    """抽查回访: a line drawn by lot; somebody outside the team calls the parties before the money goes out."""

    SCOPED_THROUGH = "line"

    class Result(models.TextChoices):
        CONFIRMED = "confirmed", "属实"
        CONTRADICTED = "contradicted", "不实"
        UNREACHABLE = "unreachable", "多次联系不上"

    line: Any = models.OneToOneField(RewardLine, models.CASCADE, related_name="call_back", verbose_name="明细")
    result = models.CharField("结果", max_length=12, choices=Result, blank=True)
    note = models.CharField("情况", max_length=300, blank=True, help_text="不写当事人姓名、电话")
    called_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="回访人")
    called_on = models.DateField("回访日期", null=True, blank=True)

    class Meta:
        verbose_name = "抽查回访"
        constraints = [
            check("call_back_says_by_whom", Q(result="") | Q(called_by__isnull=False, called_on__isnull=False))
        ]

    def __str__(self) -> str:
        return self.get_result_display() or "待回访"


auditlog.register(CallBack)
