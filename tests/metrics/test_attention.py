"""What needs attention: each number is what the list behind its link holds, at its edges too."""

from datetime import datetime

import pytest
import time_machine

from services.models import ServiceContract
from tests import factories
from tests.metrics.links import read
from tests.test_pages import client_of
from xiangshan.metrics.figures import Scope
from xiangshan.metrics.models import Kind
from xiangshan.metrics.selectors.attention import attention

HALF = datetime.fromisoformat("2020-07-02T12:00:00+08:00")  # 184 of 366 days: 50.3 %


@pytest.fixture
def contracts(organization):
    """Ten to deliver in the year: at half of it four are behind, five are not; nor is what is over, not begun or a frame."""
    found = {}
    for title, delivered in (("四场", 4), ("五场", 5)):
        contract = factories.ContractFactory(title=title, organization=organization, least_answers=30)
        line = factories.LineFactory(contract=contract, quantity=10)
        for unit in range(delivered):
            factories.SessionFactory(
                organization=organization, verified=True, basis="bought", contract_line=line, line_unit=unit + 1
            )
        found[title] = contract
    for more in ({"status": "settled"}, {"starts_on": "2020-07-03"}, {"kind": "framework"}):
        factories.LineFactory(contract=factories.ContractFactory(organization=organization, **more), quantity=10)
    return found


def rated(contract, responses, satisfied):
    session = contract.lines.get().sessions.first()
    session.responses, session.satisfied = responses, satisfied
    session.save()


@time_machine.travel(HALF, tick=False)
def test_a_contract_is_behind_when_it_lags_a_tenth_of_its_term(contracts):
    behind = ServiceContract.objects.behind()
    assert [(one.title, one.quota, one.delivered, one.passed, one.term) for one in behind] == [
        ("四场", 10, 4, 184, 366)
    ]


@pytest.mark.parametrize(("day", "late"), [("2019-10-19", False), ("2019-10-20", True)])
def test_a_tenth_to_the_day(organization, day, late):
    """365 days, of which 292 are eight tenths; seven of ten delivered keep up on that day, and not on the next."""
    contract = factories.ContractFactory(organization=organization, starts_on="2019-01-01", ends_on="2019-12-31")
    line = factories.LineFactory(contract=contract, quantity=10)
    for unit in range(1, 8):
        factories.SessionFactory(
            organization=organization, verified=True, basis="bought", contract_line=line, line_unit=unit
        )
    with time_machine.travel(datetime.fromisoformat(f"{day}T12:00:00+08:00"), tick=False):
        assert ServiceContract.objects.behind().exists() is late


@pytest.mark.parametrize(
    ("responses", "satisfied", "below"),
    [(30, 26, True), (30, 27, False), (29, 0, False), (30, 30, False), (0, 0, False)],
)
def test_below_the_floor_is_less_than_agreed_of_enough_answers(contracts, responses, satisfied, below):
    rated(contracts["五场"], responses, satisfied)  # a floor of 90 %: 27 of 30 keep it to the point
    with time_machine.travel(HALF, tick=False):
        assert [one.title for one in ServiceContract.objects.below_floor()] == (["五场"] if below else [])


@time_machine.travel(HALF, tick=False)
def test_every_number_is_what_the_list_behind_it_holds(contracts, organization, county_staff):
    rated(contracts["五场"], 40, 20)
    factories.SessionFactory(organization=organization, held_on="2020-07-01")  # unreported
    factories.SessionFactory(organization=organization, reported=True, held_on="2020-06-01")
    client = client_of(county_staff)
    for kind, pk in (
        (Kind.AREA, factories.COUNTY),
        (Kind.ORGANIZATION, organization.pk),
        (Kind.DEPARTMENT, contracts["四场"].department_id),
    ):
        found = attention(county_staff, Scope(kind, pk))
        titles = {item.title: item.count for item in found}
        assert titles["进度落后的合同"] == titles["满意率低于下限的合同"] == 1
        for item in found:
            assert len(read(client, item.link, {})) == item.count, item
