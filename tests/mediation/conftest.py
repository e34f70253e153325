import pytest

from tests import factories


@pytest.fixture
def supervisor(db):
    return factories.somebody("mediation_supervisor")


@pytest.fixture
def finance(db):
    return factories.somebody("finance")


@pytest.fixture
def colleague(studio):
    return factories.somebody("mediator", studio.pk)
