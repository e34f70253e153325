"""What happens in a contract's life."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from services.models import ContractAmendment, ContractLine, PaymentTerm, Procurement, RequiredDocument, ServiceContract
from services.rules import contracts as contract_rules
from services.rules import procurements as procurement_rules
from services.terms import Part, amounts
from services.versions import snapshot
from xiangshan.core.accounts.models import Role, User
from xiangshan.core.accounts.selectors import holders
from xiangshan.core.areas.counties import county_at
from xiangshan.core.areas.models import county_code
from xiangshan.core.money import as_yuan, totals
from xiangshan.core.numbering import next_number
from xiangshan.core.records import Rows, change, create, lock, sync_children
from xiangshan.core.rules import require
from xiangshan.shared.attachments.actions import attach_one
from xiangshan.shared.notifications.actions import notify

COPIED_OF_LINES = ("category_id", "title", "quantity", "unit_price", "lump_sum", "rehearsal_required")
# What the portal has a template for (services/documents.py); others may be added by name.
USUAL_DOCUMENTS = (
    ("服务方案", "signing"),
    ("签到表", "acceptance"),
    ("工作总结", "acceptance"),
    ("收款收据", "acceptance"),
)


@transaction.atomic
def draft(
    *, by: User, lines: Rows = (), terms: Rows = (), documents: Rows | None = None, **values: Any
) -> ServiceContract:
    """起草: numbered at once, by the year its term begins (象工购〔2020〕001号). Raises ValidationError."""
    contract = ServiceContract(**values)
    require(contract_rules.can_draft_contract(by, contract.organization))
    if contract.framework is not None:
        contract.framework = lock(contract.framework)
        require(contract_rules.can_order(by, contract.framework))
        _within_framework(contract)
    if contract.procurement is not None:
        require(procurement_rules.can_contract_from(by, lock(contract.procurement)))
    year, county = contract.starts_on.year, county_code(contract.organization.area_id)
    contract.number = county_at(contract.organization.area_id).number(
        "contract", year, next_number(f"contract-{county}-{year}")
    )
    create(contract, by=by, verb="起草")
    keep_rows(ContractLine, contract, lines, by=by)
    keep_rows(PaymentTerm, contract, terms, by=by)
    usual = [{"title": title, "due": due} for title, due in USUAL_DOCUMENTS] if documents is None else documents
    keep_rows(RequiredDocument, contract, usual, by=by)
    settle_terms(contract, by=by)
    return contract


@transaction.atomic
def edit(
    contract: ServiceContract, *, by: User, lines: Rows = (), terms: Rows = (), documents: Rows = (), **values: Any
) -> ServiceContract:
    """修改草稿, with its lines, payment terms and required documents. Raises ValidationError."""
    contract = lock(contract)
    require(contract_rules.can_edit_contract(by, contract))
    change(contract, by=by, verb="修改", **values)
    if contract.framework is not None:
        lock(contract.framework)
        _within_framework(contract)
    _keep_all(contract, lines, terms, documents, by)
    return contract


def _keep_all(contract: ServiceContract, lines: Rows, terms: Rows, documents: Rows, by: User, reason: str = "") -> None:
    keep_rows(ContractLine, contract, lines, by=by, reason=reason)
    keep_rows(PaymentTerm, contract, terms, by=by, reason=reason)
    keep_rows(RequiredDocument, contract, documents, by=by, reason=reason)
    settle_terms(contract, by=by)


def keep_rows(model: Any, contract: ServiceContract, rows: Rows, *, by: User, reason: str = "") -> None:
    sync_children(model, "contract", contract, rows, by=by, in_use=_in_use, reason=reason)


def _in_use(row: Any) -> str:
    """What keeps a row from being taken out."""
    if isinstance(row, ContractLine) and row.sessions.exists():
        return f"“{row}”已有场次，不能删去"
    return f"“{row}”已有付款，不能删去" if isinstance(row, PaymentTerm) and row.payments.exists() else ""


def settle_terms(contract: ServiceContract, *, by: User) -> None:
    """Works out what each term comes to, so that together they are exactly what is payable. Raises ValidationError."""
    terms = list(contract.terms.all())
    asked = dict(contract.payments.live().values_list("term", "amount"))
    parts = [Part(term.share, asked.get(term.pk, term.amount), term.pk in asked) for term in terms]
    try:
        result = amounts(contract.payable, parts)
    except ValueError as error:
        raise ValidationError(str(error)) from error
    for term, amount in zip(terms, result, strict=True):
        change(term, by=by, verb="核算付款条件", amount=amount)


def _within_framework(contract: ServiceContract) -> None:
    """The task orders of a framework contract together stay within its amount and its term. Raises ValidationError."""
    framework = contract.framework
    if framework is None:
        return
    others = framework.orders.exclude(pk=contract.pk).exclude(status=ServiceContract.Status.TERMINATED)
    ordered = totals(others, "amount")["amount"]
    if ordered + contract.amount > framework.amount:
        left = framework.amount - ordered
        raise ValidationError({"amount": f"框架合同只余 {as_yuan(left)} 可下任务单"})
    if contract.starts_on < framework.starts_on or contract.ends_on > framework.ends_on:
        raise ValidationError({"ends_on": "任务单的履行期须在框架合同的履行期内"})


@transaction.atomic
def move(contract: ServiceContract, status: str, *, by: User, reason: str = "", **values: Any) -> ServiceContract:
    """签订、开始履行、终止. Terminating asks for a reason. Raises ValidationError."""
    contract = lock(contract)
    require(contract_rules.can_move_contract(by, contract, status))
    target = ServiceContract.Status(status)
    if target == ServiceContract.Status.TERMINATED and not reason:
        raise ValidationError({"reason": "请写明终止的原因"})
    if target == ServiceContract.Status.SIGNED:
        values.setdefault("signed_on", contract.signed_on or timezone.localdate())
    change(contract, by=by, verb=target.label, reason=reason, status=target, **values)
    link = reverse("services:contract_detail", args=[contract.pk])
    notify(leaders_of(contract), f"contract-{contract.pk}-{target}", f"合同“{contract.title}”{target.label}", link)
    return contract


def leaders_of(contract: ServiceContract) -> Any:
    return holders(Role.ORG_LEADER, contract.organization_id)


@transaction.atomic
def amend(
    contract: ServiceContract,
    *,
    by: User,
    agreed_on: date,
    why: str,
    lines: Rows = (),
    terms: Rows = (),
    documents: Rows = (),
    **values: Any,
) -> ContractAmendment:
    """变更协议: what was agreed before stays, whole, beside what is agreed now. Raises ValidationError."""
    contract = lock(contract)
    require(contract_rules.can_amend_contract(by, contract))
    if not why.strip():
        raise ValidationError({"why": "请写明变更的原因"})
    if agreed_on > timezone.localdate():
        raise ValidationError({"agreed_on": "变更日期不能晚于今天"})
    before = snapshot(contract)
    change(contract, by=by, verb="变更", reason=why, version=contract.version + 1, **values)
    if contract.framework is not None:
        lock(contract.framework)
        _within_framework(contract)
    _keep_all(contract, lines, terms, documents, by, reason=why)
    after = snapshot(contract)
    if before == after:
        raise ValidationError("没有任何变更")
    prices = [line.amount for line in contract.lines.all()]
    if None not in prices and (whole := sum(price for price in prices if price is not None)) != contract.amount:
        raise ValidationError(f"明细合计 {as_yuan(whole)}，与合同金额 {as_yuan(contract.amount)} 不符")
    amendment = ContractAmendment(
        contract=contract,
        version=contract.version,
        agreed_on=agreed_on,
        reason=why,
        before=before,
        after=after,
        made_by=by,
    )
    create(amendment, by=by, verb="变更")
    link = reverse("services:contract_detail", args=[contract.pk])
    notify(leaders_of(contract), f"amendment-{amendment.pk}", f"合同“{contract.title}”有变更：{why}", link)
    return amendment


@transaction.atomic
def renew(contract: ServiceContract, *, by: User) -> ServiceContract:
    """续签: a draft for the next term with the same lines, terms and documents, to be looked through and signed."""
    contract = lock(contract)
    require(contract_rules.can_renew_contract(by, contract))
    starts_on, ends_on = next_year(contract.starts_on), next_year(contract.ends_on)
    title = contract.title.replace(str(contract.starts_on.year), str(starts_on.year))
    return draft(
        by=by,
        title=title if title != contract.title else f"{contract.title}（续签）"[:80],
        organization=contract.organization,
        department=contract.department,
        kind=contract.kind,
        renews=contract,
        starts_on=starts_on,
        ends_on=ends_on,
        amount=contract.amount,
        target_workers=contract.target_workers,
        satisfaction_floor=contract.satisfaction_floor,
        least_answers=contract.least_answers,
        survey_days=contract.survey_days,
        lines=[dict(row) for row in contract.lines.values(*COPIED_OF_LINES)],
        terms=[
            # What a deduction took off belongs to the old contract: shares are worked out anew, amounts are given again.
            {name: getattr(term, name) for name in ("when", "share", "amount", "delivered_share", "note")}
            for term in contract.terms.all()
        ]
        if not contract.deduction
        else [],
        documents=[dict(row) for row in contract.documents.values("title", "due")],
    )


def next_year(day: date) -> date:
    """The same day a year on; the last of February stays the last of February."""
    if day.month == 2 and day.day == 29:
        return date(day.year + 1, 2, 28)
    return day.replace(year=day.year + 1)


@transaction.atomic
def file_document(document: RequiredDocument, file: Any, *, by: User) -> RequiredDocument:
    """交材料: the file is attached to the contract, and answers what was asked for. Raises ValidationError."""
    contract = lock(document.contract)
    document = lock(document)
    return change(document, by=by, verb="交材料", attachment=attach_one(contract, file, by=by))


def award_values(procurement: Procurement) -> dict[str, Any]:
    """What a contract takes over from the decision it follows from."""
    bid = procurement.winner
    if bid is None:
        raise ValidationError("还没有定标")
    year = timezone.localdate().year
    return {
        "title": procurement.title,
        "organization": bid.organization,
        "department": procurement.department,
        "procurement": procurement,
        "amount": bid.price,
        "starts_on": timezone.localdate(),
        "ends_on": date(year, 12, 31),
        "lines": [
            {
                "category": procurement.category,
                "title": procurement.title[:60],
                "quantity": procurement.quantity,
                "lump_sum": bid.price,
            }
        ],
        "terms": [{"when": "acceptance", "share": Decimal(100)}],
    }
