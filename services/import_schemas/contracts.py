"""Contracts from before the portal, as ledgers have them: amounts in 元 or 万元, terms and payments in words."""

import re
from decimal import Decimal
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError

from orgs.models import SocialOrganization
from services.actions import past_contracts
from services.import_schemas.sessions import in_own_county
from services.models import Department, ServiceCategory, ServiceContract
from services.paper_terms import paid, term
from services.rules import contracts as contract_rules
from services.rules.sessions import can_accept_ledger
from xiangshan.shared.imports import columns
from xiangshan.shared.imports.actions import bulk
from xiangshan.shared.imports.cells import Context, confirm, folded, is_nothing
from xiangshan.shared.imports.references import name_of, record
from xiangshan.shared.imports.schemas import ImportColumn, ImportSchema

Status = ServiceContract.Status
AROUND_CATEGORIES = re.compile(r"\d{4}年?度?|职工|购买|社会组织|服务|项目")
QUANTITY_AT_MOST = 10_000
CATEGORY = record(ServiceCategory, "服务类别", all_of_them=True)


def category(value: Any, known: Context) -> Any:
    """By its name; of 2017年职工心理服务 only 心理 is asked about, once for all years."""
    entry = str(value or "").strip()
    return CATEGORY(AROUND_CATEGORIES.sub("", entry) or entry, known)


def days_of_term(value: Any, known: Context) -> Any:
    if is_nothing(value):
        return None
    found = term(folded(value))
    if found is None:
        raise ValidationError("服务期限应写成 2017.3-2017.12 或 2017-03-01 至 2017-12-31")
    return found


def _fill(contract: ServiceContract, values: dict[str, Any], known: Context) -> None:
    """Its days, what became of it, and what was paid when. Raises ValidationError, and Unsure where the words do not add up."""
    if values.get("term"):
        contract.starts_on, contract.ends_on = values["term"]
    first: Any = contract.starts_on or contract.signed_on
    if first is None or contract.ends_on is None:
        raise ValidationError({"term": "没有服务期限，也没有履行起、履行止"})
    contract.starts_on = first
    if contract.ends_on < first:
        raise ValidationError({"ends_on": "履行止不能早于履行起"})
    if (values.get("quantity") or 1) > QUANTITY_AT_MOST:
        raise ValidationError({"quantity": f"数量最多 {QUANTITY_AT_MOST:,}"})
    in_own_county(contract.organization, known)
    contract.signed_on = contract.signed_on or contract.starts_on
    total = values.get("paid") or Decimal(0)
    if total > contract.amount:
        raise ValidationError({"paid": "已付金额多于合同金额"})
    contract.status = Status.SETTLED if total == contract.amount else Status.ACCEPTED
    values["payments"] = []
    if total:
        told = paid(folded(values.get("payments_told") or ""), contract.amount, total)
        if told is None:
            question = f"付款情况和已付金额 {total} 元对不上，记作履行止那天一次付清"
            confirm(question, f"{contract.number}：{values.get('payments_told') or '没有写付款情况'}", known)
        values["payments"] = told or [(contract.ends_on, total)]


PAST_CONTRACTS = ImportSchema(
    "past-contracts",
    "历史合同",
    ServiceContract,
    (
        columns.words("number", "合同编号", "编号", "合同号", required=True),
        columns.words("title", "合同名称", "项目名称", "名称", "服务项目", "购买项目", required=True),
        columns.reference(
            "organization",
            "承接组织",
            SocialOrganization,
            "社会组织",
            "name",
            "short_name",
            aliases=("乙方", "社会组织", "承接单位", "承办单位", "服务单位", "组织名称"),
            required=True,
            only_new=True,
            help="已登记的全称或简称",
        ),
        columns.reference(
            "department", "责任部门", Department, "部门", aliases=("部门", "承办部门"), all_of_them=True, required=True
        ),
        ImportColumn(
            "category",
            "服务类别",
            category,
            name_of,
            ("类别", "服务类型"),
            instead="title",
            required=True,
            help="没有这一列时，按合同名称问",
        ),
        columns.day("signed_on", "签订日期", "签订时间", "签约日期"),
        ImportColumn(
            "term",
            "服务期限",
            days_of_term,
            str,
            ("期限", "合同期限", "履行期限", "服务时间"),
            help="如 2017.3-2017.12",
        ),
        columns.day("starts_on", "履行起", "开始日期", "起始日期"),
        columns.day("ends_on", "履行止", "结束日期", "截止日期"),
        columns.money("amount", "合同金额（元）", "合同金额", "金额", "合同价款", required=True, only_new=True),
        columns.count("quantity", "数量（场）", "场次", "数量", "购买场次"),
        columns.money("paid", "已付金额（元）", "已付金额", "已付", "支付金额"),
        columns.words("payments_told", "付款情况", "支付情况", "付款说明", help="如 2017.6付50%，2017.12付清"),
    ),
    keys=(("number",),),
    known=lambda user, rows: ServiceContract.objects.select_related("organization", "department"),
    may_import=contract_rules.can_bring_past_contracts,
    may_write=contract_rules.can_write_past_contract,
    add=past_contracts.import_past_contracts,
    edit=partial(bulk.edit, ServiceContract, contract_rules.can_write_past_contract),
    take_back=partial(bulk.take_back, ServiceContract, contract_rules.can_write_past_contract),
    page="services:contract_list",
    fill=_fill,
    may_accept=can_accept_ledger,
    totals=(
        ("年份", lambda contract: f"{contract.signed_on:%Y}"),
        ("社会组织", lambda contract: str(contract.organization)),
    ),
    counts=(("合同金额（元）", "amount"),),
)
