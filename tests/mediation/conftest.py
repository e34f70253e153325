import pytest

from tests import factories
from tests.mediation import making


@pytest.fixture
def supervisor(db):
    return factories.somebody("mediation_supervisor")


@pytest.fixture
def finance(db):
    return factories.somebody("finance")


@pytest.fixture
def colleague(studio):
    return factories.somebody("mediator", studio.pk)


@pytest.fixture
def scheme(studio):
    return making.scheme(studio.area_id)
