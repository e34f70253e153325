"""Ten thousand rows: checked and written by the worker, with progress to look at, in little memory; taken up again after a kill."""

import json
from pathlib import Path

import pytest
from django.utils import timezone

from tests.imports.test_organizations import HEADS, bring, good_row, workbook
from tests.live import Portal, wait_for
from tests.test_pages import client_of
from xiangshan.shared.imports import tasks
from xiangshan.shared.imports.models import Ledger

MEMORY = 400  # MB, of the worker
BRING = """
from tests import factories
from tests.imports.test_organizations import good_row, workbook
from xiangshan.shared.imports.actions import ledgers, rows
from xiangshan.shared.imports.schemas import IMPORT_SCHEMAS
by = factories.somebody("county_staff")
print(ledgers.bring_file(IMPORT_SCHEMAS["organizations"], workbook([good_row(n) for n in range(1, 10_001)]), by=by).pk)
"""
STATE = """
import json
from xiangshan.shared.imports.models import Ledger
from orgs.models import SocialOrganization
batch = Ledger.objects.get()
print(json.dumps([batch.status, batch.done_rows, batch.total_rows, batch.new_rows, SocialOrganization.objects.count()]))
"""
APPLY = """
from xiangshan.shared.imports.actions import ledgers, rows
from xiangshan.shared.imports.models import Ledger
batch = Ledger.objects.get()
ledgers.agree(batch, by=batch.by)
"""


@pytest.fixture
def portal(tmp_path, prepared):
    portal = Portal(tmp_path, prepared)
    yield portal
    portal.stop()


def highest_memory(pid: int) -> int:
    """MB that the largest process of a group ever held."""
    found = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            lines = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        except OSError:
            continue
        if lines.get("NSpgid", "").split()[:1] == [str(pid)] and "VmHWM" in lines:
            found = max(found, int(lines["VmHWM"].split()[0]) // 1024)
    return found


def test_ten_thousand_rows_through_the_worker(portal):
    worker = portal.start_worker()
    portal.run(BRING)
    state = lambda: json.loads(portal.run(STATE))  # noqa: E731
    wait_for(lambda: state()[0] == "checked", 90)
    assert state()[:4] == ["checked", 10_000, 10_000, 10_000]
    assert state()[4] == 0, "a dry run stores nothing"
    portal.run(APPLY)
    wait_for(lambda: state()[0] == "done", 120)
    assert state()[4] == 10_000
    assert 0 < highest_memory(worker.pid) < MEMORY


def test_a_large_file_waits_with_a_progress_bar(county_staff):
    client = client_of(county_staff)
    batch = bring(client, workbook([good_row(n) for n in range(1, 601)], HEADS))
    assert batch.status == "checking"
    page = client.get(f"/imports/{batch.pk}/").content.decode()
    assert "<progress" in page
    assert 'hx-trigger="every 1s"' in page
    assert client.post(f"/imports/{batch.pk}/apply/").status_code == 403
    tasks.check_import(batch.pk)
    state = client.get(f"/imports/{batch.pk}/", HTTP_HX_REQUEST="true").content.decode()
    assert "<progress" not in state
    assert "确认导入" in state
    client.post(f"/imports/{batch.pk}/apply/")
    batch.refresh_from_db()
    assert batch.status == "applying"
    tasks.write_import(batch.pk)
    tasks.write_import(batch.pk)
    batch.refresh_from_db()
    assert (batch.status, batch.new_rows) == ("done", 600)


def test_what_a_dead_worker_left_is_taken_up_again(county_staff):
    batch = bring(client_of(county_staff), workbook([good_row(n) for n in range(1, 601)], HEADS))
    tasks.resume_imports()
    batch.refresh_from_db()
    assert batch.status == "checking", "somebody may be at it"
    Ledger.objects.update(touched_at=timezone.now() - tasks.STALLED_AFTER * 2)
    tasks.resume_imports()
    batch.refresh_from_db()
    assert batch.status == "checked"
