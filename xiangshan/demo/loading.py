"""The demo data: rows of the county's public facts (design 1-purpose), from a fixed seed, validated like typed ones."""

import random
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from mediation.models import Studio
from orgs.actions import people as people_actions
from orgs.models import SocialOrganization, UnionBranch
from xiangshan.core.accounts.models import Post, Role, User
from xiangshan.core.areas.models import Area
from xiangshan.core.records import change, create, create_many
from xiangshan.demo import cases, fieldwork, organizations, paperwork, projects, sessions, support
from xiangshan.demo import county as county_of_demo
from xiangshan.demo.around_today import AroundToday
from xiangshan.metrics import rollup
from xiangshan.metrics.actions import targets

SEED = 20200501
COUNTY = Area.id_of("330225")
DANDONG = Area.id_of("330225001")
# Login, invented name, role; the scope follows the organizations and studios made below.
LOGINS = [
    ("county", "郑一帆", Role.COUNTY_STAFF),
    ("town", "陆小满", Role.TOWN_STAFF),
    ("leader", "沈知秋", Role.ORG_LEADER),
    ("mediator", "周远山", Role.MEDIATOR),
    ("supervisor", "何静宜", Role.MEDIATION_SUPERVISOR),
    ("finance", "钱守正", Role.FINANCE),
    ("leadership", "顾明远", Role.LEADERSHIP),
    ("auditor", "严若水", Role.AUDITOR),
    ("admin", "林晓东", Role.ADMINISTRATOR),
]

TARGETS = [
    ("sessions_held", 600, "每月不少于 50 场"),
    ("workers_served", 25_000, "覆盖全县职工四分之一"),
    ("satisfaction_rate", 90, "职工满意率不低于 90%"),
    ("coverage_rate", 70, "联系的社会组织七成建会"),
    ("delivery_rate", 95, "购买的服务按合同完成"),
]


def is_loaded() -> bool:
    return User.objects.exists()


def load(password: str, now: datetime | None = None) -> dict[str, int]:
    """Loads everything in one transaction, then rolls up. Returns what was loaded. Of today is what lies around `now`."""
    around = AroundToday(now or timezone.now())
    chance = random.Random(SEED)
    with transaction.atomic():
        county_of_demo.load()
        people = load_people(password)
        county = people["county"]
        teams = organizations.load(chance, county, around)
        studios = cases.load_studios(chance, county, teams)
        load_posts(people, teams, studios)
        load_requests(people, teams, around)
        made = projects.load(people, teams, around)
        made |= sessions.load(chance, people, teams, around)
        made |= cases.load(chance, people, studios, around)
        made |= paperwork.load(chance, people, teams, around)
        made |= fieldwork.load(random.Random(SEED), people, teams, around)
        made |= support.load(people, teams, around)
        set_targets(people["leadership"], around)
    rollup.roll_up()
    return {"organizations": len(teams), "studios": len(studios), **made}


def set_targets(leadership: User, around: AroundToday) -> None:
    """What the county wanted of 2020, and wants of the running year."""
    county = Area.objects.get(pk=COUNTY)
    for year in (2020, around.today.year):
        for metric, value, reason in TARGETS:
            targets.set_target(
                county, year, metric, Decimal(value), reason=f"{year} 年工作要点：{reason}", by=leadership
            )


def load_people(password: str) -> dict[str, User]:
    hashed = make_password(password)
    people = {
        username: create(
            User(username=username, name=name, password=hashed, phone=f"1390000{n:04d}"), by=None, verb="演示数据"
        )
        for n, (username, name, _) in enumerate(LOGINS, start=1)
    }
    # Who reported for organizations nobody logs in for: a name in the records, not a login.
    people["reporter"] = create(
        User(username="reporter", name="江上行", password=make_password(None), is_active=False),
        by=None,
        verb="演示数据",
    )
    return people


def load_requests(people: dict[str, User], teams: dict[str, SocialOrganization], around: AroundToday) -> None:
    """What waits around the day of loading: a profile change asked for by the leader, and a union whose term ends."""
    own = teams["心理学习小组"]
    head = own.duties.filter(duty="head").first()
    if head is not None:
        change(head, by=None, verb="演示数据", name=people["leader"].name, user=people["leader"])
    people_actions.propose_profile(
        own, by=people["leader"], phone="0574-65712345", introduction="为职工提供心理关爱服务，每周一场。"
    )
    branch = UnionBranch.objects.filter(dissolved_on__isnull=True, mode="single").order_by("pk").first()
    if branch is not None:
        change(branch, by=None, verb="演示数据", elections_due_on=around.day(30))


def load_posts(people: dict[str, User], teams: dict[str, SocialOrganization], studios: dict[str, Studio]) -> None:
    scopes: dict[str, Any] = {
        "town": DANDONG,
        "leader": teams["心理学习小组"].pk,
        "mediator": studios["老周工作室"].pk,
        "admin": 0,
    }
    create_many(
        [
            Post(user=people[username], role=role, scope_id=scopes.get(username, COUNTY), starts_on=date(2018, 1, 1))
            for username, _, role in LOGINS
        ],
        by=None,
        verb="演示数据",
    )
