from decimal import Decimal
from typing import Any, ClassVar

from auditlog.registry import auditlog
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from orgs.models import SocialOrganization
from services import querysets
from xiangshan.accounts.models import User
from xiangshan.money import MoneyField


class ServiceCategory(models.Model):
    """服务类别: arts, psychology, law, ...; a look-up table. The code is for programs, the name for people."""

    code = models.SlugField("代码", max_length=20, unique=True)
    name = models.CharField("名称", max_length=20, unique=True)
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "服务类别"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class Department(models.Model):
    """责任部门 of the county federation; a look-up table."""

    name = models.CharField("名称", max_length=20, unique=True)

    class Meta:
        verbose_name = verbose_name_plural = "责任部门"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class ServiceContract(models.Model):
    """购买服务合同: what the union buys from an organization. Its lines say what; verified sessions fill them."""

    class Status(models.TextChoices):
        DRAFT = "draft", "草稿"
        SIGNED = "signed", "已签订"
        RUNNING = "running", "履行中"
        ACCEPTED = "accepted", "已验收"
        SETTLED = "settled", "已结清"
        TERMINATED = "terminated", "已终止"

    class Kind(models.TextChoices):
        SINGLE = "single", "单项合同"
        FRAMEWORK = "framework", "框架合同"
        ORDER = "order", "任务单"

    FLOW: ClassVar[dict[str, set[str]]] = {
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
    amount = MoneyField("合同金额(元)")
    target_workers = models.PositiveIntegerField("服务职工目标(人次)", null=True, blank=True)
    satisfaction_floor = models.DecimalField(
        "满意率下限(%)",
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
    deduction = MoneyField("验收扣减(元)", editable=False)
    version = models.PositiveSmallIntegerField("版本", default=1, editable=False)
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.DRAFT)

    objects = querysets.ContractQuerySet.as_manager()

    class Meta:
        verbose_name = "购买服务合同"
        constraints = [
            models.CheckConstraint(
                name="contract_ends_after_start",
                condition=Q(ends_on__gte=models.F("starts_on")),
                violation_error_message="履行止不能早于履行起",
            ),
            models.CheckConstraint(
                name="contract_signed_has_day",
                condition=Q(status="draft") | Q(signed_on__isnull=False),
                violation_error_message="已签订的合同须有签订日期",
            ),
            models.CheckConstraint(
                name="contract_order_has_framework",
                condition=Q(kind="order", framework__isnull=False) | (~Q(kind="order") & Q(framework__isnull=True)),
                violation_error_message="任务单须属于框架合同,其他合同不能属于框架合同",
            ),
            models.CheckConstraint(
                name="contract_deduction_within_amount",
                condition=Q(deduction__lte=models.F("amount")),
                violation_error_message="扣减不能超过合同金额",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def can_become(self, status: str) -> bool:
        return status in self.FLOW.get(self.status, set())

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

    @property
    def scopes(self) -> dict[str, set[int]]:
        return self.organization.scopes


class ContractLine(models.Model):
    """合同明细: how many of what was bought. Delivered is never typed: a verified session fills one unit, once."""

    contract = models.ForeignKey(ServiceContract, models.PROTECT, related_name="lines", verbose_name="合同")
    category = models.ForeignKey(ServiceCategory, models.PROTECT, related_name="+", verbose_name="服务类别")
    title = models.CharField("内容", max_length=60)
    quantity = models.PositiveIntegerField("数量(场)", validators=[MinValueValidator(1), MaxValueValidator(10_000)])
    unit_price = MoneyField("单价(元)", null=True, blank=True, default=None)
    lump_sum = MoneyField("包干价(元)", null=True, blank=True, default=None)
    rehearsal_required = models.BooleanField("须先试讲(彩排)", default=False)

    objects = querysets.ContractLineQuerySet.as_manager()

    class Meta:
        verbose_name = "合同明细"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="line_one_price",
                condition=Q(unit_price__isnull=True) | Q(lump_sum__isnull=True),
                violation_error_message="单价与包干价只能填一个",
            )
        ]

    def __str__(self) -> str:
        return f"{self.title}({self.quantity}场)"

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
                raise ValidationError({"quantity": f"已有 {filled} 场核实,数量不能少于此数"})

    @property
    def scopes(self) -> dict[str, set[int]]:
        return self.contract.scopes


class PaymentTerm(models.Model):
    """付款条件: which part is due, and when. A contract's terms add up to what is payable, to the fen."""

    class When(models.TextChoices):
        SIGNING = "signing", "签订后"
        DELIVERED = "delivered", "完成过部分场次后"
        ACCEPTANCE = "acceptance", "验收后"

    contract = models.ForeignKey(ServiceContract, models.PROTECT, related_name="terms", verbose_name="合同")
    when = models.CharField("何时付", max_length=10, choices=When)
    # Either a share, from which the amount follows, or an amount by itself.
    share = models.DecimalField(
        "比例(%)",
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    amount = MoneyField("金额(元)")
    delivered_share = models.PositiveSmallIntegerField(
        "完成场次达到(%)", null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    note = models.CharField("其他条件", max_length=100, blank=True)

    objects: Any = models.Manager()

    class Meta:
        verbose_name = "付款条件"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="term_delivered_has_share",
                condition=Q(when="delivered", delivered_share__isnull=False)
                | (~Q(when="delivered") & Q(delivered_share__isnull=True)),
                violation_error_message="按完成场次付款须写明比例,其他付款条件不写",
            ),
        ]

    def __str__(self) -> str:
        when = f"完成 {self.delivered_share}% 场次后" if self.when == self.When.DELIVERED else self.get_when_display()
        return f"{when}付 {Decimal(self.share).normalize():f}%" if self.share else f"{when}付定额"

    @property
    def scopes(self) -> dict[str, set[int]]:
        return self.contract.scopes


class RequiredDocument(models.Model):
    """应交材料: a document the contract asks for, and the file that answers it."""

    class Due(models.TextChoices):
        SIGNING = "signing", "签订前"
        ACCEPTANCE = "acceptance", "验收前"

    contract = models.ForeignKey(ServiceContract, models.PROTECT, related_name="documents", verbose_name="合同")
    title = models.CharField("材料", max_length=40)
    due = models.CharField("何时交", max_length=10, choices=Due, default=Due.ACCEPTANCE)
    attachment = models.ForeignKey(
        "dossier.Attachment", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="文件"
    )

    class Meta:
        verbose_name = "应交材料"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "title"], name="document_asked_once", violation_error_message="这份材料已经列出"
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def scopes(self) -> dict[str, set[int]]:
        return self.contract.scopes

    @property
    def is_there(self) -> bool:
        return self.attachment is not None and self.attachment.removed_at is None


class ContractAmendment(models.Model):
    """变更协议: a contract changed after signing. Both versions are kept, whole."""

    contract = models.ForeignKey(ServiceContract, models.PROTECT, related_name="amendments", verbose_name="合同")
    version = models.PositiveSmallIntegerField("版本")
    agreed_on = models.DateField("变更日期")
    reason = models.CharField("变更原因", max_length=300)
    before = models.JSONField("变更前")
    after = models.JSONField("变更后")
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")

    class Meta:
        verbose_name = "变更协议"
        ordering = ["version"]
        constraints = [models.UniqueConstraint(fields=["contract", "version"], name="amendment_version_once")]

    def __str__(self) -> str:
        return f"{self.contract} 第 {self.version} 版"


for model in (ServiceContract, ContractLine, PaymentTerm, RequiredDocument, ContractAmendment):
    auditlog.register(model)
