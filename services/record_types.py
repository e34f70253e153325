"""Which records of this app carry files, comments and a history."""

from services.checks.catalogue import CHECKS
from services.models import (
    Acceptance,
    AcceptanceSignature,
    ActivitySession,
    Bid,
    CallOut,
    ContractAmendment,
    ContractLine,
    Finding,
    FollowUp,
    Payment,
    PaymentTerm,
    Procurement,
    Rehearsal,
    RequiredDocument,
    ServiceContract,
    ServiceRequest,
)
from services.rules import acceptances as acceptance_rules
from services.rules import contracts as contract_rules
from services.rules import findings as finding_rules
from services.rules import follow_ups as follow_up_rules
from services.rules import payments as payment_rules
from services.rules import procurements as procurement_rules
from services.rules import requests as request_rules
from services.rules import sessions as session_rules
from xiangshan.core.accounts.models import User
from xiangshan.core.record_types import RecordType, offer


def without_money(user: User) -> frozenset[str]:
    return (
        frozenset()
        if contract_rules.can_see_contract_money(user)
        else frozenset({"amount", "unit_price", "lump_sum", "deduction", "before", "after"})
    )


offer(
    RecordType(
        ServiceContract,
        contract_rules.can_file_contract,
        "services:contract_detail",
        conceals=without_money,
        may_read_files=contract_rules.can_see_money,
    ),
    RecordType(ContractLine, contract_rules.can_file_contract, part_of="contract", conceals=without_money),
    RecordType(
        ActivitySession,
        session_rules.can_file_session,
        "services:session_detail",
        pictures_at_most=session_rules.PHOTOS_AT_MOST,
    ),
    RecordType(Rehearsal, session_rules.can_file_session, part_of="session"),
    RecordType(CallOut, session_rules.can_file_session, part_of="session"),
    # Its page shows the other sessions to whoever may see them; its history names them to nobody.
    RecordType(
        Finding,
        finding_rules.can_settle,
        "services:finding_detail",
        conceals=lambda user: frozenset({"others"}),
        words={"check_code": lambda code: CHECKS[code].name if code in CHECKS else code},
    ),
    RecordType(FollowUp, follow_up_rules.can_follow_up, "services:follow_up_detail"),
    RecordType(PaymentTerm, contract_rules.can_file_contract, part_of="contract", conceals=without_money),
    RecordType(RequiredDocument, contract_rules.can_file_contract, part_of="contract"),
    RecordType(ContractAmendment, contract_rules.can_file_contract, part_of="contract", conceals=without_money),
    RecordType(Payment, payment_rules.can_file_payment, "services:payment_detail"),
    RecordType(Acceptance, acceptance_rules.can_file_acceptance, "services:acceptance_detail"),
    RecordType(AcceptanceSignature, acceptance_rules.can_file_acceptance, part_of="acceptance"),
    RecordType(ServiceRequest, request_rules.can_triage, "services:request_detail"),
    RecordType(Procurement, procurement_rules.can_file_procurement, "services:procurement_detail"),
    RecordType(Bid, procurement_rules.can_file_bid, "services:bid_detail"),
)
