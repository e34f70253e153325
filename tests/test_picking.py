"""Lists keep their filters: over a deed on many rows, in a view that moves with the calendar, and when days are the wrong way round."""

from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from orgs.models import SocialOrganization
from tests import factories
from tests.test_pages import client_of
from xiangshan.shared.lists import picking
from xiangshan.shared.lists.spans import Span, moved
from xiangshan.shared.notifications.models import Message

LIST = "/orgs/?stage=lead&sort=name"
FORM = {"query": "?stage=lead&sort=name", "action": "stage"}
STAGE = {"stage": "contacted", "starts_on": "2026-01-05", "reason": "走访"}


@pytest.fixture
def leads(db):
    for n in range(60):
        factories.OrganizationFactory(name=f"线索{n:02d}队", stage="lead")
    return factories.OrganizationFactory(name="已联系队", stage="contacted")


def test_a_deed_on_picked_rows_leads_back_to_the_list_as_filtered(leads, county_staff):
    client = client_of(county_staff)
    page = client.get(LIST).content.decode()
    assert 'name="query" value="?stage=lead&amp;sort=name"' in page
    picked = {"pk": SocialOrganization.objects.filter(stage="lead").values_list("pk", flat=True)[:2]}
    asked = client.post("/orgs/bulk/", FORM | picked)
    assert asked.context["back"] == LIST
    done = client.post("/orgs/bulk/", FORM | picked | STAGE | {"confirmed": "2"})
    assert done.url == LIST
    assert SocialOrganization.objects.filter(stage="lead").count() == 58


def test_all_that_match_are_offered_and_nothing_else_is_touched(leads, county_staff):
    client = client_of(county_staff)
    assert "全部 60 条都选（各页）" in client.get(LIST).content.decode()
    assert "都选（各页）" not in client.get("/orgs/?stage=contacted").content.decode(), "one page holds them all"
    asked = client.post("/orgs/bulk/", FORM | {"all": "1"}).content.decode()
    assert "等 60 家" in asked
    factories.OrganizationFactory(name="刚来的线索队", stage="lead")
    again = client.post("/orgs/bulk/", FORM | STAGE | {"all": "1", "confirmed": "60"})
    assert "符合条件的现在是 61 家" in again.content.decode()
    assert SocialOrganization.objects.filter(stage="lead").count() == 61, "another number was confirmed"
    assert client.post("/orgs/bulk/", FORM | STAGE | {"all": "1", "confirmed": "61"}).url == LIST
    assert not SocialOrganization.objects.filter(stage="lead").exists()
    assert leads.stage_spans.count() <= 1


def test_more_than_one_deed_takes_is_said(leads, county_staff, monkeypatch):
    monkeypatch.setattr(picking.picked_of, "__defaults__", (10,))
    answer = client_of(county_staff).post("/orgs/bulk/", FORM | {"all": "1"}, follow=True)
    assert "一次最多 10 条" in answer.content.decode()
    assert answer.redirect_chain == [(LIST, 302)]


@pytest.mark.parametrize("query", ["https://elsewhere.example/", "//elsewhere.example", "/logout/", ""])
def test_the_way_back_is_never_another_place(leads, county_staff, query):
    assert client_of(county_staff).post("/orgs/bulk/", {"action": "stage", "query": query}).url == "/orgs/"


def test_letters_sent_again_keep_the_filter(administrator_of_all):
    for n in range(3):
        Message.objects.create(
            key=f"m{n}", address=f"{n}@example.org", subject=f"信{n}", status=Message.Status.GIVEN_UP
        )
    answer = client_of(administrator_of_all).post("/notices/messages/again/", {"all": "1", "query": "?q=信1"})
    assert answer.url.endswith("?q=信1") or "q=%E4%BF%A11" in answer.url
    assert [m.status for m in Message.objects.order_by("key")] == ["given_up", "waiting", "given_up"]


@pytest.fixture
def administrator_of_all(db):
    return factories.somebody("administrator", 0)


@pytest.mark.parametrize(
    ("today", "span", "first", "last"),
    [
        ("2026-12-31", "year", "2026-01-01", "2026-12-31"),
        ("2027-01-01", "year", "2027-01-01", "2027-12-31"),
        ("2027-01-31", "month", "2026-12-01", "2026-12-31"),
        ("2028-03-31", "month", "2028-02-01", "2028-02-29"),
        ("2027-01-10", "30", "2026-12-12", "2027-01-10"),
    ],
)
def test_a_view_moves_with_the_calendar(today, span, first, last):
    saved = "?status=verified&first=2020-01-01&last=2020-12-31&sort=-held_on"
    now = moved(saved, Span(span), date.fromisoformat(today))
    assert now == f"?status=verified&first={first}&last={last}&sort=-held_on"
    assert moved("?received_from=2020-01-01", Span(span), date.fromisoformat(today)) == (
        f"?received_from={first}&received_to={last}"
    )


def test_a_view_of_this_year_shows_next_year_in_january(county_staff):
    with time_machine.travel("2026-12-31 23:59:00+08:00", tick=False):
        client = client_of(county_staff)
        page = client.get("/services/sessions/?first=2026-01-01&last=2026-12-31").content.decode()
        assert "总是本年" in page
        assert "总是本年" not in client.get("/services/sessions/").content.decode()
        sent = {
            "name": "今年",
            "query": "?first=2026-01-01&last=2026-12-31",
            "span": "year",
            "page": "/services/sessions/",
        }
        client.post("/lists/sessions/views/", sent)
    with time_machine.travel("2027-01-01 00:01:00+08:00", tick=False):
        client = client_of(county_staff)
        assert "?first=2027-01-01&amp;last=2027-12-31" in client.get("/services/sessions/").content.decode()


@pytest.mark.parametrize(
    ("address", "first", "last"),
    [
        ("/services/sessions/", "first", "last"),
        ("/services/contracts/", "running_from", "running_to"),
        ("/services/requests/", "asked_from", "asked_to"),
        ("/mediation/cases/", "received_from", "received_to"),
        ("/mediation/receptions/", "first", "last"),
        ("/projects/", "running_from", "running_to"),
    ],
)
@pytest.mark.parametrize("htmx", [{}, {"HX-Request": "true"}])
def test_a_first_day_after_the_last_is_said(county_staff, address, first, last, htmx):
    today = timezone.localdate()
    in_mediation = address.startswith("/mediation/")
    client = client_of(factories.somebody("mediation_supervisor", factories.COUNTY) if in_mediation else county_staff)
    query = {first: today, last: today - timedelta(days=1)}
    assert f"比开始的日期（{today}）早" in client.get(address, query, headers=htmx).content.decode()
    assert client.get(address, {**query, "export": "csv"}).headers["Content-Type"].startswith("text/html"), (
        "not exported"
    )
    assert "比开始的日期" not in client.get(address, {first: today, last: today}, headers=htmx).content.decode()
