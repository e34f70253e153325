"""The manual inside the portal: by role and task, found by a clerk's words beside pages and records."""

import re

import pytest

from tests import factories
from tests.access import ROLES
from tests.test_pages import client_of
from xiangshan.core.areas.counties import County, forget
from xiangshan.portal.manual.articles import CHAPTERS, articles

# What a clerk types, and what stands among the first three of the answer.
SEARCHES = {
    "怎么上报": "上报一场活动",
    "没有网络": "没有网络也能报",
    "扫码签到": "请职工签到",
    "退回": "退回",
    "试讲": "试讲",
    "应急出勤": "应急出勤",
    "换负责人": "换负责人",
    "怎样申请付款": "付款",
    "应标": "应标",
    "排期": "排期",
    "申报扶持项目": "申报扶持项目",
    "场地预约": "场地",
    "验收": "验收",
    "变更协议": "变更协议",
    "点单": "职工点单",
    "重复的组织": "重复的组织",
    "怎么导入 Excel": "用 Excel 登记",
    "差评": "差评",
    "忘记密码": "忘记密码",
    "签署": "签署",
}


def first_three(page: str) -> list[str]:
    main = page[page.index('id="main"') :]
    return [re.sub(r"<[^>]+>", " ", item) for item in re.findall(r"<li>(.*?)</li>", main, re.DOTALL)][:3]


@pytest.mark.parametrize("words", SEARCHES)
def test_a_clerks_words_find_their_task_page_or_record(county_staff, words):
    page = client_of(county_staff).get("/search/", {"q": words}).content.decode()
    assert any(SEARCHES[words] in item for item in first_three(page)), first_three(page)


def test_a_record_is_found_beside_tasks(county_staff, organization):
    page = client_of(county_staff).get("/search/", {"q": organization.name}).content.decode()
    assert organization.name in " ".join(first_three(page))


def test_every_task_of_the_manual_has_a_title_and_a_reader():
    assert {article.chapter for article in articles()} == set(CHAPTERS)
    assert len({article.slug for article in articles()}) == len(articles()) > 90
    assert all(2 <= len(article.title) <= 18 and article.roles for article in articles())


@pytest.mark.parametrize("role", ROLES)
def test_ones_own_chapters_come_first(db, role):
    scopes = {"town_staff": factories.DANDONG, "administrator": 0}
    made = {"org_leader": factories.OrganizationFactory, "mediator": factories.StudioFactory}
    user = factories.somebody(role, made[role]().pk if role in made else scopes.get(role, factories.COUNTY))
    page = client_of(user).get("/help/").content.decode()
    first = re.findall(r'<section class="help-chapter">\s*<h2>(.*?)</h2>', page)[0]
    assert role in CHAPTERS[first]


def test_whom_to_call_stands_on_the_login_page_and_in_the_help(client, county_staff):
    county = County.objects.create(
        area_id=factories.COUNTY, name="象山县总工会", short_name="象工", help_contact="办公室 65712345"
    )
    forget(county)
    for page in (client.get("/accounts/login/"), client_of(county_staff).get("/help/")):
        assert "办公室 65712345" in page.content.decode()
    forget(county)


def test_the_first_visit_shows_three_steps_until_they_are_seen(leader):
    client = client_of(leader)
    assert "三步就会用" in client.get("/").content.decode()
    client.post("/help/welcome/close/")
    assert "三步就会用" not in client.get("/").content.decode()


def test_a_form_leads_to_its_task(leader, organization):
    session = factories.SessionFactory(organization=organization)
    page = client_of(leader).get(f"/services/sessions/{session.pk}/edit/").content.decode()
    assert re.search(r'class="help-link"\s+href="/help/\?q=', page)
