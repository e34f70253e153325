"""Contracts: complete before they are signed, changed by amendments, ordered below a framework, renewed, planned."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from services.actions import calendars, contracts, payments
from services.delivery import Progress
from services.models import ActivitySession, Department, ServiceContract
from services.versions import differences
from tests import factories
from xiangshan.shared.schedule import days_of, read_days

TERMS = [
    {"when": "signing", "share": Decimal(30)},
    {"when": "delivered", "share": Decimal(50), "delivered_share": 60},
    {"when": "acceptance", "share": Decimal(20)},
]


def draft(by, organization, **values):
    asked = {
        "title": "2020 年职工心理讲座",
        "department": Department.objects.first(),
        "starts_on": date(2020, 1, 1),
        "ends_on": date(2020, 12, 31),
        "amount": Decimal("64000.01"),
        "lines": [
            {
                "category": factories.category("psychology"),
                "title": "讲座",
                "quantity": 64,
                "lump_sum": Decimal("64000.01"),
            }
        ],
        "terms": TERMS,
        "documents": [],
    }
    return contracts.draft(by=by, organization=organization, **asked | values)


def test_terms_come_to_the_amount_to_the_fen(county_staff, organization):
    contract = draft(county_staff, organization)
    assert [term.amount for term in contract.terms.all()] == [
        Decimal("19200.00"),
        Decimal("32000.01"),
        Decimal("12800.00"),
    ]


def test_what_is_incomplete_is_not_signed(county_staff, organization):
    contract = draft(county_staff, organization, documents=[{"title": "服务方案", "due": "signing"}])
    with pytest.raises(PermissionDenied, match="服务方案"):
        contracts.move(contract, "signed", by=county_staff)
    for values, text in (
        ({"terms": []}, "没有付款条件"),
        ({"lines": [{"category": factories.category(), "title": "讲座", "quantity": 1}]}, "没有价格"),
        ({"amount": Decimal(70_000)}, "明细合计 ¥64,000.01，与合同金额 ¥70,000 不符"),
    ):
        with pytest.raises(PermissionDenied, match=text):
            contracts.move(draft(county_staff, organization, **values), "signed", by=county_staff)
    signed = contracts.move(draft(county_staff, organization), "signed", by=county_staff)
    assert signed.status == "signed"
    with pytest.raises(PermissionDenied, match="由验收和付款记录得出"):
        contracts.move(contracts.move(signed, "running", by=county_staff), "accepted", by=county_staff)


def test_an_amendment_keeps_both_versions_and_works_the_terms_out_anew(county_staff, organization, leader):
    contract = draft(county_staff, organization)
    contract = contracts.move(contract, "signed", by=county_staff)
    first = contract.terms.first()
    payments.request(first, by=leader)
    line = contract.lines.get()
    change = {"agreed_on": date(2020, 6, 1), "why": "增加六场", "amount": Decimal("70000.00")}
    with pytest.raises(ValidationError, match="与合同金额 ¥70,000 不符"):
        contracts.amend(contract, by=county_staff, **change)
    amendment = contracts.amend(
        contract, by=county_staff, lines=[{"row": line, "quantity": 70, "lump_sum": Decimal("70000.00")}], **change
    )
    assert [term.amount for term in contract.terms.all()] == [
        Decimal("19200.00"),
        Decimal("36285.71"),
        Decimal("14514.29"),
    ]
    text = {(one.part, one.what): (one.before, one.after) for one in differences(amendment.before, amendment.after)}
    assert text["合同", "合同金额（元）"] == ("¥64,000.01", "¥70,000")
    assert any("64 场" in before and "70 场" in after for before, after in text.values())
    assert amendment.version == 2
    contract.refresh_from_db()
    assert contract.version == 2
    with pytest.raises(ValidationError, match="没有任何变更"):
        contracts.amend(contract, by=county_staff, agreed_on=date(2020, 6, 2), why="无")


def test_a_line_with_sessions_is_not_taken_out(county_staff, organization):
    contract = contracts.move(draft(county_staff, organization), "signed", by=county_staff)
    line = contract.lines.get()
    factories.SessionFactory(organization=organization, basis="bought", contract_line=line, category=line.category)
    with pytest.raises(ValidationError, match="已有场次，不能删去"):
        contracts.amend(
            contract, by=county_staff, agreed_on=date(2020, 6, 1), why="取消", lines=[{"row": line, "gone": True}]
        )


def test_task_orders_stay_within_their_framework(county_staff, organization):
    framework = draft(county_staff, organization, kind="framework", lines=[], terms=[], amount=Decimal(100_000))
    order = {"kind": "order", "framework": framework}
    with pytest.raises(PermissionDenied, match="草稿，不能下任务单"):
        draft(county_staff, organization, **order)
    framework = contracts.move(framework, "signed", by=county_staff)
    order["framework"] = framework
    draft(county_staff, organization, **order)
    with pytest.raises(ValidationError, match="框架合同只余 ¥35,999.99"):
        draft(county_staff, organization, **order)
    with pytest.raises(ValidationError, match="框架合同的履行期内"):
        draft(county_staff, organization, amount=Decimal(100), lines=[], terms=[], ends_on=date(2021, 1, 1), **order)
    # Counted by its orders, not besides them.
    assert list(ServiceContract.objects.binding()) == []


def test_renewed_once_for_the_next_year_with_everything(county_staff, organization):
    contract = draft(county_staff, organization, starts_on=date(2020, 2, 29))
    contract = contracts.move(contract, "signed", by=county_staff)
    made = contracts.renew(contract, by=county_staff)
    assert (made.title, made.starts_on, made.ends_on, made.status) == (
        "2021 年职工心理讲座",
        date(2021, 2, 28),
        date(2021, 12, 31),
        "draft",
    )
    assert made.lines.get().quantity == 64
    assert sum(term.amount for term in made.terms.all()) == made.amount
    with pytest.raises(PermissionDenied, match="已经有下一年"):
        contracts.renew(contract, by=county_staff)


def test_a_series_fills_what_is_left_and_no_more(county_staff, leader, organization):
    line = factories.LineFactory(contract__organization=organization, quantity=3)
    days = days_of("weekly", date(2020, 3, 4), 3, line.contract.ends_on)
    with pytest.raises(ValidationError, match="只余 3 场"):
        calendars.plan_series(line, [*days, date(2020, 4, 1)], by=leader, title="讲座")
    with pytest.raises(ValidationError, match="不在合同履行期内"):
        calendars.plan_series(line, [date(2021, 1, 1)], by=leader, title="讲座")
    assert not ActivitySession.objects.exists()
    made = calendars.plan_series(line, days, by=leader, title="讲座")
    assert [session.held_on for session in made] == [date(2020, 3, 4), date(2020, 3, 11), date(2020, 3, 18)]
    with pytest.raises(ValidationError, match="只余 0 场"):
        calendars.plan_series(line, [date(2020, 4, 1)], by=county_staff, title="讲座")


def test_days_of_a_series():
    until = date(2021, 6, 30)
    assert days_of("monthly", date(2020, 12, 31), 4, until) == [
        date(2020, 12, 31),
        date(2021, 1, 31),
        date(2021, 2, 28),
        date(2021, 3, 31),
    ]
    assert days_of("fortnightly", date(2021, 6, 10), 9, until) == [date(2021, 6, 10), date(2021, 6, 24)]
    assert read_days("2026-3-5、2026/3/4\n2026年3月5日") == [date(2026, 3, 4), date(2026, 3, 5)]
    with pytest.raises(ValueError, match="2026-2-30"):
        read_days("2026-2-30")


def test_a_session_moves_within_its_contract(leader, organization):
    line = factories.LineFactory(contract__organization=organization)
    session = factories.SessionFactory(organization=organization, basis="bought", contract_line=line)
    assert calendars.move_session(session, date(2020, 11, 12), by=leader).held_on == date(2020, 11, 12)
    with pytest.raises(ValidationError, match="履行期"):
        calendars.move_session(session, date(2021, 11, 12), by=leader)
    held = factories.SessionFactory(organization=organization, reported=True)
    with pytest.raises(PermissionDenied):
        calendars.move_session(held, date(2020, 11, 12), by=leader)


def test_the_forecast_says_nothing_too_early_and_warns_in_time():
    def progress(delivered, today):
        return Progress(64, delivered, date(2020, 1, 1), date(2020, 12, 31), today)

    assert progress(1, date(2020, 1, 10)).forecast is None
    assert progress(20, date(2020, 8, 31)).forecast == round(20 / (244 / 366))
    assert progress(32, date(2020, 7, 1)).done_on == date(2020, 1, 1) + timedelta(days=round(64 * 183 / 32))
    assert progress(64, date(2021, 1, 1)).forecast is None
