"""Targets: who, why, and the pace of the year."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from tests.metrics.reading import text
from tests.test_pages import client_of
from xiangshan.metrics import figures
from xiangshan.metrics.actions import targets
from xiangshan.metrics.breakdowns import BreakdownRow
from xiangshan.metrics.models import Target
from xiangshan.metrics.periods import Period
from xiangshan.metrics.selectors.aims import Aim, elapsed_of, shortfalls


def test_a_target_says_who_and_why_and_every_change_does(year, county, leadership, county_staff):
    client = client_of(leadership)
    address = f"/dashboard/targets/{county.pk}/2020/"
    assert client.post(address, {"metric": "sessions_held", "value": "24"}).status_code == 422
    assert (
        client.post(address, {"metric": "sessions_held", "value": "24", "reason": "工作要点第 3 条"}).status_code == 302
    )
    targets.set_target(county, 2020, "sessions_held", Decimal(16), reason="上半年停办三个月", by=county_staff)
    target = Target.objects.get()
    assert (target.value, target.set_by) == (16, county_staff)
    page = text(client.get("/dashboard/targets/?year=2020"))
    for piece in ("75.0%", "落后", "工作要点第 3 条", "上半年停办三个月"):
        assert piece in page, piece
    with pytest.raises(ValidationError, match="100%"):
        targets.set_target(county, 2020, "satisfaction_rate", Decimal(101), reason="太高", by=leadership)


@pytest.mark.parametrize(
    ("today", "elapsed"),
    [("2019-12-31", 0.0), ("2020-01-01", 1 / 366), ("2020-12-30", 365 / 366), ("2020-12-31", 1.0), ("2021-05-05", 1.0)],
)
def test_the_pace_is_how_far_the_year_is_gone(today, elapsed):
    assert elapsed_of(Period.year(2020), date.fromisoformat(today)) == pytest.approx(elapsed)


def test_what_adds_up_is_measured_by_pace_and_a_rate_by_its_goal(year, county):
    now = figures.figures(figures.Scope.of_area(county), Period.year(2020))
    half = {"target": Target(value=Decimal(20)), "elapsed": 0.5}
    assert not Aim(figure=now["sessions_held"], **half).is_behind, "12 of 20 at half of the year"
    rate = Aim(Target(value=Decimal(90)), now["satisfaction_rate"], 0.5)
    assert rate.is_behind, "86 of 90 per cent"
    assert rate.reached == pytest.approx(0.8625 / 0.9)


def test_the_three_furthest_behind_say_what_is_missing_and_where_least_is(year, county):
    now = figures.figures(figures.Scope.of_area(county), Period.year(2020))
    goals = {"sessions_held": 48, "satisfaction_rate": 90, "workers_served": 1, "coverage_rate": 99, "orgs_linked": 400}
    aims = [Aim(Target(metric=code, value=Decimal(goal)), now[code], 0.5) for code, goal in goals.items()]
    few, many = (BreakdownRow(n, f"镇{n}", n, n, 0, 0, 0) for n in (1, 9))
    worst = shortfalls(aims, [many, few])
    assert "workers_served" not in [line.aim.figure.metric.code for line in worst], "it is reached"
    assert len(worst) == 3
    reached = [(line.aim.reached or 0) / line.aim.pace for line in worst]
    assert reached == sorted(reached)
    said = {line.aim.figure.metric.code: line for line in shortfalls(aims[:2], [many, few])}
    assert said["sessions_held"].missing == "按已过的日子应有 24 场，差 12 场"
    assert [line.name for line in said["sessions_held"].least] == ["镇1", "镇9"]
    assert said["satisfaction_rate"].missing == "414 / 480，离目标还差 3.8 个百分点"
