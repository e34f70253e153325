"""Accounts and posts: kept by the county's administrator, helped by staff, and opened by two where parties or money lie behind."""

import re
from datetime import date, timedelta
from io import StringIO

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.signals import authenticator_added
from auditlog.models import LogEntry
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from tests import factories
from tests.test_doors import log_in
from tests.test_pages import client_of
from xiangshan.core.accounts.invitations import invited, resetting
from xiangshan.core.accounts.models import Post, PostRequest, Role, User
from xiangshan.core.areas.models import Area
from xiangshan.portal.people import actions
from xiangshan.shared.history.selectors import lines
from xiangshan.shared.notifications.delivery import deliver_due
from xiangshan.shared.notifications.models import Notice

PHRASE = "海上老娘舅讲理又讲情"


@pytest.fixture
def administrator(db):
    return factories.somebody("administrator", factories.COUNTY)


@pytest.fixture
def county(db):
    return Area.objects.get(pk=factories.COUNTY)


def links_in(text):
    """Links to set a password, as whoever gets them would open them; made again, they differ with the second."""
    return re.findall(r"/accounts/[a-z/]+/[\w.-]+:[\w-]+:[\w-]+/", text)


def invite(administrator, text, **values):
    client = client_of(administrator)
    answer = client.post("/people/invite/", {"people": text, "starts_on": "2020-01-01", **values}, follow=True)
    return answer.content.decode()


def test_several_are_invited_at_once_and_set_their_own_passwords(administrator):
    page = invite(
        administrator,
        "林一 13800000001 one@example.org\n林二，138 0000 0002\n\n林三\t13800000003",
        role="county_staff",
        area=factories.COUNTY,
    )
    people = list(User.objects.filter(phone__startswith="1380000000").order_by("phone"))
    assert [person.name for person in people] == ["林一", "林二", "林三"]
    links = {invited(link.split("/")[-2]): link for link in links_in(page)}
    assert set(links) == set(people)
    assert all(person.holds("county_staff") for person in people)
    deliver_due()
    assert [letter.to for letter in mail.outbox] == [["one@example.org"]]
    assert Client().post(links[people[1]], {"new_password1": PHRASE, "new_password2": PHRASE}).status_code == 302
    assert log_in("13800000002", PHRASE).status_code == 302


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("林一 1380000000", "要有姓名和 11 位手机号"),
        ("林一 13800000001\n林二 13800000001", "写了两次"),
        ("林一 13800000001 not-a-mail", "不是邮箱"),
        ("", "必填"),
    ],
)
def test_a_wrong_line_is_named_and_nobody_is_invited(administrator, text, word):
    page = invite(administrator, text, role="county_staff", area=factories.COUNTY)
    assert word in page or "请填写" in page
    assert not User.objects.filter(phone__startswith="138").exists()


def test_a_number_that_is_anothers_is_not_taken_over(administrator):
    factories.somebody("org_leader", 1, name="王五", phone="13800000001")
    page = invite(administrator, "林一 13800000001", role="county_staff", area=factories.COUNTY)
    assert "已是王五的账号" in page


@pytest.mark.parametrize("role", ["mediator", "mediation_supervisor", "finance", "auditor", "administrator"])
def test_what_opens_parties_or_money_takes_two(administrator, county, studio, role):
    leader = factories.somebody("leadership")
    person = factories.UserFactory()
    scope = studio if role == "mediator" else county
    asked = actions.ask_post(
        person, by=administrator, role=role, scope=scope, starts_on=date(2020, 1, 1), reason="新任"
    )
    assert isinstance(asked, PostRequest)
    assert not User.objects.get(pk=person.pk).holds(role)
    assert Notice.objects.filter(user=leader, text__contains="请确认任职").exists()
    own = client_of(administrator)
    assert own.post(f"/people/requests/{asked.pk}/grant/").status_code == 403, "not by who asked"
    assert client_of(leader).post(f"/people/requests/{asked.pk}/grant/").status_code == 302
    assert User.objects.get(pk=person.pk).holds(role)


def test_an_administrator_cannot_make_himself_a_supervisor(administrator, county):
    asked = actions.ask_post(
        administrator, by=administrator, role="mediation_supervisor", scope=county, starts_on=date(2020, 1, 1)
    )
    colleague = factories.somebody("administrator", factories.COUNTY)
    assert client_of(administrator).post(f"/people/requests/{asked.pk}/grant/").status_code == 403
    assert not User.objects.get(pk=administrator.pk).holds("mediation_supervisor")
    assert client_of(colleague).post(f"/people/requests/{asked.pk}/grant/").status_code == 302


def test_nor_through_a_second_account_of_his(administrator, county):
    """The first leader is named by one; the next by two, as everything that grants."""
    puppet = factories.UserFactory()
    first = actions.ask_post(puppet, by=administrator, role="leadership", scope=county, starts_on=date(2020, 1, 1))
    assert isinstance(first, Post)
    second = actions.ask_post(
        factories.UserFactory(), by=administrator, role="leadership", scope=county, starts_on=date(2020, 1, 1)
    )
    assert isinstance(second, PostRequest)


def test_the_supervisor_hears_of_everybody_who_may_read_parties(administrator, studio, leadership):
    supervisor = factories.somebody("mediation_supervisor")
    asked = actions.ask_post(
        factories.UserFactory(name="新调解员"),
        by=administrator,
        role="mediator",
        scope=studio,
        starts_on=date(2020, 1, 1),
    )
    actions.grant(asked, by=leadership)
    assert Notice.objects.get(user=supervisor).text.startswith("新调解员任调解员")


def test_a_refused_post_comes_back_with_its_reason(administrator, county, leadership):
    asked = actions.ask_post(
        factories.UserFactory(), by=administrator, role="finance", scope=county, starts_on=date(2020, 1, 1)
    )
    client_of(leadership).post(f"/people/requests/{asked.pk}/refuse/", {"reason": "已有两人"})
    asked.refresh_from_db()
    assert (asked.status, asked.opinion) == ("refused", "已有两人")
    assert "已有两人" in Notice.objects.get(user=administrator).text


@pytest.mark.parametrize(
    ("role", "area", "word"),
    [
        ("town_staff", factories.COUNTY, "请选择镇街"),
        ("county_staff", factories.DANDONG, "请选择县"),
        ("finance", factories.DANDONG, "请选择县"),
    ],
)
def test_a_role_is_held_over_what_fits_it(administrator, role, area, word):
    person = factories.UserFactory()
    factories.PostFactory(user=person, role="town_staff", scope_id=factories.DANDONG)
    answer = client_of(administrator).post(
        f"/people/{person.pk}/posts/new/", {"role": role, "area": area, "starts_on": "2020-01-01"}
    )
    assert answer.status_code == 422
    assert word in answer.content.decode()


def test_another_countys_people_are_not_found(administrator, county):
    foreign = factories.elsewhere()
    person = factories.somebody("county_staff", foreign.parent_id)
    client = client_of(administrator)
    assert client.get(f"/people/{person.pk}/").status_code == 404
    assert person.name not in client.get("/people/").content.decode()
    areas = client.get("/people/invite/").content.decode()
    assert foreign.name not in areas
    with pytest.raises(Exception, match="只能任命本县"):
        actions.ask_post(
            factories.UserFactory(),
            by=administrator,
            role="county_staff",
            scope=foreign.parent,
            starts_on=date(2020, 1, 1),
        )


def test_the_last_administrator_stays(administrator):
    post = administrator.posts.get()
    answer = client_of(administrator).post(f"/people/posts/{post.pk}/end/", {"ends_on": f"{timezone.localdate()}"})
    assert answer.status_code == 403
    assert "唯一的系统管理员" in answer.content.decode()


def test_a_post_that_ended_opens_nothing(administrator, county_staff):
    post = county_staff.posts.get()
    client_of(administrator).post(f"/people/posts/{post.pk}/end/", {"ends_on": f"{timezone.localdate()}"})
    assert client_of(county_staff).get("/services/contracts/new/").status_code == 403


def test_staff_help_those_below_them_and_nobody_else(county_staff, town_staff, leader, leadership):
    assert client_of(county_staff).post(f"/people/{leader.pk}/link/").status_code == 200
    assert client_of(town_staff).post(f"/people/{leader.pk}/link/").status_code == 200
    assert client_of(county_staff).post(f"/people/{town_staff.pk}/link/").status_code == 200
    assert client_of(town_staff).post(f"/people/{county_staff.pk}/link/").status_code == 404
    assert client_of(county_staff).post(f"/people/{leadership.pk}/link/").status_code == 403
    assert client_of(county_staff).post(f"/people/{leadership.pk}/unlock/").status_code == 403
    supervisor = factories.somebody("mediation_supervisor")
    assert client_of(county_staff).post(f"/people/{supervisor.pk}/link/").status_code == 403
    assert "生成了设置密码的链接" in Notice.objects.filter(user=leader).first().text


@pytest.mark.parametrize("role", ["mediation_supervisor", "finance", "auditor", "leadership", "administrator"])
def test_an_administrator_cannot_take_over_who_opens_parties_or_money(administrator, role):
    person = factories.somebody(role, email="own@example.org", phone="13800000005")
    client = client_of(administrator)
    refused = client.post(f"/people/{person.pk}/link/")
    assert refused.status_code == 403
    assert "由县总工会领导生成链接" in refused.content.decode()
    values = {"name": "改名", "username": "taken", "phone": "13800000006", "email": "thief@example.org"}
    client.post(f"/people/{person.pk}/edit/", values)
    person.refresh_from_db()
    assert (person.name, person.email, person.phone) == ("改名", "own@example.org", "13800000005")
    with pytest.raises(PermissionDenied):
        actions.edit_person(person, by=administrator, email="thief@example.org")
    leader = factories.somebody("leadership")
    assert client_of(leader).post(f"/people/{person.pk}/link/").status_code == 200
    assert client_of(leader).post(f"/people/{person.pk}/forget-factor/", {"reason": "x"}).status_code == 403


def test_the_shell_makes_a_link_where_nobody_can(leadership):
    out = StringIO()
    call_command("login_link", leadership.username.upper(), stdout=out)
    (link,) = links_in(out.getvalue())
    assert resetting(link.split("/")[-2]) == leadership
    verbs = LogEntry.objects.get_for_object(leadership).values_list("additional_data__verb", flat=True)
    assert "在服务器上生成设置密码的链接" in verbs


def test_a_lock_is_lifted_by_staff(county_staff, leader):
    for n in range(8):
        log_in(leader.username, f"wrong-{n}")
    assert log_in(leader.username).status_code == 429
    assert client_of(county_staff).post(f"/people/{leader.pk}/unlock/").status_code == 302
    assert log_in(leader.username).status_code == 302


def test_a_forgotten_password_is_replaced_by_mail_once(leader):
    leader.email = "leader@example.org"
    leader.save()
    before = client_of(leader)
    page = Client().post("/accounts/password/forgotten/", {"login": leader.username.upper()}).content.decode()
    unknown = Client().post("/accounts/password/forgotten/", {"login": "nobody"}).content.decode()
    assert page == unknown, "nobody learns who has an account"
    deliver_due()
    (letter,) = mail.outbox
    (address,) = links_in(letter.body)
    assert Client().post(address, {"password1": PHRASE, "password2": PHRASE + "!"}).status_code == 422
    assert Client().post(address, {"password1": factories.PASSWORD, "password2": factories.PASSWORD}).status_code == 422
    assert Client().post(address, {"password1": PHRASE, "password2": PHRASE}).status_code == 302
    assert Client().get(address).status_code == 410, "a link is good once"
    assert log_in(leader.username, PHRASE).status_code == 302
    assert before.get("/").status_code == 302, "whoever was logged in is logged out"


def test_one_sees_where_one_is_logged_in_and_logs_out_elsewhere(leader):
    here, there = Client(), Client()
    for client in (here, there):
        log_in(leader.username, client=client)
    page = here.get("/account/").content.decode()
    assert page.count("登录</span>") == 2
    assert "本机" in page
    here.post("/account/log-out-everywhere/")
    assert here.get("/account/").status_code == 200
    assert there.get("/account/").status_code == 302


def test_ones_own_number_is_changed_with_the_password_alone(leader):
    client = client_of(leader)
    values = {"name": "林一", "phone": "138-0000-0009", "email": "", "password": "wrong"}
    assert client.post("/account/contact/", values).status_code == 422
    assert client.post("/account/contact/", {**values, "password": factories.PASSWORD}).status_code == 302
    leader.refresh_from_db()
    assert (leader.name, leader.phone) == ("林一", "13800000009")


def test_the_auditor_reads_who_was_given_what(administrator, county, leadership):
    auditor = factories.somebody("auditor")
    person = factories.UserFactory(name="新会计")
    asked = actions.ask_post(person, by=administrator, role="finance", scope=county, starts_on=date(2020, 1, 1))
    actions.grant(asked, by=leadership)
    actions.forget_factors(person, by=administrator, reason="手机丢失")
    page = client_of(auditor).get(f"/people/{person.pk}/").content.decode()
    for words in ("申请任职", "确认任职", "任职", "重置动态验证码", "手机丢失", f"→ {county}"):
        assert words in page
    assert str(county.pk) not in page
    assert str(county.pk) not in client_of(auditor).get("/history/").content.decode()


def test_the_history_names_what_a_post_is_over_whatever_its_kind(administrator, leader):
    over, there = leader.posts.get().scope_name, leader.posts.get().scope_id
    for role, scope in (("org_leader", there), ("administrator", 0)):
        Post.objects.create(user=leader, role=role, scope_id=scope, starts_on=date(2020, 1, 1)).delete()
    said = [change for line in lines(LogEntry.objects.all(), administrator) for change in line.changes]
    assert ("任职范围", "", over) in said
    assert ("任职范围", over, "") in said
    assert not [change for change in said if "0" in change[1:]]


def test_an_account_that_is_disabled_cannot_log_in_and_keeps_its_records(administrator, county_staff):
    client = client_of(county_staff)
    client_of(administrator).post(f"/people/{county_staff.pk}/disable/", {"reason": "离职"})
    assert client.get("/").status_code == 302
    assert log_in(county_staff.username).status_code == 200
    client_of(administrator).post(f"/people/{county_staff.pk}/enable/")
    assert log_in(county_staff.username).status_code == 302


def test_what_one_changes_of_ones_own_way_in_is_written_down(leader):
    client = client_of(leader)
    client.post(
        "/accounts/password/change/", {"oldpassword": factories.PASSWORD, "password1": PHRASE, "password2": PHRASE}
    )
    verbs = LogEntry.objects.get_for_object(leader).values_list("additional_data__verb", flat=True)
    assert "修改密码" in verbs
    RecoveryCodes.activate(leader)
    authenticator_added.send(sender=User, request=None, user=leader, authenticator=leader.authenticator_set.first())
    assert "启用动态验证码" in verbs.all()


def test_a_post_may_begin_later(administrator, county):
    person = factories.UserFactory()
    actions.ask_post(
        person, by=administrator, role="county_staff", scope=county, starts_on=timezone.localdate() + timedelta(days=3)
    )
    assert not User.objects.get(pk=person.pk).holds(Role.COUNTY_STAFF)


def test_the_list_says_which_posts_each_holds(administrator, leader, county_staff):
    factories.PostFactory(user=county_staff, role="finance", scope_id=factories.COUNTY, starts_on=date(2020, 1, 1))
    page = client_of(administrator).get("/people/").content.decode()
    organization = leader.posts.get().scope_name
    assert f"社会组织负责人 {organization}" in page
    assert "县总工会工作人员 象山县、财务 象山县" in page


def test_the_list_asks_a_fixed_number_of_questions(administrator, django_assert_max_num_queries):
    for _ in range(30):
        factories.somebody("county_staff")
    client = client_of(administrator)
    client.get("/people/")
    with django_assert_max_num_queries(12):
        client.get("/people/")
