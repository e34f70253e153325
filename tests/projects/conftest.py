from typing import Any

import pytest

from tests import factories


@pytest.fixture
def finance(db: None) -> Any:
    return factories.somebody("finance")


@pytest.fixture
def colleague(db: None) -> Any:
    """Another of the county's staff."""
    return factories.somebody("county_staff")
