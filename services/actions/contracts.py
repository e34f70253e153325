"""What happens in a contract's life."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from services import rules
from services.models import ContractLine, ServiceContract
from xiangshan.accounts.models import User
from xiangshan.records import change, create, lock, next_number
from xiangshan.rules import require


@transaction.atomic
def draft_contract(*, by: User, lines: Iterable[dict[str, Any]] = (), **values: Any) -> ServiceContract:
    """起草: numbered at once, by the year its term begins (象工购〔2020〕001号)."""
    contract = ServiceContract(**values)
    require(rules.can_draft_contract(by, contract.organization))
    year, county = contract.starts_on.year, contract.organization.area_id // 10**6
    contract.number = f"象工购〔{year}〕{next_number(f'contract-{county}-{year}'):03d}号"
    create(contract, by=by, verb="起草")
    for line in lines:
        create(ContractLine(contract=contract, **line), by=by, verb="加入明细")
    return contract


@transaction.atomic
def edit_contract(
    contract: ServiceContract, *, by: User, lines: Iterable[dict[str, Any]] = (), **values: Any
) -> ServiceContract:
    """修改草稿. A line with `line` changes that one, with quantity None takes it out, without `line` adds one."""
    contract = lock(contract)
    require(rules.can_edit_contract(by, contract))
    change(contract, by=by, verb="修改", **values)
    for row in lines:
        row = dict(row)
        line = row.pop("line", None)
        if line is None:
            create(ContractLine(contract=contract, **row), by=by, verb="加入明细")
        elif line.contract_id != contract.pk:
            raise ValidationError("明细不属于这份合同")
        elif row.get("quantity") is None:
            if line.sessions.exists():
                raise ValidationError(f"“{line.title}”已有场次,不能删去")
            line.delete()  # a draft's line without sessions: auditlog keeps what it was
        else:
            change(line, by=by, verb="修改明细", **row)
    return contract


@transaction.atomic
def move_contract(
    contract: ServiceContract, status: str, *, by: User, reason: str = "", **values: Any
) -> ServiceContract:
    """签订、开始履行、终止. Terminating asks for a reason. Raises ValidationError."""
    contract = lock(contract)
    require(rules.can_move_contract(by, contract, status))
    target = ServiceContract.Status(status)
    if target == ServiceContract.Status.TERMINATED and not reason:
        raise ValidationError({"reason": "请写明终止的原因"})
    if target == ServiceContract.Status.SIGNED:
        values.setdefault("signed_on", contract.signed_on or timezone.localdate())
    return change(contract, by=by, verb=target.label, reason=reason, status=target, **values)
