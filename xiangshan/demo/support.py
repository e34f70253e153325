"""Rooms, things, trainings and the nurseries of the demo data: what the county's organizations received beside money."""

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from orgs.models import FieldOfWork, SocialOrganization, StageSpan, StrengthReport, Venue
from projects.models import Equipment, EquipmentLoan, Incubation, SupportGiven, SupportProject, VenueBooking, VenueSlot
from xiangshan.core.accounts.models import User
from xiangshan.core.areas.models import Area
from xiangshan.core.records import create, create_many, set_related
from xiangshan.demo.around_today import AroundToday, at
from xiangshan.demo.organizations import NURSERY
from xiangshan.demo.plans import PLANS
from xiangshan.demo.projects import COUNTY, VERB

HALF_HOUR = timedelta(minutes=30)
THINGS = [
    ("冲锋舟", 2),
    ("卫星电话", 2),
    ("急救包", 4),
    ("心肺复苏训练模型", 2),
    ("便携音响", 3),
    ("舞台灯光", 1),
    ("投影仪", 2),
    ("折叠帐篷", 4),
    ("理发工具箱", 2),
    ("血压计", 2),
]
BORROWED = {
    "雄鹰应急救援队": ("卫星电话", "急救包", "心肺复苏训练模型"),
    "美容美发协会": ("理发工具箱",),
    "绿丝带志愿者协会": ("折叠帐篷",),
    "县职工艺术团": ("便携音响", "舞台灯光"),
    "心理学习小组": ("投影仪",),
    "塔山社区": ("折叠帐篷", "便携音响", "血压计"),
    "海上老娘舅": ("投影仪",),
}
TAUGHT = {
    "雄鹰应急救援队": ("水域救援员培训", "应急指挥与通信", "救护师资复训"),
    "美容美发协会": ("志愿服务礼仪", "卫生消毒规范"),
    "绿丝带志愿者协会": ("走访沟通技巧", "志愿者心理支持"),
    "县职工艺术团": ("舞台编导工作坊",),
    "心理学习小组": ("团体辅导督导", "危机识别与转介"),
    "塔山社区": ("团队负责人培训", "项目书怎么写", "财务与票据"),
    "海上老娘舅": ("劳动争议调解实务", "渔业用工常见纠纷"),
}
# Who mentors teams of which field.
MENTORS = {
    "体育健身": "县篮球协会",
    "文化艺术": "县职工艺术团",
    "志愿服务": "绿丝带志愿者协会",
    "社区治理": "塔山社区",
    "技能培训": "安全讲师团",
    "健康医疗": "中医药服务队",
    "便民服务": "美容美发协会",
    "心理关爱": "心理学习小组",
    "婚恋交友": "绿丝带志愿者协会",
}
# Teams of 塔山社区's nursery: name, field, stage, months ago it came, who mentors it.
TASHAN = [
    ("塔山老兵维修队", "便民服务", "mature", 26, "美容美发协会"),
    ("塔山巧娘编织坊", "文化艺术", "mature", 22, "县职工艺术团"),
    ("塔山健康小屋", "健康医疗", "growing", 15, "中医药服务队"),
    ("塔山四点半课堂", "志愿服务", "growing", 14, "绿丝带志愿者协会"),
    ("塔山邻里调解角", "社区治理", "growing", 11, "海上老娘舅"),
    ("塔山骑手驿站互助队", "志愿服务", "seed", 5, "绿丝带志愿者协会"),
    ("塔山楼道应急组", "应急救援", "seed", 3, "雄鹰应急救援队"),
    ("塔山阳台种植社", "其他", "left", 30, "塔山社区"),
]
NOTES = {
    "left": "负责人搬离，成员转入其他团队。",
    "seed": "刚组队，每两周聚一次，还在找固定时间和场地。",
    "growing": "每月有活动，骨干 3 人以上，由带教组织陪同办活动。",
    "mature": "能自己策划和上报活动，正在学做预算和报销。",
    "independent": "独立开展活动，已建立工会，不再需要带教。",
}


def load(people: dict[str, User], teams: dict[str, SocialOrganization], around: AroundToday) -> dict[str, int]:
    chance = random.Random(261)
    granted: Any = SupportProject.objects.filter(status__in=("closed", "running")).order_by("pk")
    projects = {(item.organization_id, item.starts_on.year): item for item in granted}
    _bookings(people, teams, projects, around)
    _loans(chance, people, teams, projects, around)
    _given(chance, people, teams, projects, around)
    return {"incubations": _incubations(chance, people, teams, around)}


def _bookings(
    people: dict[str, User], teams: dict[str, SocialOrganization], projects: dict[Any, Any], around: AroundToday
) -> None:
    """A meeting a month in 2020; around today one every other week, each organization in a room of its own."""
    rooms = list(Venue.objects.filter(kind__in=("home", "hall")).order_by("pk"))
    bookings = []
    for n, name in enumerate(PLANS):
        days = [date(2020, month, 5 + n) for month in range(1, 13)]
        days += [around.day(14 * step + n) for step in range(-6, 3)]
        for day in days:
            booking = VenueBooking(
                venue=rooms[n],
                organization=teams[name],
                project=projects.get((teams[name].pk, day.year)),
                starts_at=at(day, 14),
                ends_at=at(day, 16),
                purpose="骨干例会" if day.day % 2 else "队员培训",
                booked_by=people["leader" if name == "心理学习小组" else "county"],
            )
            bookings.append(booking)
    made = create_many(bookings, by=None, verb=VERB)
    VenueSlot.objects.bulk_create(
        VenueSlot(booking=item, venue=item.venue, starts_at=item.starts_at + HALF_HOUR * k)
        for item in made
        for k in range(4)
    )


def _loans(
    chance: random.Random,
    people: dict[str, User],
    teams: dict[str, SocialOrganization],
    projects: dict[Any, Any],
    around: AroundToday,
) -> None:
    """What was lent in 2020 came back; of what is out today, one thing is late."""
    things = create_many(
        [
            Equipment(number=f"XS-{n:02d}-{k}", name=name, area_id=COUNTY)
            for n, (name, count) in enumerate(THINGS, start=1)
            for k in range(1, count + 1)
        ],
        by=people["county"],
        verb=VERB,
    )
    free = {name: [item for item in things if item.name == name] for name, _ in THINGS}
    loans = []
    for name, wanted in BORROWED.items():
        team = teams[name]
        for thing in wanted:
            lent = date(2020, chance.randint(3, 9), chance.randint(1, 28))
            back = lent + timedelta(days=chance.randint(10, 40))
            loans.append(
                EquipmentLoan(
                    equipment=free[thing][0],
                    organization=team,
                    project=projects.get((team.pk, 2020)),
                    lent_on=lent,
                    due_on=lent + timedelta(days=45),
                    lent_by=people["county"],
                    returned_on=back,
                    condition="完好",
                )
            )
            if len(free[thing]) > 1 and thing != "投影仪":
                out = free[thing].pop()
                due = around.day(-3 if thing == "舞台灯光" or name == "美容美发协会" else 20)
                loans.append(
                    EquipmentLoan(
                        equipment=out,
                        organization=team,
                        project=projects.get((team.pk, around.project_term[0].year)),
                        lent_on=around.day(-30),
                        due_on=due,
                        lent_by=people["county"],
                    )
                )
    create_many(loans, by=people["county"], verb=VERB)


def _given(
    chance: random.Random,
    people: dict[str, User],
    teams: dict[str, SocialOrganization],
    projects: dict[Any, Any],
    around: AroundToday,
) -> None:
    given = []
    for name, titles in TAUGHT.items():
        team = teams[name]
        for n, title in enumerate(titles):
            for day in (date(2020, 3 + 3 * n, chance.randint(1, 28)), around.day(-20 - 40 * n)):
                given.append(
                    SupportGiven(
                        organization=team,
                        project=projects.get((team.pk, day.year)),
                        kind="training",
                        title=title,
                        given_on=day,
                        hours=Decimal(chance.choice((3, 6))),
                        people=chance.randint(8, 36),
                        recorded_by=people["county"],
                    )
                )
        given.append(
            SupportGiven(
                organization=team,
                project=projects.get((team.pk, 2020)),
                kind="publicity",
                title=f"公众号专题：{name}的一天",
                given_on=date(2020, 10, chance.randint(10, 28)),
                recorded_by=people["county"],
            )
        )
    create_many(given, by=people["county"], verb=VERB)


def _tashan(
    chance: random.Random, people: dict[str, User], teams: dict[str, SocialOrganization], around: AroundToday
) -> list[Incubation]:
    """The teams of one nursery in detail: registered, counted, taught, with a room once a month."""
    county = people["county"]
    fields = {field.name: field for field in FieldOfWork.objects.all()}
    result, spans, strengths, given = [], [], [], []
    for name, field, stage, months, mentor in TASHAN:
        entered = around.day(-30 * months)
        team = create(
            SocialOrganization(
                name=name,
                area_id=NURSERY,
                founded_on=entered - timedelta(days=60),
                origin="incubated",
                stage="left" if stage == "left" else "incubating",
                introduction=f"塔山社区居民自己组的队，做{field}。",
            ),
            by=county,
            verb=VERB,
        )
        if field in fields:
            set_related(team, "fields_of_work", [fields[field]], by=county, verb=VERB)
        ended = around.day(-40) if stage == "left" else None
        spans.append(StageSpan(organization=team, stage="incubating", starts_on=entered, ends_on=ended))
        if ended:
            spans.append(StageSpan(organization=team, stage="left", starts_on=ended))
        members = chance.randint(5, 9)
        for n in range(min(3, months // 6 + 1)):
            members += chance.randint(0, 4) if n else 0
            strengths.append(
                StrengthReport(
                    organization=team,
                    as_of=entered + timedelta(days=10 + 150 * n),
                    formal_members=members,
                    volunteers=members // 2,
                    union_members=members // 3,
                    reported_by=county,
                )
            )
        given.append(
            SupportGiven(
                organization=team,
                kind="training",
                title="新团队第一课：怎么办一场活动",
                given_on=entered + timedelta(days=20),
                hours=Decimal(3),
                people=members,
                recorded_by=county,
            )
        )
        result.append(
            Incubation(
                team=team,
                community_id=NURSERY,
                mentor=teams[mentor],
                stage=stage,
                entered_on=entered,
                ended_on=ended,
                note=NOTES[stage],
            )
        )
    for records in (spans, strengths, given):
        create_many(records, by=county, verb=VERB)
    return result


def _incubations(
    chance: random.Random, people: dict[str, User], teams: dict[str, SocialOrganization], around: AroundToday
) -> int:
    """Every team that was incubated, in the community it grew up in; those known by name stand alone today."""
    items = []
    incubated: Any = SocialOrganization.objects.filter(origin="incubated").prefetch_related("fields_of_work")
    for team in incubated.select_related("area").order_by("pk"):
        known = team.area.level != Area.Level.COMMUNITY
        stage = "independent" if known else chance.choice(("seed", "growing", "growing", "mature"))
        entered: date = team.founded_on + timedelta(days=chance.randint(30, 200))
        mentor = teams[MENTORS[str(team.fields_of_work.all()[0])]]
        items.append(
            Incubation(
                team=team,
                community_id=NURSERY if known else team.area_id,
                mentor=None if known or mentor == team else mentor,
                stage=stage,
                entered_on=entered,
                ended_on=entered + timedelta(days=540) if known else None,
                note=NOTES[stage],
            )
        )
    items += _tashan(chance, people, teams, around)
    return len(create_many(items, by=people["county"], verb=VERB))
