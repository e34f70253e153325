"""Lists and pages of organizations ask as many questions of ten thousand as of ten."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orgs.models import SocialOrganization, StageSpan, StrengthReport
from tests import factories
from tests.test_pages import client_of

PATHS = [
    "/orgs/",
    "/orgs/?q=zyd&sort=-founded_on",
    "/orgs/branches/",
    "/orgs/strength/",
    "/orgs/{pk}/",
    "/orgs/overview/",
    "/search/?q=志愿",
]


def asked(client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


@pytest.fixture(scope="module")
def counted(module_db) -> dict[str, tuple[int, int]]:
    """Of each path: how many questions it asks of ten organizations, and of ten thousand."""
    organization = factories.OrganizationFactory(name="零号志愿队")
    factories.OrganizationFactory.create_batch(9)
    client = client_of(factories.somebody("county_staff"))
    few = {path: asked(client, path.format(pk=organization.pk)) for path in PATHS}
    made = SocialOrganization.objects.bulk_create(
        [
            SocialOrganization(name=f"{n}号志愿队", initials=f"{n}hzyd", area_id=factories.DANDONG, stage="contacted")
            for n in range(1, 9_991)
        ],
        batch_size=1000,
    )
    StageSpan.objects.bulk_create(
        [StageSpan(organization=one, stage="contacted", starts_on="2019-01-01") for one in made], batch_size=1000
    )
    StrengthReport.objects.bulk_create(
        [StrengthReport(organization=one, as_of="2020-01-01", formal_members=3) for one in made], batch_size=1000
    )
    assert SocialOrganization.objects.count() == 10_000
    return {path: (few[path], asked(client, path.format(pk=organization.pk))) for path in PATHS}


@pytest.mark.parametrize("path", PATHS)
def test_the_number_of_questions(counted, path):
    few, many = counted[path]
    assert many <= few
