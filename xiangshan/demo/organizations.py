"""Organizations, branches, venues and employers of the demo data. Organizations named in public keep their names."""

import random
from datetime import date, timedelta
from typing import Any, NamedTuple

from orgs.models import (
    BranchCoverage,
    Employer,
    FieldOfWork,
    Honour,
    KeySupport,
    OrganizationDuty,
    SocialOrganization,
    StageSpan,
    StrengthReport,
    UnionBranch,
    Venue,
)
from xiangshan.core.accounts.models import User
from xiangshan.core.areas.models import Area, town_of
from xiangshan.core.records import create, create_many
from xiangshan.demo.around_today import AroundToday

VERB = "演示数据"
NURSERY = Area.id_of("330225001007")  # 塔山社区
Form = SocialOrganization.LegalForm
Stage = SocialOrganization.Stage


class NamedTeam(NamedTuple):
    name: str
    short: str
    town: str
    form: str
    field: str
    founded: int
    incubated: bool = False
    key: bool = False


KNOWN = [
    NamedTeam("象山县雄鹰应急救援队", "雄鹰应急救援队", "330225001", Form.SERVICE, "应急救援", 2014, key=True),
    NamedTeam("象山县美容美发协会", "美容美发协会", "330225002", Form.ASSOCIATION, "便民服务", 2008, key=True),
    NamedTeam("象山县绿丝带志愿者协会", "绿丝带志愿者协会", "330225001", Form.ASSOCIATION, "志愿服务", 2010, key=True),
    NamedTeam("象山县律师协会", "律师协会", "330225002", Form.ASSOCIATION, "法律服务", 2004),
    NamedTeam("象山县职工艺术团", "县职工艺术团", "330225001", Form.SERVICE, "文化艺术", 2012, key=True),
    NamedTeam("象山县篮球协会", "县篮球协会", "330225002", Form.ASSOCIATION, "体育健身", 2006),
    NamedTeam("象山县足球协会", "县足球协会", "330225001", Form.ASSOCIATION, "体育健身", 2009),
    NamedTeam(
        "象山县职工心理学习小组", "心理学习小组", "330225001", Form.TEAM, "心理关爱", 2016, incubated=True, key=True
    ),
    NamedTeam("象山县职工红娘组", "红娘组", "330225002", Form.TEAM, "婚恋交友", 2013, incubated=True),
    NamedTeam("塔山社区社会组织服务中心", "塔山社区", "330225001", Form.SERVICE, "社区治理", 2011, key=True),
    NamedTeam("海上老娘舅调解服务中心", "海上老娘舅", "330225101", Form.SERVICE, "纠纷调解", 2012, key=True),
    NamedTeam("261爱乐益志愿服务队", "261爱乐益", "330225001", Form.TEAM, "便民服务", 2017, incubated=True),
    NamedTeam("象山县职工书画社", "职工书画社", "330225001", Form.TEAM, "文化艺术", 2015, incubated=True),
    NamedTeam("象山县中医药志愿服务队", "中医药服务队", "330225002", Form.TEAM, "健康医疗", 2016),
    NamedTeam("象山县安全生产志愿讲师团", "安全讲师团", "330225002", Form.TEAM, "技能培训", 2017),
    NamedTeam("老周调解服务中心", "老周调解", "330225001", Form.SERVICE, "纠纷调解", 2016),
]
TEAMS = [
    "太极拳队",
    "舞蹈队",
    "义工队",
    "合唱团",
    "巡逻队",
    "读书会",
    "救护队",
    "手作坊",
    "理发队",
    "维修队",
    "茶艺社",
    "乒乓球队",
    "健步走队",
    "反诈宣讲队",
    "夕阳红艺术团",
    "妈妈帮",
]
TEAM_FIELDS = [
    "体育健身",
    "文化艺术",
    "志愿服务",
    "文化艺术",
    "社区治理",
    "技能培训",
    "健康医疗",
    "文化艺术",
    "便民服务",
    "便民服务",
    "文化艺术",
    "体育健身",
    "体育健身",
    "社区治理",
    "文化艺术",
    "心理关爱",
]
TRADES = ["针织", "模具", "水产", "建筑", "船舶", "电子", "机械", "食品"]
SURNAMES = ["陈", "林", "王", "张", "郑", "周", "吴", "蒋", "钱", "史"]
GIVEN = ["海燕", "建国", "晓东", "文静", "志远", "春兰", "永明", "雪梅", "立新", "佩芳"]
# The rescue team as reported: day, formal members, volunteers, union members.
RESCUE = [
    (date(2014, 6, 1), 11, 0, 0),
    (date(2015, 7, 20), 40, 35, 40),
    (date(2016, 12, 31), 42, 60, 42),
    (date(2018, 1, 10), 46, 80, 46),
    (date(2018, 12, 31), 49, 96, 49),
    (date(2019, 12, 31), 52, 112, 52),
    (date(2020, 12, 20), 55, 126, 55),
]


def load(chance: random.Random, county: User, around: AroundToday) -> dict[str, SocialOrganization]:
    """By short name. 320 organizations, of which more than 100 incubated."""
    teams = _known() + _small(chance)
    create_many(teams, by=county, verb=VERB)
    _fields(teams)
    _stages(chance, teams, county)
    _branches(chance, teams, county, around)
    _strength(chance, teams, county)
    by_name = {team.short_name or team.name: team for team in teams}
    _support(by_name, county, around)
    _people(by_name, county)
    _places(chance, county)
    return by_name


def _known() -> list[SocialOrganization]:
    return [
        SocialOrganization(
            name=known.name,
            short_name=known.short,
            legal_form=known.form,
            area_id=Area.id_of(known.town),
            founded_on=date(known.founded, 6, 1),
            origin="incubated" if known.incubated else "brought_in",
            stage=Stage.KEY_SUPPORT if known.key else Stage.UNIONISED,
            introduction=f"成立于 {known.founded} 年，长期与县总工会合作，为职工提供{known.field}服务。",
        )
        for known in KNOWN
    ]


def _small(chance: random.Random) -> list[SocialOrganization]:
    """Small teams of the communities: each of these kinds in some of them."""
    communities = list(Area.objects.filter(level=Area.Level.COMMUNITY).order_by("pk"))
    chance.shuffle(communities)
    items = []
    for n, community in enumerate(communities[:304]):
        kind = n % len(TEAMS)
        incubated = n % 5 in (0, 2)
        year = chance.randint(2012, 2018)
        items.append(
            SocialOrganization(
                name=f"{community.name}{TEAMS[kind]}",
                legal_form=Form.TEAM,
                area=community,
                founded_on=date(year, chance.randint(1, 12), 1),
                origin="incubated" if incubated else "brought_in",
                stage=Stage.INCUBATING
                if incubated
                else chance.choice([Stage.CONTACTED, Stage.UNIONISED, Stage.CONTACTED, Stage.LEAD]),
            )
        )
    return items


def _fields(teams: list[SocialOrganization]) -> None:
    fields = {field.name: field.pk for field in FieldOfWork.objects.all()}
    through = SocialOrganization.fields_of_work.through
    names = [known.field for known in KNOWN] + [TEAM_FIELDS[n % len(TEAMS)] for n in range(len(teams) - len(KNOWN))]
    through.objects.bulk_create(
        through(socialorganization_id=team.pk, fieldofwork_id=fields[name])
        for team, name in zip(teams, names, strict=True)
    )


def _stages(chance: random.Random, teams: list[Any], county: User) -> None:
    spans: list[StageSpan] = []
    for team in teams:
        start: date = team.founded_on + timedelta(days=chance.randint(20, 300))
        first = Stage.LEAD if team.stage == Stage.LEAD else Stage.CONTACTED
        if first == team.stage:
            spans.append(StageSpan(organization=team, stage=first, starts_on=start))
            continue
        then = start + timedelta(days=chance.randint(30, 200))
        spans.append(StageSpan(organization=team, stage=first, starts_on=start, ends_on=then))
        spans.append(StageSpan(organization=team, stage=team.stage, starts_on=then))
    create_many(spans, by=county, verb=VERB)


def _branches(chance: random.Random, teams: list[Any], county: User, around: AroundToday) -> None:
    county_union = create(
        UnionBranch(
            name="象山县总工会",
            mode="area",
            area_id=Area.id_of("330225"),
            established_on=date(1951, 5, 1),
            chair="",
            term=15,
        ),
        by=county,
        verb=VERB,
    )
    towns = list(Area.objects.towns())
    of_towns = {
        town.pk: UnionBranch(
            name=f"{town.name}社会组织联合工会",
            mode="joint",
            area=town,
            parent=county_union,
            established_on=date(2016, 3, 1),
            term=2,
        )
        for town in towns
    }
    trade = UnionBranch(
        name="象山县文体行业工会联合会",
        mode="area",
        area_id=Area.id_of("330225"),
        parent=county_union,
        established_on=date(2017, 9, 1),
        term=1,
    )
    singles = {
        team.pk: UnionBranch(
            name=f"{team.name}工会委员会",
            mode="single",
            area=team.area,
            parent=of_towns[town_of(team.area_id)],
            established_on=date(2015, 7, 20) if "雄鹰" in team.name else date(team.founded_on.year + 2, 8, 1),
            elections_due_on=around.day(22) if "心理" in team.name else None,
        )
        for team in teams[: len(KNOWN)]
    }
    create_many([*of_towns.values(), trade], by=county, verb=VERB)
    create_many(list(singles.values()), by=county, verb=VERB)
    coverages = [
        BranchCoverage(branch=singles[team.pk], organization=team, starts_on=singles[team.pk].established_on)
        for team in teams[: len(KNOWN)]
    ]
    for n, team in enumerate(teams[len(KNOWN) :]):
        linked = date(2019, 6, 30) if team.stage != Stage.LEAD else None
        if linked and n % 3 != 1:
            branch = trade if "艺术团" in team.name else of_towns[town_of(team.area_id)]
            day: date = max(branch.established_on, team.founded_on) + timedelta(days=chance.randint(400, 1100))
            coverages.append(BranchCoverage(branch=branch, organization=team, starts_on=day))
    create_many(coverages, by=county, verb=VERB)


def _strength(chance: random.Random, teams: list[Any], county: User) -> None:
    reports = []
    for team in teams:
        if "雄鹰" in team.name:
            rows = RESCUE
        elif team.stage == Stage.LEAD:
            rows = []
        else:
            members, helpers, rows = chance.randint(6, 30), chance.randint(0, 20), []
            for year in (2018, 2019, 2020):
                members, helpers = members + chance.randint(0, 3), helpers + chance.randint(0, 5)
                rows.append(
                    (date(year, 12, chance.randint(1, 28)), members, helpers, chance.randint(members // 2, members))
                )
        reports += [
            StrengthReport(
                organization=team,
                as_of=day,
                formal_members=formal,
                volunteers=helpers,
                union_members=union,
                reported_by=county,
            )
            for day, formal, helpers, union in rows
        ]
    create_many(reports, by=county, verb=VERB)


def _support(teams: dict[str, SocialOrganization], county: User, around: AroundToday) -> None:
    """Seven organizations picked in 2020, as in the county's public account; fewer before."""
    keys = [known.short for known in KNOWN if known.key]
    picked = [(2018, keys[:4]), (2019, keys[:6]), (2020, keys), (2021, keys), (around.today.year, keys)]
    create_many(
        [
            KeySupport(organization=teams[name], year=year, starts_on=date(year, 1, 1), ends_on=date(year + 1, 1, 1))
            for year, names in picked
            for name in names
        ],
        by=county,
        verb=VERB,
    )


def _people(teams: dict[str, SocialOrganization], county: User) -> None:
    """Somebody heads every organization known by name, and somebody answers for it."""
    chance = random.Random(len(KNOWN))  # its own: the rest of the demo data stays as it was
    duties = [
        OrganizationDuty(
            organization=teams[known.short],
            duty=duty,
            name=chance.choice(SURNAMES) + chance.choice(GIVEN),
            starts_on=date(max(known.founded, 2018), 6, 1),
        )
        for known in KNOWN
        for duty in ("head", "contact")
    ]
    create_many(duties, by=county, verb=VERB)
    honours = [
        Honour(
            organization=teams["雄鹰应急救援队"],
            kind="plaque",
            title="社会组织工会示范点",
            granted_by="象山县总工会",
            granted_on=date(2015, 7, 20),
        )
    ]
    honours += [
        Honour(
            organization=teams[known.short],
            kind="plaque",
            title="职工服务合作单位",
            granted_by="象山县总工会",
            granted_on=date(2020, 5, 1),
        )
        for known in KNOWN
        if known.key
    ]
    create_many(honours, by=county, verb=VERB)


def _places(chance: random.Random, county: User) -> None:
    towns = list(Area.objects.towns())
    employers = [
        Employer(
            name=f"象山{town.name[:2]}{TRADES[(n + k) % len(TRADES)]}有限公司",
            area=town,
            workers=chance.randint(80, 1500),
        )
        for n, town in enumerate(towns)
        for k in (0, 3)
    ]
    create_many(employers, by=county, verb=VERB)
    venues = [Venue(name=f"{town.name}职工之家", kind="home", area=town, capacity=120) for town in towns]
    venues += [Venue(name=f"{town.name}文化礼堂", kind="hall", area=town, capacity=300) for town in towns]
    venues += [
        Venue(name=f"{employer.name}食堂", kind="canteen", area=employer.area, capacity=400, employer=employer)
        for employer in employers
    ]
    create_many(venues, by=county, verb=VERB)
