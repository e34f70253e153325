"""What happens to a payment: requested, approved by another, paid; or returned and sent again."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from services.models import Payment, PaymentTerm, ServiceContract
from services.rules import payments as payment_rules
from xiangshan.core.accounts.models import Role, User
from xiangshan.core.accounts.selectors import holders
from xiangshan.core.areas.counties import county_at
from xiangshan.core.areas.models import county_code, county_of
from xiangshan.core.money import as_yuan
from xiangshan.core.numbering import next_number
from xiangshan.core.records import change, create, lock
from xiangshan.core.rules import require
from xiangshan.shared import approved_payments
from xiangshan.shared.notifications.actions import notify

Status = Payment.Status


@transaction.atomic
def request(term: PaymentTerm, *, by: User, note: str = "", override_reason: str = "") -> Payment:
    """申请付款: what a term comes to. Before its condition holds only with a reason, by whom the rules allow.

    The contract is held meanwhile: two requests at the same moment are one. Raises ValidationError.
    """
    contract = lock(term.contract)
    term = lock(term)
    require(payment_rules.can_request_payment(by, term))
    holds = payment_rules.condition_holds(term)
    if not holds and not override_reason.strip():
        raise ValidationError({"override_reason": f"{holds.reason}。确需提前付款，请写明理由"})
    county, year = county_code(contract.organization.area_id), timezone.localdate().year
    payment = Payment(
        number=county_at(contract.organization.area_id).number(
            "payment", year, next_number(f"payment-{county}-{year}")
        ),
        contract=contract,
        term=term,
        amount=term.amount,
        note=note,
        override_reason="" if holds else override_reason.strip(),
        requested_by=by,
        requested_at=timezone.now(),
    )
    create(payment, by=by, verb="申请付款", reason=payment.override_reason)
    _tell_finance(payment, "requested", f"付款待审批：{contract.title} {as_yuan(payment.amount)}")
    return payment


@transaction.atomic
def revise(payment: Payment, *, by: User, note: str = "", override_reason: str = "") -> Payment:
    """重新提交 what was returned, at what the term comes to now. Who sends it again is who asks for it."""
    payment = _held(payment)
    require(payment_rules.can_revise_payment(by, payment))
    holds = payment_rules.condition_holds(payment.term)
    if not holds:
        require(payment_rules.can_override_condition(by, payment.term))
        if not override_reason.strip():
            raise ValidationError({"override_reason": f"{holds.reason}。确需提前付款，请写明理由"})
    change(
        payment,
        by=by,
        verb="重新提交",
        reason=override_reason,
        status=Status.REQUESTED,
        amount=payment.term.amount,
        note=note,
        override_reason="" if holds else override_reason.strip(),
        return_reason="",
        requested_by=by,
        requested_at=timezone.now(),
        approved_by=None,
        approved_at=None,
    )
    again = f"requested-{payment.requested_at:%Y%m%d%H%M%S}"
    _tell_finance(payment, again, f"付款重新提交：{payment.contract.title} {as_yuan(payment.amount)}")
    return payment


@transaction.atomic
def approve(payment: Payment, *, by: User) -> Payment:
    payment = _held(payment)
    require(payment_rules.can_approve_payment(by, payment))
    return approved_payments.approve(payment, by=by)


@transaction.atomic
def send_back(payment: Payment, *, by: User, reason: str) -> Payment:
    """退回修改, with what is to be mended. Raises ValidationError."""
    payment = _held(payment)
    require(payment_rules.can_return_payment(by, payment))
    payment = approved_payments.send_back(payment, by=by, reason=reason)
    _tell_requester(payment, f"付款申请退回：{reason}")
    return payment


@transaction.atomic
def withdraw(payment: Payment, *, by: User, reason: str = "") -> Payment:
    payment = _held(payment)
    require(payment_rules.can_withdraw_payment(by, payment))
    return change(payment, by=by, verb="撤回", reason=reason, status=Status.WITHDRAWN)


@transaction.atomic
def pay(payment: Payment, *, by: User, voucher_number: str, paid_on: date) -> Payment:
    """登记付款 with voucher and day; the last one settles an accepted contract. Raises ValidationError."""
    payment = _held(payment)
    require(payment_rules.can_pay(by, payment))
    contract = payment.contract
    paid = sum(item.amount for item in contract.payments.paid())
    if paid + payment.amount > contract.payable:
        raise ValidationError(f"累计付款将超过应付总额 {as_yuan(contract.payable)}")
    approved_payments.pay(payment, by=by, voucher_number=voucher_number, paid_on=paid_on)
    _tell_requester(payment, f"已付款 {as_yuan(payment.amount)}：{contract.title}")
    settle_contract(contract, by=by)
    return payment


def settle_contract(contract: ServiceContract, *, by: User) -> None:
    """结清: an accepted contract of which everything payable is paid. Called with the contract held."""
    paid = sum(payment.amount for payment in contract.payments.paid())
    if contract.status == ServiceContract.Status.ACCEPTED and paid == contract.payable:
        change(contract, by=by, verb="结清", status=ServiceContract.Status.SETTLED)


def _held(payment: Payment) -> Payment:
    """The payment as it is now, its contract held first: always in this order, so that nobody waits in a circle."""
    contract = lock(ServiceContract.objects.get(pk=payment.contract_id))
    payment = lock(payment)
    payment.contract = contract
    return payment


def _tell_finance(payment: Payment, what: str, text: str) -> None:
    people: Any = holders(Role.FINANCE, county_of(payment.contract.organization.area_id))
    notify(people, f"payment-{payment.pk}-{what}", text, reverse("services:payment_detail", args=[payment.pk]))


def _tell_requester(payment: Payment, text: str) -> None:
    key = f"payment-{payment.pk}-{payment.status}-{payment.requested_at:%Y%m%d%H%M%S}"
    people = [payment.requested_by] if payment.requested_by else []
    notify(people, key, text, reverse("services:payment_detail", args=[payment.pk]))
