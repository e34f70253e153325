"""A leader neither sees nor guesses another organization's record, whichever way is tried."""

import re
from datetime import date

import pytest

from orgs.actions import people
from tests import factories
from tests.imports.test_organizations import workbook
from tests.test_pages import client_of
from tests.test_tables import body_of, sheet


@pytest.fixture
def other(county_staff):
    """Another organization of the same town, with something of everything."""
    made = factories.OrganizationFactory(name="邻居志愿队", phone="13957412345")
    factories.SessionFactory(organization=made, title="邻居的活动", verified=True)
    factories.ContractFactory(organization=made, title="邻居的合同")
    factories.StrengthFactory(organization=made, formal_members=4321)
    people.add_duty(made, by=county_staff, duty="contact", name="邻居联络人", starts_on=date(2020, 1, 1))
    return made


LISTS = ["/orgs/", "/orgs/strength/", "/services/sessions/", "/services/contracts/", "/projects/", "/orgs/branches/"]


@pytest.mark.parametrize("path", LISTS)
def test_lists_counts_and_exports(leader, other, path):
    client = client_of(leader)
    for query in ("?", "?q=邻居&", f"?organization={other.pk}&", "?totals=1&", "?sort=-name&"):
        response = client.get(path + query)
        body = response.content.decode()
        assert "邻居的" not in body
        assert "邻居志愿队" not in body
        assert "4,321" not in body
        if path == "/services/sessions/":
            assert response.context["page"].count == 0
        for kind in ("xlsx", "csv"):
            text = body_of(client.get(f"{path}{query}export={kind}"))
            assert "邻居".encode() not in text


def test_search_and_dashboard(leader, other):
    client = client_of(leader)
    assert "邻居" not in client.get("/search/?q=邻居").content.decode().replace("搜索“邻居”", "").replace(
        'value="邻居"', ""
    )
    assert "邻居" not in client.get("/search/?q=ljzyd").content.decode()
    assert client.get(f"/dashboard/?organization={other.pk}").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/orgs/{pk}/",
        "/orgs/{pk}/edit/",
        "/orgs/{pk}/propose/",
        "/orgs/{pk}/strength/",
        "/orgs/{pk}/hand-over/",
        "/orgs/{pk}/document/pdf/",
        "/history/socialorganization/{pk}/",
        "/services/sessions/{session}/",
    ],
)
def test_what_is_not_seen_answers_like_what_is_not_there(leader, other, path):
    client = client_of(leader)
    there = client.get(path.format(pk=other.pk, session=other.sessions.get().pk))
    not_there = client.get(path.format(pk=10**9, session=10**9))
    assert there.status_code == not_there.status_code == 404
    token = re.compile(rb'(X-CSRFToken": |name="csrfmiddlewaretoken" value=)"[^"]+"')
    assert token.sub(b"", there.content) == token.sub(b"", not_there.content)


def test_import_tells_nothing(leader, other):
    client = client_of(leader)
    for register in ("organizations", "strengths", "branches"):
        response = client.post(f"/imports/{register}/new/", {"file": workbook([["邻居志愿队", 1]], ["名称", "简介"])})
        assert response.status_code == 403
        assert client.get(f"/imports/{register}/template/").status_code == 403


def test_choices_of_forms(leader, other):
    """What a select offers is what one may see: the nearest thing to an autocomplete here."""
    client = client_of(leader)
    for path in ("/services/sessions/new/", "/orgs/venues/new/", "/services/sessions/", "/dashboard/"):
        assert "邻居志愿队" not in client.get(path).content.decode()


def test_a_posted_key_of_anothers_is_refused(leader, other, organization):
    session = other.sessions.get()
    client = client_of(leader)
    posted = {
        "organization": other.pk,
        "title": "冒名",
        "held_on": "2020-05-05",
        "category": session.category_id,
        "area": factories.DANDONG,
        "basis": "voluntary",
    }
    assert client.post("/services/sessions/new/", posted).status_code == 422
    assert not other.sessions.filter(title="冒名").exists()


def test_a_county_export_has_what_a_leader_lacks(county_staff, other):
    """The same ways do find the record for who may see it: the tests above are not empty."""
    lines = sheet(client_of(county_staff).get("/orgs/?q=ljzyd&export=xlsx"))
    assert [line[0] for line in lines[1:]] == ["邻居志愿队"]
