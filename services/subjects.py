"""Which records of this app carry files, comments and a history."""

from services import rules
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
from xiangshan.accounts.models import User
from xiangshan.subjects import Subject, offer


def without_money(user: User) -> frozenset[str]:
    return (
        frozenset()
        if rules.can_see_contract_money(user)
        else frozenset({"amount", "unit_price", "lump_sum", "deduction", "before", "after"})
    )


offer(
    Subject(
        ServiceContract,
        rules.can_file_contract,
        "services:contract_detail",
        conceals=without_money,
        may_read_files=rules.can_see_money,
    ),
    Subject(ContractLine, rules.can_file_contract, part_of="contract", conceals=without_money),
    Subject(
        ActivitySession,
        rules.can_file_session,
        "services:session_detail",
        pictures_at_most=rules.PHOTOS_AT_MOST,
    ),
    Subject(Rehearsal, rules.can_file_session, part_of="session"),
    Subject(CallOut, rules.can_file_session, part_of="session"),
    # Its page shows the other sessions to whoever may see them; its history names them to nobody.
    Subject(Finding, rules.can_settle, "services:finding_detail", conceals=lambda user: frozenset({"others"})),
    Subject(FollowUp, rules.can_follow_up, "services:follow_up_detail"),
    Subject(PaymentTerm, rules.can_file_contract, part_of="contract", conceals=without_money),
    Subject(RequiredDocument, rules.can_file_contract, part_of="contract"),
    Subject(ContractAmendment, rules.can_file_contract, part_of="contract", conceals=without_money),
    Subject(Payment, rules.can_file_payment, "services:payment_detail"),
    Subject(Acceptance, rules.can_file_acceptance, "services:acceptance_detail"),
    Subject(AcceptanceSignature, rules.can_file_acceptance, part_of="acceptance"),
    Subject(ServiceRequest, rules.can_triage, "services:request_detail"),
    Subject(Procurement, rules.can_file_procurement, "services:procurement_detail"),
    Subject(Bid, rules.can_file_bid, "services:bid_detail"),
)
