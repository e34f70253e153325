"""Lists and the dashboard ask the database a fixed number of questions; pages speak Chinese and carry a strict CSP."""

import re
from datetime import date

import pytest
from django.test import Client

from tests import factories
from tests.projects import builders
from xiangshan.metrics import rollup

LISTS = {
    "/": 34,  # one question for each kind of thing that may wait
    "/orgs/": 7,
    "/orgs/branches/": 7,
    "/orgs/venues/": 7,
    "/orgs/strength/": 8,
    "/projects/": 9,
    "/projects/programmes/": 7,
    "/projects/reports/": 7,
    "/projects/disbursements/": 8,
    "/projects/reviews/": 6,
    "/projects/bookings/": 8,
    "/projects/equipment/": 7,
    "/projects/equipment/loans/": 7,
    "/projects/given/": 7,
    "/projects/incubations/": 8,
    "/projects/incubations/communities/": 7,
    "/projects/effects/": 8,
    "/services/contracts/": 9,
    "/services/sessions/": 8,
    "/services/payments/": 11,
    "/services/requests/": 9,
    "/services/procurements/": 8,
    "/services/responses/": 8,
    "/services/follow-ups/": 8,
    "/services/findings/": 8,
    "/services/findings/rates/": 7,
    "/services/call-outs/?year=2020": 12,
    "/services/sessions/queue/": 22,
    "/services/sessions/queue/together/": 8,
    "/services/calendar/?day=2020-11-11": 9,
    "/mediation/cases/": 8,
    "/mediation/receptions/": 8,
    "/mediation/studios/": 8,
    "/mediation/terms/": 8,
    "/mediation/schemes/": 8,
    "/dashboard/?year=2020": 10,
}


def client_of(user):
    client = Client()
    client.force_login(user, backend="xiangshan.core.accounts.backends.UsernameOrPhoneBackend")
    return client


@pytest.fixture(scope="module")
def twelve_of_everything(module_db):
    """So that a question per row would show; and who reads them."""
    county_staff = factories.somebody("county_staff")
    for n in range(12):
        organization = factories.OrganizationFactory()
        factories.StrengthFactory(organization=organization)
        factories.CoverageFactory(organization=organization)
        factories.VenueFactory()
        running = builders.project(organization, programme=builders.programme())
        builders.tranche(running, 500, "requested")
        builders.report(running, "submitted")
        builders.sheet(running, reviewer=county_staff)
        builders.loan(builders.equipment(), organization)
        builders.given(organization)
        builders.incubation(organization)
        builders.booking(organization)
        line = factories.LineFactory(contract__organization=organization)
        factories.SessionFactory(organization=organization, reported=True, held_on=date(2020, 1 + n, 5))
        factories.SessionFactory(
            organization=organization, verified=True, basis="bought", contract_line=line, line_unit=1
        )
        term = factories.TermFactory(contract=line.contract)
        factories.PaymentFactory(contract=line.contract, term=term)
        factories.RequestFactory()
        factories.ProcurementFactory()
        low = factories.ResponseFactory(
            session=factories.SessionFactory(organization=organization, verified=True), comment="太挤"
        )
        factories.FollowUpFactory(response=low)
        factories.FindingFactory(session=factories.SessionFactory(organization=organization, reported=True))
        factories.CallOutFactory(session=factories.SessionFactory(organization=organization, status="held"))
        case = factories.CaseFactory()
        factories.ReceptionFactory(studio=case.studio)
    rollup.roll_up()
    return county_staff


@pytest.fixture
def filled(twelve_of_everything, db):
    return twelve_of_everything


@pytest.mark.parametrize("path", sorted(LISTS))
def test_questions_do_not_grow_with_rows(filled, path, django_assert_max_num_queries):
    client = client_of(filled)
    client.get(path)
    with django_assert_max_num_queries(LISTS[path]):
        assert client.get(path).status_code == 200


# Words users read in Latin letters: units, codes and keys.
ALLOWED = {"Excel", "CSV", "JSON", "PDF", "GeoJSON", "Word", "xlsx", "xls", "ods", "csv"}
QUOTED = {"xyjyd"}  # initials that the manual gives as an example


@pytest.mark.parametrize(
    "path",
    [
        *sorted(LISTS),
        "/orgs/new/",
        "/services/sessions/new/",
        "/services/contracts/new/",
        "/services/procurements/new/",
        "/services/requests/new/",
        "/ask/",
        "/help/",
        "/nothing-here/",
    ],
)
def test_pages_speak_chinese(filled, path):
    body = client_of(filled).get(path).content.decode()
    visible = re.sub(r"<(script|style|svg|head)\b.*?</\1>|<[^>]+>", " ", body, flags=re.DOTALL)
    english = set(re.findall(r"\b[A-Za-z]{3,}\b", visible)) - ALLOWED - QUOTED
    assert not english


def test_the_policy_allows_no_inline_script_or_style(county_staff):
    policy = client_of(county_staff).get("/").headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy


def test_a_page_key_of_nonsense_is_page_one(filled):
    client = client_of(filled)
    for key in (
        "x",
        "W10",
        "WyJhIiwgMV0",
        "WyIyMDIwLTEzLTQ1IiwgMV0",
        "WyIyMDIwLTAxLTAxIiwgMTAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDBd",
    ):
        assert client.get("/services/sessions/", {"after": key}).status_code == 200


def test_what_was_typed_comes_back_with_the_error(leader, organization):
    session = factories.SessionFactory(organization=organization, held_on=date(2020, 11, 11))
    response = client_of(leader).post(
        f"/services/sessions/{session.pk}/report/", {"workers_served": "", "summary": "下雨改到室内"}
    )
    assert response.status_code == 422
    assert "请填写服务人次" in response.content.decode()
    assert "下雨改到室内" in response.content.decode()


def test_login_by_phone_and_lock_out(db):
    factories.UserFactory(username="someone", phone="13900001111")
    client = Client()
    assert client.post("/accounts/login/", {"login": "13900001111", "password": factories.PASSWORD}).status_code == 302
    client = Client()
    codes = [client.post("/accounts/login/", {"login": "someone", "password": "wrong"}).status_code for _ in range(9)]
    assert codes[0] == 200
    assert codes[-1] == 429
    assert client.post("/accounts/login/", {"login": "someone", "password": factories.PASSWORD}).status_code == 429
