"""Contracts from ledgers of the years before the portal: with what was bought and what was paid, and nothing left to do."""

from collections import defaultdict
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from services.models import ContractLine, Payment, PaymentTerm, ServiceContract
from services.rules import contracts as contract_rules
from xiangshan.core.accounts.models import User
from xiangshan.core.records import create_many
from xiangshan.core.rules import require
from xiangshan.shared.imports.models import Ledger

VERB = "历史台账导入"
VOUCHER = "见历史台账"


@transaction.atomic
def import_past_contracts(
    *, by: User, rows: list[tuple[ServiceContract, dict[str, Any]]], ledger: Ledger
) -> dict[int, list[Model]]:
    """导入: settled, or accepted where less was paid than agreed. The portal pays nothing for them, and waits for nothing."""
    for contract, values in rows:
        require(contract_rules.can_write_past_contract(by, contract))
        contract.ledger, contract.ledger_place = ledger, values["ledger_place"]
    contracts = create_many([contract for contract, _ in rows], by=by, verb=VERB)
    lines = create_many([_line(contract, values) for contract, values in rows], by=by, verb=VERB)
    terms, payments = [], []
    for contract, values in rows:
        for place, (on, amount) in enumerate(values["payments"], start=1):
            term = PaymentTerm(contract=contract, when=PaymentTerm.When.ACCEPTANCE, amount=amount, note="历史台账")
            terms.append(term)
            payments.append(_payment(contract, term, place, on, by, ledger))
    create_many(terms, by=by, verb=VERB)
    for payment, term in zip(payments, terms, strict=True):
        payment.term = term
    create_many(payments, by=by, verb=VERB)
    made: dict[int, list[Model]] = defaultdict(list)
    parts: list[ContractLine | PaymentTerm | Payment] = [*lines, *terms, *payments]
    for part in parts:
        made[part.contract_id].append(part)
    return {contract.pk: made[contract.pk] for contract in contracts}


def _line(contract: ServiceContract, values: dict[str, Any]) -> ContractLine:
    quantity = values.get("quantity") or 1
    each = contract.amount / quantity
    is_exact = each == round(each, 2)
    return ContractLine(
        contract=contract,
        category=values["category"],
        title=contract.title[:60],
        quantity=quantity,
        unit_price=each if is_exact else None,
        lump_sum=None if is_exact else contract.amount,
    )


def _payment(contract: ServiceContract, term: PaymentTerm, place: int, on: Any, by: User, ledger: Ledger) -> Payment:
    now = timezone.now()
    return Payment(
        number=f"{contract.number[:24]}-{contract.pk}-{place}",
        contract=contract,
        term=term,
        amount=term.amount,
        status=Payment.Status.PAID,
        note="历史台账",
        requested_by=by,
        requested_at=now,
        approved_by=ledger.accepted_by,
        approved_at=now,
        voucher_number=VOUCHER,
        paid_on=on,
        paid_by=ledger.accepted_by,
    )
