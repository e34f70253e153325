from datetime import date
from decimal import Decimal
from typing import Self

from auditlog.registry import auditlog
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from mediation.models.cases import MediationCase
from xiangshan.core.accounts.models import ScopedThrough, User
from xiangshan.core.constraints import check, unique
from xiangshan.core.encryption import EncryptedField, encrypted_fields
from xiangshan.core.money import MoneyField


class Agreement(ScopedThrough):
    """调解协议: what the parties agreed on, encrypted; with its instalments. A later one takes the place of an earlier."""

    SCOPED_THROUGH = "case"

    case = models.ForeignKey(MediationCase, models.PROTECT, related_name="agreements", verbose_name="案件")
    terms = EncryptedField("协议内容", validators=[MaxLengthValidator(4000)])
    signed_on = models.DateField("签订日期")
    effective_on = models.DateField("生效日期")
    is_current = models.BooleanField("现行", default=True)

    class Meta:
        verbose_name = "调解协议"
        ordering = ["-pk"]
        constraints = [
            unique("one_current_agreement", "case", when=Q(is_current=True), message="案件已有现行协议"),
            check(
                "agreement_effective_after_signing",
                Q(effective_on__gte=models.F("signed_on")),
                "生效日期不能早于签订日期",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.signed_on} 协议"

    def clean(self) -> None:
        if self.signed_on and self.effective_on and (self.effective_on - self.signed_on).days > 366:
            raise ValidationError({"effective_on": "生效日期不能晚于签订一年以后"})


class InstalmentQuerySet(models.QuerySet["Instalment"]):
    def current(self) -> Self:
        """Of agreements in force, of cases in work."""
        return self.filter(agreement__is_current=True, agreement__case__status=MediationCase.Status.AGREED)

    def unpaid(self) -> Self:
        return self.current().filter(paid__lt=F("amount")).select_related("agreement__case__studio")

    def overdue(self, today: date | None = None) -> Self:
        return self.unpaid().filter(due_on__lt=today or timezone.localdate()).order_by("due_on", "pk")


class Instalment(models.Model):
    """分期: a part of what was agreed, due on a day, followed until it is paid."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="instalments", verbose_name="调解协议")
    due_on = models.DateField("应付日期")
    amount = MoneyField("金额（元）")
    # What was paid of it: kept with the payments.
    paid = MoneyField("已付（元）", editable=False)

    objects = InstalmentQuerySet.as_manager()

    class Meta:
        verbose_name = "分期"
        ordering = ["due_on", "pk"]
        constraints = [
            check("instalment_of_something", Q(amount__gt=0), "分期金额须大于 0"),
            check("instalment_paid_within_amount", Q(paid__lte=models.F("amount")), "付款超过这一期的金额"),
        ]

    def __str__(self) -> str:
        return f"{self.due_on} 应付"

    @property
    def left(self) -> Decimal:
        return self.amount - self.paid

    @property
    def state(self) -> str:
        """paid, late, or ahead."""
        if not self.left:
            return "paid"
        return "late" if self.due_on < timezone.localdate() else "ahead"

    @property
    def state_text(self) -> str:
        if self.state == "late":
            return f"逾期 {(timezone.localdate() - self.due_on).days} 天"
        return {"paid": "已付清", "ahead": "未到期"}[self.state]

    @property
    def scopes(self) -> dict[str, set[int]]:
        return self.agreement.case.scopes


class InstalmentPayment(ScopedThrough):
    """履行: money that reached the worker."""

    SCOPED_THROUGH = "case"

    case = models.ForeignKey(MediationCase, models.PROTECT, related_name="payments", verbose_name="案件")
    instalment = models.ForeignKey(Instalment, models.PROTECT, related_name="payments", verbose_name="分期")
    amount = MoneyField("金额（元）")
    paid_on = models.DateField("付款日期")
    proof = models.CharField("凭据", max_length=100, blank=True, help_text="如：银行回单已上传、双方确认")
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="记录人")
    withdrawn_at = models.DateTimeField("撤销时间", null=True, blank=True)

    class Meta:
        verbose_name = "履行记录"
        ordering = ["paid_on", "pk"]
        constraints = [check("fulfilment_of_something", Q(amount__gt=0), "金额须大于 0")]

    def __str__(self) -> str:
        return f"{self.paid_on} 付款"

    def clean(self) -> None:
        if self.paid_on and self.paid_on > timezone.localdate():
            raise ValidationError({"paid_on": "付款日期不能晚于今天"})


auditlog.register(Agreement, exclude_fields=encrypted_fields(Agreement))
auditlog.register(Instalment)
