import pytest

from tests import factories


@pytest.fixture
def rooms(db):
    return factories.VenueFactory(capacity=100), factories.VenueFactory(capacity=100)
