"""Contracts and sessions of the demo data: 720 verified in 2020, with 64 rehearsed lectures and 18 flash shows among them."""

import random
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils import timezone

from orgs.models import SocialOrganization, Venue
from projects.models import SupportProject
from services.models import (
    ActivitySession,
    ContractLine,
    Department,
    Rehearsal,
    ServiceCategory,
    ServiceContract,
    SurveyResponse,
)
from services.models.sessions import LETTERS
from xiangshan.accounts.models import User
from xiangshan.areas.models import Area
from xiangshan.demo.organizations import NURSERY
from xiangshan.demo.plans import UNDER_PROJECTS
from xiangshan.records import create_many, next_number

VERB = "演示数据"
Evidence = ActivitySession.Evidence


class Bought(NamedTuple):
    team: str
    title: str
    category: str
    department: str
    quota: int
    delivered: int
    price: int
    workers: int
    topics: tuple[str, ...]
    rehearsed: bool = False


BOUGHT = [
    Bought(
        "雄鹰应急救援队",
        "应急救援技能培训",
        "rescue",
        "经济技术部",
        30,
        30,
        1500,
        38,
        ("心肺复苏实操", "消防逃生演练", "防台避险培训"),
    ),
    Bought("美容美发协会", "便民理发进企业", "handy", "职工服务中心", 40, 40, 600, 36, ("进工地义剪", "进车间理发")),
    Bought(
        "绿丝带志愿者协会", "职工健康关爱", "health", "女职工委员会", 36, 35, 900, 34, ("女职工健康课", "血压血糖检测")
    ),
    Bought(
        "律师协会",
        "职工法律服务",
        "law",
        "权益保障部",
        48,
        48,
        800,
        30,
        ("劳动合同法讲座", "欠薪维权咨询", "工伤保险解读"),
    ),
    Bought(
        "县职工艺术团", "“快闪”文艺演出", "arts", "宣传教育部", 18, 18, 6000, 150, ("食堂快闪", "车间快闪", "工地快闪")
    ),
    Bought("县篮球协会", "职工篮球裁判与培训", "sport", "宣传教育部", 24, 24, 1200, 45, ("职工篮球赛", "篮球公开课")),
    Bought("县足球协会", "职工足球联赛服务", "sport", "宣传教育部", 24, 20, 1200, 40, ("职工足球赛", "足球训练营")),
    Bought(
        "心理学习小组",
        "职工心理讲座",
        "psychology",
        "女职工委员会",
        64,
        64,
        1000,
        48,
        ("情绪与压力管理", "亲子沟通", "睡眠与自我照顾"),
        True,
    ),
    Bought("红娘组", "单身职工联谊", "matchmaking", "女职工委员会", 16, 16, 5000, 46, ("七夕相亲会", "青年联谊")),
    Bought("职工书画社", "文艺培训", "arts", "宣传教育部", 30, 30, 700, 24, ("书法培训", "国画入门")),
    Bought("中医药服务队", "中医义诊", "health", "职工服务中心", 24, 24, 900, 40, ("三伏义诊", "颈椎保健")),
    Bought("安全讲师团", "安全生产培训", "safety", "经济技术部", 24, 21, 800, 42, ("有限空间作业安全", "班组安全课")),
]
# Besides what was bought in 2020: team, category, sessions, usual workers, topics.
VOLUNTARY = [
    ("雄鹰应急救援队", "rescue", 42, 26, ("台风值守", "景区安全保障", "失踪人员搜寻", "赛事安保")),
    ("塔山社区", "handy", 56, 34, ("便民集市", "邻里服务日")),
    ("海上老娘舅", "law", 38, 18, ("矛盾调解进码头", "渔民法律课堂")),
    ("261爱乐益", "handy", 60, 30, ("剪发与艾灸", "血压测量与陶艺")),
]
SMALL = {
    "太极拳队": "sport",
    "舞蹈队": "arts",
    "义工队": "handy",
    "合唱团": "arts",
    "读书会": "other",
    "救护队": "health",
    "理发队": "handy",
    "维修队": "handy",
}
PROOF_2020 = [0.45, 0.2, 0.2, 0.1, 0.05]
PROOF_BEFORE = [0.1, 0.3, 0.35, 0.2, 0.05]
STARS = ([5, 4, 3, 2, 1], [0.62, 0.325, 0.04, 0.01, 0.005])


class Maker:
    """Holds what the rows refer to while they are made."""

    def __init__(self, chance: random.Random, people: dict[str, User], teams: dict[str, SocialOrganization]) -> None:
        self.chance, self.people, self.teams = chance, people, teams
        self.categories = {category.code: category for category in ServiceCategory.objects.all()}
        self.departments = {department.name: department for department in Department.objects.all()}
        self.venues = list(Venue.objects.select_related("area", "employer").order_by("pk"))
        self.nursery = Area.objects.get(pk=NURSERY)
        self.since = date.min  # no session is held before
        self.projects = {project.organization_id: project for project in SupportProject.objects.filter(year=2020)}
        self.sessions: list[ActivitySession] = []
        self.answers: dict[int, list[int]] = {}
        self.taken: set[tuple[int, date]] = set()  # a team is in one place a day
        self.today = timezone.localdate()

    def contracts(self, year: int, share: float, bought: list[Bought]) -> list[tuple[Bought, ContractLine]]:
        contracts = [
            ServiceContract(
                number=f"象工购〔{year}〕{next_number(f'contract-330225-{year}'):03d}号",
                title=f"{year} 年{item.title}",
                organization=self.teams[item.team],
                department=self.departments[item.department],
                signed_on=date(year, 1, 6) + timedelta(days=self.chance.randint(0, 20)),
                starts_on=date(year, 1, 1),
                ends_on=date(year, 12, 31),
                amount=Decimal(max(1, int(item.quota * share)) * item.price),
                target_workers=int(item.quota * share) * int(item.workers * 0.9),
                status="settled" if year < self.today.year else "running",
            )
            for item in bought
        ]
        create_many(contracts, by=self.people["county"], verb=VERB)
        lines = [
            ContractLine(
                contract=contract,
                category=self.categories[item.category],
                title=item.title,
                quantity=max(1, int(item.quota * share)),
                unit_price=item.price,
                rehearsal_required=item.rehearsed,
            )
            for item, contract in zip(bought, contracts, strict=True)
        ]
        create_many(lines, by=self.people["county"], verb=VERB)
        return list(zip(bought, lines, strict=True))

    def day_in(self, year: int) -> date:
        last = min(date(year, 12, 28), self.today - timedelta(days=12))
        first = max(date(year, 1, 8), self.since)
        return first + timedelta(days=self.chance.randint(0, max(0, (last - first).days)))

    def session(self, team: SocialOrganization, category: str, title: str, day: date, **values: Any) -> ActivitySession:
        area, people = values.pop("area", None), values.get("workers_served") or 0
        near = [venue for venue in self.venues if area is None or venue.area_id == area.pk - area.pk % 1000]
        roomy = [venue for venue in near if venue.capacity is None or venue.capacity >= people * 1.2]
        venue = self.chance.choice(roomy or near)
        self.taken.add((team.pk, day))
        hour = self.chance.choice([9, 12, 14, 18])
        made = ActivitySession(
            organization=team,
            category=self.categories[category],
            title=title,
            area=area or venue.area,
            venue=venue,
            employer=venue.employer,
            held_on=day,
            starts_at=time(hour),
            ends_at=time(hour + 2),
            code="".join(self.chance.choices(LETTERS, k=9)),
            **values,
        )
        self.sessions.append(made)
        return made

    def verified(
        self, team: SocialOrganization, category: str, topics: tuple[str, ...], workers: int, year: int, **values: Any
    ) -> ActivitySession:
        """A session as it stands after report and verification, with the answers that its counters count."""
        days = [self.day_in(year) for _ in range(30)]
        day = next((day for day in days if (team.pk, day) not in self.taken), days[0])
        proof = self.chance.choices(list(Evidence), PROOF_2020 if year >= 2020 else PROOF_BEFORE)[0]
        reported = day + timedelta(
            days=self.chance.randint(5, 12) if proof == Evidence.LATE else self.chance.randint(0, 2)
        )
        served = max(5, round(self.chance.gauss(workers, workers * 0.22)))
        stars = self.chance.choices(*STARS, k=round(served * self.chance.uniform(0.1, 0.22)))
        made = self.session(
            team,
            category,
            self.chance.choice(topics),
            day,
            status="verified",
            evidence=proof,
            workers_served=served,
            volunteers=self.chance.randint(2, 12),
            responses=len(stars),
            satisfied=sum(star >= SurveyResponse.SATISFIED_FROM for star in stars),
            submitted_by=self.people["leader" if team == self.teams["心理学习小组"] else "reporter"],
            submitted_at=moment(reported, 18),
            reported_on=reported,
            reported_in_time=proof != Evidence.LATE,
            verified_by=self.people["county"],
            verified_at=moment(reported + timedelta(days=1), 9),
            **values,
        )
        self.answers[id(made)] = stars
        return made

    def deliver(self, item: Bought, line: ContractLine, count: int, year: int) -> None:
        for unit in range(1, count + 1):
            self.verified(
                self.teams[item.team],
                item.category,
                item.topics,
                item.workers,
                year,
                basis="bought",
                contract_line=line,
                line_unit=unit,
            )

    def save(self) -> dict[str, int]:
        create_many(self.sessions, by=self.people["county"], verb=VERB)
        create_many(
            [
                Rehearsal(
                    session=made,
                    rehearsed_on=made.held_on - timedelta(days=3),
                    outcome="passed",
                    notes="内容充实,节奏合适。",
                    recorded_by=self.people["leader"],
                )
                for made in self.sessions
                if made.rehearsal_required and made.status in ("verified", "submitted", "rehearsed", "returned")
            ],
            by=self.people["county"],
            verb=VERB,
        )
        answers = [
            SurveyResponse(
                session=made, overall=star, content=star, organisation=min(5, star + (n % 2)), answered_on=made.held_on
            )
            for made in self.sessions
            for n, star in enumerate(self.answers.get(id(made), ()))
        ]
        for answer in answers:
            answer.clean_fields(exclude=["session"])
        SurveyResponse.objects.bulk_create(answers, batch_size=1000)
        return {"sessions": len(self.sessions), "answers": len(answers)}


def moment(day: date, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))


def load(chance: random.Random, people: dict[str, User], teams: dict[str, SocialOrganization]) -> dict[str, int]:
    maker = Maker(chance, people, teams)
    _year_2020(maker)
    for year, share, contracts, others in ((2018, 0.5, 5, 120), (2019, 0.7, 8, 190), (2021, 0.9, 12, 280)):
        for item, line in maker.contracts(year, share, BOUGHT[:contracts]):
            maker.deliver(item, line, min(line.quantity, int(item.delivered * share)), year)
        _small_teams(maker, others, year)
    _around_today(maker)
    _under_projects(maker)
    return maker.save()


def _year_2020(maker: Maker) -> None:
    """720 verified sessions, 30,000 workers and a little; and one of December that nobody has reported yet."""
    for item, line in maker.contracts(2020, 1, BOUGHT):
        maker.deliver(item, line, item.delivered, 2020)
    for name, category, count, workers, topics in VOLUNTARY:
        project = maker.projects.get(maker.teams[name].pk)
        home = {"area": maker.nursery} if name in ("塔山社区", "261爱乐益") else {}
        for n in range(count):
            basis: dict[str, Any] = (
                {"basis": "project", "project": project} if project and n % 2 else {"basis": "voluntary"}
            )
            maker.verified(maker.teams[name], category, topics, workers, 2020, **basis, **home)
    _small_teams(maker, 720 - len(maker.sessions), 2020)
    ratio = 30_400 / sum(made.workers_served or 0 for made in maker.sessions)
    for made in maker.sessions:
        made.workers_served = max(made.responses, round((made.workers_served or 0) * ratio))
    maker.session(maker.teams["心理学习小组"], "psychology", "年终减压沙龙", date(2020, 12, 18), status="planned")


def _small_teams(maker: Maker, count: int, year: int) -> None:
    small = [
        (team, code)
        for name, team in maker.teams.items()
        for ending, code in SMALL.items()
        if name.endswith(ending) and team.is_linked
    ]
    for n in range(count):
        team, category = small[n * 7 % len(small)]
        maker.verified(team, category, (f"{team.name[-3:]}服务活动", "职工体验课", "进企业活动"), 30, year)


def _around_today(maker: Maker) -> None:
    """The running year, so that to-dos and overdue reports are alive."""
    chance, today, people = maker.chance, maker.today, maker.people
    lines = maker.contracts(today.year, 1, BOUGHT)
    for item, line in lines:
        maker.deliver(item, line, int(item.delivered * 0.7), today.year)
    _small_teams(maker, 90, today.year)
    for n, (item, line) in enumerate(lines):
        team = maker.teams[item.team]
        bought: dict[str, Any] = {"basis": "bought", "contract_line": line}
        for days in (3, 9, 16):
            maker.session(
                team,
                item.category,
                chance.choice(item.topics),
                today + timedelta(days=days + n),
                status="planned",
                **bought,
            )
        day = today - timedelta(days=2)
        if not item.rehearsed:
            maker.session(
                team,
                item.category,
                chance.choice(item.topics),
                today - timedelta(days=n % 6),
                status="planned",
                **bought,
            )
        maker.session(
            team,
            item.category,
            chance.choice(item.topics),
            day,
            area=team.area,
            status="submitted",
            evidence=chance.choice([Evidence.PAPER_LIST, Evidence.CHANGING_CODE, Evidence.HEAD_COUNT]),
            workers_served=item.workers,
            volunteers=4,
            summary="活动顺利,现场秩序良好。",
            submitted_by=people["leader" if item.rehearsed else "reporter"],
            submitted_at=moment(day, 20),
            reported_on=day,
            reported_in_time=True,
            **bought,
        )
    psychology = next(line for item, line in lines if item.rehearsed)
    team = maker.teams["心理学习小组"]
    maker.session(
        team,
        "psychology",
        "亲子沟通",
        today - timedelta(days=4),
        status="returned",
        basis="bought",
        contract_line=psychology,
        workers_served=480,
        note="人数与场地容量不符,请核对后重报",
        submitted_by=people["leader"],
        submitted_at=moment(today - timedelta(days=4), 20),
        reported_on=today - timedelta(days=4),
        reported_in_time=True,
    )
    maker.session(
        team,
        "psychology",
        "睡眠与自我照顾",
        today - timedelta(days=1),
        status="rehearsed",
        basis="bought",
        contract_line=psychology,
    )
    maker.session(team, "psychology", "食堂减压角", today, status="planned")


def _under_projects(maker: Maker) -> None:
    """What the projects that run today have already brought about."""
    maker.chance = random.Random(len(UNDER_PROJECTS))  # its own: the rest of the demo data stays as it was
    running: Any = SupportProject.objects.filter(status="running", year=maker.today.year).select_related("organization")
    for project in running.order_by("pk"):
        category, topics = UNDER_PROJECTS[project.organization.short_name]
        maker.since = project.starts_on
        for n in range(maker.chance.randint(4, 9)):
            home = {"area": maker.nursery} if category == "handy" and n % 2 else {}
            basis = {"basis": "project", "project": project, **home}
            maker.verified(project.organization, category, topics, 32, maker.today.year, **basis)
