"""Every number of a breakdown and of a pivot leads to exactly its rows."""

from datetime import date

import pytest

from services.models import ServiceCategory
from tests import factories
from tests.metrics.links import count, rated, read, total, wrong
from tests.test_pages import client_of
from xiangshan.metrics import breakdowns, figures, pivot, rollup
from xiangshan.metrics.periods import Period
from xiangshan.metrics.registry import BY_CODE
from xiangshan.metrics.scoping import scope_of

Y2020 = Period.year(2020)


@pytest.fixture
def mixed(organization):
    """Sessions of both years, in towns and of the county itself, of three categories, proven in different ways."""
    for n in range(14):
        factories.SessionFactory(
            organization=organization if n % 2 else factories.OrganizationFactory(),
            category=ServiceCategory.objects.order_by("pk")[n % 3],
            verified=n != 3,
            reported=n == 3,
            held_on=date(2019 + (n > 2), 1 + n % 12, 9),
            area_id=(factories.DANDONG, factories.SHIPU, factories.COUNTY)[n % 3],
            evidence=("paper_code", "head_count")[n % 2],
            workers_served=20 + n,
            responses=n,
            satisfied=n // 2,
        )
    for day in ("2020-03-03", "2020-08-08"):
        factories.ContractFactory(organization=organization, signed_on=day)
    rollup.roll_up()


@pytest.mark.parametrize("wanted", [{}, {"area": factories.DANDONG}, {"category": True}, {"organization": True}])
def test_lines_of_a_breakdown(mixed, organization, leadership, wanted):
    if "category" in wanted:
        wanted = {"category": ServiceCategory.objects.order_by("pk")[1].pk}
    if "organization" in wanted:
        wanted = {"organization": organization.pk}
    scope, areas = scope_of(leadership, wanted)
    client = client_of(leadership)
    lines = [line for part in breakdowns.by_evidence_and_category(scope, Y2020) for line in part]
    if areas:
        lines += breakdowns.by_area(scope, areas, Y2020) + breakdowns.by_organization(scope, areas, Y2020)
    assert sum(line.sessions for line in lines) > 0
    for line in lines:
        rows = read(client, line.link, {})
        listed = (count(rows), total("服务人次")(rows), rated(0)(rows), rated(1)(rows))
        assert listed == (line.sessions, line.workers, line.satisfied, line.responses), line


def test_months_and_the_same_months_of_the_year_before(mixed, leadership):
    scope, _ = scope_of(leadership, {})
    sums = figures.read_sums(scope, 201901, 202012)
    client = client_of(leadership)
    lines = breakdowns.by_month(scope, sums, Y2020, Period.year(2019))
    assert any(line.sessions_before for line in lines)
    for line in lines:
        assert count(read(client, line.link, {})) == line.sessions
        assert total("服务人次")(read(client, line.link_before, {})) == line.workers_before


def test_cells_of_a_pivot(mixed, leadership):
    scope, areas = scope_of(leadership, {"area": factories.COUNTY})
    client, known, compared = client_of(leadership), {}, 0
    for code in ("workers_served", "satisfaction_rate", "contract_amount", "sessions_pending"):
        metric = BY_CODE[code]
        dimensions = pivot.dimensions_of(metric, scope)
        for row in dimensions:
            for column in pivot.beside(row, dimensions, scope):
                table = pivot.pivot(metric, scope, areas, Y2020, row, column)
                cells = [cell for _, _, line, _ in table.rows for cell in line if cell]
                cells += [sum_ for *_, sum_ in table.rows] + [*table.totals, table.total]
                for cell in cells:
                    if cell.narrowed is not None:
                        assert wrong(cell, client, known) == [], (row, column)
                        compared += 1
    assert compared > 300
