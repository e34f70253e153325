"""Closing a year through its pages: the signature, the question why, restatements wherever the year shows."""

import json
from hashlib import sha256

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.cache import cache
from django.core.exceptions import PermissionDenied

from services.models import ActivitySession
from tests import factories
from tests.mediation import builders
from tests.metrics.links import read
from tests.metrics.reading import text
from tests.test_pages import client_of
from xiangshan.core.accounts.models import SecondFactor
from xiangshan.core.records import change, lock
from xiangshan.metrics import rollup
from xiangshan.metrics.actions import closings
from xiangshan.metrics.models import Restatement, YearClosing
from xiangshan.metrics.selectors.checklist import checklist
from xiangshan.metrics.selectors.restated import verify

DASHBOARD = "/dashboard/?year=2020"


def test_the_year_is_closed_through_its_pages(year, county_staff, leadership):
    staff, leader = client_of(county_staff), client_of(leadership)
    assert "检查并编制" in text(staff.get("/dashboard/closings/"))
    assert staff.post("/dashboard/closings/new/2020/", {"remarks": ""}).status_code == 302
    closing = YearClosing.objects.get()
    page = f"/dashboard/closings/{closing.pk}/"
    assert "等待领导签署" in text(staff.get(page))
    typed = {"password": factories.PASSWORD, "opinion": "同意", "digest": closing.digest}
    assert staff.post(f"{page}sign/", typed).status_code == 403
    assert leader.post(f"{page}sign/", {"password": "wrong", "digest": closing.digest}).status_code == 422
    assert leader.post(f"{page}sign/", typed | {"digest": "other"}).status_code == 422, "not what was read"
    assert leader.post(f"{page}sign/", typed).status_code == 302
    closing.refresh_from_db()
    assert (closing.status, closing.signed_by, closing.opinion) == ("signed", leadership, "同意")
    assert "签署（第 1 版）" in text(leader.get(DASHBOARD))
    assert "摘要相符" in text(leader.get(f"{page}verify/"))
    frozen = json.loads(leader.get(f"{page}frozen.json").content)
    assert frozen["digest"] == closing.digest
    assert len(frozen["facts"]) == closing.facts.count() > 20
    assert leader.post(f"{page}reopen/", {"reason": ""}).status_code == 422
    assert leader.post(f"{page}reopen/", {"reason": "补录"}).status_code == 302
    assert "补录" in text(leader.get(page))


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
    assert "2020 年度数据已由" in text(refused)
    assert 'value="补录的义诊"' in text(refused)
    assert not ActivitySession.objects.filter(title="补录的义诊").exists()
    done = client.post("/services/sessions/new/", {**typed, "restated_because": "当时漏登"})
    assert done.status_code == 302
    one = Restatement.objects.get()
    assert (one.reason, one.by) == ("当时漏登", county_staff)


def test_the_restatement_shows_wherever_the_year_does(signed, year, county_staff, leadership):
    from xiangshan.core.records import change, lock

    session = ActivitySession.objects.filter(organization=year).get()
    client = client_of(leadership)
    before = client.get(f"/dashboard/closings/{signed.pk}/statement.pdf").content
    word = client.get(f"/dashboard/closings/{signed.pk}/statement.docx").content
    change(lock(session), by=county_staff, verb="更正", reason="签到表漏记一页", workers_served=150)
    rollup.refresh()
    pieces = ("1,266", "1,316", "签到表漏记一页", str(county_staff))
    for address in ("/dashboard/more/?year=2020", f"/dashboard/closings/{signed.pk}/"):
        page = text(client.get(address))
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
    assert line.endswith(",".join(["", "1266", "签到表漏记一页", str(county_staff)]))
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


def test_the_export_is_enough_to_check_the_digest(signed, leadership):
    """By the description in docs/adr/0017 alone, with nothing of the portal."""
    frozen = json.loads(client_of(leadership).get(f"/dashboard/closings/{signed.pk}/frozen.json").content)
    kinds = {"area": "a", "place": "p", "organization": "o", "contract": "c", "studio": "s"}
    contents = [
        ["closing", *(frozen[name] for name in ("area", "area_name", "year", "version", "remarks"))],
        ["compiled", frozen["compiled_by"], frozen["compiled_at"]],
        ["checklist", frozen["checklist"]],
        ["definitions", frozen["definitions"]],
        ["compared", frozen["before"], frozen["months_before"], frozen["targets"]],
    ]
    for one in frozen["figures"]:
        kind, scope = one["scope"].split(":")
        key = [kinds[kind], int(scope), one["category"] or 0, one["first"], one["last"], one["metric"]]
        contents.append(
            [*key, one["scope_name"], f"{float(one['numerator']):.2f}", one["denominator"], one["quantile"]]
        )
    contents += [[one[name] for name in ("source", "record", "keys", "values")] for one in frozen["facts"]]
    lines = [json.dumps(one, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n" for one in contents]
    assert sha256("".join(lines).encode()).hexdigest() == frozen["digest"] == signed.digest
    signed = [frozen[name] for name in ("digest", "signed_by", "signed_at", "opinion")]
    assert sha256(json.dumps(signed, ensure_ascii=False).encode()).hexdigest() == frozen["signature"]


def test_a_reopened_year_says_so_until_it_is_signed_again(signed, year, leadership):
    from xiangshan.metrics.actions import closings

    client = client_of(leadership)
    address = f"/dashboard/?year=2020&organization={year.pk}"
    assert "年度数据由" in text(client.get(address))
    closings.reopen_year(signed, reason="合同台账有误", by=leadership)
    cache.clear()
    assert "已重开、尚未重新签署" in text(client.get(address))


def test_only_years_the_portal_knows_can_be_compiled(county_staff):
    client = client_of(county_staff)
    assert [client.get(f"/dashboard/closings/new/{year}/").status_code for year in (0, 1999, 2017, 9999)] == [404] * 4


def test_the_session_says_that_its_year_is_signed(signed, year, county_staff):
    session = ActivitySession.objects.filter(organization=year).get()
    assert "2020 年度数据已由" in text(client_of(county_staff).get(f"/services/sessions/{session.pk}/"))


def test_a_role_that_needs_a_second_factor_signs_with_it_alone(year, county, county_staff, leadership):
    SecondFactor.objects.create(role="leadership")
    closing = closings.compile_year(county, 2020, remarks="", by=county_staff)
    with pytest.raises(PermissionDenied, match="动态验证码"):
        closings.sign_year(closing, by=leadership)
    secret = generate_totp_secret()
    TOTP.activate(leadership, secret)
    assert secret not in json.dumps(Authenticator.objects.get().data), "encrypted in the database"
    page = f"/dashboard/closings/{closing.pk}/sign/"
    client = client_of(leadership)
    assert "动态验证码" in text(client.get(page))
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


def test_who_does_not_compile_is_told_so_once(year, county_staff, leadership):
    address = "/dashboard/closings/"
    assert "检查并编制" in text(client_of(county_staff).get(address))
    page = text(client_of(leadership).get(address))
    assert "检查并编制" not in page
    assert page.count("工作人员编制") == 1


def test_who_signed_cannot_be_rewritten(signed):
    """Neither another name nor no signature at all passes for what was signed."""
    for values in ({"signed_by_name": "别人"}, {"opinion": "别的意见"}, {"signature": ""}):
        before = {name: getattr(signed, name) for name in values}
        YearClosing.objects.filter(pk=signed.pk).update(**values)
        assert not verify(YearClosing.objects.get(pk=signed.pk)).is_whole, values
        YearClosing.objects.filter(pk=signed.pk).update(**before)
    assert verify(YearClosing.objects.get(pk=signed.pk)).is_whole


def test_a_scope_that_was_not_frozen_says_so(signed, year, county_staff, leadership):
    session = ActivitySession.objects.filter(organization=year).get()
    change(lock(session), by=county_staff, verb="更正", reason="漏记", workers_served=120)
    client = client_of(leadership)
    narrowed = f"area={factories.DANDONG}&category={session.category_id}"
    assert "没有单独封存" in text(client.get(f"/dashboard/more/?year=2020&{narrowed}"))
    for frozen in ("", f"&area={factories.DANDONG}", f"&organization={year.pk}", f"&category={session.category_id}"):
        page = text(client.get(f"/dashboard/more/?year=2020{frozen}"))
        assert "没有单独封存" not in page, frozen
        assert "签署后更正" in page, frozen
    share = signed.figures.get(
        kind="a", scope=signed.area_id, category=0, metric="response_rate", first=202001, last=202012
    )
    both = text(client.get("/dashboard/more/?year=2020"))
    for workers in (share.denominator, share.denominator + 20):
        assert f"{int(share.numerator):,} / {workers:,}" in both, (
            "what a rate is made of, where rounding hides that it moved"
        )


def test_statements_that_wait_are_those_of_the_list(year, county, county_staff):
    studio = factories.StudioFactory()
    scheme = builders.scheme(studio.area_id)
    waiting = builders.statement(studio, scheme, 1)
    builders.statement(studio, scheme, 2, status="approved")
    builders.statement(factories.StudioFactory(area_id=factories.elsewhere().pk), scheme, 1)
    item = next(item for item in checklist(county, 2020) if item.title == "奖补结算都已批准")
    assert item.open == 1
    reader = factories.somebody("mediation_supervisor", factories.COUNTY // 10**10 * 10**10)
    rows = read(client_of(reader), item.link, {})
    assert [row["结算单号"] for row in rows] == [waiting.number]


def test_a_reader_over_several_counties_chooses(leadership, county):
    factories.elsewhere()
    over = factories.somebody("leadership", factories.COUNTY // 10**10 * 10**10)
    page = text(client_of(over).get(f"/dashboard/closings/?area={factories.ELSEWHERE}"))
    assert "外县 · 年度结账" in page
    assert f"?area={factories.COUNTY}" in page
    assert 'aria-label="县区"' not in text(client_of(leadership).get("/dashboard/closings/"))


def test_no_target_for_work_that_waits(leadership):
    page = text(client_of(leadership).get(f"/dashboard/targets/{factories.COUNTY}/2020/"))
    assert 'value="sessions_held"' in page
    assert "sessions_pending" not in page
