"""The same figures for different readers: what an organization, a town or somebody with a wrong address is told."""

import json
from datetime import date

import pytest

from services.models import Department
from tests import factories
from tests.metrics.links import count, read
from tests.metrics.reading import text
from tests.test_pages import client_of
from xiangshan.metrics import figures, rollup
from xiangshan.metrics.periods import Period
from xiangshan.metrics.scoping import metrics_of, scope_of

Y2020 = Period.year(2020)
LIST = "/services/sessions/?status=verified&totals=1&first=2020-01-01&last=2020-12-31"


@pytest.fixture
def held(organization):
    """One session of the organization's, of three workers: ten of them answered, as far as the records say."""
    return factories.SessionFactory(
        organization=organization, verified=True, held_on=date(2020, 5, 9), workers_served=3, responses=10, satisfied=9
    )


def test_more_answers_than_workers_are_said_and_no_error(held, county_staff):
    rollup.roll_up()
    client = client_of(county_staff)
    for address in (
        "figures/?export=xlsx&",
        "figures/?export=csv&",
        "figures/?export=json&",
        "figures/response_rate/?",
    ):
        answer = client.get(f"/dashboard/{address}year=2020")
        assert answer.status_code == 200, address
        assert answer.getvalue()
    found = json.loads(client.get("/dashboard/figures/?export=json&year=2020").content)["figures"]["response_rate"]
    assert (found["numerator"], found["denominator"], found["interval"]) == (10, 3, None)


def test_an_organization_is_not_told_how_few_workers_answered(held, leader, county_staff, organization):
    rollup.roll_up()
    for reader, expected in ((county_staff, (9, 10)), (leader, (0, 0))):
        scope, _ = scope_of(reader, {"organization": organization.pk})
        rate = figures.figures(scope, Y2020, metrics=metrics_of(reader, scope))["satisfaction_rate"]
        assert (rate.numerator, rate.denominator) == expected
    client = client_of(leader)
    for address in (
        LIST,
        "/dashboard/?year=2020",
        "/dashboard/figures/?year=2020",
        "/dashboard/figures/satisfaction_rate/?year=2020&month=5",
    ):
        page = text(client.get(address))
        assert "90.0%" not in page, address
        assert "满意 9" not in page, address
        assert "9 / 10" not in page, address
    assert "保护评价人" in text(client.get("/dashboard/figures/satisfaction_rate/?year=2020"))
    assert "样本不足" in text(client.get("/dashboard/?year=2020"))
    listed = text(client_of(county_staff).get(LIST))
    assert "其中满意 9 份" in listed
    assert "只看" not in listed, "asking for sums narrows nothing"


def test_nor_on_the_page_of_its_contract(organization, leader, county_staff):
    line = factories.LineFactory(contract__organization=organization)
    factories.SessionFactory(
        organization=organization,
        basis="bought",
        contract_line=line,
        line_unit=1,
        verified=True,
        held_on=date(2020, 5, 9),
        responses=10,
        satisfied=9,
    )
    address = f"/services/contracts/{line.contract_id}/"
    assert "90.0%（9 / 10 份评价" in text(client_of(county_staff).get(address))
    page = text(client_of(leader).get(address))
    assert "评价 10 份；为保护评价人" in page
    assert "9 / 10" not in page


def test_of_enough_answers_an_organization_is_told(held, leader):
    factories.SessionFactory(
        organization=held.organization,
        verified=True,
        held_on=date(2020, 6, 9),
        workers_served=40,
        responses=20,
        satisfied=18,
    )
    rollup.roll_up()
    client = client_of(leader)
    assert "其中满意 27 份" in text(client.get(LIST))
    assert "90.0%" in text(client.get("/dashboard/?year=2020"))


def test_a_department_is_the_countys(town_staff, county_staff):
    line = factories.LineFactory(contract__department=Department.objects.first())
    factories.SessionFactory(
        organization=line.contract.organization,
        basis="bought",
        contract_line=line,
        line_unit=1,
        verified=True,
        held_on=date(2020, 5, 9),
    )
    rollup.roll_up()
    wanted = f"/dashboard/?year=2020&department={line.contract.department_id}"
    assert 'name="department"' not in text(client_of(town_staff).get("/dashboard/?year=2020"))
    assert text(client_of(town_staff).get(wanted)).count("丹东街道 · 2020 年"), "the town's own"
    client = client_of(county_staff)
    scope, _ = scope_of(county_staff, {"department": line.contract.department_id})
    held = figures.figures(scope, Y2020)["sessions_held"]
    assert held.value == count(read(client, held.link, {})) == 1


def test_a_wrong_address_is_never_answered_with_anothers_figures(held, county_staff, organization):
    client = client_of(county_staff)
    of_one = f"organization={organization.pk}"
    for address in (
        f"figures/?year=1999&{of_one}&export=json",
        f"figures/?year=2020&month=13&{of_one}&export=xlsx",
        "figures/?area=330225",
        "?organization=abc",
    ):
        assert client.get(f"/dashboard/{address}").status_code == 404, address
    page = client.get(f"/dashboard/?year=1999&{of_one}")
    assert page.context["scope"].id == organization.pk, "the filter that could be read still holds"
    assert "2000" in text(page), "and the year is said to be wrong"


def test_a_town_opens_no_dashboard_it_may_not_see(town_staff, organization):
    stranger = factories.OrganizationFactory(area_id=factories.SHIPU)
    for one in (organization, stranger):
        factories.SessionFactory(organization=one, area_id=factories.DANDONG, verified=True, held_on=date(2020, 5, 9))
    rollup.roll_up()
    client = client_of(town_staff)
    for address in ("/dashboard/more/?year=2020", "/dashboard/organizations/?year=2020"):
        page = client.get(address)
        assert stranger.name in text(page)
        assert f"organization={organization.pk}" in text(page)
        lines = page.context.get("organizations") or page.context["lines"]
        assert {line.name: bool(line.drill) for line in lines} == {organization.name: True, stranger.name: False}
        for line in lines:
            assert not line.drill or client.get(line.drill).status_code == 200
