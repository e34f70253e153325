import pytest
from playwright.sync_api import sync_playwright

from tests.browser.desk import FLAGS
from tests.live import Portal


@pytest.fixture(scope="module")
def portal(tmp_path_factory):
    """The portal with the demo data, its worker running."""
    portal = Portal(tmp_path_factory.mktemp("portal"))
    portal.manage("demo", "--force")
    portal.start_worker()
    yield portal
    portal.stop()


@pytest.fixture(scope="module")
def address(portal):
    return portal.start_web()


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as play:
        yield play.chromium


@pytest.fixture(scope="session")
def browser(chromium):
    browser = chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
    yield browser
    browser.close()
