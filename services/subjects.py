"""Which records of this app carry files, comments and a history."""

from services import rules
from services.models import ActivitySession, ContractLine, Rehearsal, ServiceContract
from xiangshan.accounts.models import User
from xiangshan.subjects import Subject, offer


def without_money(user: User) -> frozenset[str]:
    return frozenset() if rules.can_see_contract_money(user) else frozenset({"amount", "unit_price"})


offer(
    Subject(
        ServiceContract,
        rules.can_file_contract,
        "services:contract_detail",
        conceals=without_money,
        may_read_files=rules.can_see_contract_money,
    ),
    Subject(ContractLine, rules.can_file_contract, part_of="contract", conceals=without_money),
    Subject(ActivitySession, rules.can_file_session, "services:session_detail"),
    Subject(Rehearsal, rules.can_file_session, part_of="session"),
)
