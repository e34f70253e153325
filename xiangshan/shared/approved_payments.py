"""Money the union pays out: asked for by one person, approved by another, paid with a voucher, or sent back.

One model, one rule and one set of actions for contracts (付款), support projects (拨付) and mediation rewards (奖补结算单). The apps
add what is theirs: who may ask, on what condition, what else changes, who is told; their actions lock and require before they call these.
"""

from datetime import date, datetime
from typing import TYPE_CHECKING, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from xiangshan.core.accounts.models import Role, User
from xiangshan.core.constraints import check
from xiangshan.core.records import change
from xiangshan.core.rules import ALLOW, Verdict, deny, require_reason
from xiangshan.core.workflow import Workflow

APPROVED, PAID, RETURNED, REQUESTED = "approved", "paid", "returned", "requested"


class ApprovedPayment(Workflow):
    """付款审批: a subclass has the states approved and paid, an amount, and constraints_of() among its constraints."""

    return_reason = models.CharField("退回意见", max_length=300, blank=True)
    requested_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="申请人"
    )
    requested_at = models.DateTimeField("申请时间", null=True, blank=True)
    approved_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="审批人"
    )
    approved_at = models.DateTimeField("审批时间", null=True, blank=True)
    voucher_number = models.CharField("凭证号", max_length=40, blank=True)
    paid_on = models.DateField("付款日期", null=True, blank=True)
    paid_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="付款人")

    class Meta:
        abstract = True

    @property
    def turn(self) -> str:
        """Whose turn it is and since when, in words for the organization too; a subclass adds the words of its own states."""
        if self.status == REQUESTED:
            return f"等县总工会财务审批（自 {_day_of(self.requested_at)}）"
        if self.status == RETURNED:
            return f"等申请人修改后重新提交：{self.return_reason}"
        if self.status == APPROVED:
            return f"等县总工会财务付款（自 {_day_of(self.approved_at)}）"
        return f"已于 {self.paid_on:%Y-%m-%d} 付款" if self.paid_on else str(self.get_status_display())

    @property
    def step_days(self) -> dict[str, date | None]:
        """The day each step came, by its state: for the steps above its page."""
        asked, approved = (moment and timezone.localdate(moment) for moment in (self.requested_at, self.approved_at))
        return {REQUESTED: asked, APPROVED: approved, PAID: self.paid_on}

    if TYPE_CHECKING:
        status: str

        def get_status_display(self) -> str: ...


def _day_of(moment: datetime | None) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d}" if moment else ""


def constraints_of(name: str, title: str) -> list[models.CheckConstraint]:
    """What the database refuses: approved by whoever asked, approved by nobody, paid without a voucher."""
    return [
        check(
            f"{name}_approved_by_another",
            Q(approved_by__isnull=True) | ~Q(approved_by=F("requested_by")),
            f"不能审批自己申请的{title}",
        ),
        check(
            f"{name}_approved_has_who",
            ~Q(status__in=(APPROVED, PAID))
            | Q(approved_by__isnull=False, approved_at__isnull=False, requested_by__isnull=False),
            "审批须有申请人、审批人和时间",
        ),
        check(
            f"{name}_paid_has_voucher",
            ~Q(status=PAID) | (Q(paid_on__isnull=False, paid_by__isnull=False) & ~Q(voucher_number="")),
            f"{title}须有凭证号、付款日期和付款人",
        ),
    ]


P = TypeVar("P", bound=ApprovedPayment)


def can_finance(user: User, payment: ApprovedPayment, status: str, title: str, doing: str) -> Verdict:
    """Finance over it, from a state that leads there; never their own request where they approve."""
    if not user.holds(Role.FINANCE, over=payment):
        return deny(f"{title}由财务{doing.removesuffix(title)}")
    if not payment.can_become(status):
        return deny(f"该{title}{payment.get_status_display()}，不能{doing}")
    if status == APPROVED and payment.requested_by_id == user.pk:
        return deny(f"不能审批自己申请的{title}")
    return ALLOW


def approve(payment: P, *, by: User, verb: str = "审批通过") -> P:
    return change(payment, by=by, verb=verb, status=APPROVED, approved_by=by, approved_at=timezone.now())


def send_back(payment: P, *, by: User, reason: str, to: str = RETURNED) -> P:
    """退回修改, with what is to be mended. Raises ValidationError."""
    require_reason(reason, "请写明要修改什么")
    cleared = {"approved_by": None, "approved_at": None}
    return change(payment, by=by, verb="退回", reason=reason, status=to, return_reason=reason, **cleared)


def pay(payment: P, *, by: User, voucher_number: str, paid_on: date, verb: str = "付款") -> P:
    """Voucher and day: neither in the future nor before the approval. Raises ValidationError."""
    if paid_on > timezone.localdate():
        raise ValidationError({"paid_on": "付款日期不能晚于今天"})
    if payment.approved_at is not None and paid_on < timezone.localdate(payment.approved_at):
        raise ValidationError({"paid_on": "付款日期不能早于审批日期"})
    return change(
        payment, by=by, verb=verb, status=PAID, voucher_number=voucher_number.strip(), paid_on=paid_on, paid_by=by
    )
