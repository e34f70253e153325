"""Taking a contract over, in batches: sessions chosen, the checklist computed, decided, signed by both."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from services.actions import contracts, payments
from services.checklist import checklist_of
from services.models import Acceptance, AcceptanceSignature, AcceptedSession, ActivitySession, ServiceContract
from services.rules import acceptances as acceptance_rules
from services.terms import less
from xiangshan.core.accounts.models import User
from xiangshan.core.records import change, create, lock
from xiangshan.core.rules import require, require_reason
from xiangshan.shared.notifications.actions import notify

Status, Decision = Acceptance.Status, Acceptance.Decision


@transaction.atomic
def open(contract: ServiceContract, *, by: User, is_final: bool = False) -> Acceptance:
    """发起验收, with every verified session that no batch took over yet; which of them, may be changed until it is decided."""
    contract = lock(contract)
    require(acceptance_rules.can_open_acceptance(by, contract))
    acceptance = Acceptance(
        contract=contract,
        batch=contract.acceptances.count() + 1,
        is_final=is_final,
        opened_by=by,
        opened_on=timezone.localdate(),
    )
    create(acceptance, by=by, verb="发起验收")
    AcceptedSession.objects.bulk_create(
        AcceptedSession(acceptance=acceptance, session=session) for session in acceptable(contract)
    )
    return acceptance


def acceptable(contract: ServiceContract) -> Iterable[ActivitySession]:
    """Verified sessions of the contract that no acceptance took over."""
    return ActivitySession.objects.verified().filter(contract_line__contract=contract, accepted_in__isnull=True)


@transaction.atomic
def choose_sessions(acceptance: Acceptance, keys: Iterable[int], *, by: User) -> Acceptance:
    """选择场次: exactly these, of those that are verified and not taken over elsewhere. Raises ValidationError."""
    acceptance = _held(acceptance)
    require(acceptance_rules.can_choose_sessions(by, acceptance))
    wanted = set(keys)
    now = set(acceptance.items.values_list("session_id", flat=True))
    new = wanted - now
    if new - {session.pk for session in acceptable(acceptance.contract)}:
        raise ValidationError("有的场次没有核实，或已在别的批次验收，请刷新后再选")
    acceptance.items.exclude(session_id__in=wanted).delete()
    AcceptedSession.objects.bulk_create(AcceptedSession(acceptance=acceptance, session_id=key) for key in new)
    return acceptance


@transaction.atomic
def decide(
    acceptance: Acceptance, *, by: User, decision: str, deduction: Decimal = Decimal(0), opinion: str = ""
) -> Acceptance:
    """决定: the checklist is kept as it stands now. What is not simply accepted says why. Raises ValidationError."""
    acceptance = _held(acceptance)
    require(acceptance_rules.can_decide_acceptance(by, acceptance))
    checklist = checklist_of(acceptance)
    if decision != Decision.ACCEPTED and not opinion.strip():
        raise ValidationError({"opinion": "扣减或不通过，请写明理由"})
    if decision == Decision.ACCEPTED and not opinion.strip() and not all(item.holds for item in checklist):
        raise ValidationError({"opinion": "清单中有未达到的项目，仍要通过请写明理由"})
    if decision == Decision.DEDUCTED:
        if not acceptance.is_final:
            raise ValidationError({"decision": "扣减在最终验收时决定"})
        if deduction <= 0:
            raise ValidationError({"deduction": "请填写扣减金额"})
        _open_terms_after(acceptance.contract, deduction)
    change(
        acceptance,
        by=by,
        verb="验收决定",
        reason=opinion,
        status=Status.DECIDED,
        decision=decision,
        deduction=deduction if decision == Decision.DEDUCTED else Decimal(0),
        opinion=opinion,
        decided_by=by,
        decided_on=timezone.localdate(),
        checklist=[item.as_kept() for item in checklist],
    )
    link = reverse("services:acceptance_detail", args=[acceptance.pk])
    notify(contracts.leaders_of(acceptance.contract), f"acceptance-{acceptance.pk}", f"{acceptance}等您签字", link)
    return acceptance


@transaction.atomic
def sign(acceptance: Acceptance, party: str, *, by: User) -> Acceptance:
    """签字: with both, the acceptance holds; a final one that is not refused accepts the contract."""
    acceptance = _held(acceptance)
    require(acceptance_rules.can_sign_acceptance(by, acceptance, party))
    create(
        AcceptanceSignature(acceptance=acceptance, party=party, signed_by=by, signed_at=timezone.now()),
        by=by,
        verb="签字",
    )
    if acceptance.signatures.count() < len(AcceptanceSignature.Party):
        return acceptance
    change(acceptance, by=by, verb="完成验收", status=Status.SIGNED)
    contract = acceptance.contract
    if acceptance.decision == Decision.REFUSED:
        acceptance.items.all().delete()  # to be mended and shown again
    elif acceptance.is_final:
        if acceptance.deduction:
            terms, result = _open_terms_after(contract, acceptance.deduction)
            change(contract, by=by, verb="验收扣减", deduction=contract.deduction + acceptance.deduction)
            for term, amount in zip(terms, result, strict=True):
                change(term, by=by, verb="验收扣减", amount=amount)
        change(contract, by=by, verb="通过验收", status=ServiceContract.Status.ACCEPTED)
        payments.settle_contract(contract, by=by)
    return acceptance


@transaction.atomic
def cancel(acceptance: Acceptance, *, by: User, reason: str) -> Acceptance:
    """作废: its sessions may be chosen again. Raises ValidationError."""
    acceptance = _held(acceptance)
    require(acceptance_rules.can_cancel_acceptance(by, acceptance))
    require_reason(reason, "请写明作废的原因")
    acceptance.items.all().delete()
    return change(acceptance, by=by, verb="作废", reason=reason, status=Status.CANCELLED)


def _open_terms_after(contract: ServiceContract, deduction: Decimal) -> tuple[list[Any], list[Decimal]]:
    """The terms nobody asked for yet, and what they come to after a deduction. Raises ValidationError."""
    asked = contract.payments.live().values("term")
    terms = list(contract.terms.exclude(pk__in=asked))
    try:
        return terms, less([term.amount for term in terms], deduction)
    except ValueError as error:
        raise ValidationError({"deduction": str(error)}) from error


def _held(acceptance: Acceptance) -> Acceptance:
    """The acceptance as it is now, its contract held first."""
    contract = lock(ServiceContract.objects.get(pk=acceptance.contract_id))
    acceptance = lock(acceptance)
    acceptance.contract = contract
    return acceptance
