"""Finding by what a person types: words in any order, any brackets, pinyin initials with gaps; in lists and in the search box."""

import re

import pytest

from mediation.models import MediationCase
from orgs.models import SocialOrganization
from services.models import ActivitySession
from tests import factories
from tests.projects import builders
from tests.test_pages import client_of
from xiangshan.core.accounts.models import User
from xiangshan.core.words import words_of
from xiangshan.portal.search.views import found_by

DANXI = 330225002_000


@pytest.fixture
def team(db):
    factories.OrganizationFactory(name="象山县雄心读书会", short_name="")
    return factories.OrganizationFactory(name="象山县雄鹰应急救援队", short_name="雄鹰应急救援队")


@pytest.mark.parametrize(
    "q", ["雄鹰 救援", "救援 雄鹰", "雄鹰\u3000救援", "xyjyd", "XYJYD", "xyyjjyd", "xsxxy", " 雄鹰 "]
)
def test_a_team_is_found_by_what_a_clerk_types(team, q):
    assert list(SocialOrganization.objects.matching(q=q)) == [team]


@pytest.mark.parametrize("q", ["雄鹰 读书", "dyjyx", "xyz", "%", "_"])
def test_and_not_by_what_it_is_not(team, q):
    assert not SocialOrganization.objects.matching(q=q)


SPELLINGS = [f"象工调{opening}2026{closing}丹东014号" for opening, closing in ("[]", "()", "（）", "【】", "〔〕")]


@pytest.mark.parametrize("q", [*SPELLINGS, "丹东014 2026"])
def test_a_case_is_found_whatever_brackets_the_keyboard_has(studio, q):
    case = factories.CaseFactory(studio=studio, number="象工调〔2026〕丹东014号")
    factories.CaseFactory(studio=studio, number="象工调〔2026〕丹东015号")
    assert list(MediationCase.objects.matching(q=q)) == [case]


@pytest.mark.parametrize("title", ["职工心理讲座：压力管理", "第[1]期（春季）", "“快闪”文艺演出；第Ⅱ场", "读书①"])
def test_a_title_is_found_by_its_own_words(organization, title):
    session = factories.SessionFactory(organization=organization, title=title)
    assert list(ActivitySession.objects.matching(q=title)) == [session]


def test_a_search_of_a_thousand_words_is_a_search(county_staff, team):
    client = client_of(county_staff)
    for address in ("/orgs/", "/projects/programmes/", "/services/sessions/", "/people/", "/search/"):
        assert client.get(address, {"q": "a " * 1100}).status_code == 200


def test_full_width_letters_and_digits_are_ordinary_ones():
    assert words_of("２０２６　ＸＹ") == ["2026", "XY"]


def test_the_box_finds_people_studios_and_programmes_too(county_staff, studio):
    somebody = factories.somebody("town_staff", factories.DANDONG)
    User.objects.filter(pk=somebody.pk).update(name="吴晓燕")
    programme = builders.programme(title="二〇二六年扶持计划")
    found = {kind.title: [row for row, _ in kind.rows] for kind in found_by(county_staff, "吴晓燕")}
    assert found == {"用户": [somebody]}
    assert [row for kind in found_by(county_staff, studio.name) for row, _ in kind.rows] == [studio]
    assert [row for kind in found_by(county_staff, "扶持 二〇二六") for row, _ in kind.rows] == [programme]


def test_what_the_box_finds_opens(county_staff, leader, mediator, studio, organization):
    builders.programme(title="扶持计划")
    for user in (county_staff, leader, mediator):
        client = client_of(user)
        for q in ("扶持计划", studio.name, user.name, organization.name):
            for kind in found_by(user, q):
                for _, address in kind.rows:
                    assert client.get(address).status_code == 200, (user, address)


def test_two_of_a_name_are_told_apart_in_a_box_to_type_in(county_staff):
    first = factories.VenueFactory(name="文化礼堂", area_id=factories.DANDONG)
    second = factories.VenueFactory(name="文化礼堂", area_id=DANXI)
    only = factories.VenueFactory(name="工人文化宫", area_id=DANXI)
    page = client_of(county_staff).get("/services/sessions/new/").content.decode()
    labels = dict(re.findall(r'<option value="(\d+)"[^>]*>\s*([^<]*?)\s*</option>', page[page.index('name="venue"') :]))
    assert labels[str(only.pk)] == "工人文化宫"
    assert labels[str(first.pk)] == "文化礼堂 · 丹东街道"
    assert labels[str(second.pk)] == "文化礼堂 · 丹西街道"
