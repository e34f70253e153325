"""Measures one database at one size, in a process of its own; prints JSON. Called by `python -m tests.bench`."""

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiangshan.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.models import Count, Q, Sum  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from orgs.models import StageSpan  # noqa: E402
from services.actions import sessions  # noqa: E402
from services.models import ActivitySession, ServiceContract  # noqa: E402
from tests.bench import best_sql  # noqa: E402
from xiangshan.core.accounts.admin import AdministratorOnly, site  # noqa: E402
from xiangshan.core.accounts.models import Post, Role, User  # noqa: E402
from xiangshan.core.areas.models import Area, within  # noqa: E402
from xiangshan.core.records import Write  # noqa: E402
from xiangshan.demo.generating import PROVINCE, county_id  # noqa: E402
from xiangshan.metrics import breakdowns, figures, invalidation, rollup  # noqa: E402
from xiangshan.metrics.models import Kind, StaleMark  # noqa: E402
from xiangshan.metrics.periods import Period  # noqa: E402


def seconds(work: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def median(work: Callable[[], Any], times: int = 15) -> float:
    work()
    return statistics.median(seconds(work) for _ in range(times))


def medians(works: dict[str, Callable[[], Any]], times: int, before: dict[str, Callable[[], Any]]) -> dict[str, float]:
    """Of things that are compared: in turns, so that a machine that slows down slows all of them. What is done `before` is not timed."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    for turn in range(times + 1):
        for name, work in works.items():
            before.get(name, lambda: None)()
            spent = seconds(work)
            if turn:  # the first one warms up
                taken[name].append(spent)
    return {name: statistics.median(each) for name, each in taken.items()}


def main(sessions: int, responses: int, counties: int) -> dict[str, Any]:
    invalidation.ring = lambda: None  # no worker here: the refresh is measured by hand
    call_command("migrate", verbosity=0)
    found: dict[str, Any] = {
        "generate": seconds(
            lambda: call_command(
                "generate", sessions=sessions, responses_per_session=responses, counties=counties, verbosity=0
            )
        )
    }
    best_sql.make_copy()
    sql = best_sql.statement()
    with connection.cursor() as cursor:
        found["best_sql"] = seconds(lambda: cursor.execute(sql))
    found["rollup"] = seconds(rollup.roll_up)
    found["cells"], found["differences"] = best_sql.differences()
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {best_sql.COPY}")
        cursor.execute("ANALYZE")
    found |= refreshes()
    found |= pages()
    return found


def change(session: ActivitySession, by: User) -> None:
    """A verified session is returned: one fact changed, through its action."""
    sessions.send_back(session, by=by, reason="测试")


def refreshes() -> dict[str, Any]:
    by = User.objects.get(username="bench_staff")
    verified = ActivitySession.objects.filter(status="verified", county_code=county_id(0) // 10**6)
    one_by_one, statements = [], 0
    for session in verified.order_by("pk")[100:121]:
        change(session, by)
        with CaptureQueriesContext(connection) as queries:
            one_by_one.append(seconds(rollup.refresh))
        statements = max(statements, len(queries))
    # A thousand sessions over all counties, places and years: marked as their actions would mark them.
    step = max(1, ActivitySession.objects.count() // 1000)
    first = ActivitySession.objects.order_by("pk").values_list("pk", flat=True)[0]
    scattered = [first + n * step for n in range(1000)]
    with invalidation.figures_marked(Write(ActivitySession, scattered)):
        ActivitySession.objects.filter(pk__in=scattered, status="verified").update(workers_served=1)
    waiting = StaleMark.objects.count()
    together = seconds(rollup.refresh)
    return {
        "refresh": statistics.median(one_by_one),
        "statements": statements,
        "refresh_1000": together,
        "marks_1000": waiting,
    }


def client_of(username: str) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.force_login(
        User.objects.get(username=username), backend="xiangshan.core.accounts.backends.UsernameOrPhoneBackend"
    )
    return client


def get(client: Client, address: str) -> Callable[[], None]:
    def work() -> None:
        response = client.get(address)
        if response.status_code != 200:
            raise RuntimeError(f"{address}: {response.status_code}")

    return work


def pages() -> dict[str, Any]:
    county, province = client_of("bench_county"), client_of("bench_province")
    dashboard = "/dashboard/?year=2019"
    get(county, dashboard)()  # names of categories and the counts beside the navigation are kept for a while
    rollup.draw_anew()
    with CaptureQueriesContext(connection) as queries:
        get(county, dashboard)()
        asked = len(queries)
    more = dashboard.replace("/dashboard/", "/dashboard/more/")
    administrator = User.objects.get(username="generated")
    Post.objects.create(user=administrator, role=Role.ADMINISTRATOR, starts_on=date(2000, 1, 1))
    verified = "/services/sessions/?status=verified"
    found: dict[str, Any] = medians(
        {
            "empty": get(county, "/help/"),
            "dashboard": get(county, dashboard),
            "dashboard_again": get(county, dashboard),
            "dashboard_more": get(county, more),
            "dashboard_province": get(province, dashboard),
            "dashboard_province_again": get(province, dashboard),
            "dashboard_province_more": get(province, more),
            "list_all": get(county, verified),
            "list_of_category": get(county, f"{verified}&category=1&last=2016-06-30"),
            "admin": get(client_of("generated"), "/admin/services/activitysession/?status__exact=verified"),
        },
        times=31,
        # Nobody has looked since the last refresh: as one that wrote cells leaves it.
        before={"dashboard": rollup.draw_anew, "dashboard_province": rollup.draw_anew},
    )
    found |= {"dashboard_queries": asked, "live": median(live, 3), "figures": median(read)}
    found["list"] = max(found.pop("list_all"), found.pop("list_of_category"))
    return found


def live() -> None:
    """The province's year, and the year before, computed from the facts: sessions by month, by evidence and category, by county;
    contracts and organizations of both years. The generated data has no others."""
    sums = {"a": Count("pk"), "b": Sum("workers_served"), "c": Sum("responses"), "d": Sum("satisfied")}
    year = Q(held_on__range=(date(2019, 1, 1), date(2019, 12, 31)))
    both = Q(held_on__range=(date(2018, 1, 1), date(2019, 12, 31)))
    rows = ActivitySession.objects.filter(within(PROVINCE), status="verified").order_by()
    list(rows.filter(both).values("held_on__year", "held_on__month").annotate(**sums))
    list(rows.filter(year).values("evidence", "category").annotate(**sums))
    list(rows.filter(year).values("county_code").annotate(**sums))
    contracts = ServiceContract.objects.filter(within(PROVINCE, "organization__area")).binding()
    for first, last in ((date(2018, 1, 1), date(2018, 12, 31)), (date(2019, 1, 1), date(2019, 12, 31))):
        contracts.running_in(first, last).aggregate(n=Count("pk", distinct=True), quota=Sum("lines__quantity"))
        contracts.filter(signed_on__range=(first, last)).aggregate(Sum("amount"))
        spans = StageSpan.objects.filter(within(PROVINCE, "organization__area"), starts_on__lte=last)
        spans.exclude(ends_on__lte=last).aggregate(n=Count("organization", distinct=True))


def read() -> None:
    """The same figures, read from cells."""
    scope, period = figures.Scope(Kind.AREA, PROVINCE), Period.year(2019)
    figures.read_sums(scope, 201801, 201912)
    breakdowns.by_evidence_and_category(scope, period)
    breakdowns.by_area(scope, list(Area.objects.filter(parent=PROVINCE)), period)


class SessionAdmin(AdministratorOnly):
    """Django admin's change list over the same table, as it comes."""

    list_display = ["title", "organization", "held_on", "category", "area", "workers_served", "evidence", "status"]
    list_select_related = ["organization", "category", "area"]
    list_filter = ["status", "category"]
    list_per_page = 50


site.register(ActivitySession, SessionAdmin)


if __name__ == "__main__":
    print(json.dumps(main(*(int(word) for word in sys.argv[1:4]))))
