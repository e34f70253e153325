import fcntl
import logging
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from unittest import mock
from urllib.parse import urlsplit

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.template import Context, Template
from django.test import override_settings
from django.utils.safestring import SafeString

from tests import factories
from tests.live import Portal
from tests.prepared import SQLITE_FILE, Prepared
from xiangshan.celery import app

# The run that this process belongs to: set by the first, inherited by the workers of xdist.
RUN, FOLDER = "PORTAL_TEST_RUN", "PORTAL_TEST_FOLDER"
PREFIX, ALIVE = "portal_test_", "alive.lock"
alive = pytest.StashKey[IO[str]]()


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        drop_dead_runs()
        os.environ[RUN] = f"{PREFIX}{secrets.token_hex(4)}"
        os.environ[FOLDER] = tempfile.mkdtemp(prefix=f"{os.environ[RUN]}_")
        config.option.basetemp = Path(os.environ[FOLDER]) / "tmp"
        file = (Path(os.environ[FOLDER]) / ALIVE).open("w")
        fcntl.flock(file, fcntl.LOCK_EX)  # for as long as this process lives
        config.stash[alive] = file
    hypothesis.settings.register_profile("suite", database=None, derandomize=True)
    hypothesis.settings.load_profile("suite")


def drop_dead_runs() -> None:
    """What a run that was killed could not clear away."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        try:
            with (folder / ALIVE).open("r") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            continue  # it runs, or is about to
        Prepared(folder, folder.name[: len(PREFIX) + 8]).drop_all()


# Files whose tests take longest: begun first, so that no worker is left with one at the end.
LONGEST_FIRST = (
    "test_access.py",
    "test_around_today.py",  # needs no database: the first worker is still migrating it
    "test_demo.py",
    "test_survival.py",
    "test_fit.py",
    "test_main_job.py",
    "test_large.py",
    "test_requests.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    order = {name: place for place, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: order.get(item.path.name, len(order)))


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        Prepared(Path(os.environ[FOLDER]), os.environ[RUN]).drop_all()


@pytest.fixture(autouse=True, scope="session")
def plain_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Static files unhashed (nothing is collected for tests); quick passwords; files in a folder of this run."""
    unhashed = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    with override_settings(
        STORAGES=settings.STORAGES | unhashed,
        PASSWORD_HASHERS=["tests.factories.people.QuickHasher"],
        CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},  # each process its own
        DEBUG=False,
        WHITENOISE_AUTOREFRESH=True,  # no look at every collected file, which each new client would take
        MEDIA_ROOT=str(tmp_path_factory.getbasetemp() / "files"),
    ):
        logging.getLogger("django.request").setLevel(
            logging.ERROR
        )  # each 403 and 404 that a test wants is a page of log
        yield


# Parts of pages: of them a test asks nothing by name, and there are fifty to a page.
PARTS = ("components/", "bootstrap5/", "django/forms/")


@pytest.fixture(autouse=True, scope="session")
def pages_recorded(django_test_environment: None) -> Iterator[None]:
    """Of each answer the pages that were rendered are kept for the test, not every part of them: keeping is a copy each."""
    record = Template._render

    def render(self: Template, context: Context) -> SafeString:
        if (self.name or "").startswith(PARTS):
            return self.nodelist.render(context)
        return record(self, context)

    with mock.patch.object(Template, "_render", render):
        yield


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    """No lock-outs or counts of the test before."""
    cache.clear()


@pytest.fixture(scope="session")
def prepared() -> Prepared:
    return Prepared(Path(os.environ[FOLDER]), os.environ[RUN])


@pytest.fixture(scope="session")
def django_db_setup(
    prepared: Prepared, tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any
) -> Iterator[None]:
    """The tests of this process work on a copy of the migrated database."""
    with django_db_blocker.unblock(), pointed_at(prepared, "empty", tmp_path_factory.mktemp("database")):
        yield


@pytest.fixture(scope="module")
def demo_files(
    django_db_setup: None, prepared: Prepared, tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any
) -> Iterator[Path]:
    """While a module's tests run, they work on a copy of the demo data; where its files lie."""
    var = tmp_path_factory.mktemp("demo")
    with django_db_blocker.unblock(), pointed_at(prepared, "demo", var):
        yield var / "files"


@pytest.fixture
def demo(demo_files: Path, db: None) -> Iterator[None]:
    """The demo data, for this test to change as it likes."""
    with override_settings(MEDIA_ROOT=str(demo_files)):
        yield


@pytest.fixture(scope="module")
def module_db(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """What a fixture of the module writes stands for all its tests, and what a test writes for itself alone."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="session")
def shared_portal(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A live portal without data, for tests that each bring their own."""
    portal = Portal(tmp_path_factory.mktemp("portal"), prepared)
    yield portal
    portal.stop()


@contextmanager
def pointed_at(prepared: Prepared, kind: str, var: Path) -> Iterator[None]:
    """The connection of this process leads to a copy of what is prepared."""
    before = connection.settings_dict["NAME"]
    url = prepared.copy(kind, var)
    _lead(urlsplit(url).path[1:] if url else str(var / SQLITE_FILE))
    yield
    _lead(before)
    prepared.drop(url)


def _lead(name: str) -> None:
    connection.close()
    if connection.vendor == "postgresql":
        connection.close_pool()
    connection.settings_dict["NAME"] = name


@pytest.fixture(autouse=True, scope="session")
def own_queue() -> Iterator[None]:
    """Unit tests ring no worker: the queue is this process's memory. What needs a worker starts a real one."""
    before = app.conf.broker_url
    app.conf.broker_url = "memory://"
    yield
    app.conf.broker_url = before


@pytest.fixture
def county_staff(db: None) -> Any:
    return factories.somebody("county_staff")


@pytest.fixture
def town_staff(db: None) -> Any:
    return factories.somebody("town_staff", factories.DANDONG)


@pytest.fixture
def organization(db: None) -> Any:
    return factories.OrganizationFactory()


@pytest.fixture
def leader(organization: Any) -> Any:
    return factories.somebody("org_leader", organization.pk)


@pytest.fixture
def stranger(db: None) -> Any:
    """Leads another organization, in another county."""
    return factories.somebody("org_leader", factories.OrganizationFactory(area_id=factories.elsewhere().pk).pk)


@pytest.fixture
def leadership(db: None) -> Any:
    return factories.somebody("leadership")


@pytest.fixture
def studio(db: None) -> Any:
    return factories.StudioFactory()


@pytest.fixture
def mediator(studio: Any) -> Any:
    return factories.somebody("mediator", studio.pk)
