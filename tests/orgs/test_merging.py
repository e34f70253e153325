"""Two entries of one organization made one, and parted again, without losing a record."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from orgs.actions import merging, people
from orgs.duplicates import ComparedOrganization, is_alike, pairs, place_names
from orgs.models import OrganizationMerge, SocialOrganization
from services.models import ActivitySession
from tests import factories
from tests.test_pages import client_of
from xiangshan.core.accounts.models import Post
from xiangshan.metrics import figures, rollup
from xiangshan.metrics.models import Kind
from xiangshan.metrics.periods import Period

COUNTED = ("sessions_held", "workers_served", "contracts_active", "contract_amount", "cases_received")


@pytest.mark.parametrize(
    ("first", "second", "alike"),
    [
        ("象山县雄鹰应急救援队", "雄鹰应急救援队", True),
        ("丹东街道红马甲志愿服务队", "丹东红马甲志愿者服务队", True),
        ("塔山社区读书会", "塔山社区读书社", True),
        ("文峰社区读书会", "塔山社区读书会", False),
        ("象山县足球协会", "象山县篮球协会", False),
    ],
)
def test_names_that_may_mean_one(first, second, alike):
    assert is_alike(first, second, place_names(["象山县", "宁波市", "浙江省"])) is alike


def test_pairs_by_code_phone_and_name():
    town, community, other = 330225001000, 330225001007, 330225001008
    known = [
        ComparedOrganization(1, "甲队", 1000, "X", ""),
        ComparedOrganization(2, "乙队", 2000, "X", "0574-65712345"),
        ComparedOrganization(3, "丙会", 3000, "", "057465712345"),
        ComparedOrganization(4, "雄鹰应急救援队", town, "", ""),
        ComparedOrganization(5, "象山县雄鹰应急救援队", community, "", ""),
        ComparedOrganization(6, "雄鹰应急救援队", 330225002000, "", ""),
        ComparedOrganization(7, "东山村夕阳红艺术团", community, "", ""),
        ComparedOrganization(8, "西山村夕阳红艺术团", other, "", ""),
    ]
    found = list(pairs(known))
    assert [(a, b) for a, b, _ in found] == [(1, 2), (2, 3), (4, 5)]
    assert next(iter(pairs(known, {(1, 2), (4, 5)})))[:2] == (2, 3)


@pytest.fixture
def two(county_staff):
    """The rescue team, entered twice, each with records; one day's strength reported under both names."""
    kept = factories.OrganizationFactory(name="雄鹰应急救援队", phone="")
    other = factories.OrganizationFactory(name="象山县雄鹰应急救援队", phone="13957412345")
    for organization in (kept, other):
        line = factories.LineFactory(contract__organization=organization, contract__amount=1000)
        factories.SessionFactory(
            organization=organization,
            verified=True,
            basis="bought",
            contract_line=line,
            category=line.category,
            workers_served=30,
        )
        factories.SessionFactory(organization=organization, verified=True, workers_served=12)
        factories.StrengthFactory(organization=organization, as_of=date(2020, 1, 1))
        factories.AttachmentFactory(record=organization)
    factories.StrengthFactory(organization=other, as_of=date(2020, 6, 1))
    factories.CoverageFactory(organization=other)
    factories.StudioFactory(organization=other)
    people.add_duty(other, by=county_staff, duty="contact", name="小王", starts_on=date(2020, 1, 1))
    return kept, other


def counted() -> dict:
    rollup.roll_up()
    scope = figures.Scope(Kind.AREA, factories.COUNTY)
    found = figures.figures(scope, Period.year(2020))
    return {code: found[code].value for code in COUNTED}


def snapshot(organization: SocialOrganization) -> dict:
    """Which records of each kind are an organization's."""
    from orgs.actions import merging

    return {
        model._meta.label: sorted(model._default_manager.filter(**{field: organization}).values_list("pk", flat=True))
        for model, field in merging.belongings()
    }


def test_a_merge_moves_everything_and_is_undone_without_loss(county_staff, two):
    kept, other = two
    leader = factories.somebody("org_leader", other.pk)
    before, owned = counted(), (snapshot(kept), snapshot(other))
    client = client_of(county_staff)
    assert "象山县雄鹰应急救援队" in client.get("/orgs/duplicates/").content.decode()
    page = client.get(f"/orgs/{kept.pk}/merge/{other.pk}/").content.decode()
    assert "13957412345" in page
    client.post(f"/orgs/{kept.pk}/merge/{other.pk}/", {"take": ["phone", "name"]})

    kept.refresh_from_db()
    assert (kept.name, kept.phone) == ("象山县雄鹰应急救援队", "13957412345")
    assert kept.sessions.count() == 4
    assert kept.contracts.count() == 2
    assert kept.strength_reports.count() == 2, "two reports of one day: one stays behind"
    assert kept.studios.count() == 1
    assert kept.duties.count() == 1
    assert Post.objects.get(user=leader).scope_id == kept.pk
    assert client_of(leader).get(f"/orgs/{kept.pk}/").status_code == 200
    assert client.get(f"/orgs/{other.pk}/").status_code == 404
    assert counted() == before, "figures stay the same in sum"
    names = [row["c_name"] for row in client.get("/orgs/?q=雄鹰").context["page"]]
    assert names == ["象山县雄鹰应急救援队"]
    assert not rollup.find_drift()

    merge = OrganizationMerge.objects.get()
    client.post(f"/orgs/merges/{merge.pk}/undo/")
    kept.refresh_from_db()
    assert (kept.name, kept.phone) == ("雄鹰应急救援队", "")
    assert (snapshot(kept), snapshot(other)) == owned
    assert Post.objects.get(user=leader).scope_id == other.pk
    assert counted() == before
    with pytest.raises(PermissionDenied, match="已经撤销"):
        merging.undo(merge, by=county_staff)


def test_what_came_after_the_merge_stays_with_the_one_kept(county_staff, two):
    kept, other = two
    merge = merging.merge(kept, other, by=county_staff)
    later = factories.SessionFactory(organization=kept)
    merging.undo(merge, by=county_staff)
    assert ActivitySession.objects.get(pk=later.pk).organization_id == kept.pk
    assert other.sessions.count() == 2


def test_the_code_may_be_taken_over_and_given_back(county_staff):
    kept = factories.OrganizationFactory()
    other = factories.OrganizationFactory(credit_code="91110000600037341L")
    merge = merging.merge(kept, other, by=county_staff, take=("credit_code",))
    kept.refresh_from_db()
    assert kept.credit_code == "91110000600037341L"
    merging.undo(merge, by=county_staff)
    kept.refresh_from_db()
    other.refresh_from_db()
    assert (kept.credit_code, other.credit_code) == ("", "91110000600037341L")


def test_a_pair_found_to_be_two_is_not_shown_again(county_staff, two):
    kept, other = two
    client = client_of(county_staff)
    client.post(f"/orgs/{kept.pk}/apart/{other.pk}/")
    assert "没有发现可能重复的组织" in client.get("/orgs/duplicates/").content.decode()


def test_only_staff_over_both_merge(town_staff, leader, organization):
    near = factories.OrganizationFactory()
    far = factories.OrganizationFactory(area_id=factories.SHIPU)
    with pytest.raises(PermissionDenied):
        merging.merge(near, far, by=town_staff)
    assert client_of(town_staff).get(f"/orgs/{near.pk}/merge/{far.pk}/").status_code == 404
    assert client_of(leader).get("/orgs/duplicates/").status_code == 403
    with pytest.raises(ValidationError):
        merging.merge(near, near, by=town_staff)
