"""Synthetic data of a given size for benchmarks, loaded in bulk by the database itself, in an area of its own (province 99).

Numbers follow from a row's place by arithmetic, so that a seed gives the same rows on both databases.
"""

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.hashers import make_password
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Max

from orgs.models import SocialOrganization, StageSpan
from services.models import ActivitySession, ContractLine, Department, ServiceCategory, ServiceContract, SurveyResponse
from xiangshan.core.accounts.models import Post, Role, User
from xiangshan.core.areas.models import Area
from xiangshan.metrics.facts import mark_months
from xiangshan.metrics.periods import Period
from xiangshan.metrics.sources import SOURCES

PROVINCE = 99 * 10**10
TOWNS, COMMUNITIES = 18, 20
ORGANIZATIONS, CONTRACTS_A_YEAR = 222, 67  # of a county
LAST_YEAR = 2020


@dataclass(frozen=True)
class Size:
    sessions: int
    responses: int
    counties: int
    years: int
    seed: int

    @property
    def first_day(self) -> date:
        return date(LAST_YEAR - self.years + 1, 1, 1)

    @property
    def days(self) -> int:
        return (date(LAST_YEAR, 12, 31) - self.first_day).days + 1


FILLED = (
    Area,
    User,
    Post,
    SocialOrganization,
    StageSpan,
    ServiceContract,
    ContractLine,
    ActivitySession,
    SurveyResponse,
)


def county_id(number: int) -> int:
    return PROVINCE + (101 + number) * 10**6  # 990100 would be a city


def generate(size: Size) -> dict[str, int]:
    """Loads it all and marks every month it touches; the roll-up is the caller's."""
    with transaction.atomic():
        _areas(size)
        user = _people(size)
        organizations = _organizations(size)
        lines = _contracts(size, organizations)
        first, last = _sessions(size, organizations, lines, user)
        _responses(size, first, last)
        months = [month for year in range(size.first_day.year, LAST_YEAR + 1) for month in Period.year(year).months]
        mark_months((source.number, month) for source in SOURCES if source.number <= 6 for month in months)
    with connection.cursor() as cursor:
        for sql in connection.ops.sequence_reset_sql(no_style(), [ActivitySession]):
            cursor.execute(sql)
        for model in FILLED:  # not the others: what is analyzed empty is planned for as if it stayed so
            cursor.execute(f"ANALYZE {model._meta.db_table}")
    return {
        "counties": size.counties,
        "organizations": len(organizations),
        "contracts": len(lines),
        "sessions": last - first + 1,
    }


def _areas(size: Size) -> None:
    areas = [Area(id=PROVINCE, code="99", name="测试省", level=1)]
    for c in range(size.counties):
        county = county_id(c)
        areas.append(Area(id=county, code=str(county)[:6], name=f"测试{c + 1}县", level=3, parent_id=PROVINCE))
        for t in range(1, TOWNS + 1):
            town = county + t * 1000
            areas.append(Area(id=town, code=str(town)[:9], name=f"测试{c + 1}县{t}镇", level=4, parent_id=county))
            areas += [
                Area(id=town + n, code=str(town + n), name=f"{t}镇{n}社区", level=5, parent_id=town)
                for n in range(1, COMMUNITIES + 1)
            ]
    Area.objects.bulk_create(areas, batch_size=2000)


def _people(size: Size) -> User:
    """One who verifies, and the leadership and staff of the first county and of the province: who looks at the pages."""
    names = {
        "generated": "测试员",
        "bench_county": "测试县领导",
        "bench_staff": "测试县干部",
        "bench_province": "测试省领导",
    }
    users = {name: User(username=name, name=text, password=make_password(None)) for name, text in names.items()}
    User.objects.bulk_create(users.values())
    places = {"bench_county": county_id(0), "bench_staff": county_id(0), "bench_province": PROVINCE}
    Post.objects.bulk_create(
        Post(
            user=users[name],
            role=Role.COUNTY_STAFF if name == "bench_staff" else Role.LEADERSHIP,
            scope_id=place,
            starts_on=date(2000, 1, 1),
        )
        for name, place in places.items()
    )
    return users["generated"]


def _organizations(size: Size) -> list[SocialOrganization]:
    rows = SocialOrganization.objects.bulk_create(
        [
            SocialOrganization(
                name=f"测试组织{c}-{n}", area_id=county_id(c) + (n % TOWNS + 1) * 1000, stage="contacted"
            )
            for c in range(size.counties)
            for n in range(ORGANIZATIONS)
        ],
        batch_size=2000,
    )
    StageSpan.objects.bulk_create(
        [StageSpan(organization=organization, stage="contacted", starts_on=size.first_day) for organization in rows],
        batch_size=2000,
    )
    return rows


def _contracts(size: Size, organizations: list[SocialOrganization]) -> list[ContractLine]:
    """A tenth of a county's contracts a year, each of one line, wide enough for every session that falls to it."""
    categories = list(ServiceCategory.objects.values_list("pk", flat=True))
    department = Department.objects.order_by("pk").values_list("pk", flat=True)[0]
    contracts = []
    for c in range(size.counties):
        for year in range(size.first_day.year, LAST_YEAR + 1):
            for n in range(CONTRACTS_A_YEAR):
                contracts.append(
                    ServiceContract(
                        number=f"测试〔{year}〕{c}-{n}",
                        title=f"测试合同{c}-{year}-{n}",
                        organization=organizations[c * ORGANIZATIONS + n * 3 % ORGANIZATIONS],
                        department_id=department,
                        signed_on=date(year, 1, 1),
                        starts_on=date(year, 1, 1),
                        ends_on=date(year, 12, 31),
                        amount=20_000,
                        status="settled",
                    )
                )
    ServiceContract.objects.bulk_create(contracts, batch_size=1000)
    quantity = size.sessions // max(1, len(contracts)) + 2
    return ContractLine.objects.bulk_create(
        [
            ContractLine(
                contract=contract, category_id=categories[n % len(categories)], title="测试服务", quantity=quantity
            )
            for n, contract in enumerate(contracts)
        ],
        batch_size=1000,
    )


def _sessions(
    size: Size, organizations: list[SocialOrganization], lines: list[ContractLine], user: User
) -> tuple[int, int]:
    """One statement: six in ten fill a contract line, in its year; 98 in 100 are verified. Spread over counties, days and places."""
    first = (ActivitySession.objects.aggregate(last=Max("pk"))["last"] or 0) + 1
    last = first + size.sessions - 1
    line_0, contract_organizations = lines[0].pk, len(lines)
    seed = size.seed % 1000
    day_0 = f"DATE '{size.first_day}'" if connection.vendor == "postgresql" else f"'{size.first_day}'"

    def day(offset: str) -> str:
        return (
            f"({day_0} + ({offset})::int)"
            if connection.vendor == "postgresql"
            else f"date({day_0}, '+' || ({offset}) || ' days')"
        )

    good = (
        " + ".join(
            f"CASE WHEN (i * 31 + {r} * 17 + {seed}) % 20 < 18 THEN 1 ELSE 0 END" for r in range(1, size.responses + 1)
        )
        or "0"
    )
    sql = f"""
        INSERT INTO services_activitysession
            (id, organization_id, basis, contract_line_id, line_unit, category_id, title, area_id, held_on, status, evidence,
             workers_served, volunteers, summary, note, code, sign_ins, responses, satisfied, submitted_by_id, submitted_at, reported_on,
             reported_in_time, verified_by_id, verified_at)
        WITH RECURSIVE n(i) AS (SELECT CAST(0 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < {size.sessions - 1}),
        r AS (SELECT i, (i * 7919 + {seed}) % {size.days} AS day_at, i % {contract_organizations} AS line_at, i % 100 < 98 AS ok,
                     i % {size.counties} AS county_at, (i / {size.counties}) % 10 < 6 AS bought FROM n),
        placed AS (SELECT r.*, l.id AS line_id, c.organization_id AS line_organization, l.category_id AS line_category
                   FROM r LEFT JOIN services_contractline l ON bought AND l.id = {line_0} + line_at
                   LEFT JOIN services_servicecontract c ON c.id = l.contract_id)
        SELECT {first} + i,
               COALESCE(line_organization, {organizations[0].pk} + county_at * {ORGANIZATIONS} + (i * 31) % {ORGANIZATIONS}),
               CASE WHEN bought THEN 'bought' ELSE 'voluntary' END,
               line_id, CASE WHEN ok AND bought THEN i / {contract_organizations} + 1 END,
               COALESCE(line_category, {ServiceCategory.objects.order_by("pk").values_list("pk", flat=True)[0]} + (i / 7) % 10),
               '测试活动', {county_id(0)} + county_at * 1000000 + (i / 11 % {TOWNS} + 1) * 1000 + (i / 13) % {COMMUNITIES} + 1,
               {day("day_at")}, CASE WHEN ok THEN 'verified' ELSE 'submitted' END,
               CASE i / 3 % 5 WHEN 0 THEN 'changing_code' WHEN 1 THEN 'paper_code' WHEN 2 THEN 'paper_list'
                              WHEN 3 THEN 'head_count' ELSE 'late' END,
               20 + i % 41, 4, '', '', 'g{seed}x' || ({first} + i), 0, {size.responses}, {good}, {user.pk}, '{LAST_YEAR}-12-31 00:00:00+00:00',
               {day("day_at + 1")}, {"TRUE" if connection.vendor == "postgresql" else "1"},
               CASE WHEN ok THEN {user.pk} END, CASE WHEN ok THEN {"TIMESTAMPTZ" if connection.vendor == "postgresql" else ""} '{LAST_YEAR}-12-31 00:00:00+00:00' END
        FROM placed
    """  # noqa: S608  (numbers and names of our own)
    with connection.cursor() as cursor:
        cursor.execute(sql)
    return first, last


def _responses(size: Size, first: int, last: int) -> None:
    """The answers behind the sessions' counters, by the same arithmetic."""
    if not size.responses:
        return
    seed = size.seed % 1000
    numbers = " UNION ALL ".join(f"SELECT {r} AS r" for r in range(1, size.responses + 1))
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO services_surveyresponse (id, session_id, overall, comment, answered_on)
            SELECT s.id * {size.responses + 1} + r, s.id, CASE WHEN ((s.id - {first}) * 31 + r * 17 + {seed}) % 20 < 18 THEN 4 + r % 2 ELSE 2 END, '', s.held_on
            FROM services_activitysession s CROSS JOIN ({numbers}) AS numbers WHERE s.id BETWEEN {first} AND {last}
            """  # noqa: S608
        )
