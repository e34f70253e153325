"""What stands behind the demo's contracts: terms, payments, acceptances; requests of workplaces, and procurements under way."""

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from orgs.models import Employer, SocialOrganization
from services.actions import acceptances
from services.actions import contracts as contract_actions
from services.checklist import checklist_of
from services.models import (
    Acceptance,
    AcceptanceSignature,
    AcceptedSession,
    ActivitySession,
    Bid,
    BidScore,
    ContractLine,
    Department,
    Evaluator,
    Invitation,
    Payment,
    PaymentTerm,
    Procurement,
    ProcurementCriterion,
    RequiredDocument,
    ServiceCategory,
    ServiceContract,
    ServiceRequest,
)
from services.models.sessions import LETTERS
from xiangshan.core.accounts.models import User
from xiangshan.core.areas.models import town_of
from xiangshan.core.money import split
from xiangshan.core.numbering import next_number
from xiangshan.core.records import change, create_many
from xiangshan.demo.around_today import LAST_ASKED_AFTER, SECOND_ASKED_AFTER, AroundToday, at
from xiangshan.demo.sessions import VERB

COUNTY = 330225_000_000
TERMS = (("signing", 30, None), ("delivered", 50, 60), ("acceptance", 20, None))
WISHES = {
    "psychology": ("班组长压力大，想听一堂情绪管理课", "夜班职工睡眠不好"),
    "handy": ("工地出不去，请来剪头发", "宿舍区想办一次便民日"),
    "arts": ("年会前想要一场演出", "食堂想搞一场快闪"),
    "health": ("请来量血压、看颈椎", "女职工健康讲座"),
    "law": ("想了解新的工伤规定", "有几位职工问加班费怎么算"),
    "safety": ("复工前讲一讲有限空间作业",),
}
CONTACTS = ("王主席", "李主任", "陈师傅", "郑女士", "林经理", "周先生")


def load(
    chance: random.Random, people: dict[str, User], teams: dict[str, SocialOrganization], around: AroundToday
) -> dict[str, int]:
    contracts = list(ServiceContract.objects.select_related("organization").order_by("pk"))
    led = teams["心理学习小组"].pk
    payments = _payments(contracts, people, led, around)
    _acceptances([contract for contract in contracts if contract.status == "settled"], people, led)
    requests = _requests(chance, people, around)
    procurements = _procurements(people, teams, around)
    return {"payments": payments, "requests": requests, "procurements": procurements}


def _payments(contracts: list[ServiceContract], people: dict[str, User], led: int, around: AroundToday) -> int:
    terms = [
        PaymentTerm(contract=contract, when=when, share=share, delivered_share=delivered, amount=amount)
        for contract in contracts
        for (when, share, delivered), amount in zip(
            TERMS, split(contract.amount, [Decimal(share) for _, share, _ in TERMS]), strict=True
        )
    ]
    create_many(terms, by=people["county"], verb=VERB)
    create_many(
        [
            RequiredDocument(contract=item, title=title, due=due)
            for item in contracts
            for title, due in contract_actions.USUAL_DOCUMENTS
        ],
        by=people["county"],
        verb=VERB,
    )
    made: list[Payment] = []
    for n, term in enumerate(terms):
        contract = term.contract
        place = n % len(TERMS)
        begins = contract.starts_on
        asked_on = [contract.signed_on or begins, begins + SECOND_ASKED_AFTER, begins + LAST_ASKED_AFTER][place]
        year = asked_on.year
        settled = contract.status == "settled"
        if not settled and place == 2:
            continue
        # Of the running year's second tranches some wait for finance, some were sent back: to-dos are alive.
        status = "paid" if settled or place == 0 else ("requested", "approved", "returned", "paid")[n // 3 % 4]
        number = next_number(f"payment-330225-{year}")
        payment = Payment(
            number=f"象工付〔{year}〕{number:03d}号",
            contract=contract,
            term=term,
            amount=term.amount,
            status=status,
            requested_by=people["leader" if contract.organization_id == led else "reporter"],
            requested_at=at(asked_on, 10),
        )
        if status in ("approved", "paid"):
            payment.approved_by, payment.approved_at = people["finance"], at(asked_on + timedelta(days=2), 15)
        if status == "paid":
            payment.paid_on, payment.paid_by = asked_on + timedelta(days=5), people["finance"]
            payment.voucher_number = f"记-{year % 100}{number:04d}"
        if status == "returned":
            payment.return_reason = "请补交第三季度的签到表"
        made.append(payment)
    create_many(made, by=people["county"], verb=VERB)
    return len(made)


def _acceptances(contracts: list[ServiceContract], people: dict[str, User], led: int) -> None:
    """A final one for each settled contract, as it stood at the year's end."""
    made = [
        Acceptance(
            contract=contract,
            batch=1,
            is_final=True,
            status="open",
            opened_by=people["county"],
            opened_on=date(contract.starts_on.year, 12, 29),
        )
        for contract in contracts
    ]
    create_many(made, by=people["county"], verb=VERB)
    items = [
        AcceptedSession(acceptance=row, session=session)
        for row in made
        for session in acceptances.acceptable(row.contract)
    ]
    AcceptedSession.objects.bulk_create(items, batch_size=500)
    signatures = []
    for row in made:
        row.checklist = [item.as_kept() for item in checklist_of(row)]
        row.status, row.decision = "signed", "accepted"
        row.opinion = "按约定完成，职工反映良好；纸质材料另行归档。"
        row.decided_by, row.decided_on = people["county"], row.opened_on
        row.clean_fields()
        signer = people["leader" if row.contract.organization_id == led else "reporter"]
        for party, who in (("union", people["county"]), ("organization", signer)):
            signatures.append(
                AcceptanceSignature(acceptance=row, party=party, signed_by=who, signed_at=at(row.opened_on, 16))
            )
    Acceptance.objects.bulk_update(
        made, ["checklist", "status", "decision", "opinion", "decided_by", "decided_on"], batch_size=100
    )
    create_many(signatures, by=people["county"], verb=VERB)


def _requests(chance: random.Random, people: dict[str, User], around: AroundToday) -> int:
    """Of 2020, most of them met and rated; around today, in every state."""
    categories = {category.code: category for category in ServiceCategory.objects.all()}
    employers = list(Employer.objects.select_related("area").order_by("pk"))
    made: list[ServiceRequest] = []

    def ask(code: str, asked_on: date, **values: Any) -> ServiceRequest:
        employer = chance.choice(employers)
        request = ServiceRequest(
            code="".join(chance.choices(LETTERS, k=10)),
            category=categories[code],
            employer=employer,
            workplace=employer.name,
            area_id=town_of(employer.area_id),
            contact=chance.choice(CONTACTS),
            phone=f"0574-6500{chance.randint(1000, 9999)}",
            wished_from=asked_on + timedelta(days=7),
            wished_until=asked_on + timedelta(days=21),
            people=chance.choice((30, 40, 60, 80, 120)),
            wish=chance.choice(WISHES[code]),
            asked_on=asked_on,
            asked_at=at(asked_on, 9),
            is_public=chance.random() < 0.6,
            **values,
        )
        made.append(request)
        return request

    met = ActivitySession.objects.filter(
        held_on__year=2020, status="verified", basis="bought", category__code__in=WISHES
    ).select_related("category", "contract_line")
    for n, session in enumerate(met.order_by("pk")[::9]):
        done = n % 4 != 3
        ask(
            session.category.code,
            session.held_on - timedelta(days=16),
            status="done" if done else "scheduled",
            contract_line=session.contract_line,
            session=session,
            handled_by=people["county"],
            rating=chance.choice((5, 5, 4)) if done else None,
        )
    for n, code in enumerate(("arts", "law", "health", "handy")):
        ask(code, date(2020, 3 + 2 * n, 12), status="declined", handled_by=people["county"], answer="当月场次已排满")
    for days, code in ((1, "psychology"), (2, "handy"), (3, "law")):
        ask(code, around.day(-days))
    ask("arts", around.day(-5), status="accepted", handled_by=people["county"])
    line = ContractLine.objects.filter(contract__status="running", category__code="psychology").first()
    ask("psychology", around.day(-6), status="matched", contract_line=line, handled_by=people["county"])
    return len(create_many(made, by=people["county"], verb=VERB))


def _procurements(people: dict[str, User], teams: dict[str, SocialOrganization], around: AroundToday) -> int:
    """Last year's, decided; this year's, open to bids."""
    bidders = [teams[name] for name in ("心理学习小组", "中医药服务队", "绿丝带志愿者协会")]
    category = ServiceCategory.objects.get(code="psychology")
    department = Department.objects.get(name="女职工委员会")
    judges = [people[name] for name in ("town", "finance", "supervisor")]
    decided, still_open = (
        Procurement(
            number=f"象工采〔{day.year}〕{next_number(f'procurement-330225-{day.year}'):03d}号",
            title=f"{day.year} 年职工心理服务",
            area_id=COUNTY,
            category=category,
            department=department,
            quantity=64,
            budget=Decimal(70_000),
            method="consultation",
            requirements="面向企业一线职工的心理讲座，每场一小时半，讲前试讲。",
            closes_at=at(day, 17),
            created_by=people["county"],
            status=status,
        )
        for day, status in ((date(2020, 1, 3), "scoring"), (around.day(12), "open"))
    )
    create_many([decided, still_open], by=people["county"], verb=VERB)
    criteria = [
        ProcurementCriterion(procurement=item, title=title, weight=weight)
        for item in (decided, still_open)
        for title, weight in (("服务方案", 50), ("团队与业绩", 30), ("报价", 20))
    ]
    create_many(criteria, by=people["county"], verb=VERB)
    create_many(
        [Invitation(procurement=item, organization=team) for item in (decided, still_open) for team in bidders],
        by=people["county"],
        verb=VERB,
    )
    evaluators = [
        Evaluator(procurement=item, user=user, finished_at=at(date(2020, 1, 4), 11) if item is decided else None)
        for item in (decided, still_open)
        for user in judges
    ]
    create_many(evaluators, by=people["county"], verb=VERB)
    bids = [
        Bid(
            procurement=decided,
            organization=team,
            price=price,
            proposal="讲师均有心理咨询资质，按企业班次上门。",
            submitted_by=people["leader" if n == 0 else "reporter"],
            submitted_at=at(date(2020, 1, 2), 10),
        )
        for n, (team, price) in enumerate(zip(bidders, (64_000, 66_000, 68_000), strict=True))
    ]
    create_many(bids, by=people["county"], verb=VERB)
    create_many(
        [
            BidScore(evaluator=evaluator, bid=bid, criterion=criterion, points=Decimal(92 - 5 * n - m + k))
            for n, bid in enumerate(bids)
            for m, evaluator in enumerate(evaluators[:3])
            for k, criterion in enumerate(criteria[:3])
        ],
        by=people["county"],
        verb=VERB,
    )
    change(
        decided,
        by=people["county"],
        verb=VERB,
        status="decided",
        winner=bids[0],
        decision_reason="综合得分第一，报价最低，讲师有资质并已建会。",
        decided_by=people["county"],
        decided_on=date(2020, 1, 4),
    )
    contract = ServiceContract.objects.get(starts_on__year=2020, organization=bidders[0])
    change(contract, by=people["county"], verb=VERB, procurement=decided)
    return 2
