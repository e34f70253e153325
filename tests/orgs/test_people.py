"""People with duties, the hand-over of the leadership, honours, and profile changes asked for and decided."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from orgs.actions import organizations, people
from orgs.models import OrganizationDuty, ProfileProposal
from services.rules.contracts import can_draft_contract
from tests import factories
from tests.test_pages import client_of
from xiangshan.core.accounts.models import Post, User

NEXT = {"name": "李新", "phone": "13957412345", "on": "2020-06-01"}


@pytest.fixture
def head(county_staff, organization):
    return people.add_duty(
        organization, by=county_staff, duty="head", name="王旧", phone="13957400001", starts_on=date(2019, 1, 1)
    )


def test_the_leadership_is_handed_over_with_the_way_in(county_staff, organization, head):
    old = User.objects.get(phone="13957400001")
    assert old.has_usable_password() is False
    client = client_of(old)
    assert client.get(f"/orgs/{organization.pk}/").status_code == 200
    response = client.post(f"/orgs/{organization.pk}/hand-over/", NEXT)
    assert response.status_code == 302
    head.refresh_from_db()
    assert head.ends_on == date(2020, 6, 1)
    new = OrganizationDuty.objects.get(duty="head", ends_on=None)
    assert (new.name, new.user.phone) == ("李新", "13957412345")
    assert Post.objects.get(user=old).ends_on == date(2020, 5, 31)
    assert client_of(old).get(f"/orgs/{organization.pk}/").status_code == 404
    page = client_of(county_staff).get(f"/orgs/duties/{new.pk}/invitation/").content.decode()
    assert "/accounts/invitation/" in page


def test_an_invitation_sets_one_password_once(county_staff, organization, head):
    page = client_of(county_staff).get(f"/orgs/duties/{head.pk}/invitation/").context["link"]
    path = page.removeprefix("http://testserver")
    visitor = Client()
    assert "王旧" in visitor.get(path).content.decode()
    password = {"new_password1": "Lighthouse-2020!", "new_password2": "Lighthouse-2020!"}
    assert visitor.post(path, password | {"new_password2": "else"}).status_code == 422
    assert visitor.post(path, password).status_code == 302
    assert visitor.get(path).status_code == 410
    assert visitor.post("/accounts/login/", {"login": "13957400001", "password": "Lighthouse-2020!"}).status_code == 302
    assert visitor.get(f"/orgs/{organization.pk}/").status_code == 200


def test_a_hand_over_is_no_way_into_anothers_account(county_staff, leader, organization):
    victim = factories.UserFactory(phone="13957412345")
    duty = people.hand_over(organization, by=county_staff, name="李新", phone=victim.phone, on=date(2020, 6, 1))
    assert duty.user == victim
    assert client_of(county_staff).get(f"/orgs/duties/{duty.pk}/invitation/").status_code == 403
    from xiangshan.core.accounts.invitations import invitation_for

    assert Client().get(invitation_for(victim)).status_code == 410
    assert Client().get("/accounts/invitation/forged/").status_code == 410


def test_one_head_at_a_time(county_staff, organization, head):
    with pytest.raises(ValidationError, match="交接"):
        people.add_duty(organization, by=county_staff, duty="head", name="另一人", starts_on=date(2020, 1, 1))


def test_a_leader_keeps_contacts_but_names_no_head(leader, organization):
    people.add_duty(
        organization, by=leader, duty="contact", name="小张", phone="0574-65712345", starts_on=date(2020, 1, 1)
    )
    with pytest.raises(PermissionDenied, match="工会"):
        people.add_duty(organization, by=leader, duty="head", name="自己人", starts_on=date(2020, 1, 1))
    assert [str(duty) for duty in organization.duties.all()] == ["联络人 小张"]


@pytest.mark.parametrize("phone", ["12345", "0574-65712345", ""])
def test_the_next_head_needs_a_mobile_number(county_staff, organization, head, phone):
    with pytest.raises(ValidationError):
        people.hand_over(organization, by=county_staff, name="李新", phone=phone, on=date(2020, 6, 1))
    head.refresh_from_db()
    assert head.ends_on is None


def test_what_a_leader_asks_waits_for_staff(leader, county_staff, organization):
    client = client_of(leader)
    posted = {"name": organization.name, "phone": "13957412345", "address": "丹东街道一号", "introduction": "新简介"}
    assert client.post(f"/orgs/{organization.pk}/propose/", posted).status_code == 302
    organization.refresh_from_db()
    assert organization.phone == ""
    proposal = ProfileProposal.objects.get()
    assert proposal.values == {
        "address": ["", "丹东街道一号"],
        "phone": ["", "13957412345"],
        "introduction": ["", "新简介"],
    }
    assert client.post(f"/orgs/{organization.pk}/propose/", posted | {"phone": "13957400009"}).status_code == 422
    assert client.post(f"/orgs/proposals/{proposal.pk}/accept/").status_code == 403
    staff = client_of(county_staff)
    assert "资料变更待审" in staff.get("/").content.decode()
    assert staff.post(f"/orgs/proposals/{proposal.pk}/accept/").status_code == 302
    organization.refresh_from_db()
    assert (organization.phone, organization.address) == ("13957412345", "丹东街道一号")
    assert "资料变更待审" not in staff.get("/").content.decode()
    assert staff.post(f"/orgs/proposals/{proposal.pk}/accept/").status_code == 403


def test_a_refusal_says_why_and_changes_nothing(leader, county_staff, organization):
    proposal = people.propose_profile(organization, by=leader, name="新名称")
    staff = client_of(county_staff)
    assert staff.post(f"/orgs/proposals/{proposal.pk}/refuse/", {"reason": ""}).status_code == 422
    staff.post(f"/orgs/proposals/{proposal.pk}/refuse/", {"reason": "与登记证书不符"})
    assert "与登记证书不符" in client_of(leader).get(f"/orgs/proposals/{proposal.pk}/").content.decode()
    organization.refresh_from_db()
    assert organization.name != "新名称"
    again = people.propose_profile(organization, by=leader, name="新名称")
    client_of(leader).post(f"/orgs/proposals/{again.pk}/withdraw/")
    again.refresh_from_db()
    assert again.status == "withdrawn"


def test_a_proposal_overtaken_by_a_change_is_not_accepted(leader, county_staff, organization):
    proposal = people.propose_profile(organization, by=leader, address="甲处")
    organizations.edit(organization, by=county_staff, address="乙处")
    with pytest.raises(ValidationError, match="地址"):
        people.accept_proposal(proposal, by=county_staff)


def test_a_proposal_that_would_not_be_valid_is_refused_with_what_was_typed(leader, organization):
    response = client_of(leader).post(
        f"/orgs/{organization.pk}/propose/", {"name": organization.name, "phone": "12", "address": "还在这里"}
    )
    assert response.status_code == 422
    assert "电话号码不正确" in response.content.decode()
    assert "还在这里" in response.content.decode()
    assert people.propose_profile(organization, by=leader, name=organization.name) is None
    assert not ProfileProposal.objects.exists()


def test_honours_come_and_go_with_their_history(county_staff, leader, organization):
    client = client_of(county_staff)
    posted = {"kind": "award", "title": "工人先锋号", "granted_by": "县总工会", "granted_on": "2018-05-01"}
    client.post(f"/orgs/{organization.pk}/honours/new/", posted)
    assert client.post(f"/orgs/{organization.pk}/honours/new/", posted).status_code == 422
    assert "工人先锋号" in client_of(leader).get(f"/orgs/{organization.pk}/").content.decode()
    honour = organization.honours.get()
    assert client_of(leader).post(f"/orgs/honours/{honour.pk}/remove/").status_code == 403
    client.post(f"/orgs/honours/{honour.pk}/remove/")
    assert not organization.honours.exists()


def test_elections_are_due_sixty_days_ahead(county_staff, leader):
    from datetime import timedelta

    from django.utils import timezone

    today = timezone.localdate()
    for name, days in (("五十九天", 59), ("六十天", 60), ("六十一天", 61), ("已逾期", -3)):
        factories.BranchFactory(name=name, elections_due_on=today + timedelta(days=days))
    factories.BranchFactory(name="已撤销", elections_due_on=today, dissolved_on=today)
    page = client_of(county_staff).get("/").content.decode()
    for name, shown in (("五十九天", True), ("六十天", True), ("六十一天", False), ("已逾期", True), ("已撤销", False)):
        assert (name in page) is shown, name
    assert "换届将到期" not in client_of(leader).get("/").content.decode()


def test_a_licence_is_renewed_in_time(county_staff, leader, organization):
    organizations.edit(organization, by=county_staff, licence_expires_on=date(2020, 1, 1))
    for user in (county_staff, leader):
        page = client_of(user).get("/").content.decode()
        assert "登记证书将到期" in page
        assert "2020-01-01" in page
    organizations.edit(organization, by=county_staff, licence_expires_on=date(2099, 1, 1))
    assert "登记证书将到期" not in client_of(leader).get("/").content.decode()


def test_one_asleep_signs_nothing_new(county_staff):

    asleep = factories.OrganizationFactory(stage="dormant")
    assert "休眠" in can_draft_contract(county_staff, asleep).reason


def test_leaving_ends_posts_and_calls_off_sessions(county_staff, leader, organization):
    planned = factories.SessionFactory(organization=organization, held_on=date(2030, 1, 1))
    contract = factories.ContractFactory(organization=organization, status="running")
    with pytest.raises(ValidationError, match="1 份合同"):
        organizations.change_stage(organization, "left", by=county_staff, on=date(2020, 3, 1))
    contract.status = "terminated"
    contract.save()
    organizations.change_stage(organization, "left", by=county_staff, on=date(2020, 3, 1), reason="注销")
    planned.refresh_from_db()
    assert (planned.status, planned.note) == ("cancelled", "社会组织退出")
    assert client_of(leader).get(f"/orgs/{organization.pk}/").status_code == 404


@pytest.mark.parametrize(("kind", "start"), [("pdf", b"%PDF-"), ("docx", b"PK\x03\x04")])
def test_the_profile_on_paper(county_staff, organization, kind, start):
    factories.StrengthFactory(organization=organization)
    factories.SessionFactory(organization=organization, verified=True)
    organizations.edit(organization, by=county_staff, introduction='含"引号"与 #标记 [方括号] \\ 反斜杠')
    response = client_of(county_staff).get(f"/orgs/{organization.pk}/document/{kind}/")
    assert response.content.startswith(start)
    assert client_of(county_staff).get(f"/orgs/{organization.pk}/document/exe/").status_code == 404
