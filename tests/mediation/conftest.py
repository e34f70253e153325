import pytest

from tests import factories
from tests.mediation import builders


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
    return builders.scheme(studio.area_id)
