"""Pages of disputes ask the database as much for thirty rows as for twelve, and speak Chinese."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mediation.models import CallBack, CaseEvent, RewardLine
from tests import factories
from tests.mediation import builders
from tests.test_pages import ALLOWED, client_of

PAGES = {
    "/": 45,  # one question for each kind of thing that may wait
    "/mediation/cases/": 9,
    "/mediation/help/": 8,
    "/mediation/overview/?year=2020": 16,
    "/mediation/statements/": 9,
    "/mediation/schemes/": 8,
    "/mediation/terms/": 7,
    "/mediation/studios/{studio}/": 18,
    "/mediation/cases/{case}/": 48,
    "/mediation/statements/{statement}/": 22,
}


def fill(studio, case, statement, times):
    """More of everything that hangs on a case, a studio, a statement and the to-do."""
    for _ in range(times):
        party = builders.worker(case, phone="")
        party.reveals.create(case=case, by=factories.UserFactory(), reason="核对")
        case.reads.create(by=factories.UserFactory(), what="案件页")
        CaseEvent.objects.create(case=case, kind="call", at=builders.MORNING, text="去电", by=factories.UserFactory())
        builders.member(case, factories.UserFactory())
        factories.HelpFactory(studio=studio)
        factories.MediatorFactory(studio=studio)
        builders.agreed(studio, 100, employer=case.employer, next_due_on=date(2020, 7, 1))
        done = builders.closed(
            studio, employer=case.employer, grade="hard", grade_reason="复杂", grade_proposed_by=factories.UserFactory()
        )
        line = builders.line(statement, done, objection="少算了")
        CallBack.objects.create(line=line)
        builders.statement(
            factories.StudioFactory(), statement.scheme, 1, "draft", requested_by=None, requested_at=None
        )


@pytest.fixture(scope="module")
def counted(module_db):
    """Of each page: how many questions it asks with twelve of everything, and with thirty."""
    studio, supervisor = factories.StudioFactory(), factories.somebody("mediation_supervisor")
    case = builders.mediating(studio, employer=factories.EmployerFactory())
    statement = builders.statement(studio, builders.scheme(studio.area_id), 1)
    counts = {page: [] for page in PAGES}
    for times in (12, 18):
        fill(studio, case, statement, times)
        client = client_of(supervisor)
        for page, known in counts.items():
            address = page.format(case=case.pk, studio=studio.pk, statement=statement.pk)
            client.get(address)  # what is asked once a process is asked here
            with CaptureQueriesContext(connection) as asked:
                assert client.get(address).status_code == 200
            known.append(len(asked))
    assert RewardLine.objects.count() == 30
    return counts


@pytest.mark.parametrize("page", sorted(PAGES))
def test_questions_do_not_grow_with_rows(counted, page):
    few, many = counted[page]
    assert few == many
    assert many <= PAGES[page]


@pytest.mark.parametrize("page", sorted(PAGES))
def test_pages_speak_chinese(studio, supervisor, page):
    case = builders.mediating(studio, employer=factories.EmployerFactory())
    statement = builders.statement(studio, builders.scheme(studio.area_id), 1)
    fill(studio, case, statement, 1)
    address = page.format(case=case.pk, studio=studio.pk, statement=statement.pk)
    body = client_of(supervisor).get(address).content.decode()
    visible = re.sub(r"<(script|style|svg|head)\b.*?</\1>|<[^>]+>", " ", body, flags=re.DOTALL)
    assert not set(re.findall(r"\b[A-Za-z]{3,}\b", visible)) - ALLOWED - {"Word", "PDF", "PowerPoint"}
