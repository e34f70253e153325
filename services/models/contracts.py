from typing import ClassVar

from auditlog.registry import auditlog
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from orgs.models import SocialOrganization
from services import querysets
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

    FLOW: ClassVar[dict[str, set[str]]] = {
        Status.DRAFT: {Status.SIGNED},
        Status.SIGNED: {Status.RUNNING, Status.TERMINATED},
        Status.RUNNING: {Status.ACCEPTED, Status.TERMINATED},
        Status.ACCEPTED: {Status.SETTLED},
    }
    # In these the contract is binding: its sessions may be planned, reported and verified, and the figures count it.
    BINDING = (Status.SIGNED, Status.RUNNING, Status.ACCEPTED, Status.SETTLED)

    number = models.CharField("合同编号", max_length=40, unique=True, editable=False)
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
        ]

    def __str__(self) -> str:
        return self.title

    def can_become(self, status: str) -> bool:
        return status in self.FLOW.get(self.status, set())

    @property
    def is_binding(self) -> bool:
        return self.status in self.BINDING

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
    rehearsal_required = models.BooleanField("须先试讲(彩排)", default=False)

    objects = querysets.ContractLineQuerySet.as_manager()

    class Meta:
        verbose_name = "合同明细"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.title}({self.quantity}场)"

    def clean(self) -> None:
        if self.pk:
            filled = self.sessions.filter(line_unit__isnull=False).count()
            if self.quantity is not None and self.quantity < filled:
                raise ValidationError({"quantity": f"已有 {filled} 场核实,数量不能少于此数"})

    @property
    def scopes(self) -> dict[str, set[int]]:
        return self.contract.scopes


auditlog.register(ServiceContract)
auditlog.register(ContractLine)
