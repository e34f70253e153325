"""No form asks for a choice and offers none: on the demo county, every page without an argument, as every role."""

import re

import pytest
from django.urls import NoReverseMatch, reverse

from tests import factories
from tests.test_access import ALL
from tests.test_pages import client_of
from xiangshan.core.accounts.models import User

ROLES = ("county", "town", "leader", "mediator", "supervisor", "finance", "leadership", "auditor", "admin")
ASKED = re.compile(r'<form[^>]*\bmethod="post"[^>]*>(.*?)</form>', re.DOTALL)
SELECT = re.compile(r'<select[^>]*\bname="([^"]+)"[^>]*>(.*?)</select>', re.DOTALL)
OPTION = re.compile(r'<option[^>]*\bvalue="([^"]+)"')
# Its empty value is itself a choice: every session the reader may see.
EMPTY_IS_A_CHOICE = {("services:feed_list", "of")}


def pages():
    for name, _ in ALL:
        try:
            yield name, reverse(name)
        except NoReverseMatch:
            continue  # about one record


@pytest.mark.parametrize("role", ROLES)
def test_every_choice_offers_something(demo, role):
    client = client_of(User.objects.get(username=role))
    empty, choices = set(), 0
    for name, address in pages():
        answer = client.get(address)
        if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
            continue
        asked = "".join(ASKED.findall(answer.content.decode()))
        for field, options in SELECT.findall(asked):
            choices += 1
            if not OPTION.search(options):
                empty.add((name, field))
    assert choices
    assert empty - EMPTY_IS_A_CHOICE == set(), empty


PLACE = {"category": 1, "title": "送艺术进车间", "held_on": "2020-11-11"}


@pytest.mark.parametrize(
    ("typed", "area", "where"),
    [
        ({"area": factories.SHIPU}, factories.SHIPU, "石浦镇"),
        ({"place": "新桥村晒谷场"}, factories.DANDONG, "新桥村晒谷场"),
        ({"place": "新桥村晒谷场", "area": factories.SHIPU}, factories.SHIPU, "新桥村晒谷场"),
    ],
)
def test_a_session_is_logged_anywhere_in_a_county_without_venues(leader, organization, typed, area, where):
    client = client_of(leader)
    answer = client.post(reverse("services:session_new"), PLACE | {"organization": organization.pk} | typed)
    assert answer.status_code == 302, answer.content.decode()
    session = organization.sessions.get()
    assert (session.area_id, session.where) == (area, where)
    assert where in client.get(reverse("services:session_detail", args=[session.pk])).content.decode()


def test_a_session_without_any_place_says_what_to_do(leader, organization):
    answer = client_of(leader).post(reverse("services:session_new"), PLACE | {"organization": organization.pk})
    assert answer.status_code == 422
    assert "请选择场地或所在地区，或写明地点" in answer.content.decode()


def test_places_of_another_county_are_not_offered(leader, organization, county_staff):
    foreign = factories.elsewhere()
    venue = factories.VenueFactory(area_id=foreign.pk)
    for user in (leader, county_staff):
        page = client_of(user).get(reverse("services:session_new")).content.decode()
        assert foreign.name not in page
        assert venue.name not in page
        assert client_of(user).get(reverse("orgs:venue_detail", args=[venue.pk])).status_code == 404
        refused = client_of(user).post(
            reverse("services:session_new"), PLACE | {"organization": organization.pk, "area": foreign.pk}
        )
        assert refused.status_code == 422
