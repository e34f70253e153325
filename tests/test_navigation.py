"""Each role's own work stands in sight: nine entries at most, the rest folded by movement, and the way back is shown."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.access import ROLES
from tests.test_access import patterns
from tests.test_pages import client_of
from xiangshan.portal.todo.navigation import MOVEMENTS, OWN_AT_MOST, OWN_WORK, _here, bar_of, entries_of

SCOPES = {"town_staff": factories.DANDONG, "administrator": 0}
IN_SIGHT = 9


@pytest.fixture
def somebody(db):
    def make(role):
        made = {"org_leader": factories.OrganizationFactory, "mediator": factories.StudioFactory}
        scope = made[role]().pk if role in made else SCOPES.get(role, factories.COUNTY)
        return factories.somebody(role, scope)

    return make


@pytest.mark.parametrize("role", ROLES)
def test_no_more_than_nine_stand_in_sight_and_none_is_lost(somebody, role):
    user = somebody(role)
    own, folds = entries_of(user)
    assert len(own) + len(folds) <= IN_SIGHT
    assert [entry.page for entry in own][:OWN_AT_MOST] == list(OWN_WORK[role]), "what the role does most comes first"
    shown = {entry.page for entry in own} | {entry.page for fold in folds for entry in fold.entries}
    assert shown == {entry.page for _, entries in MOVEMENTS for entry in entries if user.holds(*entry.roles)}


@pytest.mark.parametrize("role", ROLES)
def test_every_entry_opens(somebody, role):
    user = somebody(role)
    client = client_of(user)
    own, folds = entries_of(user)
    entries = own + [entry for fold in folds for entry in fold.entries] + bar_of(user)
    assert {entry.link: client.get(entry.link).status_code for entry in entries} == {
        entry.link: 200 for entry in entries
    }


def test_the_movement_of_the_page_stands_open(county_staff):
    body = client_of(county_staff).get("/orgs/branches/").content.decode()
    opened = re.findall(r'<details class="nav-fold"\s+open>\s*<summary>(.*?)</summary>', body)
    assert opened == ["引进来"]
    assert re.search(r'href="/orgs/branches/"\s+aria-current="page"', body)


def test_a_record_says_where_it_lies_and_a_list_does_not(county_staff, organization):
    client = client_of(county_staff)
    page = client.get(f"/orgs/{organization.pk}/").content.decode()
    crumbs = page[page.index('class="crumbs"') :]
    assert crumbs.index("引进来") < crumbs.index('href="/orgs/"')
    assert 'class="crumbs"' not in client.get("/orgs/").content.decode()


def test_every_record_lies_somewhere():
    """A new kind of record gets its place in the navigation (PARTS, where it has no list)."""
    names = [name for name, _ in patterns() if name.endswith("_detail")]
    pages = {name: reverse(name, args=["sessions_held" if name == "figure_detail" else 7]) for name in names}
    assert len(pages) > 25
    assert not [name for name, path in pages.items() if _here(path) in ("", "/")]


def test_leadership_begins_with_the_figures_and_others_with_what_waits(somebody):
    for role, path in (("leadership", "/dashboard/"), ("finance", "/")):
        user = somebody(role)
        login = {"login": user.username, "password": factories.PASSWORD}
        assert Client().post("/accounts/login/", login).headers["Location"] == path
        assert (
            Client().post("/accounts/login/?next=/orgs/", {**login, "next": "/orgs/"}).headers["Location"] == "/orgs/"
        )


def test_large_text_is_kept_with_the_account(leader):
    client = client_of(leader)
    client.post("/account/large-text/", {"large": "1"})
    assert '<html lang="zh-CN" class="large">' in client.get("/").content.decode()
    client.post("/account/large-text/")
    assert '<html lang="zh-CN">' in client.get("/").content.decode()
