from typing import Any, Self, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncMonth

from services.models.contracts import PaymentTerm, ServiceContract
from xiangshan.core.accounts.models import MONEY_AREA_READERS, Role, ScopedThrough, User
from xiangshan.core.areas.models import within
from xiangshan.core.constraints import check, unique
from xiangshan.core.money import MoneyField
from xiangshan.core.querysets import PortalQuerySet, closed_door
from xiangshan.shared.approved_payments import ApprovedPayment, constraints_of

OfContract = TypeVar("OfContract", bound=models.Model)


class ThroughContractMoney(PortalQuerySet[OfContract]):
    @closed_door
    def visible_to(self, user: User) -> Self:
        areas = within(user.scope(*MONEY_AREA_READERS), "contract__organization__area")
        return self.filter(areas | Q(contract__organization__in=user.scope(Role.ORG_LEADER)))


class PaymentQuerySet(ThroughContractMoney["Payment"]):
    SEARCHED = ("number", "contract__title", "contract__number", "voucher_number", "contract__organization__name")
    FILTERS = {
        "organization": "contract__organization",
        "department": "contract__department",
        "paid_from": "paid_on__gte",
        "paid_to": "paid_on__lte",
    }
    AREA = "contract__organization__area"

    def paid(self) -> Self:
        return self.filter(status=Payment.Status.PAID)

    def live(self) -> Self:
        """Under way or paid: what counts against the contract."""
        return self.exclude(status=Payment.Status.WITHDRAWN)

    def for_page(self) -> Self:
        return self.select_related("contract__organization", "term", "requested_by", "approved_by", "paid_by")

    def by_month(self) -> list[Any]:
        """What was paid each month: payments and yuan, the newest first."""
        months = self.paid().order_by().annotate(month=TruncMonth("paid_on")).values("month")
        return list(months.annotate(n=Count("pk"), amount=Sum("amount")).order_by("-month"))


class Payment(ScopedThrough, ApprovedPayment):
    """付款: one term of a contract on its way: requested, approved by another person, paid with a voucher."""

    SCOPED_THROUGH = "contract"

    class Status(models.TextChoices):
        REQUESTED = "requested", "待审批"
        RETURNED = "returned", "退回修改"
        APPROVED = "approved", "待付款"
        PAID = "paid", "已付款"
        WITHDRAWN = "withdrawn", "已撤回"

    TRANSITIONS = {
        Status.REQUESTED: {Status.APPROVED, Status.RETURNED, Status.WITHDRAWN},
        Status.RETURNED: {Status.REQUESTED, Status.WITHDRAWN},
        Status.APPROVED: {Status.PAID, Status.RETURNED},
    }

    number = models.CharField("付款编号", max_length=40, unique=True, editable=False)
    contract = models.ForeignKey(ServiceContract, models.PROTECT, related_name="payments", verbose_name="合同")
    term = models.ForeignKey(PaymentTerm, models.PROTECT, related_name="payments", verbose_name="付款条件")
    amount = MoneyField("金额（元）")
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.REQUESTED)
    note = models.CharField("说明", max_length=300, blank=True)
    # Why it is asked for before its condition holds; only county staff may give one.
    override_reason = models.CharField("提前付款的理由", max_length=300, blank=True)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        verbose_name = "付款"
        constraints = [
            unique(
                "payment_term_once", "term", when=~Q(status="withdrawn"), message="这一期已经申请过付款，不能重复申请"
            ),
            *constraints_of("payment", "付款"),
            check("payment_has_requester", Q(requested_by__isnull=False, requested_at__isnull=False), "付款须有申请人"),
            check("payment_of_something", Q(amount__gt=0), "付款金额须大于 0"),
        ]
        indexes = [models.Index(fields=["paid_on"], name="payment_by_day")]

    def __str__(self) -> str:
        return self.number

    def clean(self) -> None:
        if self.term.contract_id != self.contract_id:
            raise ValidationError({"term": "付款条件不属于这份合同"})
