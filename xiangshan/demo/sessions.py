"""Contracts and sessions of the demo data: 720 verified in 2020, with 64 rehearsed lectures and 18 flash shows among them."""

import random
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from dateutil.relativedelta import relativedelta

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
from xiangshan.core.accounts.models import User
from xiangshan.core.areas.models import Area, town_of
from xiangshan.core.numbering import next_number
from xiangshan.core.records import create_many
from xiangshan.demo.around_today import AroundToday, Stage, Visit, at, plan_visits
from xiangshan.demo.catalogue import BOUGHT, LEADERS_TEAM, SMALL, VOLUNTARY, Bought
from xiangshan.demo.organizations import NURSERY
from xiangshan.demo.plans import UNDER_PROJECTS

VERB = "演示数据"
Evidence = ActivitySession.Evidence
SEEN = [kind for kind in Evidence if kind != Evidence.LEDGER]  # what the portal saw itself; the demo brings no ledger

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
        self.projects = {project.organization_id: project for project in SupportProject.objects.filter(year=2020)}
        self.sessions: list[ActivitySession] = []
        self.answers: dict[int, list[int]] = {}
        self.taken: set[tuple[int, date]] = set()  # a team is in one place a day

    def contracts(
        self, starts_on: date, share: float, bought: list[Bought], status: str = "settled"
    ) -> list[tuple[Bought, ContractLine]]:
        """Of one year each, from that day on."""
        year = starts_on.year
        contracts = [
            ServiceContract(
                number=f"象工购〔{year}〕{next_number(f'contract-330225-{year}'):03d}号",
                title=f"{year} 年{item.title}",
                organization=self.teams[item.team],
                department=self.departments[item.department],
                signed_on=starts_on + timedelta(days=5 + self.chance.randint(0, 20)),
                starts_on=starts_on,
                ends_on=starts_on + relativedelta(years=1, days=-1),
                amount=Decimal(max(1, int(item.quota * share)) * item.price),
                target_workers=int(item.quota * share) * int(item.workers * 0.9),
                status=status,
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
        first, last = date(year, 1, 8), date(year, 12, 28)
        return first + timedelta(days=self.chance.randint(0, (last - first).days))

    def session(self, team: SocialOrganization, category: str, title: str, day: date, **values: Any) -> ActivitySession:
        area, people = values.pop("area", None), values.get("workers_served") or 0
        near = [venue for venue in self.venues if area is None or venue.area_id == town_of(area.pk)]
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
        self, team: SocialOrganization, category: str, topics: tuple[str, ...], workers: int, day: date, **values: Any
    ) -> ActivitySession:
        """A session as it stands after report and verification, with the answers that its counters count."""
        proof = self.chance.choices(SEEN, PROOF_2020 if day.year >= 2020 else PROOF_BEFORE)[0]
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
            submitted_at=at(reported, 18),
            reported_on=reported,
            reported_in_time=proof != Evidence.LATE,
            verified_by=self.people["county"],
            verified_at=at(reported + timedelta(days=1), 9),
            **values,
        )
        self.answers[id(made)] = stars
        return made

    def free_day(self, team: SocialOrganization, year: int) -> date:
        days = [self.day_in(year) for _ in range(30)]
        return next((day for day in days if (team.pk, day) not in self.taken), days[0])

    def deliver(self, item: Bought, line: ContractLine, count: int, year: int) -> None:
        for unit in range(1, count + 1):
            self.verified(
                self.teams[item.team],
                item.category,
                item.topics,
                item.workers,
                self.free_day(self.teams[item.team], year),
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
                    notes="内容充实，节奏合适。",
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


def load(
    chance: random.Random, people: dict[str, User], teams: dict[str, SocialOrganization], around: AroundToday
) -> dict[str, int]:
    maker = Maker(chance, people, teams)
    _year_2020(maker)
    for year, share, contracts, others in ((2018, 0.5, 5, 120), (2019, 0.7, 8, 190), (2021, 0.9, 12, 280)):
        for item, line in maker.contracts(date(year, 1, 1), share, BOUGHT[:contracts]):
            maker.deliver(item, line, min(line.quantity, int(item.delivered * share)), year)
        _small_teams(maker, others, year)
    maker.chance = random.Random(len(BOUGHT))  # its own: what is past does not depend on the day of loading
    _around_today(maker, around)
    return maker.save()


def _year_2020(maker: Maker) -> None:
    """720 verified sessions, 30,000 workers and a little; and one of December that nobody has reported yet."""
    for item, line in maker.contracts(date(2020, 1, 1), 1, BOUGHT):
        maker.deliver(item, line, item.delivered, 2020)
    for name, category, count, workers, topics in VOLUNTARY:
        project = maker.projects.get(maker.teams[name].pk)
        home = {"area": maker.nursery} if name in ("塔山社区", "261爱乐益") else {}
        for n in range(count):
            basis: dict[str, Any] = (
                {"basis": "project", "project": project} if project and n % 2 else {"basis": "voluntary"}
            )
            team = maker.teams[name]
            maker.verified(team, category, topics, workers, maker.free_day(team, 2020), **basis, **home)
    _small_teams(maker, 720 - len(maker.sessions), 2020)
    ratio = 30_400 / sum(made.workers_served or 0 for made in maker.sessions)
    for made in maker.sessions:
        made.workers_served = max(made.responses, round((made.workers_served or 0) * ratio))
    maker.session(maker.teams["心理学习小组"], "psychology", "年终减压沙龙", date(2020, 12, 18), status="planned")


def _small(teams: dict[str, SocialOrganization]) -> list[tuple[SocialOrganization, str]]:
    """The linked teams that hold sessions of their own, with the category of what they do."""
    return [
        (team, code)
        for name, team in teams.items()
        for ending, code in SMALL.items()
        if name.endswith(ending) and team.is_linked
    ]


def _own_topics(team: SocialOrganization) -> tuple[str, ...]:
    return (f"{team.name[-3:]}服务活动", "职工体验课", "进企业活动")


def _small_teams(maker: Maker, count: int, year: int) -> None:
    small = _small(maker.teams)
    for n in range(count):
        team, category = small[n * 7 % len(small)]
        maker.verified(team, category, _own_topics(team), 30, maker.free_day(team, year))


def _around_today(maker: Maker, around: AroundToday) -> None:
    """The running contracts and projects, so that to-dos and overdue reports are alive."""
    lines = maker.contracts(around.contract_term[0], 1, BOUGHT, "running")
    running: Any = SupportProject.objects.filter(status="running").select_related("organization").order_by("pk")
    projects = {project.organization.short_name: project for project in running}
    small = {team.name: (team, category) for team, category in _small(maker.teams)}
    units = [0] * len(BOUGHT)
    for visit in plan_visits(around, list(projects), list(small), maker.chance):
        if visit.project:
            _under_project(maker, visit, projects[visit.team])
        elif visit.bought is not None:
            units[visit.bought] += visit.stage is Stage.VERIFIED
            _bought(maker, visit, *lines[visit.bought], units[visit.bought])
        elif visit.stage is Stage.VERIFIED:
            team, category = small[visit.team]
            maker.verified(team, category, _own_topics(team), 30, visit.held_on)
        else:
            team = maker.teams[visit.team]
            maker.session(team, "psychology", "食堂减压角", visit.held_on, status=visit.stage.value)


def _bought(maker: Maker, visit: Visit, item: Bought, line: ContractLine, unit: int) -> None:
    """Of a running contract: settled long ago, just reported, sent back, rehearsed or still to come."""
    team, people = maker.teams[visit.team], maker.people
    bought: dict[str, Any] = {"basis": "bought", "contract_line": line}
    if visit.stage is Stage.VERIFIED:
        maker.verified(team, item.category, item.topics, item.workers, visit.held_on, line_unit=unit, **bought)
        return
    title = {Stage.RETURNED: "亲子沟通", Stage.REHEARSED: "睡眠与自我照顾"}.get(visit.stage)
    reported: dict[str, Any] = {}
    if visit.stage in (Stage.WAITING, Stage.RETURNED):
        reported = {
            "submitted_by": people["leader" if visit.team == LEADERS_TEAM else "reporter"],
            "submitted_at": at(visit.held_on, 20),
            "reported_on": visit.held_on,
            "reported_in_time": True,
        }
    if visit.stage is Stage.WAITING:
        reported |= {
            "area": team.area,
            "evidence": maker.chance.choice([Evidence.PAPER_LIST, Evidence.CHANGING_CODE, Evidence.HEAD_COUNT]),
            "workers_served": item.workers,
            "volunteers": 4,
            "summary": "活动顺利，现场秩序良好。",
        }
    elif visit.stage is Stage.RETURNED:
        reported |= {"workers_served": 480, "note": "人数与场地容量不符，请核对后重报"}
    title = title or maker.chance.choice(item.topics)
    maker.session(team, item.category, title, visit.held_on, status=visit.stage.value, **bought, **reported)


def _under_project(maker: Maker, visit: Visit, project: SupportProject) -> None:
    """What a running project has already brought about."""
    category, topics = UNDER_PROJECTS[visit.team]
    home = {"area": maker.nursery} if category == "handy" and visit.held_on.day % 2 else {}
    maker.verified(
        maker.teams[visit.team], category, topics, 32, visit.held_on, basis="project", project=project, **home
    )
