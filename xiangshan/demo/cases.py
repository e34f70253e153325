"""Studios, cases and receptions of the demo data; who is in them stands in disputes.py. Subjects name nobody."""

import random
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from mediation.models import Dispute, MediationCase, Reception, Studio
from orgs.models import Employer, SocialOrganization
from xiangshan.core.accounts.models import User
from xiangshan.core.areas.models import Area
from xiangshan.core.numbering import next_number
from xiangshan.core.records import create_many
from xiangshan.demo import disputes
from xiangshan.demo.around_today import LATELY, AroundToday, at

VERB = "演示数据"
STUDIOS = [
    ("老周工作室", "丹东", "330225001", "老周调解", date(2016, 5, 1)),
    ("老娘舅工作室", "石浦", "330225101", "海上老娘舅", date(2012, 9, 1)),
    ("和谐工作室", "丹西", "330225002", "", date(2017, 3, 1)),
    ("渔港工作室", "鹤浦", "330225103", "", date(2018, 4, 1)),
    ("西周工作室", "西周", "330225102", "", date(2017, 8, 1)),
    ("贤庠工作室", "贤庠", "330225104", "", date(2018, 6, 1)),
    ("爵溪工作室", "爵溪", "330225003", "", date(2018, 9, 1)),
    ("定塘工作室", "定塘", "330225107", "", date(2019, 1, 1)),
]
KINDS = ["wages", "wages", "wages", "injury", "overtime", "insurance", "dismissal", "other"]
SUBJECTS = {
    "wages": "保安反映拖欠工资",
    "injury": "车间受伤后待遇争议",
    "overtime": "加班费计算争议",
    "insurance": "未按规定缴纳社会保险",
    "dismissal": "解除劳动合同补偿争议",
    "other": "岗位调整争议",
}
CHANNELS = ["phone", "walk_in", "hotline", "referral"]


def load_studios(chance: random.Random, county: User, teams: dict[str, SocialOrganization]) -> dict[str, Studio]:
    studios = [
        Studio(
            name=name,
            case_prefix=case_prefix,
            area_id=Area.id_of(town),
            organization=teams.get(team),
            phone=f"0574-6500{chance.randint(1000, 9999)}",
            opened_on=opened,
            plaque="县总工会调处工作室",
        )
        for name, case_prefix, town, team, opened in STUDIOS
    ]
    create_many(studios, by=county, verb=VERB)
    return {studio.name: studio for studio in studios}


def load(
    chance: random.Random, people: dict[str, User], studios: dict[str, Studio], around: AroundToday
) -> dict[str, int]:
    employers: dict[int, list[Employer]] = {}
    for employer in Employer.objects.order_by("pk"):
        employers.setdefault(employer.area_id, []).append(employer)
    items: list[MediationCase] = []
    for studio in studios.values():
        old_zhou = studio.name == "老周工作室"
        for year, many in ((2019, 150), (2020, 208), (2021, 180)):
            count = many if old_zhou else chance.randint(14, 40)
            cases = [_closed(chance, studio, year, employers, people) for _ in range(count)]
            _share(chance, cases, 12_880_000 if old_zhou and year == 2020 else count * chance.randint(30_000, 50_000))
            items += sorted(cases, key=lambda case: case.received_at)
    items += _lately(chance, studios["老周工作室"], employers, people, around)
    items += _open(chance, studios["老周工作室"], employers, people, around)
    disputes_of_their_own = Dispute.objects.bulk_create(Dispute() for _ in items)
    for case, dispute in zip(items, disputes_of_their_own, strict=True):
        case.dispute = dispute
        disputes.describe(chance, case, people)
        year = case.received_on.year
        case.number = f"象工调〔{year}〕{case.studio.case_prefix}{next_number(f'case-{case.studio_id}-{year}'):03d}号"
    create_many(items, by=people["supervisor"], verb=VERB)
    receptions = _receptions(chance, studios, items, people)
    create_many(receptions, by=people["supervisor"], verb=VERB)
    made = disputes.load(chance, people, studios, items, around)
    return {"cases": len(items), "receptions": len(receptions), **made}


def _case(
    chance: random.Random,
    studio: Studio,
    received: datetime,
    employers: dict[int, list[Employer]],
    people: dict[str, User],
) -> MediationCase:
    kind = chance.choice(KINDS)
    minutes = min(600, int(chance.expovariate(1 / 35)) + 2)
    return MediationCase(
        studio=studio,
        area=studio.area,
        channel=chance.choice(CHANNELS),
        kind=kind,
        subject=SUBJECTS[kind],
        employer=chance.choice(employers.get(studio.area_id, [None])),
        workers=chance.choice([1, 1, 1, 1, 2, 3, 12]),
        people_received=chance.choice([1, 1, 2, 2, 3]),
        received_at=received,
        received_on=timezone.localtime(received).date(),
        first_response_at=received + timedelta(minutes=minutes),
        response_minutes=minutes,
        lead_mediator=people["mediator"] if studio.name == "老周工作室" else None,
    )


def _closed(
    chance: random.Random, studio: Studio, year: int, employers: dict[int, list[Employer]], people: dict[str, User]
) -> MediationCase:
    """Received and closed within the year."""
    day = date(year, 1, 4) + timedelta(days=chance.randint(0, 320))
    received = at(day, chance.randint(8, 17), chance.randint(0, 59))
    case = _case(chance, studio, received, employers, people)
    case.accepted_on = case.received_on
    case.concluded_on = case.accepted_on + timedelta(days=chance.choice([1, 2, 4, 6, 9, 13, 15, 19]))
    case.closed_on = case.concluded_on + timedelta(days=chance.randint(0, 15))
    case.outcome = chance.choices(["agreed", "failed", "withdrawn", "referred"], [0.86, 0.07, 0.03, 0.04])[0]
    case.status = MediationCase.Status.CLOSED
    return case


def _lately(
    chance: random.Random,
    studio: Studio,
    employers: dict[int, list[Employer]],
    people: dict[str, User],
    around: AroundToday,
) -> list[MediationCase]:
    """Closed in the quarter before this one, so that there is a statement to work on."""
    items = []
    for days in LATELY:
        day = around.quarter_begins - timedelta(days=days)
        received = at(day, chance.randint(8, 17), 20)
        case = _case(chance, studio, received, employers, people)
        case.accepted_on = case.received_on
        case.concluded_on = day + timedelta(days=chance.randint(1, 12))
        case.closed_on = case.concluded_on + timedelta(days=chance.randint(1, 12))
        case.outcome = "failed" if days == 52 else "agreed"
        case.status = MediationCase.Status.CLOSED
        items.append(case)
    _share(chance, items, 320_000)
    return items


def _share(chance: random.Random, cases: list[MediationCase], total: int) -> None:
    """Spreads a total over the cases, in whole hundreds; the last takes what is left."""
    weights = [chance.expovariate(1) + 0.05 for _ in cases]
    left = total
    for n, (case, weight) in enumerate(zip(cases, weights, strict=True)):
        amount = left if n == len(cases) - 1 else round(total * weight / sum(weights) / 100) * 100
        left -= amount
        case.amount_involved = Decimal(max(0, amount))
        if case.outcome == "agreed":
            case.amount_agreed = case.amount_paid = (case.amount_involved * Decimal("0.85")).quantize(Decimal("1"))


def _open(
    chance: random.Random,
    studio: Studio,
    employers: dict[int, list[Employer]],
    people: dict[str, User],
    around: AroundToday,
) -> list[MediationCase]:
    """What the mediator has on the table today."""
    items = []
    for received, status in around.open_cases:
        case = _case(chance, studio, received, employers, people)
        case.status = status
        case.amount_involved = Decimal(chance.randint(20, 900) * 100)
        if status == "received":
            case.first_response_at = case.response_minutes = None
        else:
            case.arrived_at = (case.first_response_at or case.received_at) + timedelta(minutes=25)
        if status in ("mediating", "agreed"):
            case.accepted_on = case.received_on
        if status == "agreed":
            case.outcome, case.concluded_on, case.amount_agreed = (
                "agreed",
                case.received_on + timedelta(days=6),
                case.amount_involved,
            )
        items.append(case)
    return sorted(items, key=lambda case: case.received_at)


def _receptions(
    chance: random.Random, studios: dict[str, Studio], cases: list[MediationCase], people: dict[str, User]
) -> list[Reception]:
    """People received without a case. For 老周工作室 in 2020 they bring the year to 460."""
    items = []
    for studio in studios.values():
        for year in (2019, 2020, 2021):
            here = sum(
                case.people_received for case in cases if case.studio == studio and case.received_on.year == year
            )
            left = 460 - here if studio.name == "老周工作室" and year == 2020 else chance.randint(8, 40)
            while left > 0:
                people_here = min(left, chance.randint(1, 4))
                left -= people_here
                day = date(year, 1, 4) + timedelta(days=chance.randint(0, 350))
                items.append(
                    Reception(
                        studio=studio,
                        received_on=day,
                        people=people_here,
                        subject="政策咨询",
                        recorded_by=people["supervisor"],
                    )
                )
    return items
