"""A payment's way: requested, approved by another, paid; and everything it is refused for."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from services.actions import contracts, payments
from services.models import Payment
from services.rules import payments as payment_rules
from tests import factories


@pytest.fixture
def finance(db):
    return factories.somebody("finance")


@pytest.fixture
def contract(organization):
    return factories.ContractFactory(organization=organization, amount=64_000)


@pytest.fixture
def terms(contract):
    return [
        factories.TermFactory(contract=contract, when="signing", share=30, amount=19_200),
        factories.TermFactory(contract=contract, when="delivered", delivered_share=60, share=50, amount=32_000),
        factories.TermFactory(contract=contract, when="acceptance", share=20, amount=12_800),
    ]


def test_requested_approved_and_paid_each_by_who_may(contract, terms, leader, county_staff, town_staff, finance):
    payment = payments.request(terms[0], by=leader)
    assert payment.amount == Decimal(19_200)
    assert "等县总工会财务审批" in payment.turn
    for who in (leader, county_staff, town_staff):
        with pytest.raises(PermissionDenied, match="财务"):
            payments.approve(payment, by=who)
    with pytest.raises(PermissionDenied, match="待审批，不能登记付款"):
        payments.pay(payment, by=finance, voucher_number="记-1", paid_on=timezone.localdate())
    payment = payments.approve(payment, by=finance)
    assert "财务付款" in payment.turn
    with pytest.raises(PermissionDenied, match="财务登记"):
        payments.pay(payment, by=leader, voucher_number="记-1", paid_on=timezone.localdate())
    payment = payments.pay(payment, by=finance, voucher_number="记-1", paid_on=timezone.localdate())
    assert payment.status == "paid"
    with pytest.raises(PermissionDenied, match="已付款"):
        payments.pay(payment, by=finance, voucher_number="记-2", paid_on=timezone.localdate())


def test_a_term_is_asked_for_once(terms, leader, county_staff):
    payment = payments.request(terms[0], by=leader)
    with pytest.raises(PermissionDenied, match="已经申请过"):
        payments.request(terms[0], by=county_staff)
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.PaymentFactory(contract=terms[0].contract, term=terms[0])
    payments.withdraw(payment, by=leader)
    again = payments.request(terms[0], by=county_staff)
    assert [payment.number, again.number] == [
        f"象工付〔{timezone.localdate().year}〕001号",
        f"象工付〔{timezone.localdate().year}〕002号",
    ]


def test_before_its_condition_only_with_a_reason_by_county_staff(contract, terms, leader, county_staff, finance):
    with pytest.raises(PermissionDenied, match="付款条件尚未满足"):
        payments.request(terms[1], by=leader, override_reason="急用")
    with pytest.raises(ValidationError, match="完成 60% 场次后付款"):
        payments.request(terms[1], by=county_staff)
    payment = payments.request(terms[1], by=county_staff, override_reason="年末资金关账")
    assert payment.override_reason == "年末资金关账"
    assert payments.approve(payment, by=finance).status == "approved"


def test_the_condition_holds_once_enough_is_delivered(contract, terms, leader):
    line = factories.LineFactory(contract=contract, quantity=5)
    sold = {"organization": contract.organization, "basis": "bought", "contract_line": line}
    for unit in (1, 2):
        factories.SessionFactory(verified=True, line_unit=unit, **sold)
    assert payment_rules.condition_holds(terms[1]).reason == "约定完成 60% 场次后付款，现在核实了 40%"
    factories.SessionFactory(verified=True, line_unit=3, **sold)
    assert payments.request(terms[1], by=leader).amount == Decimal(32_000)


def test_never_above_the_contract(contract, terms, leader):
    payments.request(terms[0], by=leader)
    extra = factories.TermFactory(contract=contract, share=None, amount=50_000)
    with pytest.raises(PermissionDenied, match="超过应付总额 ¥64,000"):
        payments.request(extra, by=leader)


def test_nobody_approves_what_they_asked_for(terms, leader, organization):
    both = factories.somebody("finance")
    factories.PostFactory(user=both, role="county_staff")
    payment = payments.request(terms[0], by=both)
    with pytest.raises(PermissionDenied, match="自己申请"):
        payments.approve(payment, by=both)
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(approved_by=both)


def test_returned_with_a_comment_and_sent_again(terms, leader, finance):
    payment = payments.request(terms[0], by=leader)
    with pytest.raises(ValidationError, match="要修改什么"):
        payments.send_back(payment, by=finance, reason=" ")
    payment = payments.send_back(payment, by=finance, reason="请附收据")
    assert "请附收据" in payment.turn
    assert leader.notices.filter(text__contains="请附收据").exists()
    payment = payments.revise(payment, by=leader, note="已附")
    assert payment.status == "requested"
    assert payment.return_reason == ""


def test_a_payment_day_lies_between_approval_and_today(terms, leader, finance):
    payment = payments.approve(payments.request(terms[0], by=leader), by=finance)
    for day, text in ((1, "不能晚于今天"), (-1, "不能早于审批日期")):
        with pytest.raises(ValidationError, match=text):
            payments.pay(payment, by=finance, voucher_number="记-1", paid_on=timezone.localdate() + timedelta(days=day))


def test_a_terminated_contract_is_not_paid(contract, terms, leader, county_staff):
    contracts.move(contract, "terminated", by=county_staff, reason="停办")
    for who in (leader, county_staff):
        with pytest.raises(PermissionDenied, match="已终止，不能付款"):
            payments.request(terms[0], by=who, override_reason="补付")
