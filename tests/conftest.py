from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connection

from tests import factories
from xiangshan.celery import app


@pytest.fixture(autouse=True)
def plain_settings(settings: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Static files unhashed (nothing is collected for tests); quick passwords; no shared lock-outs."""
    settings.STORAGES = django_settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.DEBUG = False
    settings.WHITENOISE_AUTOREFRESH = True  # no look at every collected file, which each new client would take
    cache.clear()
    settings.MEDIA_ROOT = str(tmp_path_factory.getbasetemp() / "files")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """PostgreSQL keeps no statistics of the tests' tables: what a test writes is rolled back, and between two of them they look empty.

    Planned for nothing, a question about a test's ten thousand rows takes minutes; without statistics the size of the file counts.
    """
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                for table in connection.introspection.table_names(cursor):
                    cursor.execute(f"ALTER TABLE {connection.ops.quote_name(table)} SET (autovacuum_enabled = false)")


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
