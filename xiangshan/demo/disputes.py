"""What stands behind the cases of the demo data: invented parties, what happened, agreements, and what the studios were paid.

Nobody here exists: names are put together, and the numbers begin with an exchange that no telephone has.
"""

import random
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from mediation.actions import course, rewards
from mediation.models import (
    Agreement,
    CallBack,
    CaseEvent,
    CaseMember,
    DutyShift,
    HelpRequest,
    Instalment,
    InstalmentPayment,
    MediationCase,
    Mediator,
    Party,
    RewardScheme,
    RewardStatement,
    Studio,
)
from mediation.selectors.deadlines import known_law
from xiangshan.core.accounts.models import User
from xiangshan.core.areas.models import Area
from xiangshan.core.records import create, create_many
from xiangshan.demo.around_today import AroundToday, at

VERB = "演示数据"
COUNTY = Area.id_of("330225")
SURNAMES = "柏鲍卞岑褚邸窦鄂樊费干葛耿宫古郝侯花霍姬简荆康"
GIVEN = [
    "安平",
    "秀兰",
    "长青",
    "德顺",
    "桂香",
    "建民",
    "春生",
    "小满",
    "志远",
    "玉珍",
    "海波",
    "丽华",
    "永福",
    "文静",
    "大勇",
]
Kind = CaseEvent.Kind
OLD_ZHOU = [
    ("周远山", "official"),
    ("蒋明理", "lawyer"),
    ("戚婉如", "psychologist"),
    ("应国正", "judge"),
    ("娄爱华", "union"),
]
OTHERS = [("official", "退休干部"), ("lawyer", "律师")]
LESSONS = {
    "wages": "先到现场稳住情绪，再请用人单位负责人当面核对考勤和工资表。",
    "injury": "先垫付医疗费再谈待遇，双方都容易接受。",
    "overtime": "以打卡记录为准逐月核算，比争论总数快。",
    "insurance": "讲清补缴的办法和期限，单位多半愿意改。",
    "dismissal": "把法定标准写在纸上，双方各退一步的空间就清楚了。",
    "other": "先听完双方，再谈办法。",
}
CRITERIA = (
    "一般：事实清楚、单人或数人、当场或一次调解会解决。\n疑难：争议事实需要调查核对，或者三次以上调解，或者涉及工伤鉴定。\n"
    "重大：十人以上集体争议，或者涉及金额 20 万元以上，或者有极端行为苗头。\n由主办调解员提出，权益保障部门确认。"
)


def person(chance: random.Random) -> str:
    return chance.choice(SURNAMES) + chance.choice(GIVEN)


class Numbers:
    """Telephone numbers of the county's area code whose exchange begins with 0: there are none such."""

    def __init__(self) -> None:
        self.last = 0

    def next(self) -> str:
        self.last += 1
        return f"05740{self.last:07d}"


def load_mediators(
    chance: random.Random, people: dict[str, User], studios: dict[str, Studio], around: AroundToday
) -> None:
    """Who works in each studio, and who is on duty around today."""
    items = []
    for studio in studios.values():
        old_zhou = studio.name == "老周工作室"
        team = OLD_ZHOU if old_zhou else [(person(chance), profession) for profession, _ in OTHERS]
        items += [
            Mediator(
                studio=studio,
                user=people["mediator"] if old_zhou and name == people["mediator"].name else None,
                name=name,
                profession=profession,
                starts_on=studio.opened_on + timedelta(days=30 * n),
            )
            for n, (name, profession) in enumerate(team)
        ]
    create_many(items, by=people["supervisor"], verb=VERB)
    shifts = []
    for studio in studios.values():
        turn = [item for item in items if item.studio_id == studio.pk]
        shifts += [DutyShift(mediator=turn[n % len(turn)], day=around.day(n - 3)) for n in range(17)]
    create_many(shifts, by=people["supervisor"], verb=VERB)


class Files:
    """The files of many cases, written in bulk at the end."""

    def __init__(self, chance: random.Random, people: dict[str, User]) -> None:
        self.chance, self.people, self.numbers = chance, people, Numbers()
        self.parties: list[Party] = []
        self.events: list[CaseEvent] = []
        self.members: list[CaseMember] = []
        self.agreements: list[Agreement] = []
        self.instalments: list[Instalment] = []
        self.payments: list[InstalmentPayment] = []

    def file(self, case: MediationCase) -> None:
        """All a case has, as far as it has come."""
        chance, by = self.chance, case.lead_mediator or self.people["supervisor"]
        worker, manager = person(chance), person(chance)
        self.parties.append(Party(case=case, side="worker", name=worker, phone=self.numbers.next()))
        if case.status != "received":
            self.parties.append(Party(case=case, side="employer", name=manager, phone=self.numbers.next()))
        if case.lead_mediator is not None:
            self.members.append(CaseMember(case=case, user=by, joined_on=case.received_on))

        def add(kind: str, moment: datetime, text: str = "") -> None:
            self.events.append(CaseEvent(case=case, kind=kind, at=moment, text=text, by=by))

        if case.first_response_at:
            add(Kind.RESPONSE, case.first_response_at, f"电话联系{worker}，问清情况")
        if case.arrived_at:
            add(Kind.ARRIVAL, case.arrived_at)
        if case.is_group:
            add(Kind.REPORT, case.received_at, f"集体争议（{case.workers} 人）已报权益保障部门")
        if case.accepted_on:
            answered = case.first_response_at or at(case.accepted_on, 9)
            add(Kind.ACCEPTANCE, answered + timedelta(minutes=30))
            held = case.concluded_on or case.accepted_on
            add(Kind.MEETING, at(held, 9), f"{worker}和{manager}到场，核对事实，各自说明要求")
        if case.outcome == "agreed" and case.concluded_on and case.amount_agreed:
            self._agree(case, worker, add)
        if case.closed_on:
            add(Kind.FOLLOW_UP, at(case.closed_on, 10), f"回访{worker}：已解决")
            add(Kind.CLOSING, at(case.closed_on, 11))

    def _agree(self, case: MediationCase, worker: str, add: Any) -> None:
        signed = case.concluded_on or case.received_on
        agreement = Agreement(
            case=case,
            terms=f"用人单位分期支付{worker}人民币 {case.amount_agreed:,.2f} 元，双方再无其他争议。",
            signed_on=signed,
            effective_on=signed,
        )
        self.agreements.append(agreement)
        add(Kind.AGREEMENT, at(signed, 11), f"达成协议，{case.amount_agreed:,.2f} 元")
        over, days = case.closed_on is not None, ((case.closed_on or signed) - signed).days
        count = 1 if case.amount_agreed < 20_000 or (over and days < 3) else 3
        part = (case.amount_agreed / count).quantize(Decimal("1"))
        span = max(1, days)
        for n in range(count):
            amount = part if n < count - 1 else case.amount_agreed - part * (count - 1)
            due = signed + timedelta(days=span * (n + 1) // count) if over else signed + timedelta(days=3 + 30 * n)
            instalment = Instalment(agreement=agreement, due_on=due, amount=amount, paid=amount if over else Decimal(0))
            self.instalments.append(instalment)
            if over:
                add(Kind.PAYMENT, at(due, 15), f"付款 {amount:,.2f} 元")
                self.payments.append(
                    InstalmentPayment(
                        case=case,
                        instalment=instalment,
                        amount=amount,
                        paid_on=due,
                        proof="双方确认",
                        recorded_by=case.lead_mediator or self.people["supervisor"],
                    )
                )

    def write(self) -> None:
        by = self.people["supervisor"]
        for rows in (self.parties, self.members, self.events, self.agreements, self.instalments, self.payments):
            create_many(rows, by=by, verb=VERB)


def describe(chance: random.Random, case: MediationCase, people: dict[str, User]) -> None:
    """What is known of a case besides its course: the time it is about, its grade, what was said of it."""
    case.dispute_from = case.received_on - timedelta(days=chance.randint(60, 240))
    case.dispute_to = case.received_on - timedelta(days=chance.randint(1, 20))
    case.known_on = case.dispute_to
    if case.outcome in ("agreed", "failed") and case.closed_on:
        major = case.is_group or case.amount_involved >= 200_000
        case.grade = "major" if major else chance.choices(["general", "hard"], [0.75, 0.25])[0]
        case.grade_reason = {"general": "一次调解会解决", "hard": "三次以上调解", "major": "集体争议或金额较大"}[
            case.grade
        ]
        case.grade_proposed_by = case.lead_mediator or people["county"]
        case.graded_by = people["supervisor"]
    if case.closed_on and chance.random() < 0.93:
        case.worker_satisfaction = chance.choice([4, 5, 5]) if case.outcome == "agreed" else chance.choice([2, 3, 4])
        case.employer_satisfaction = chance.choice([3, 4, 5])
        case.lessons = LESSONS[case.kind]


def load(
    chance: random.Random,
    people: dict[str, User],
    studios: dict[str, Studio],
    cases: Iterable[MediationCase],
    around: AroundToday,
) -> dict[str, int]:
    """Files behind the cases of 2020 and of these weeks, then schemes and statements."""
    load_mediators(chance, people, studios, around)
    files = Files(chance, people)
    for case in cases:
        if case.received_on.year == 2020 or case.received_on.year >= around.today.year - 1:
            files.file(case)
    files.write()
    law = known_law()
    for case in MediationCase.objects.in_work():
        course.keep_due(case, law)
    _help(chance, studios, around)
    return {"statements": _statements(people, studios, around)}


def _help(chance: random.Random, studios: dict[str, Studio], around: AroundToday) -> None:
    """One worker who asked a quarter of an hour ago, in the town of 老周工作室."""
    studio = studios["老周工作室"]
    asked = HelpRequest(
        area=studio.area,
        studio=studio,
        kind="wages",
        name=person(chance),
        phone="057409999999",
        text="三个月工资没有发，老板不接电话",
        asked_at=around.now - timedelta(minutes=15),
    )
    create(asked, by=None, verb="求助")


def _scheme(people: dict[str, User], year: int, *, approved: bool, general: int = 200) -> RewardScheme:
    scheme = RewardScheme(
        area_id=COUNTY,
        year=year,
        version=1,
        base_general=Decimal(general),
        base_hard=Decimal(500),
        base_major=Decimal(1000),
        criteria=CRITERIA,
        unagreed_share=50,
        paid_per_mille=5,
        paid_at_most=Decimal(500),
        group_extra=Decimal(300),
        late_after=120,
        late_minus=Decimal(50),
        case_at_most=Decimal(1800),
        studio_at_most=Decimal(100_000),
        least_complete=80,
        call_back_share=10,
        created_by=people["supervisor"],
        status="approved" if approved else "draft",
        approved_by=people["finance"] if approved else None,
    )
    return create(scheme, by=people["supervisor"], verb=VERB)


def _statements(people: dict[str, User], studios: dict[str, Studio], around: AroundToday) -> int:
    """The four quarters of 2020, computed, checked, approved and paid by the same actions as the pages; the last one of now is open."""
    supervisor, finance = people["supervisor"], people["finance"]
    for year in around.scheme_years:
        _scheme(people, year, approved=True)
    _scheme(people, around.today.year + 1, approved=False, general=240)
    for studio in studios.values():
        for quarter in range(1, 5):
            statement = rewards.compute_statement(studio, 2020, quarter, by=supervisor)
            rewards.submit_statement(statement, by=supervisor)
            ended = date(2020 + quarter // 4, quarter * 3 % 12 + 1, 1)
            for drawn in CallBack.objects.filter(line__statement=statement).order_by("pk"):
                drawn.line.statement = statement
                rewards.call_back(drawn, by=supervisor, result="confirmed", note="情况属实", called_on=ended)
            rewards.approve_statement(statement, by=finance)
            if not statement.lines.exists():
                continue
            number = f"记-{ended:%Y%m}{studio.pk:02d}"
            rewards.pay_statement(statement, by=finance, voucher_number=number, paid_on=around.today)
            # Paid when it was due, not when the demo was loaded.
            RewardStatement.objects.filter(pk=statement.pk).update(
                requested_at=at(ended + timedelta(days=5), 9),
                approved_at=at(ended + timedelta(days=12), 9),
                paid_on=ended + timedelta(days=15),
            )
    waiting = rewards.compute_statement(studios["老周工作室"], *around.last_quarter, by=supervisor)
    rewards.submit_statement(waiting, by=supervisor)
    return RewardStatement.objects.count()
