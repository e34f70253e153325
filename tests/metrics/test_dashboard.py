"""The drawn dashboard is kept until the cells change, and never shown to whom it was not drawn for."""

import pytest

from tests import factories
from tests.test_pages import client_of
from xiangshan.core.areas.models import Area
from xiangshan.metrics import rollup

ADDRESS = "/dashboard/?year=2020"
PROVINCE = 330000000000


@pytest.fixture
def one_session(organization):
    factories.SessionFactory(organization=organization, verified=True, held_on="2020-05-05", workers_served=37)
    rollup.roll_up()
    return organization


def test_a_second_look_asks_no_figures_again(one_session, county_staff, django_assert_max_num_queries):
    client = client_of(county_staff)
    client.get(ADDRESS)
    with django_assert_max_num_queries(6):
        assert ">37<" in client.get(ADDRESS).content.decode()


def test_a_refresh_is_seen_at_once(one_session, county_staff):
    client = client_of(county_staff)
    assert ">37<" in client.get(ADDRESS).content.decode()
    factories.SessionFactory(organization=one_session, verified=True, held_on="2020-06-05", workers_served=4000)
    rollup.roll_up()
    assert "4,037" in client.get(ADDRESS).content.decode()


def test_who_may_not_see_money_does_not_get_a_page_drawn_with_it(one_session, county_staff, town_staff):
    address = f"{ADDRESS}&area={one_session.area_id - one_session.area_id % 1000}"
    assert 'data-figure="contract_amount"' in client_of(county_staff).get(address).content.decode()
    seen = client_of(town_staff).get(address)
    assert seen.status_code == 200
    assert 'data-figure="contract_amount"' not in seen.content.decode()


@pytest.fixture
def province_leader(db):
    province = Area.objects.create(pk=PROVINCE, code="330000", name="浙江省", level=Area.Level.PROVINCE)
    Area.objects.filter(pk=factories.COUNTY).update(parent=province)
    return factories.somebody("leadership", PROVINCE)


def test_a_province_lists_its_counties_a_moment_later_and_on_the_wall_at_once(province_leader, one_session):
    client = client_of(province_leader)
    county = f"area={factories.COUNTY}"
    first, more, wall = (
        client.get(address).content.decode()
        for address in (ADDRESS, "/dashboard/more/?year=2020", f"{ADDRESS}&screen=1")
    )
    assert ">37<" in first
    assert county not in first
    assert county in more
    assert county in wall


def test_an_area_above_ones_own_is_not_found_in_any_part(province_leader, county_staff):
    client = client_of(county_staff)
    for address in (ADDRESS, "/dashboard/more/?year=2020", f"{ADDRESS}&screen=1"):
        assert client.get(f"{address}&area={PROVINCE}").status_code == 404, address
