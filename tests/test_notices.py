"""Messages in the portal and by mail, as each wants it, and never twice; one search over what one may see."""

import pytest
from django.core import mail

from orgs.actions import organizations
from services.actions import sessions
from tests import factories
from tests.test_pages import client_of
from xiangshan.shared.notifications.actions import notify
from xiangshan.shared.notifications.mail import mail_waiting
from xiangshan.shared.notifications.models import Notice
from xiangshan.shared.notifications.tasks import mail_daily


def test_who_reported_hears_of_a_return_once(leader, county_staff, organization, django_capture_on_commit_callbacks):
    session = factories.SessionFactory(organization=organization, reported=True, submitted_by=leader, title="义诊")
    with django_capture_on_commit_callbacks(execute=True):
        sessions.send_back(session, by=county_staff, reason="人数与签到不符")
    client = client_of(leader)
    assert "“义诊”退回修改：人数与签到不符" in client.get("/notices/").content.decode()
    assert client.get("/help/").context["unread"] == 1
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/notices/read/", {"upto": Notice.objects.get().pk})
    assert client.get("/help/").context["unread"] == 0
    assert "义诊" not in client_of(county_staff).get("/notices/").content.decode()


def test_the_same_news_comes_once(leader):
    for _ in range(3):
        notify([leader, leader], "once", "只说一次")
    assert Notice.objects.count() == 1


@pytest.mark.parametrize("how", ["at_once", "daily"])
def test_mail_is_sent_once_as_wanted(leader, how):
    client = client_of(leader)
    assert client.post("/notices/settings/", {"mail": how, "email": ""}).status_code == 422
    assert client.post("/notices/settings/", {"mail": how, "email": "leader@example.org"}).status_code == 302
    leader.refresh_from_db()
    notify([leader], "a", "第一条", "/orgs/1/")
    notify([leader], "b", "第二条")
    assert mail_waiting(leader.pk, "daily" if how == "at_once" else "at_once") == 0
    mail_daily()
    mail_daily()
    mail_waiting(leader.pk, how)
    assert len(mail.outbox) == 1
    letter = mail.outbox[0]
    assert letter.to == ["leader@example.org"]
    assert "2 条新消息" in letter.subject
    assert "/orgs/1/" in letter.body


def test_who_wants_no_mail_gets_none(leader):
    leader.email = "leader@example.org"
    leader.save()
    notify([leader], "a", "第一条")
    mail_daily()
    assert mail.outbox == []


def test_the_count_in_the_navigation(leader, county_staff, organization):
    factories.SessionFactory(organization=organization, reported=True, submitted_by=leader)
    page = client_of(county_staff).get("/help/").content.decode()
    assert '待办 <span class="count">1</span>' in page


def test_one_box_finds_everything_one_may_see(county_staff, leader, stranger, organization):
    organizations.edit(organization, by=county_staff, name="象山雄鹰救援队")
    contract = factories.ContractFactory(
        organization=organization, title="雄鹰应急培训合同", number="象工购〔2020〕077号"
    )
    factories.SessionFactory(organization=organization, title="雄鹰进社区")
    staff = client_of(county_staff)
    page = staff.get("/search/?q=雄鹰").content.decode()
    for text in ("象山雄鹰救援队", "雄鹰应急培训合同", "雄鹰进社区"):
        assert text in page
    assert "象山雄鹰救援队" in staff.get("/search/?q=xsxy").content.decode()
    assert contract.title in staff.get("/search/?q=077号").content.decode()
    other = client_of(stranger).get("/search/?q=雄鹰").content.decode()
    assert "没有找到" in other
    assert "救援队" not in other
    assert "没有找到" in staff.get("/search/?q=%00%25_").content.decode()


def test_a_search_asks_a_fixed_number_of_questions(county_staff, django_assert_max_num_queries):
    factories.OrganizationFactory.create_batch(30)
    client = client_of(county_staff)
    client.get("/search/?q=队")
    with django_assert_max_num_queries(20):
        assert "全部" in client.get("/search/?q=队").content.decode()
