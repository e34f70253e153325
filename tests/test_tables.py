"""Lists: sorting by any column page by page, chosen columns, saved views, and exports of exactly what is filtered."""

import csv
import io
import zipfile
from datetime import date

import pytest
from python_calamine import CalamineWorkbook

from orgs.models import SocialOrganization
from tests import factories
from tests.test_pages import client_of
from xiangshan.core.pinyin import initials
from xiangshan.shared.lists.models import SavedView


def body_of(response) -> bytes:
    return b"".join(response.streaming_content)


def sheet(response) -> list[list]:
    return CalamineWorkbook.from_filelike(io.BytesIO(body_of(response))).get_sheet_by_index(0).to_python()


def names(client, address: str) -> list[str]:
    """Every name a list shows, following its pages."""
    found: list[str] = []
    after = ""
    while True:
        page = client.get(f"{address}{after}").context["page"]
        found += [row["c_name"] for row in page]
        if not page.after:
            return found
        after = f"&after={page.after}"


@pytest.fixture
def many(db):
    """120 organizations; every third has no founding day, several share one."""
    for n in range(120):
        factories.OrganizationFactory(name=f"{n:03d}队", founded_on=date(2010 + n % 5, 1, 1) if n % 3 else None)


@pytest.mark.parametrize("sort", ["founded_on", "-founded_on", "name", "-name", "area", "stage"])
def test_every_sort_reaches_every_row_once(many, county_staff, sort):
    found = names(client_of(county_staff), f"/orgs/?sort={sort}")
    assert sorted(found) == sorted(SocialOrganization.objects.values_list("name", flat=True))


def test_sorting_puts_the_unknown_first_and_turns_round(many, county_staff):
    client = client_of(county_staff)
    up = client.get("/orgs/?sort=founded_on").context["page"].rows
    down = client.get("/orgs/?sort=-founded_on").context["page"].rows
    assert up[0]["c_founded_on"] is None
    assert down[0]["c_founded_on"] == date(2014, 1, 1)


def test_a_sort_by_nonsense_is_the_usual_order(many, county_staff):
    assert client_of(county_staff).get("/orgs/?sort=password").status_code == 200


def test_nonsense_in_one_filter_leaves_the_others(many, county_staff):
    client = client_of(county_staff)
    assert names(client, "/orgs/?q=007&stage=nonsense") == ["007队"]
    assert names(client, "/orgs/?q=007&area=nonsense&sort=password") == ["007队"]


def test_initials():
    assert initials("象山雄鹰") == "xsxy"
    assert initials("象山县雄鹰应急救援队", "雄鹰救援") == "xsxxyyjjyd xyjy"
    assert initials("A队2", "") == "ad2"


def test_found_by_initials_and_by_words(county_staff):
    staff = client_of(county_staff)
    staff.post(
        "/orgs/new/",
        {
            "name": "象山雄鹰救援队",
            "legal_form": "team",
            "origin": "brought_in",
            "area": factories.DANDONG,
            "stage": "contacted",
        },
    )
    for q in ("xsxy", "XSXY", "雄鹰"):
        assert names(staff, f"/orgs/?q={q}") == ["象山雄鹰救援队"]
    organization = SocialOrganization.objects.get()
    staff.post(
        f"/orgs/{organization.pk}/edit/",
        {"name": "大徐救援队", "legal_form": "team", "origin": "brought_in", "area": factories.DANDONG},
    )
    assert names(staff, "/orgs/?q=dxjy") == ["大徐救援队"]
    assert names(staff, "/orgs/?q=xsxy") == []


def test_the_export_is_what_is_filtered(many, county_staff, town_staff):
    factories.OrganizationFactory(name="爵溪队", area_id=factories.elsewhere().pk)
    lines = sheet(client_of(county_staff).get("/orgs/?q=11&sort=-name&export=xlsx"))
    assert [line[0] for line in lines] == [
        "名称",
        "119队",
        "118队",
        "117队",
        "116队",
        "115队",
        "114队",
        "113队",
        "112队",
        "111队",
        "110队",
        "011队",
    ]
    assert len(sheet(client_of(town_staff).get("/orgs/?export=xlsx"))) == 121


def test_an_export_of_text_is_never_a_formula(county_staff):
    evil = '=HYPERLINK("http://x","y")'
    factories.OrganizationFactory(name=evil)
    client = client_of(county_staff)
    response = client.get("/orgs/?export=xlsx")
    assert sheet(response)[1][0] == evil
    text = body_of(client.get("/orgs/?export=csv")).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text)))[1][0] == f"'{evil}"
    body = body_of(client.get("/orgs/?export=xlsx"))
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(body)).read("xl/worksheets/sheet1.xml")


def test_the_name_of_a_download_is_chinese(county_staff):
    response = client_of(county_staff).get("/orgs/?export=xlsx")
    body_of(response)
    disposition = response.headers["Content-Disposition"]
    assert "filename*=UTF-8''%E7%A4%BE%E4%BC%9A%E7%BB%84%E7%BB%87-" in disposition


def test_columns_are_kept_per_user(many, county_staff, leadership):
    client = client_of(county_staff)
    client.post("/lists/organizations/columns/", {"columns": ["name", "phone"], "page": "/orgs/"})
    assert [column.name for column in client.get("/orgs/").context["drawn"].columns] == ["name", "phone"]
    assert sheet(client.get("/orgs/?export=xlsx"))[0] == ["名称", "联系电话"]
    assert len(client_of(leadership).get("/orgs/").context["drawn"].columns) == 6
    client.post("/lists/organizations/columns/", {"reset": "1", "page": "/orgs/"})
    assert len(client.get("/orgs/").context["drawn"].columns) == 6


def test_a_saved_view_is_ones_own_until_shared(county_staff, leadership, leader):
    client = client_of(county_staff)
    posted = {"name": "重点", "query": "?stage=key_support", "page": "/orgs/"}
    assert client.post("/lists/organizations/views/", posted).url == "/orgs/?stage=key_support"
    assert "重点" in [view.name for view in client.get("/orgs/").context["views"]]
    assert not client_of(leadership).get("/orgs/").context["views"]
    client.post("/lists/organizations/views/", posted | {"is_shared": "on"})
    assert SavedView.objects.exclude(name="").count() == 1
    assert [view.name for view in client_of(leadership).get("/orgs/").context["views"]] == ["重点"]
    assert not client_of(leader).get("/orgs/").context["views"], "what colleagues of the union share is theirs"
    view = SavedView.objects.get(name="重点")
    assert client_of(leadership).post(f"/lists/views/{view.pk}/delete/").status_code == 403
    client.post(f"/lists/views/{view.pk}/delete/", {"page": "https://elsewhere.example/"})
    assert not SavedView.objects.filter(name="重点")


def test_a_leader_cannot_share_a_view(leader):
    posted = {"name": "我的", "query": "?stage=left", "page": "/orgs/", "is_shared": "on"}
    assert client_of(leader).post("/lists/organizations/views/", posted).status_code == 403


def test_picked_organizations_change_together_or_not_at_all(county_staff):
    first = factories.OrganizationFactory(stage="contacted")
    second = factories.OrganizationFactory(stage="contacted")
    client = client_of(county_staff)
    posted = {"action": "stage", "pk": [first.pk, second.pk]}
    assert "2 家社会组织" in client.post("/orgs/bulk/", posted).content.decode()
    early = client.post("/orgs/bulk/", posted | {"confirmed": "1", "stage": "incubating", "on": "1990-01-01"})
    assert early.status_code == 422
    assert str(first) in early.content.decode()
    assert str(second) in early.content.decode()
    assert SocialOrganization.objects.filter(stage="contacted").count() == 2
    assert client.post("/orgs/bulk/", posted | {"confirmed": "1", "stage": "incubating"}).status_code == 302
    assert SocialOrganization.objects.filter(stage="incubating").count() == 2


def test_a_town_cannot_touch_a_foreign_organization_in_bulk(town_staff):
    foreign = factories.OrganizationFactory(area_id=factories.elsewhere().pk)
    response = client_of(town_staff).post(
        "/orgs/bulk/", {"action": "stage", "pk": [foreign.pk], "confirmed": "1", "stage": "left"}
    )
    assert response.status_code == 302
    foreign.refresh_from_db()
    assert foreign.stage == "contacted"


def test_pages_follow_each_other_without_gap_or_repeat(county_staff):
    organization = factories.OrganizationFactory()
    factories.SessionFactory.create_batch(120, organization=organization)
    client, seen, address = client_of(county_staff), [], "/services/sessions/"
    while address:
        page = client.get(address).context["page"]
        seen += [row["pk"] for row in page]
        address = f"/services/sessions/?after={page.after}" if page.after else ""
    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) == 120


@pytest.mark.parametrize("column", ["name\x00", "\x00"])
def test_a_column_that_no_database_can_name_is_no_column(county_staff, column):
    client = client_of(county_staff)
    assert client.post("/lists/organizations/columns/", {"columns": [column], "page": "/orgs/"}).status_code == 302
    assert client.get("/orgs/").status_code == 200
