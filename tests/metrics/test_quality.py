"""Briefs, data quality and jobs."""

from datetime import date
from io import StringIO

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from services.models import ActivitySession
from tests import factories
from tests.metrics.reading import text
from tests.test_pages import client_of
from xiangshan.core.records import writing
from xiangshan.metrics import figures, jobs, tasks
from xiangshan.metrics.actions import sharing
from xiangshan.metrics.mail import ended, send_briefs
from xiangshan.metrics.models import BriefMail, JobRun, Kind
from xiangshan.metrics.periods import Period


@pytest.mark.parametrize(
    ("every", "today", "period"),
    [
        ("month", "2021-01-04", Period.month(202011)),
        ("month", "2021-01-05", Period.month(202012)),
        ("quarter", "2021-01-04", Period.quarter(2020, 3)),
        ("quarter", "2021-01-05", Period.quarter(2020, 4)),
        ("quarter", "2020-04-05", Period.quarter(2020, 1)),
    ],
)
def test_a_brief_comes_when_its_reports_are_in(every, today, period):
    assert ended(every, date.fromisoformat(today)) == period


def test_a_brief_is_mailed_once_to_whoever_asked_for_it(year, county, leadership):
    leadership.email = "leader@example.org"
    leadership.save()
    with time_machine.travel("2020-04-20T04:00:00Z", tick=False):
        sharing.subscribe_brief(county, "month", by=leadership)
        assert send_briefs() == 0, "the first comes with the next month that ends"
    with time_machine.travel("2020-05-05T04:00:00Z", tick=False):
        assert send_briefs() == 1
        assert send_briefs() == 0
    (letter,) = mail.outbox
    assert letter.to == ["leader@example.org"]
    name, content, kind = letter.attachments[0]
    assert "2020 年 4 月" in name
    assert (content[:5], kind) == (b"%PDF-", "application/pdf")
    assert BriefMail.objects.get().sent_upto == 202004


def test_data_quality_by_organization_and_town(year, county_staff, organization):
    for n in range(3):
        factories.SessionFactory(organization=organization, held_on=date(2020, 3, 1 + n), status="planned")
    page = text(client_of(county_staff).get("/dashboard/quality/?year=2020"))
    assert "25.0%" in page, "one of four was reported"
    assert "2020 年结账还缺" in page
    assert "3 项" in page


def test_an_outlier_is_named_with_how_far_it_lies(year, county_staff, organization):
    category = ActivitySession.objects.first().category
    for n in range(24):
        factories.SessionFactory(
            organization=organization, category=category, verified=True, held_on="2020-07-01", workers_served=50 + n % 3
        )
    factories.SessionFactory(
        organization=organization,
        category=category,
        verified=True,
        held_on="2020-07-02",
        workers_served=2000,
        title="万人大会",
    )
    page = text(client_of(county_staff).get("/dashboard/quality/?year=2020&month=7"))
    assert "万人大会" in page
    assert "平均的" in page


def test_the_administrator_sees_what_ran_and_what_waits(year, db):
    admin = factories.somebody("administrator", 0)
    begun = timezone.now()
    jobs.begin(task_id="1")
    jobs.end(task_id="1", task=tasks.rebuild_figures, state="SUCCESS", retval=tasks.rebuild_figures())
    jobs.begin(task_id="2")
    jobs.end(task_id="2", task=tasks.refresh_figures, state="SUCCESS", retval=0)
    jobs.begin(task_id="3")
    jobs.end(task_id="3", task=tasks.mail_briefs, state="FAILURE", retval=OSError("mail server gone"))
    assert list(JobRun.objects.values_list("name", "outcome").order_by("pk")) == [
        ("xiangshan.metrics.tasks.rebuild_figures", "done"),
        ("xiangshan.metrics.tasks.mail_briefs", "failed"),
    ], "a refresh that found nothing to do is no news"
    assert JobRun.objects.first().started_at >= begun
    with writing(ActivitySession, list(ActivitySession.objects.values_list("pk", flat=True)[:1])):
        ActivitySession.objects.filter(held_on="2020-01-09").update(workers_served=1)
    page = text(client_of(admin).get("/dashboard/jobs/"))
    for piece in ("没有偏差", "mail server gone", "活动场次：", "夜间核对指标"):
        assert piece in page, piece


def test_drift_that_was_found_and_mended_is_told(year, db):
    ActivitySession.objects.filter(held_on="2020-01-09").update(workers_served=1)
    assert "已修复" in tasks.rebuild_figures()
    assert tasks.rebuild_figures() == "没有偏差"
    assert (
        figures.figures(figures.Scope(Kind.AREA, factories.COUNTY), Period.year(2020))["workers_served"].value == 1167
    )


def test_the_annual_statement_prints_the_years_figures(signed, leadership):
    from io import BytesIO

    from docx import Document

    document = Document(BytesIO(client_of(leadership).get(f"/dashboard/closings/{signed.pk}/statement.docx").content))
    text = "\n".join(one.text for one in document.paragraphs)
    assert "共开展服务活动 12 场，服务 1,266 人次；收到有效评价 480 份，职工满意率 86.2%" in text
    assert len(document.inline_shapes) == 3, "months, towns, categories"
    assert signed.digest in text
    out = StringIO()
    from django.core.management import call_command

    call_command("verify_year", year=2020, stdout=out)
    assert signed.digest in out.getvalue()
