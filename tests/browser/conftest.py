from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.desk import FLAGS
from tests.live import Portal
from tests.moments import clear_of_midnight


@pytest.fixture(autouse=True)
def one_day() -> None:
    """A walk is about one day: one that would run into the next waits for it."""
    clear_of_midnight()


@pytest.fixture(scope="session")
def demo_portal(tmp_path_factory, prepared) -> Iterator[Portal]:
    """The portal with the demo data, its worker running, for all tests that only add to it."""
    portal = Portal(tmp_path_factory.mktemp("portal"), prepared, "demo")
    portal.start_worker()
    portal.start_web()
    yield portal
    portal.stop()


@pytest.fixture(scope="module")
def portal(demo_portal) -> Portal:
    return demo_portal


@pytest.fixture(scope="module")
def address(portal) -> str:
    return portal.address


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    with sync_playwright() as play:
        yield play.chromium


@pytest.fixture(scope="session")
def browser(chromium) -> Iterator[Any]:
    browser = chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
    yield browser
    browser.close()
