"""A county whose year has twelve sessions, and that year signed."""

from datetime import date

import pytest

from tests import factories
from xiangshan.core.areas.models import Area
from xiangshan.metrics import rollup
from xiangshan.metrics.actions import closings


@pytest.fixture
def county(db):
    return Area.objects.get(pk=factories.COUNTY)


@pytest.fixture
def year(organization):
    """Twelve sessions of twelve organizations in four categories, so that a question per row would show."""
    for n in range(12):
        factories.SessionFactory(
            organization=organization if n == 0 else factories.OrganizationFactory(),
            verified=True,
            held_on=date(2020, 1 + n, 9),
            workers_served=100 + n,
            responses=40,
            satisfied=40 - n,
        )
    rollup.roll_up()
    return organization


@pytest.fixture
def signed(county, year, county_staff, leadership):
    return closings.sign_year(closings.compile_year(county, 2020, remarks="", by=county_staff), by=leadership)
