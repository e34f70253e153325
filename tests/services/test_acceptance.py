"""Taking over: what is computed, decided and signed; what it does to contract and terms."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from services.actions import acceptances, payments
from services.checklist import checklist_of
from services.models import AcceptedSession
from tests import factories


@pytest.fixture
def contract(organization):
    contract = factories.ContractFactory(organization=organization, amount=300, target_workers=60, least_answers=10)
    factories.TermFactory(contract=contract, when="signing", share=50, amount=150)
    factories.TermFactory(contract=contract, when="acceptance", share=50, amount=150)
    return contract


@pytest.fixture
def line(contract):
    return factories.LineFactory(contract=contract, quantity=2, unit_price=150)


def held(line, unit, **values):
    return factories.SessionFactory(
        verified=True,
        organization=line.contract.organization,
        basis="bought",
        contract_line=line,
        line_unit=unit,
        held_on=date(2020, 5, unit),
        **{"evidence": "changing_code", "responses": 10, "satisfied": 10, **values},
    )


def found(acceptance):
    return {item.label: item for item in checklist_of(acceptance)}


def both_sign(acceptance, county_staff, leader):
    acceptances.sign(acceptance, "union", by=county_staff)
    return acceptances.sign(acceptance, "organization", by=leader)


def test_the_checklist_is_computed_and_names_what_is_missing(line, county_staff):
    held(line, 1)
    held(line, 2, evidence="head_count", satisfied=5)
    factories.DocumentFactory(contract=line.contract, title="工作总结")
    items = found(acceptances.open(line.contract, by=county_staff, is_final=True))
    assert (items["场次：便民服务"].value, items["场次：便民服务"].holds) == ("2 场", True)
    assert (items["服务人次"].value, items["服务人次"].holds) == ("60 人次", True)
    assert items["满意率"].value.startswith("75.0%（20 份评价 / 60 人次")
    assert not items["满意率"].holds
    assert items["佐证较弱：现场点数"].is_weak
    assert not items["没有签到也没有照片或名单"].holds
    assert items["应交材料"].value == "缺 工作总结"
    assert f"contract={line.contract_id}" in items["满意率"].link


def test_too_few_answers_are_said_to_be_too_few(line, county_staff):
    held(line, 1, responses=5, satisfied=5)
    item = found(acceptances.open(line.contract, by=county_staff))["满意率"]
    assert "样本不足" in item.value
    assert not item.holds


def test_a_session_is_taken_over_once(line, county_staff, leader):
    first, second = held(line, 1), held(line, 2)
    batch = acceptances.open(line.contract, by=county_staff)
    acceptances.choose_sessions(batch, [first.pk], by=county_staff)
    with pytest.raises(PermissionDenied, match="没有完成"):
        acceptances.open(line.contract, by=county_staff)
    acceptances.decide(batch, by=county_staff, decision="accepted", opinion="首批")
    both_sign(batch, county_staff, leader)
    last = acceptances.open(line.contract, by=county_staff, is_final=True)
    assert [item.session for item in last.items.all()] == [second]
    with pytest.raises(ValidationError, match="别的批次"):
        acceptances.choose_sessions(last, [first.pk], by=county_staff)
    with pytest.raises(IntegrityError), transaction.atomic():
        AcceptedSession.objects.create(acceptance=last, session=first)


def test_signed_by_both_a_final_acceptance_accepts_the_contract(line, county_staff, leader):
    held(line, 1)
    held(line, 2)
    acceptance = acceptances.open(line.contract, by=county_staff, is_final=True)
    acceptance = acceptances.decide(acceptance, by=county_staff, decision="accepted")
    with pytest.raises(PermissionDenied):
        acceptances.sign(acceptance, "union", by=leader)
    acceptances.sign(acceptance, "union", by=county_staff)
    line.contract.refresh_from_db()
    assert line.contract.status == "running"
    with pytest.raises(PermissionDenied, match="已经签字"):
        acceptances.sign(acceptance, "union", by=county_staff)
    acceptances.sign(acceptance, "organization", by=leader)
    line.contract.refresh_from_db()
    assert line.contract.status == "accepted"


def test_a_deduction_comes_off_the_last_term_and_the_terms_still_add_up(line, county_staff, leader):
    held(line, 1)
    acceptance = acceptances.open(line.contract, by=county_staff, is_final=True)
    for decision, values, text in (
        ("accepted", {}, "未达到的项目"),
        ("deducted", {"opinion": "少一场"}, "扣减金额"),
        ("deducted", {"opinion": "少一场", "deduction": Decimal(301)}, "不够扣减"),
    ):
        with pytest.raises(ValidationError, match=text):
            acceptances.decide(acceptance, by=county_staff, decision=decision, **values)
    acceptances.decide(acceptance, by=county_staff, decision="deducted", deduction=Decimal("149.95"), opinion="少一场")
    both_sign(acceptance, county_staff, leader)
    line.contract.refresh_from_db()
    assert line.contract.payable == Decimal("150.05")
    assert [term.amount for term in line.contract.terms.all()] == [Decimal(150), Decimal("0.05")]


def test_refused_nothing_is_taken_over(line, county_staff, leader):
    held(line, 1)
    acceptance = acceptances.open(line.contract, by=county_staff, is_final=True)
    acceptances.decide(acceptance, by=county_staff, decision="refused", opinion="场次不足")
    both_sign(acceptance, county_staff, leader)
    line.contract.refresh_from_db()
    assert line.contract.status == "running"
    assert not AcceptedSession.objects.exists()


def test_nobody_decides_on_sessions_they_reported(line, county_staff):
    held(line, 1, submitted_by=county_staff)
    acceptance = acceptances.open(line.contract, by=county_staff)
    with pytest.raises(PermissionDenied, match="您上报的场次"):
        acceptances.decide(acceptance, by=county_staff, decision="accepted")


def test_what_was_decided_on_stays_as_it_was(line, county_staff):
    session = held(line, 1)
    acceptance = acceptances.open(line.contract, by=county_staff)
    acceptance = acceptances.decide(acceptance, by=county_staff, decision="accepted", opinion="首批")
    type(session).objects.filter(pk=session.pk).update(workers_served=999)
    acceptance.refresh_from_db()
    workers = next(item for item in acceptance.checklist if item["label"] == "服务人次")
    assert workers["value"] == "30 人次"
    assert acceptance.decided_on == timezone.localdate()


def test_a_paid_contract_is_settled_by_its_last_signature_or_payment(line, county_staff, leader):
    finance = factories.somebody("finance")
    held(line, 1)
    held(line, 2)
    signing, last = line.contract.terms.all()
    today = timezone.localdate()

    def paid(term):
        payment = payments.approve(payments.request(term, by=leader), by=finance)
        payments.pay(payment, by=finance, voucher_number=f"记-{term.pk}", paid_on=today)

    paid(signing)
    acceptance = acceptances.open(line.contract, by=county_staff, is_final=True)
    acceptances.decide(acceptance, by=county_staff, decision="accepted")
    both_sign(acceptance, county_staff, leader)
    last.refresh_from_db()
    paid(last)
    line.contract.refresh_from_db()
    assert line.contract.status == "settled"
