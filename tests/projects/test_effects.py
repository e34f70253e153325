"""What support led to: before and after, beside the others; on its page and on the dashboard."""

from datetime import date
from decimal import Decimal

from django.db.models import Q

from orgs.models import KeySupport, SocialOrganization
from projects.effects import growth_of, supported
from tests import factories
from tests.projects import builders
from tests.test_pages import client_of
from xiangshan.core.areas.models import Area
from xiangshan.metrics import growth, rollup
from xiangshan.metrics.periods import Period


def reported(organization, day, members, volunteers=0):
    factories.StrengthFactory(
        organization=organization, as_of=day, formal_members=members, volunteers=volunteers, union_members=members
    )


def the_county():
    """The county and its towns: where organizations' cells are listed."""
    return list(Area.objects.filter(Q(pk=factories.COUNTY) | Q(parent=factories.COUNTY)))


def two_groups():
    """One team with money, one without, one that never said how many it was."""
    helped, other, silent = (factories.OrganizationFactory(short_name=name) for name in ("受助队", "其他队", "沉默队"))
    for team, before, after in ((helped, 10, 20), (other, 100, 110)):
        reported(team, date(2019, 12, 1), before, before * 2)
        reported(team, date(2020, 11, 1), after, after * 2)
        reported(team, date(2021, 2, 1), 999, 999)
    reported(silent, date(2020, 6, 1), 50)
    year = {"year": 2020, "starts_on": date(2020, 1, 1), "ends_on": date(2020, 12, 31), "decided_on": date(2020, 1, 1)}
    project = builders.project(helped, "completed", 10_000, **year)
    builders.tranche(project, 6_000, "paid", paid_on=date(2020, 3, 1))
    for team, year, count in ((helped, 2019, 1), (helped, 2020, 3), (other, 2020, 2)):
        for n in range(count):
            factories.SessionFactory(
                organization=team, verified=True, held_on=date(year, 5, 1 + n), responses=10, satisfied=9
            )
    factories.SessionFactory(organization=helped, held_on=date(2020, 5, 20))  # not verified: counts nowhere
    return helped, other, silent


def test_supported_organizations_and_the_others(db):
    helped, other, silent = two_groups()
    everybody = SocialOrganization.objects.all()
    assert list(supported(everybody, 2020, "any")) == [helped]
    assert list(supported(everybody, 2020, "money")) == [helped]
    assert list(supported(everybody, 2020, "venue")) == []
    assert set(supported(everybody, 2020, "none")) == {other, silent}
    assert list(supported(everybody, 2021, "any")) == []
    with_support, without = growth_of(everybody, 2020)
    assert (with_support.organizations, with_support.members, with_support.sessions) == (1, (10, 20), (1, 3))
    assert (without.organizations, without.members, without.volunteers) == (1, (100, 110), (200, 220))
    assert with_support.shares[0] == ("正式队员", 10, 20, 1.0)
    assert without.shares[2] == ("核实的活动场次", 0, 2, None)


def test_the_dashboard_says_the_same_from_cells(county_staff, django_assert_num_queries):
    two_groups()
    rollup.roll_up()
    areas = the_county()
    with django_assert_num_queries(1):
        from_cells = growth.growth(areas, Period.year(2020))
    assert from_cells == growth_of(SocialOrganization.objects.all(), 2020)
    page = client_of(county_staff).get("/dashboard/more/?year=2020").content.decode()
    assert "变化不等于扶持的效果" in page
    assert "100.0%" in page[page.index("得到扶持的组织") :]


def test_key_support_counts_as_support_for_its_year_only(db):
    team = factories.OrganizationFactory()
    KeySupport.objects.create(organization=team, year=2020, starts_on=date(2020, 1, 1), ends_on=date(2021, 1, 1))
    reported(team, date(2018, 1, 1), 5)
    rollup.roll_up()
    areas = the_county()
    for year, group in ((2019, 1), (2020, 0), (2021, 1)):
        assert growth.growth(areas, Period.year(year))[group].organizations == 1, year


def test_the_page_is_for_whoever_reads_an_area_and_is_honest(county_staff, town_staff, leader):
    two_groups()
    page = client_of(county_staff).get("/projects/effects/?year=2020").content.decode()
    for text in ("受助队", "¥6,000", "90.0%（10 份），样本不足", "90.0%（30 份）", "变化不等于扶持的效果"):
        assert text in page
    assert "其他队" not in page
    others = client_of(county_staff).get("/projects/effects/?year=2020&support=none").content.decode()
    assert "其他队" in others
    assert "¥6,000" not in client_of(town_staff).get("/projects/effects/?year=2020").content.decode()
    assert client_of(leader).get("/projects/effects/").status_code == 403
    assert client_of(county_staff).get("/projects/effects/?year=廿廿").status_code == 200


def test_the_figures_of_projects_and_their_rows(county_staff):
    helped, _, _ = two_groups()
    running = builders.project(helped, "running", 500, starts_on=date(2020, 12, 31), ends_on=date(2021, 1, 1),
                             decided_on=date(2020, 12, 31), year=2020, title="跨年")  # fmt: skip
    builders.tranche(running, 500, "approved")
    builders.project(helped, "approved", 700, starts_on=date(2020, 5, 1), ends_on=date(2020, 6, 1),
                   decided_on=date(2020, 4, 30), year=2020)  # fmt: skip
    rollup.roll_up()
    page = client_of(county_staff)
    for code, year, value in (
        ("projects_running", 2020, 2),
        ("projects_running", 2021, 1),
        ("projects_running", 2022, 0),
        ("project_granted", 2020, Decimal(11_200)),
        ("project_disbursed", 2020, Decimal(6_000)),
        ("project_disbursed", 2021, 0),
    ):
        shown = page.get(f"/dashboard/figures/{code}/?year={year}")
        assert shown.context["figure"].value == value, (code, year)
        link = shown.context["figure"].link
        found = page.get(link).context
        rows = found["page"].count
        amount = {"project_granted": "granted_amount", "project_disbursed": None}.get(code, "")
        if amount:
            assert found["total"][amount] == value
        elif amount is None:
            assert found["total"] == value
        else:
            assert rows == value
