from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from projects.models.milestones import Milestone
from projects.models.projects import SupportProject, ThroughProjectMoney
from xiangshan.core.accounts.models import ScopedThrough
from xiangshan.core.constraints import check
from xiangshan.core.money import MoneyField
from xiangshan.shared.approved_payments import ApprovedPayment, constraints_of


class DisbursementQuerySet(ThroughProjectMoney["Disbursement"]):
    SEARCHED = ("number", "project__title", "voucher_number", "project__organization__name")
    FILTERS = {"organization": "project__organization", "paid_from": "paid_on__gte", "paid_to": "paid_on__lte"}
    AREA = "project__organization__area"

    def live(self) -> Self:
        """What counts against the grant."""
        return self.exclude(status=Disbursement.Status.CANCELLED)

    def paid(self) -> Self:
        return self.filter(status=Disbursement.Status.PAID)

    def for_page(self) -> Self:
        return self.select_related("project__organization__area", "milestone", "requested_by", "approved_by", "paid_by")


class Disbursement(ScopedThrough, ApprovedPayment):
    """拨付: a tranche of the grant, tied to a milestone or free: planned, requested, approved by another, paid."""

    SCOPED_THROUGH = "project"

    class Status(models.TextChoices):
        PLANNED = "planned", "未到申请"
        REQUESTED = "requested", "待审批"
        RETURNED = "returned", "退回修改"
        APPROVED = "approved", "待付款"
        PAID = "paid", "已拨付"
        CANCELLED = "cancelled", "已取消"

    TRANSITIONS = {
        Status.PLANNED: {Status.REQUESTED, Status.CANCELLED},
        Status.REQUESTED: {Status.APPROVED, Status.RETURNED},
        Status.RETURNED: {Status.REQUESTED, Status.CANCELLED},
        Status.APPROVED: {Status.PAID, Status.RETURNED},
    }

    project = models.ForeignKey(SupportProject, models.PROTECT, related_name="disbursements", verbose_name="扶持项目")
    number = models.CharField("拨付编号", max_length=40, unique=True, editable=False)
    title = models.CharField("期次", max_length=40)
    milestone = models.ForeignKey(
        Milestone, models.PROTECT, null=True, blank=True, related_name="disbursements", verbose_name="里程碑"
    )
    amount = MoneyField("金额（元）")
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.PLANNED)
    note = models.CharField("说明", max_length=300, blank=True)

    objects = DisbursementQuerySet.as_manager()

    class Meta:
        verbose_name = "拨付"
        ordering = ["pk"]
        constraints = [
            check("disbursement_of_something", Q(amount__gt=0), "拨付金额须大于 0"),
            *constraints_of("disbursement", "拨付"),
        ]
        indexes = [models.Index(fields=["paid_on"], name="disbursement_by_day")]

    def __str__(self) -> str:
        return self.number

    def clean(self) -> None:
        if self.milestone is not None and self.milestone.project_id != self.project_id:
            raise ValidationError({"milestone": "里程碑不属于这个项目"})

    @property
    def turn(self) -> str:
        """Whose turn it is and since when, in words for the organization too."""
        if self.status == self.Status.PLANNED:
            return f"“{self.milestone}”确认达成后可申请" if self.milestone else "项目启动后可申请"
        return f"已于 {self.paid_on:%Y-%m-%d} 拨付" if self.paid_on else super().turn
