"""The pages of figures: what they show, what they cost, what they ask, and to whom they answer."""

import json
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core import mail
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from services.models import ActivitySession
from tests import factories
from tests.test_pages import client_of
from xiangshan.accounts.models import SecondFactor
from xiangshan.areas.models import Area
from xiangshan.metrics import actions, figures, jobs, pivot, rollup, tasks
from xiangshan.metrics.mail import ended, send_briefs
from xiangshan.metrics.models import BriefMail, Favourite, JobRun, Kind, Restatement, ShareLink, Target, YearClosing
from xiangshan.metrics.periods import Period
from xiangshan.metrics.registry import BY_CODE
from xiangshan.metrics.selectors.overview import Aim, elapsed_of

DASHBOARD = "/dashboard/?year=2020"


@pytest.fixture
def county(db):
    return Area.objects.get(pk=factories.COUNTY)


@pytest.fixture
def year(organization):
    """Twelve sessions of twelve organizations in four categories, so that a question per row would show."""
    for n in range(12):
        factories.SessionFactory(
            organization=organization if n == 0 else factories.OrganizationFactory(),
            verified=True,
            held_on=date(2020, 1 + n, 9),
            workers_served=100 + n,
            responses=40,
            satisfied=40 - n,
        )
    rollup.roll_up()
    return organization


def words(response):
    return response.content.decode()


@pytest.fixture
def signed(county, year, county_staff, leadership):
    return actions.sign_year(actions.compile_year(county, 2020, remarks="", by=county_staff), by=leadership)


# The dashboard -------------------------------------------------------------------------------------------------------


def test_the_dashboard_asks_no_more_however_much_there_is(year, leadership, county, django_assert_max_num_queries):
    client = client_of(leadership)
    Target.objects.create(area=county, year=2020, metric="sessions_held", value=10, reason="要点", set_by=leadership)
    client.get(DASHBOARD)
    rollup.RollupState.objects.update(edition="00000000-0000-0000-0000-000000000001")
    with django_assert_max_num_queries(10):
        page = words(client.get(DASHBOARD))
    assert "1,266" in page
    assert "目标" in page


def test_each_page_of_figures_asks_a_bounded_number_of_questions(year, leadership, django_assert_max_num_queries):
    client = client_of(leadership)
    client.get(DASHBOARD)
    for address, most in {
        "/dashboard/more/?year=2020": 24,
        "/dashboard/figures/?year=2020": 10,
        "/dashboard/figures/satisfaction_rate/?year=2020&versus=330225001000": 14,
        "/dashboard/pivot/?year=2020&row=organization&column=category": 11,
        "/dashboard/quality/?year=2020": 28,
        "/dashboard/closings/": 18,
        "/dashboard/targets/?year=2020": 12,
        "/dashboard/shares/": 10,
    }.items():
        with django_assert_max_num_queries(most):
            assert client.get(address).status_code == 200, address


def test_with_no_data_every_page_says_so(leadership):
    client = client_of(leadership)
    for address in ("", "more/", "figures/", "figures/sessions_held/", "pivot/", "quality/", "targets/", "closings/"):
        assert client.get(f"/dashboard/{address}?year=2019").status_code == 200, address
    assert "没有数据" in words(client.get("/dashboard/pivot/?year=2019"))
    assert "还没有目标" in words(client.get("/dashboard/targets/?year=2019"))
    assert "没有逾期" in words(client.get("/dashboard/more/?year=2019"))


def test_one_drills_from_county_to_town_to_organization_to_the_sessions(year, leadership):
    client = client_of(leadership)
    assert f"/dashboard/?year=2020&amp;area={factories.DANDONG}" in words(client.get(DASHBOARD))
    town = words(client.get(f"/dashboard/more/?year=2020&area={factories.DANDONG}"))
    assert f"/dashboard/?year=2020&amp;organization={year.pk}" in town
    own = words(client.get(f"/dashboard/?year=2020&organization={year.pk}"))
    assert (
        f"/services/sessions/?status=verified&amp;totals=1&amp;first=2020-01-01&amp;last=2020-12-31&amp;organization={year.pk}"
        in own
    )


def test_an_organizations_leader_has_a_dashboard_of_the_same_parts(year, leader):
    page = words(client_of(leader).get(DASHBOARD))
    assert str(year) in page
    assert 'data-figure="sessions_held"' in page
    assert "各镇街" not in page


def test_the_wall_shows_the_same_without_doors(year, leadership):
    page = words(client_of(leadership).get(f"{DASHBOARD}&screen=1"))
    assert "1,266" in page
    assert 'data-reload="60"' in page
    assert "主导航" not in page


def test_month_quarter_and_department_move_every_part(year, leadership):
    client = client_of(leadership)
    assert "1,266" not in words(client.get(f"{DASHBOARD}&month=3"))
    assert ">102<" in words(client.get(f"{DASHBOARD}&month=3"))
    contract = factories.ContractFactory(organization=year)
    session = ActivitySession.objects.filter(organization=year).get()
    session.basis, session.contract_line, session.line_unit = "bought", factories.LineFactory(contract=contract), 1
    session.save()
    rollup.roll_up()
    page = words(client.get(f"{DASHBOARD}&department={contract.department_id}"))
    assert f"&amp;department={contract.department_id}" in page
    assert ">100<" in page
    assert client.get(f"{DASHBOARD}&department=987654").status_code == 404
    assert client.get(f"{DASHBOARD}&category=987654").status_code == 404


# Figures one by one --------------------------------------------------------------------------------------------------


def test_a_figure_says_what_it_means_and_rests_on(year, leadership):
    page = words(client_of(leadership).get("/dashboard/figures/satisfaction_rate/?year=2020&versus=330225001000"))
    for piece in (
        "总体满意度 4 分及以上",
        "414 / 480",
        "评价 480 份 / 到场 1,266 人次",
        "靠什么证明",
        "口径版本",
        "丹东街道",
    ):
        assert piece in page, piece


def test_a_pivot_adds_up_to_the_figure(year, county):
    scope, period = figures.Scope.of_area(county), Period.year(2020)
    areas = [county, *Area.objects.filter(parent=county)]
    metric = BY_CODE["satisfaction_rate"]
    for row in pivot.dimensions_of(metric, scope):
        for column in pivot.dimensions_of(metric, scope):
            if row == column:
                continue
            table = pivot.pivot(metric, scope, areas, period, row, column)
            assert (table.total.numerator, table.total.denominator) == (414, 480), (row, column)
            assert sum(total.numerator for *_, total in table.rows) == 414
            cells = [cell for _, _, line, _ in table.rows for cell in line if cell]
            assert sum(cell.denominator for cell in cells) == 480


def test_figures_are_taken_along_with_their_definitions(year, leadership):
    client = client_of(leadership)
    sheet = b"".join(client.get("/dashboard/figures/?year=2020&export=csv").streaming_content).decode("utf-8-sig")
    head, *lines = sheet.splitlines()
    assert "口径版本" in head
    assert any(line.startswith("workers_served,") and ",1266,人次,1266,1," in line for line in lines)
    found = json.loads(client.get("/dashboard/figures/?year=2020&export=json").content)
    assert found["figures"]["workers_served"]["value"] == 1266
    assert found["figures"]["workers_served"]["definition"]
    assert b"".join(client.get("/dashboard/figures/?year=2020&export=xlsx").streaming_content)[:2] == b"PK"
    assert client.get("/dashboard/figures/?year=2020&export=exe").status_code == 404


def test_a_favourite_is_ones_own_and_leads_to_figures_only(year, leadership, county_staff):
    client = client_of(leadership)
    address = "/dashboard/figures/workers_served/?year=2020"
    client.post("/dashboard/favourites/new/", {"name": "人次", "address": address})
    client.post("/dashboard/favourites/new/", {"name": "坏的", "address": "https://example.org/"})
    assert list(Favourite.objects.values_list("name", "address")) == [("人次", address)]
    assert "人次</a></span>" in words(client.get("/dashboard/figures/?year=2020"))
    kept = Favourite.objects.get()
    client_of(county_staff).post(f"/dashboard/favourites/{kept.pk}/drop/")
    assert Favourite.objects.exists()
    client.post(f"/dashboard/favourites/{kept.pk}/drop/")
    assert not Favourite.objects.exists()


# Targets -------------------------------------------------------------------------------------------------------------


def test_a_target_says_who_and_why_and_every_change_does(year, county, leadership, county_staff):
    client = client_of(leadership)
    address = f"/dashboard/targets/{county.pk}/2020/"
    assert client.post(address, {"metric": "sessions_held", "value": "24"}).status_code == 422
    assert (
        client.post(address, {"metric": "sessions_held", "value": "24", "reason": "工作要点第 3 条"}).status_code == 302
    )
    actions.set_target(county, 2020, "sessions_held", Decimal(16), reason="上半年停办三个月", by=county_staff)
    target = Target.objects.get()
    assert (target.value, target.set_by) == (16, county_staff)
    page = words(client.get("/dashboard/targets/?year=2020"))
    for piece in ("75.0%", "落后", "工作要点第 3 条", "上半年停办三个月"):
        assert piece in page, piece
    with pytest.raises(ValidationError, match="100%"):
        actions.set_target(county, 2020, "satisfaction_rate", Decimal(101), reason="太高", by=leadership)


@pytest.mark.parametrize(
    ("today", "elapsed"),
    [("2019-12-31", 0.0), ("2020-01-01", 1 / 366), ("2020-12-30", 365 / 366), ("2020-12-31", 1.0), ("2021-05-05", 1.0)],
)
def test_the_pace_is_how_far_the_year_is_gone(today, elapsed):
    assert elapsed_of(Period.year(2020), date.fromisoformat(today)) == pytest.approx(elapsed)


def test_what_adds_up_is_measured_by_pace_and_a_rate_by_its_goal(year, county):
    now = figures.figures(figures.Scope.of_area(county), Period.year(2020))
    half = {"target": Target(value=Decimal(20)), "elapsed": 0.5}
    assert not Aim(figure=now["sessions_held"], **half).is_behind, "12 of 20 at half of the year"
    rate = Aim(Target(value=Decimal(90)), now["satisfaction_rate"], 0.5)
    assert rate.is_behind, "86 of 90 per cent"
    assert rate.reached == pytest.approx(0.8625 / 0.9)


# Closing, through its pages ------------------------------------------------------------------------------------------


def test_the_year_is_closed_through_its_pages(year, county_staff, leadership):
    staff, leader = client_of(county_staff), client_of(leadership)
    assert "检查并编制" in words(staff.get("/dashboard/closings/"))
    assert staff.post("/dashboard/closings/new/2020/", {"remarks": ""}).status_code == 302
    closing = YearClosing.objects.get()
    page = f"/dashboard/closings/{closing.pk}/"
    assert "等待领导签署" in words(staff.get(page))
    typed = {"password": factories.PASSWORD, "opinion": "同意", "digest": closing.digest}
    assert staff.post(f"{page}sign/", typed).status_code == 403
    assert leader.post(f"{page}sign/", {"password": "wrong", "digest": closing.digest}).status_code == 422
    assert leader.post(f"{page}sign/", typed | {"digest": "other"}).status_code == 422, "not what was read"
    assert leader.post(f"{page}sign/", typed).status_code == 302
    closing.refresh_from_db()
    assert (closing.status, closing.signed_by, closing.opinion) == ("signed", leadership, "同意")
    assert "签署(第 1 版)" in words(leader.get(DASHBOARD))
    assert "摘要相符" in words(leader.get(f"{page}verify/"))
    frozen = json.loads(leader.get(f"{page}frozen.json").content)
    assert frozen["digest"] == closing.digest
    assert len(frozen["facts"]) == closing.facts.count() > 20
    assert leader.post(f"{page}reopen/", {"reason": ""}).status_code == 422
    assert leader.post(f"{page}reopen/", {"reason": "补录"}).status_code == 302
    assert "补录" in words(leader.get(page))


def test_a_change_of_a_signed_year_asks_why_and_keeps_what_was_typed(signed, year, county_staff):
    client = client_of(county_staff)
    typed = {
        "organization": year.pk,
        "title": "补录的义诊",
        "category": ActivitySession.objects.first().category_id,
        "venue": factories.VenueFactory().pk,
        "held_on": "2020-11-11",
        "basis": "voluntary",
        "starts_at": "09:00",
    }
    refused = client.post("/services/sessions/new/", typed)
    assert refused.status_code == 409, refused.context["form"].errors
    assert "2020 年度数据已由" in words(refused)
    assert 'value="补录的义诊"' in words(refused)
    assert not ActivitySession.objects.filter(title="补录的义诊").exists()
    done = client.post("/services/sessions/new/", {**typed, "restated_because": "当时漏登"})
    assert done.status_code == 302
    one = Restatement.objects.get()
    assert (one.reason, one.by) == ("当时漏登", county_staff)


def test_the_restatement_shows_wherever_the_year_does(signed, year, county_staff, leadership):
    from xiangshan.records import change, lock

    session = ActivitySession.objects.filter(organization=year).get()
    client = client_of(leadership)
    before = client.get(f"/dashboard/closings/{signed.pk}/statement.pdf").content
    word = client.get(f"/dashboard/closings/{signed.pk}/statement.docx").content
    change(lock(session), by=county_staff, verb="更正", reason="签到表漏记一页", workers_served=150)
    rollup.refresh()
    pieces = ("1,266", "1,316", "签到表漏记一页", str(county_staff))
    for address in ("/dashboard/more/?year=2020", f"/dashboard/closings/{signed.pk}/"):
        page = words(client.get(address))
        assert all(piece in page for piece in pieces), address
    frozen = json.loads(client.get(f"/dashboard/closings/{signed.pk}/frozen.json").content)
    moved = next(
        one for one in frozen["restated"] if (one["metric"], one["scope_name"]) == ("workers_served", "象山县")
    )
    assert moved == {
        "metric": "workers_served",
        "scope_name": "象山县",
        "signed": "1,266 人次",
        "now": "1,316 人次",
        "reasons": ["签到表漏记一页"],
        "by": [str(county_staff)],
    }
    sheet = b"".join(client.get("/dashboard/figures/?year=2020&export=csv").streaming_content).decode("utf-8-sig")
    line = next(line for line in sheet.splitlines() if line.startswith("workers_served,"))
    assert line.endswith(f",1266,签到表漏记一页,{county_staff}")
    taken = client.get("/api/v1/figures?year=2020").json()["figures"]["workers_served"]
    assert taken["restated"] == {"signed": 1266, "reasons": "签到表漏记一页", "by": str(county_staff)}
    cache.clear()
    assert client.get(f"/dashboard/closings/{signed.pk}/statement.pdf").content == before, "byte for byte"
    assert client.get(f"/dashboard/closings/{signed.pk}/statement.docx").content == word
    restated = client.get(f"/dashboard/closings/{signed.pk}/statement.docx?restated=1").content
    from docx import Document

    cells = {
        cell.text
        for table in Document(__import__("io").BytesIO(restated)).tables
        for row in table.rows
        for cell in row.cells
    }
    assert {"1,266 人次", "1,316 人次", "签到表漏记一页", str(county_staff)} <= cells


def test_the_session_says_that_its_year_is_signed(signed, year, county_staff):
    session = ActivitySession.objects.filter(organization=year).get()
    assert "2020 年度数据已由" in words(client_of(county_staff).get(f"/services/sessions/{session.pk}/"))


def test_a_role_that_needs_a_second_factor_signs_with_it_alone(year, county, county_staff, leadership):
    SecondFactor.objects.create(role="leadership")
    closing = actions.compile_year(county, 2020, remarks="", by=county_staff)
    with pytest.raises(PermissionDenied, match="动态验证码"):
        actions.sign_year(closing, by=leadership)
    secret = generate_totp_secret()
    TOTP.activate(leadership, secret)
    assert secret not in json.dumps(Authenticator.objects.get().data), "sealed in the database"
    page = f"/dashboard/closings/{closing.pk}/sign/"
    client = client_of(leadership)
    assert "动态验证码" in words(client.get(page))
    assert (
        client.post(page, {"password": factories.PASSWORD, "digest": closing.digest, "code": "000000"}).status_code
        == 422
    )
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    assert (
        client.post(page, {"password": factories.PASSWORD, "digest": closing.digest, "code": code}).status_code == 302
    )
    closing.refresh_from_db()
    assert closing.signed_by == leadership


# Sharing and programs ------------------------------------------------------------------------------------------------


def test_a_shared_link_shows_figures_and_leads_nowhere(year, county, county_staff):
    link, token = actions.share_dashboard(county, "调研组", timezone.localdate(), by=county_staff)
    page = words(Client().get(f"/share/{token}/?year=2020"))
    assert "1,266" in page
    main = page.split("<main", 1)[1]
    assert "/services/" not in main
    assert "/orgs/" not in main
    assert str(county_staff) not in page
    assert token not in json.dumps(list(ShareLink.objects.values_list("mark", flat=True)))
    link.refresh_from_db()
    assert link.opened == 1


@pytest.mark.parametrize(("days", "status"), [(0, 200), (1, 410)])
def test_a_link_ends_with_its_last_day(year, county, county_staff, days, status):
    until = timezone.localdate()
    _, token = actions.share_dashboard(county, "调研组", until, by=county_staff)
    noon = timezone.make_aware(timezone.datetime(until.year, until.month, until.day, 23, 59, 59))
    with time_machine.travel(noon + timedelta(days=days, seconds=days), tick=False):
        assert Client().get(f"/share/{token}/").status_code == status


def test_a_link_taken_back_opens_nothing(year, county, county_staff, town_staff):
    link, token = actions.share_dashboard(county, "调研组", timezone.localdate(), by=county_staff)
    with pytest.raises(PermissionDenied):
        actions.revoke_share(link, by=town_staff)
    client_of(county_staff).post(f"/dashboard/shares/{link.pk}/revoke/")
    assert Client().get(f"/share/{token}/").status_code == 410
    asked = Client().get("/api/v1/figures?year=2020", headers={"Authorization": f"Bearer {token}"})
    assert asked.status_code == 401


def test_a_new_link_is_shown_once(county, county_staff):
    client = client_of(county_staff)
    typed = {"title": "市总", "area": county.pk, "expires_on": str(timezone.localdate() + timedelta(days=400))}
    assert client.post("/dashboard/shares/", typed).status_code == 422
    page = words(client.post("/dashboard/shares/", typed | {"expires_on": str(timezone.localdate())}))
    assert "/share/" in page
    assert "/share/" not in words(client.get("/dashboard/shares/"))


def test_programs_read_the_same_figures(year, county, leadership, leader, county_staff):
    answer = client_of(leadership).get("/api/v1/figures?year=2020").json()
    assert answer["scope"] == f"area:{county.pk}"
    assert answer["figures"]["workers_served"]["value"] == 1266
    town = client_of(leadership).get("/api/v1/figures?year=2020&month=3&scope=area:330225001000").json()
    assert town["figures"]["workers_served"]["value"] == 102
    own = client_of(leader).get("/api/v1/figures?year=2020").json()
    assert own["figures"]["workers_served"]["value"] == 100
    assert client_of(leader).get(f"/api/v1/figures?year=2020&scope=area:{county.pk}").status_code == 404
    _, token = actions.share_dashboard(county, "程序", timezone.localdate(), by=county_staff)
    bearer = {"Authorization": f"Bearer {token}"}
    assert Client().get("/api/v1/figures?year=2020", headers=bearer).json()["figures"]["sessions_held"]["value"] == 12
    assert Client().get(f"/api/v1/figures?year=2020&scope=organization:{year.pk}", headers=bearer).status_code == 404
    assert Client().get("/api/v1/figures?year=2020").status_code == 401
    described = Client().get("/api/v1/openapi.json").json()
    assert set(described["paths"]) == {"/api/v1/metrics", "/api/v1/figures"}
    for bad in (
        "year=x",
        "year=2020&month=13",
        "year=99999999999999999999",
        "year=2020&scope=area:",
        "year=2020&scope=studio:9" * 1,
    ):
        assert client_of(leadership).get(f"/api/v1/figures?{bad}").status_code in (404, 422), bad


# Briefs, quality, jobs -----------------------------------------------------------------------------------------------


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
        actions.subscribe_brief(county, "month", by=leadership)
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
    page = words(client_of(county_staff).get("/dashboard/quality/?year=2020"))
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
    page = words(client_of(county_staff).get("/dashboard/quality/?year=2020&month=7"))
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
    ActivitySession.objects.filter(held_on="2020-01-09").update(workers_served=1)
    from xiangshan.metrics import marks

    marks.mark_facts(ActivitySession, list(ActivitySession.objects.values_list("pk", flat=True)[:1]))
    page = words(client_of(admin).get("/dashboard/jobs/"))
    for piece in ("没有偏差", "mail server gone", "活动场次:", "夜间核对指标"):
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
    assert "共开展服务活动 12 场,受益职工 1,266 人次;收到有效评价 480 份,职工满意率 86.2%" in text
    assert len(document.inline_shapes) == 3, "months, towns, categories"
    assert signed.digest in text
    out = StringIO()
    from django.core.management import call_command

    call_command("verify_year", year=2020, stdout=out)
    assert signed.digest in out.getvalue()
