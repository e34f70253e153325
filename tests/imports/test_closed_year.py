"""A file that changes a signed year: nothing is lost, a reason is asked for, and it becomes a restatement."""

from datetime import date

import pytest

from orgs.models import StrengthReport
from tests import factories
from tests.imports.test_organizations import bring, workbook
from tests.test_pages import client_of
from xiangshan.core.areas.models import Area
from xiangshan.metrics import rollup
from xiangshan.metrics.actions import closings
from xiangshan.metrics.models import Restatement
from xiangshan.shared.imports import tasks
from xiangshan.shared.imports.models import Ledger


@pytest.fixture
def batch(organization, county_staff, leadership):
    """The members of the end of 2020, brought after the year was signed."""
    factories.StrengthFactory(organization=organization, as_of="2020-06-30", formal_members=20)
    rollup.roll_up()
    county = Area.objects.get(pk=factories.COUNTY)
    closings.sign_year(closings.compile_year(county, 2020, remarks="", by=county_staff), by=leadership)
    rows = [[str(organization), date(2020, 12, 20), 26, 3, 1]]
    heads = ["社会组织", "截至日期", "正式队员", "志愿者", "工会会员"]
    found = bring(client_of(county_staff), workbook(rows, heads), "strengths")
    assert found.status == "checked", found.errors
    return found


def is_written():
    return StrengthReport.objects.filter(as_of="2020-12-20").exists()


def test_confirming_asks_for_a_reason_and_writes_with_it(batch, county_staff):
    client, address = client_of(county_staff), f"/imports/{batch.pk}/apply/"
    asked = client.post(address)
    assert asked.status_code == 409
    assert "更正理由" in asked.content.decode()
    batch.refresh_from_db()
    assert (batch.status, is_written()) == ("checked", False)
    client.post(address, {"restated_because": "补报年末人数"})
    batch.refresh_from_db()
    assert (batch.status, is_written()) == ("done", True)
    assert set(Restatement.objects.values_list("reason", flat=True)) == {"补报年末人数"}


def test_a_worker_hands_it_back_and_writes_with_the_reason_given(batch, county_staff):
    Ledger.objects.update(status="applying")
    tasks.write_import(batch.pk)
    batch.refresh_from_db()
    assert (batch.status, is_written()) == ("checked", False)
    page = client_of(county_staff).get(f"/imports/{batch.pk}/").content.decode()
    assert "修改须写明理由" in page
    assert 'name="restated_because"' in page
    Ledger.objects.update(status="applying", reason="补报年末人数")
    tasks.write_import(batch.pk)
    batch.refresh_from_db()
    assert (batch.status, is_written()) == ("done", True)
    assert Restatement.objects.get().reason == "补报年末人数"
