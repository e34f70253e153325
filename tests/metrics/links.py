"""From figures to the lists behind their links: every list, read as a reader gets it, must say what the figure says."""

import csv
import random
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

from django.test import Client
from django.utils import timezone

from mediation.models import Studio
from orgs.models import SocialOrganization
from services.models import Department, ServiceCategory, ServiceContract
from tests import factories
from tests.test_pages import client_of
from xiangshan.core import limits
from xiangshan.core.areas.models import Area
from xiangshan.metrics import figures
from xiangshan.metrics.figures import Figure
from xiangshan.metrics.periods import Period
from xiangshan.metrics.scoping import metrics_of, scope_of
from xiangshan.shared.lists.models import SavedView

Rows = list[dict[str, str]]
# What a default list leaves out and a figure is made of.
SHOWN = {
    "sessions": ["title", "held_on", "workers_served", "satisfied", "evidence", "reported_on", "status"],
    "projects": ["title", "granted_amount", "status"],
    "cases": ["number", "response_minutes", "people_received", "amount_involved", "amount_paid", "status"],
}


def count(rows: Rows) -> int:
    return len(rows)


def total(column: str) -> Callable[[Rows], Decimal]:
    return lambda rows: sum((Decimal(row[column].replace(",", "") or 0) for row in rows), Decimal(0))


def rated(part: int) -> Callable[[Rows], int]:
    return lambda rows: sum(int(row["满意/评价"].split("/")[part]) for row in rows if row["满意/评价"])


def in_time(rows: Rows) -> int:
    return sum(
        (date.fromisoformat(row["上报日期"]) - date.fromisoformat(row["日期"])).days <= limits.REPORT_DAYS
        for row in rows
        if row["上报日期"]
    )


Says = Callable[[Rows], Any]
# By metric and list: what its rows come to, as the figure's numerator and denominator (None: another list says it).
COUNTED: dict[str, list[tuple[Says | None, Says | None]]] = {
    "sessions_held": [(count, None)],
    "workers_served": [(total("服务人次"), None)],
    "satisfaction_rate": [(rated(0), rated(1))],
    "response_rate": [(rated(1), total("服务人次"))],
    "proven_share": [(total("服务人次"), None)],
    "sessions_pending": [(count, None)],
    "reported_in_time_rate": [(in_time, count)],
    "feedback_closed_rate": [(lambda rows: sum(row["结果"] != "待回访" for row in rows), count)],
    "contracts_active": [(count, None)],
    "contract_amount": [(total("金额"), None)],
    "contract_paid": [(total("金额"), None)],
    "requests_met_rate": [(count, None), (None, count)],
    "delivery_rate": [(count, None)],
    "orgs_linked": [(count, None)],
    "orgs_key": [(count, None)],
    "orgs_incubated": [(count, None)],
    "branches_single": [(count, None)],
    "branches_joint": [(count, None)],
    "branches_area": [(count, None)],
    "coverage_rate": [(count, None)],
    "union_members": [(total("工会会员"), None)],
    "formal_members": [(total("正式队员"), None)],
    "volunteers": [(total("志愿者"), None)],
    "projects_running": [(count, None)],
    "project_granted": [(total("扶持金额"), None)],
    "project_disbursed": [(total("金额"), None)],
    "cases_received": [(count, None)],
    "cases_closed": [(count, None)],
    "mediation_success_rate": [(None, count)],
    "on_time_rate": [(None, count)],
    "amount_involved": [(total("涉及金额"), None)],
    "amount_recovered": [(total("已付"), None)],
    "response_minutes": [(count, None)],
    "response_minutes_p90": [(count, None)],
}


def reader() -> Any:
    """Somebody who reads everything of the county, by posts everybody can hold."""
    user = factories.somebody("county_staff")
    for role in ("leadership", "mediation_supervisor", "auditor", "finance"):
        factories.PostFactory(user=user, role=role)
    for table, columns in SHOWN.items():
        SavedView.objects.create(user=user, table=table, name="", columns=columns)
    return user


def scopes(number: int, seed: int) -> list[tuple[dict[str, Any], Period]]:
    """Random scopes of every kind with random periods."""
    chance = random.Random(seed)
    offered: dict[str, list[Any]] = {
        "area": [str(pk) for pk in Area.objects.filter(pk__gte=factories.COUNTY, pk__lt=factories.COUNTY + 10**6).values_list("pk", flat=True)],
        "town": [str(pk) for pk in Area.objects.filter(parent=factories.COUNTY).values_list("pk", flat=True)] + [str(factories.COUNTY)] * 4,
        "organization": list(SocialOrganization.objects.filter(sessions__isnull=False).distinct().values_list("pk", flat=True)),
        "quiet": list(SocialOrganization.objects.values_list("pk", flat=True)),
        "contract": list(ServiceContract.objects.values_list("pk", flat=True)),
        "department": list(Department.objects.values_list("pk", flat=True)),
        "studio": list(Studio.objects.values_list("pk", flat=True)),
    }  # fmt: skip
    names = {"town": "area", "quiet": "organization"}
    # What the demo data plants around today lies in these.
    recent = {(timezone.localdate() + timedelta(days=days)).year for days in (-20, 0)}
    years = [2019, 2020, 2020, 2021, *sorted(recent)]
    categories = list(ServiceCategory.objects.values_list("pk", flat=True))
    found = []
    for n in range(number):
        kind = list(offered)[n % len(offered)]
        wanted = {names.get(kind, kind): chance.choice(offered[kind])}
        if kind in ("town", "organization") and chance.random() < 0.3:
            wanted["category"] = chance.choice(categories)
        year = chance.choice(years)
        period = chance.choice(
            [
                Period.year(year),
                Period.quarter(year, chance.randint(1, 4)),
                Period.month(year * 100 + chance.randint(1, 12)),
            ]
        )
        found.append((wanted, period))
    return found


def read(client: Client, link: str, known: dict[str, Rows]) -> Rows:
    """The list behind a link, as a download."""
    if link not in known:
        response = client.get(f"{link}&export=csv")
        assert response.status_code == 200, link
        text = b"".join(response.streaming_content).decode("utf-8-sig")
        known[link] = list(csv.DictReader(StringIO(text)))
    return known[link]


def wrong(figure: Figure, client: Client, known: dict[str, Rows]) -> list[str]:
    """Where a figure and its lists disagree."""
    code, found = figure.metric.code, []
    if code == "people_received":
        cases, receptions = (read(client, link, known) for link in figure.rows)
        listed = total("接待人次")(cases) + total("人次")(receptions)
        return (
            [] if listed == figure.numerator else [f"{code}: {figure.numerator}, its lists say {listed}: {figure.rows}"]
        )
    for link, (numerator, denominator) in zip(figure.rows, COUNTED[code], strict=True):
        rows = read(client, link, known)
        for what, says, value in (
            ("numerator", numerator, figure.numerator),
            ("denominator", denominator, figure.denominator),
        ):
            if says is not None and says(rows) != value:
                found.append(
                    f"{code} {figure.scope} {figure.period}: {what} {value}, its list says {says(rows)}: {link}"
                )
    return found


def disagreeing(number: int = 200, seed: int = 8) -> tuple[list[str], set[str], int]:
    """Every metric of so many random scopes against its lists: where they disagree, which metrics had rows, how many were compared."""
    user = reader()
    client = client_of(user)
    found: list[str] = []
    met: set[str] = set()
    compared = 0
    for wanted, period in scopes(number, seed):
        scope, _ = scope_of(user, wanted)
        known: dict[str, Rows] = {}
        for code, figure in figures.figures(scope, period, metrics=metrics_of(user, scope)).items():
            found += wrong(figure, client, known)
            compared += 1
            if figure.numerator:
                met.add(code)
    return found, met, compared
