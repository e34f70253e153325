"""The dashboard and its parts: what they show, what they cost, how one drills down."""

from services.models import ActivitySession
from tests import factories
from tests.metrics.reading import text
from tests.test_pages import client_of
from xiangshan.core.areas.models import Area
from xiangshan.metrics import rollup
from xiangshan.metrics.models import Target

DASHBOARD = "/dashboard/?year=2020"


def test_the_dashboard_asks_no_more_however_much_there_is(year, leadership, county, django_assert_max_num_queries):
    client = client_of(leadership)
    Target.objects.create(area=county, year=2020, metric="sessions_held", value=10, reason="要点", set_by=leadership)
    client.get(DASHBOARD)
    rollup.RollupState.objects.update(edition="00000000-0000-0000-0000-000000000001")
    with django_assert_max_num_queries(10):
        page = text(client.get(DASHBOARD))
    assert "1,266" in page
    assert "目标" in page


def test_each_page_of_figures_asks_a_bounded_number_of_questions(year, leadership, django_assert_max_num_queries):
    client = client_of(leadership)
    client.get(DASHBOARD)
    for address, most in {
        "/dashboard/more/?year=2020": 24,
        "/dashboard/figures/?year=2020": 10,
        "/dashboard/figures/satisfaction_rate/?year=2020&versus=330225001000": 14,
        "/dashboard/pivot/?year=2020&row=organization&column=category": 11,
        "/dashboard/quality/?year=2020": 28,
        "/dashboard/closings/": 18,
        "/dashboard/targets/?year=2020": 12,
        "/dashboard/shares/": 10,
    }.items():
        with django_assert_max_num_queries(most):
            assert client.get(address).status_code == 200, address


def test_with_no_data_every_page_says_so(leadership):
    client = client_of(leadership)
    for address in ("", "more/", "figures/", "figures/sessions_held/", "pivot/", "quality/", "targets/", "closings/"):
        assert client.get(f"/dashboard/{address}?year=2019").status_code == 200, address
    assert "没有数据" in text(client.get("/dashboard/pivot/?year=2019"))
    assert "还没有目标" in text(client.get("/dashboard/targets/?year=2019"))
    assert "没有逾期" in text(client.get("/dashboard/more/?year=2019"))


def test_areas_where_nothing_happened_are_named_in_one_line(year, leadership):
    idle = Area.objects.towns().exclude(pk=factories.DANDONG).earliest("pk")
    page = text(client_of(leadership).get(DASHBOARD))
    line = page.split("没有活动：")[1].split("</p>")[0]
    assert f"area={idle.pk}" in line
    assert idle.name in line
    assert "丹东街道" not in line


def test_one_drills_from_county_to_town_to_organization_to_the_sessions(year, leadership):
    client = client_of(leadership)
    assert f"/dashboard/?year=2020&amp;area={factories.DANDONG}" in text(client.get(DASHBOARD))
    town = text(client.get(f"/dashboard/more/?year=2020&area={factories.DANDONG}"))
    assert f"/dashboard/?year=2020&amp;organization={year.pk}" in town
    own = text(client.get(f"/dashboard/?year=2020&organization={year.pk}"))
    assert (
        f"/services/sessions/?status=verified&amp;totals=1&amp;first=2020-01-01&amp;last=2020-12-31&amp;organization={year.pk}"
        in own
    )


def test_an_organizations_leader_has_a_dashboard_of_the_same_parts(year, leader):
    page = text(client_of(leader).get(DASHBOARD))
    assert str(year) in page
    assert 'data-figure="sessions_held"' in page
    assert "各镇街" not in page


def test_the_wall_shows_the_same_without_doors(year, leadership):
    page = text(client_of(leadership).get(f"{DASHBOARD}&screen=1"))
    assert "1,266" in page
    assert 'data-reload="60"' in page
    assert "主导航" not in page


def test_month_quarter_and_department_move_every_part(year, leadership):
    client = client_of(leadership)
    assert "1,266" not in text(client.get(f"{DASHBOARD}&month=3"))
    assert ">102<" in text(client.get(f"{DASHBOARD}&month=3"))
    contract = factories.ContractFactory(organization=year)
    session = ActivitySession.objects.filter(organization=year).get()
    session.basis, session.contract_line, session.line_unit = "bought", factories.LineFactory(contract=contract), 1
    session.save()
    rollup.roll_up()
    page = text(client.get(f"{DASHBOARD}&department={contract.department_id}"))
    assert f"&amp;department={contract.department_id}" in page
    assert ">100<" in page
    assert client.get(f"{DASHBOARD}&department=987654").status_code == 404
    assert client.get(f"{DASHBOARD}&category=987654").status_code == 404


def test_the_month_says_more_than_the_quarter_and_a_town_has_no_departments(year, leadership):
    client = client_of(leadership)
    page = text(client.get(f"{DASHBOARD}&quarter=2&month=3"))
    assert ">102<" in page
    assert "第 2 季度</option>" in page.replace(" selected", "")
    assert '<option value="2" selected>第 2 季度' not in page
    assert "责任部门" in page
    assert "责任部门" not in text(client.get(f"{DASHBOARD}&area={factories.DANDONG}"))


def test_one_finds_the_way_back_up_and_across(year, leadership):
    assert "回到象山县" in text(client_of(leadership).get(f"{DASHBOARD}&area={factories.DANDONG}"))
    assert "回到丹东街道" in text(client_of(leadership).get(f"{DASHBOARD}&organization={year.pk}"))
    second = factories.OrganizationFactory(name="第二支志愿队")
    leader = factories.somebody("org_leader", year.pk)
    factories.PostFactory(role="org_leader", scope_id=second.pk, user=leader)
    assert f"organization={second.pk}" in text(client_of(leader).get(DASHBOARD))


def test_a_studio_lies_where_it_is_not_where_its_organization_sits(year, studio, leadership):
    studio.area_id, studio.organization = factories.SHIPU, year
    studio.save()
    assert "回到石浦镇" in text(client_of(leadership).get(f"{DASHBOARD}&studio={studio.pk}"))


def test_another_area_is_compared_only_where_its_figures_may_be_read(year):
    """Town staff read no money of contracts, whoever else they are."""
    both = factories.somebody("town_staff", factories.DANDONG)
    factories.PostFactory(role="org_leader", scope_id=year.pk, user=both)
    client, own = client_of(both), f"organization={year.pk}"
    address = f"/dashboard/figures/contract_amount/?year=2020&{own}"
    assert client.get(address).status_code == 200
    assert client.get(f"{address}&versus={factories.DANDONG}").status_code == 404
    sessions = f"/dashboard/figures/sessions_held/?year=2020&{own}&versus={factories.DANDONG}"
    assert client.get(sessions).status_code == 200


def test_odd_input_is_told_or_not_found(year, leadership, county_staff):
    client = client_of(county_staff)
    odd = "²" * 12
    for address, status in (
        (f"/services/sessions/?area={odd}", 200),
        (f"/dashboard/targets/{factories.COUNTY}/2026/?metric=%00", 404),
        ("/api/v1/figures?year=2020&scope=organization:0", 404),
        (f"/api/v1/figures?year=2020&scope=organization:{'9' * 5000}", 404),
    ):
        assert client.get(address).status_code == status, address
    assert client.post("/dashboard/favourites/new/", {"name": "a\0b", "address": "/dashboard/"}).status_code == 302
