"""引进来 on any day, against numbers counted by hand."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from orgs.actions import branches as branch_actions
from orgs.actions import organizations
from orgs.models import SocialOrganization
from orgs.selectors import register_on
from tests import factories
from tests.test_pages import client_of
from xiangshan.core.areas.models import Area
from xiangshan.metrics import figures, rollup
from xiangshan.metrics.models import Kind
from xiangshan.metrics.periods import Period

END_OF_2019 = date(2019, 12, 31)


@pytest.fixture
def register(county_staff):
    """Six organizations, linked from 2019-01-01 (the factory's way) unless said otherwise.

    丹东街道: A covered single and joint; B covered joint until 2019-12-31; C not covered.
    石浦镇:   D covered by trade, entered late with a day in the past; E a lead; F left in 2019.
    """
    towns = {"丹东": factories.DANDONG, "石浦": factories.SHIPU}
    made = {
        name: factories.OrganizationFactory(name=f"{name}队", area_id=towns[town])
        for name, town in (("A", "丹东"), ("B", "丹东"), ("C", "丹东"), ("D", "石浦"), ("F", "石浦"))
    }
    made["E"] = factories.OrganizationFactory(name="E队", area_id=factories.SHIPU, stage="lead")
    branches = {
        mode: factories.BranchFactory(mode=mode, established_on=date(2015, 7, 1))
        for mode in ("single", "joint", "area")
    }
    cover = branch_actions.cover
    cover(branches["single"], made["A"], by=county_staff, starts_on=date(2019, 2, 1))
    cover(branches["joint"], made["A"], by=county_staff, starts_on=date(2019, 3, 1))
    ending = cover(branches["joint"], made["B"], by=county_staff, starts_on=date(2019, 3, 1))
    # A day the span no longer holds: 2019-12-31 itself.
    branch_actions.end_coverage(ending, by=county_staff, ends_on=END_OF_2019)
    organizations.change_stage(made["F"], "left", by=county_staff, on=date(2019, 6, 1))
    # Said today, true since long ago.
    cover(branches["area"], made["D"], by=county_staff, starts_on=date(2019, 1, 1))
    cover(branches["area"], made["C"], by=county_staff, starts_on=date(2020, 2, 1))
    return made


def lines(user, day):
    found = register_on(user, day, Area.objects.get(pk=factories.COUNTY))
    by_town = {line.area.name: (line.linked, line.covered, line.by_mode) for line in found.towns if line.linked}
    return found, by_town


def test_coverage_by_mode_and_town_at_the_end_of_2019(register, county_staff):
    found, by_town = lines(county_staff, END_OF_2019)
    assert by_town == {"丹东街道": (3, 1, {"single": 1, "joint": 1}), "石浦镇": (1, 1, {"area": 1})}
    assert (found.total.linked, found.total.covered, found.total.rate) == (4, 2, 0.5)
    assert {code: count for code, _, count in found.stages} == {
        "lead": 1, "contacted": 4, "incubating": 0, "unionised": 0, "key_support": 0, "dormant": 0, "left": 1,
    }  # fmt: skip


def test_coverage_by_mode_and_town_today(register, county_staff):
    found, by_town = lines(county_staff, timezone.localdate())
    assert by_town == {"丹东街道": (3, 2, {"single": 1, "joint": 1, "area": 1}), "石浦镇": (1, 1, {"area": 1})}
    assert (found.total.linked, found.total.covered) == (4, 3)


def test_the_day_before_and_after_a_span_ends(register, county_staff):
    assert lines(county_staff, date(2019, 12, 30))[0].total.covered == 3
    assert lines(county_staff, date(2019, 12, 31))[0].total.covered == 2
    assert lines(county_staff, date(2019, 5, 31))[0].total.linked == 5
    assert lines(county_staff, date(2019, 6, 1))[0].total.linked == 4


def test_the_dashboard_says_the_same(register, county_staff):
    rollup.roll_up()
    found = figures.figures(figures.Scope(Kind.AREA, factories.COUNTY), Period.year(2019))
    rate = found["coverage_rate"]
    assert (rate.numerator, rate.denominator) == (2, 4)
    page = client_of(county_staff).get("/orgs/overview/?on=2019-12-31").content.decode()
    assert "覆盖 2 / 联系 4" in page


def test_the_numbers_lead_to_their_rows(register, county_staff):
    client = client_of(county_staff)
    linked = client.get(f"/orgs/?linked_on=2019-12-31&area={factories.COUNTY}").context["page"]
    covered = client.get(f"/orgs/?linked_on=2019-12-31&covered_on=2019-12-31&area={factories.COUNTY}").context["page"]
    assert [row["c_name"] for row in covered] == ["A队", "D队"]
    assert len(linked) == 4


def test_a_dissolved_branch_covers_nobody(register, county_staff):
    from orgs.models import UnionBranch

    branch = UnionBranch.objects.get(mode="area")
    branch_actions.edit(branch, by=county_staff, dissolved_on=date(2019, 6, 30))
    assert lines(county_staff, END_OF_2019)[0].total.covered == 1
    assert [(one.organization.name, one.ends_on) for one in branch.coverages.all()] == [("D队", date(2019, 6, 30))]
    rollup.roll_up()
    today = figures.figures(figures.Scope(Kind.AREA, factories.COUNTY), Period.year(2021))["coverage_rate"]
    assert (today.numerator, today.denominator) == (1, 4), "the dashboard says the same: A alone"


def test_nobody_is_covered_before_the_union_knew_it_nor_after_the_branch_was_gone(county_staff):
    organization = factories.OrganizationFactory()  # linked since 2019-01-01
    branch = factories.BranchFactory(established_on=date(2015, 7, 1), dissolved_on=date(2022, 1, 1))
    for day in (date(2018, 12, 31), date(2022, 1, 1)):
        with pytest.raises(ValidationError):
            branch_actions.cover(branch, organization, by=county_staff, starts_on=day)
    branch_actions.cover(branch, organization, by=county_staff, starts_on=date(2021, 12, 31))
    organizations.change_stage(organization, "left", by=county_staff, on=date(2021, 12, 31))
    assert not organization.coverages.exists(), "what would end the day it began has never been"
    organizations.change_stage(organization, "contacted", by=county_staff, on=date(2023, 1, 1))
    other = factories.BranchFactory(established_on=date(2015, 7, 1))
    with pytest.raises(ValidationError, match="其后退出过"):
        branch_actions.cover(other, organization, by=county_staff, starts_on=date(2020, 1, 1))


def test_a_town_sees_its_town(register, town_staff, leader):
    found, by_town = lines(town_staff, END_OF_2019)
    assert set(by_town) == {"丹东街道"}
    assert client_of(leader).get("/orgs/overview/").status_code == 403
    town = client_of(town_staff)
    assert town.get("/orgs/overview/").context["area"].pk == factories.DANDONG
    assert town.get(f"/orgs/overview/?area={factories.COUNTY}").status_code == 404


def test_map_and_tree_are_drawn(register, county_staff, django_assert_max_num_queries):
    client = client_of(county_staff)
    top = factories.BranchFactory(name="县总")
    factories.BranchFactory(name="镇联合工会", parent=top)
    assert "shade-4" in client.get("/orgs/map/").content.decode()
    with django_assert_max_num_queries(6):
        page = client.get("/orgs/branches/tree/").content.decode()
    assert page.index("县总") < page.index("镇联合工会")
    assert "下设 1 个" in page


def test_the_overview_asks_a_fixed_number_of_questions(register, county_staff, django_assert_max_num_queries):
    client = client_of(county_staff)
    factories.OrganizationFactory.create_batch(60)
    assert SocialOrganization.objects.count() == 66
    client.get("/orgs/overview/")
    with django_assert_max_num_queries(14):
        client.get("/orgs/overview/")
