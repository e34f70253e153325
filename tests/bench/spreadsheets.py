"""Measures files in and out, each in a process of its own; prints JSON. Called by `python -m tests.bench`."""

import io
import json
import os
import resource
import sys
from datetime import date, timedelta
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiangshan.settings")
django.setup()

import xlsxwriter  # noqa: E402
from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from orgs.models import SocialOrganization  # noqa: E402
from services.models import ActivitySession, ServiceCategory  # noqa: E402
from services.tables import SESSIONS  # noqa: E402
from tests import factories  # noqa: E402
from tests.bench.measure import seconds  # noqa: E402
from xiangshan.metrics import invalidation  # noqa: E402
from xiangshan.shared.imports.actions import ledgers, rows  # noqa: E402
from xiangshan.shared.imports.models import Ledger  # noqa: E402
from xiangshan.shared.imports.schemas import IMPORT_SCHEMAS  # noqa: E402
from xiangshan.shared.lists import exports  # noqa: E402

ROWS, EXPORTED = 10_000, 100_000
HEADS = ["举办日期", "主题", "社会组织", "服务类别", "地点", "服务次数", "服务人次"]


def highest_memory() -> int:
    """MB that this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def told_rows() -> list[list[Any]]:
    """Ten thousand activities of the years 2010 to 2019, of forty organizations, with people's ways of writing in between."""
    names = [factories.OrganizationFactory(linked_on=date(2009, 1, 1)).name for _ in range(40)]
    categories = list(ServiceCategory.objects.values_list("name", flat=True))
    found = []
    for n in range(ROWS):
        on = date(2010, 1, 1) + timedelta(days=n % 3_600)
        day = (on, f"{on.year}.{on.month}.{on.day}", f"{on.year}年{on.month}月{on.day}日")[n % 3]
        people = (20 + n % 90, f"{20 + n % 90}人")[n % 2]
        found.append(
            [day, f"活动{n % 700}", names[n % 40], categories[n % len(categories)], f"第{n % 50}车间", "1", people]
        )
    return found


def bring() -> dict[str, Any]:
    """10,000 sessions from Excel with every check, and written; beside one full_clean and save a row."""
    by, other = factories.somebody("county_staff"), factories.somebody("county_staff")
    file = io.BytesIO()
    exports.write_xlsx(file, "台账", HEADS, told_rows())
    upload = SimpleUploadedFile("台账.xlsx", file.getvalue())

    def imported() -> None:
        ledger = ledgers.bring_file(IMPORT_SCHEMAS["past-sessions"], upload, by=by)
        if ledger.status == Ledger.Status.READING:
            ledger = ledgers.read_as(ledger, ledger.reading, by=by)
        ledger = rows.check_ledger(Ledger.objects.get(pk=ledger.pk))
        assert (ledger.new_rows, ledger.held_rows) == (ROWS, 0), (ledger.errors[:3], ledger.questions[:2])
        ledgers.agree(ledger, by=by)
        ledgers.accept(ledger, by=other)
        rows.write_ledger(Ledger.objects.get(pk=ledger.pk))

    ours = seconds(imported)
    memory = highest_memory()
    assert ActivitySession.objects.filter(evidence="ledger").count() == ROWS

    again = [_fresh(session) for session in ActivitySession.objects.filter(evidence="ledger").select_related("area")]

    def one_by_one() -> None:
        with transaction.atomic():
            for session in again:
                session.full_clean()
                session.save()

    return {"import": ours, "one_by_one": seconds(one_by_one), "import_memory": memory}


def _fresh(session: ActivitySession) -> ActivitySession:
    names = ("organization_id", "category_id", "title", "area_id", "held_on", "place", "evidence", "workers_served")
    values = {name: getattr(session, name) for name in names}
    return ActivitySession(
        **values,
        ledger_place="",
        status="verified",
        verified_by_id=session.verified_by_id,
        verified_at=timezone.now(),
    )


def take_out() -> dict[str, Any]:
    """100,000 sessions to Excel, beside xlsxwriter alone writing the same tuples."""
    call_command("generate", sessions=EXPORTED, responses_per_session=0, counties=1, verbosity=0)
    columns, rows_of_list = SESSIONS.chosen([]), SESSIONS.rows(ActivitySession.objects.all(), SESSIONS.chosen([]), "")

    def exported() -> None:
        response = exports.answer(SESSIONS, columns, rows_of_list, "xlsx")
        for _ in response:  # as the server sends it
            pass
        response.close()

    ours = seconds(exported)
    memory = highest_memory()
    lines = [[column.value(row) for column in columns] for row in rows_of_list.iterator(chunk_size=2_000)]

    def alone() -> None:
        book = xlsxwriter.Workbook(io.BytesIO(), {"constant_memory": True, "default_date_format": "yyyy-mm-dd"})
        sheet = book.add_worksheet()
        for number, line in enumerate(lines):
            sheet.write_row(number, 0, line)
        book.close()

    return {"export": ours, "writer_alone": seconds(alone), "export_memory": memory}


if __name__ == "__main__":
    invalidation.ring = lambda: None  # no worker here
    call_command("migrate", verbosity=0)
    assert SocialOrganization.objects.count() == 0
    print(json.dumps({"import": bring, "export": take_out}[sys.argv[1]]()))
