"""Any county of the country, and several on one portal that do not see each other."""

from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client

from orgs.duplicates import is_alike, place_names
from services.actions import contracts
from services.models import Department, ServiceCategory
from tests import factories
from tests.test_pages import client_of
from xiangshan.core.accounts.models import Post, User
from xiangshan.core.areas import updating
from xiangshan.core.areas.counties import County, check_pattern, check_tiles, county_at
from xiangshan.core.areas.models import Area
from xiangshan.core.areas.updating import AreaRow
from xiangshan.core.numbering import next_number
from xiangshan.portal.setup import actions, division

TWO_AREAS = (
    ("code", "name", "kind", "parent_code"),
    ("330226", "宁海县", "county", ""),
    ("330226001", "跃龙街道", "town", "330226"),
)
NINGHAI = [
    AreaRow("33", "浙江省", 1),
    AreaRow("3302", "宁波市", 2, "33"),
    AreaRow("330226", "宁海县", 3, "3302"),
    AreaRow("330226001", "跃龙街道", 4, "330226"),
    AreaRow("330226002", "桃源街道", 4, "330226"),
    AreaRow("330226001001", "溪南社区", 5, "330226001"),
]


@pytest.fixture
def ninghai(db):
    county, administrator = actions.set_up(NINGHAI, "330226", phone="13800000001", admin_name="林管")
    return {"county": county, "administrator": administrator}


def test_a_county_is_opened_with_usual_names_and_an_administrator_of_its_own(ninghai):
    county = ninghai["county"]
    assert (county.name, county.short_name) == ("宁海县总工会", "宁工")
    post = Post.objects.get(user=ninghai["administrator"])
    assert (post.role, post.scope_id) == ("administrator", 330226_000_000)
    assert not ninghai["administrator"].has_usable_password()


def test_opening_it_again_changes_what_is_said_and_nothing_else(ninghai):
    county, administrator = actions.set_up(
        NINGHAI, "330226", name="宁海县总工会机关", phone="13800000001", admin_name="林管"
    )
    assert (county.name, county.short_name) == ("宁海县总工会机关", "宁工")
    assert administrator == ninghai["administrator"]
    assert (County.objects.count(), Post.objects.count()) == (1, 1)


def test_two_counties_do_not_give_out_the_same_number(ninghai):
    rows = [AreaRow("3210", "宁某市", 2), AreaRow("321001", "宁某县", 3, "3210")]
    other, _ = actions.set_up(rows, "321001", phone="13800000002", admin_name="李管")
    assert other.short_name == "宁某工"


def test_the_shell_says_what_it_needs(db, tmp_path):
    file = tmp_path / "areas.csv"
    file.write_text("\n".join(",".join(row) for row in TWO_AREAS), encoding="utf-8")
    out = StringIO()
    call_command("setup", county="330226", admin="138 0000 0001", file=file, stdout=out)
    assert "宁海县总工会已开通：1 个镇街" in out.getvalue()
    assert "/accounts/invitation/" in out.getvalue()
    for wrong, word in (
        ({"county": "33", "admin": "13800000001"}, "六位数字"),
        ({"county": "330226", "admin": "1380"}, "11 位"),
        ({"county": "330299", "admin": "13800000001", "file": file}, "没有代码为 330299"),
    ):
        with pytest.raises(CommandError, match=word):
            call_command("setup", **wrong, stdout=out)


def test_numbers_follow_the_countys_own_pattern(county_staff, organization):
    county = actions.change_county(
        county_at(factories.COUNTY),
        by=factories.somebody("administrator", factories.COUNTY),
        name="象山县总工会",
        short_name="象工",
        contract_number="{简称}合字〔{年}〕第{序号}号",
    )
    from xiangshan.core.areas.counties import forget

    forget(county)
    line = {"category": factories.category("law"), "title": "讲座", "quantity": 1, "unit_price": 10}
    from datetime import date

    contract = contracts.draft(
        by=county_staff,
        organization=organization,
        title="法律服务",
        department=Department.objects.first(),
        starts_on=date(2020, 1, 1),
        ends_on=date(2020, 12, 31),
        lines=[line],
    )
    assert contract.number == "象工合字〔2020〕第001号"


@pytest.mark.parametrize("pattern", ["{简称}购", "{年}", "{序号}", "{谁}{年}{序号}", "{年", "{0}{年}{序号}"])
def test_a_pattern_that_gives_no_number_is_refused(pattern):
    with pytest.raises(ValidationError):
        check_pattern(pattern)


@pytest.mark.parametrize(
    "places", [[], {"33": [1, 2]}, {"330225001": [1]}, {"330225001": ["a", 1]}, {"330225001": [0, 1]}]
)
def test_tiles_that_lie_nowhere_are_refused(places):
    with pytest.raises(ValidationError):
        check_tiles(places)


def test_limits_are_the_countys_own(ninghai):
    actions.change_county(ninghai["county"], by=ninghai["administrator"], direct_up_to=10_000)
    assert County.objects.get(pk=330226_000_000).direct_up_to == 10_000
    assert county_at(factories.COUNTY).direct_up_to == 50_000


def test_nobody_changes_another_county(ninghai):
    foreign = factories.somebody("administrator", factories.COUNTY)
    client = client_of(foreign)
    assert client.get("/setup/county/?county=330226000000").status_code == 404
    assert client.get("/setup/?county=330226000000").status_code == 404


def test_departments_and_categories_of_ones_own(ninghai):
    client = client_of(ninghai["administrator"])
    assert client.post("/setup/lookups/department/new/", {"name": "驿站管理部"}).status_code == 302
    assert client.post("/setup/lookups/category/new/", {"name": "暖蜂服务"}).status_code == 302
    again = client.post("/setup/lookups/department/new/", {"name": "驿站管理部"})
    assert again.status_code == 422
    own = {330226_000_000}
    assert Department.objects.offered(own).filter(name="驿站管理部").exists()
    assert not Department.objects.offered({factories.COUNTY}).filter(name="驿站管理部").exists()
    assert ServiceCategory.objects.get(name="暖蜂服务").code == "c330226-1"
    entry = Department.objects.get(name="驿站管理部")
    assert client.post(f"/setup/lookups/department/{entry.pk}/switch/").status_code == 302
    assert not Department.objects.offered(own).filter(pk=entry.pk).exists()


def test_the_first_page_finds_out_what_is_open(ninghai):
    client = client_of(ninghai["administrator"])
    page = client.get("/setup/").content.decode()
    for title in (
        "地址",
        "加密传输",
        "镇街和社区",
        "名称与编号",
        "第一批工作人员",
        "动态验证码",
        "邮件",
        "后台作业",
        "备份",
        "密钥抄存",
    ):
        assert title in page
    assert "2 个镇街、1 个社区村" in page
    items = {item.code: item for item, _ in client.get("/setup/").context["items"]}
    assert items["towns"].is_done
    assert not items["keys"].is_done
    client.post("/setup/confirm/", {"item": items["keys"].posts_to})
    items = {item.code: item for item, _ in client.get("/setup/").context["items"]}
    assert items["keys"].is_done
    assert client.post("/setup/confirm/", {"item": "nonsense"}).status_code == 404


def test_the_public_form_asks_which_county_first(ninghai):
    page = Client().get("/ask/").content.decode()
    assert "宁海县总工会" in page
    assert "象山县总工会" in page
    form = Client().get("/ask/?county=330226").content.decode()
    assert "跃龙街道" in form
    assert "丹东街道" not in form
    assert Client().get("/ask/?county=999999").status_code == 200


def test_each_page_bears_the_readers_own_union(ninghai, county_staff):
    own = factories.somebody("county_staff", 330226_000_000)
    assert "宁海县总工会" in client_of(own).get("/help/").content.decode()
    page = client_of(county_staff).get("/help/").content.decode()
    assert "象山县总工会" in page
    assert "宁海县" not in page


@pytest.mark.parametrize(
    ("first", "second", "alike"),
    [
        ("宁海县跃龙志愿服务队", "跃龙志愿者协会", True),
        ("宁海绿丝带", "宁波市绿丝带志愿者协会", True),
        ("宁海红娘", "宁海绿丝带", False),
    ],
)
def test_the_place_says_nothing_about_which_one_is_meant(first, second, alike):
    assert is_alike(first, second, place_names(["宁海县", "宁波市", "浙江省"])) is alike


CODES_OF_NEXT_YEAR = [
    *NINGHAI[:3],
    AreaRow("330226001", "跃龙新街道", 4, "330226"),  # another name
    AreaRow("330226012", "桃源街道", 4, "330226"),  # another code
    AreaRow("330226012001", "新社区", 5, "330226012"),
]


def test_codes_that_change_lose_nothing(ninghai):
    town, gone = 330226002_000, 330226001_001
    organization = factories.OrganizationFactory(area_id=town)
    session = factories.SessionFactory(organization=organization, area_id=town)
    old = factories.OrganizationFactory(area_id=gone)
    clerk = factories.somebody("town_staff", town)
    dry = updating.compare(CODES_OF_NEXT_YEAR, 330226_000_000)
    result = updating.update(CODES_OF_NEXT_YEAR, 330226_000_000)
    assert str(dry) == str(result) == "新增 2，改名 1，换码 1，撤销 1"
    for record in (organization, session, old):
        record.refresh_from_db()
    assert organization.area_id == session.area_id == 330226012_000
    assert old.area_id == gone, "what is no more is kept for what lies there"
    assert User.objects.get(pk=clerk.pk).scope("town_staff") == {330226012_000}
    offered = set(Area.objects.around([330226_000_000]).values_list("pk", flat=True))
    assert offered == {330226_000_000, 330226001_000, 330226012_000, 330226012_001}
    assert str(updating.update(CODES_OF_NEXT_YEAR, 330226_000_000)) == "新增 0，改名 0，换码 0，撤销 0"


def test_a_county_under_another_code_counts_on(ninghai):
    assert next_number("contract-330226-2026") == 1
    rows = [
        AreaRow(row.code.replace("330226", "330290"), row.name, row.level, row.parent.replace("330226", "330290"))
        for row in NINGHAI
    ]
    updating._continue_numbers(330226, 330290)
    assert rows[2].code == "330290"
    assert next_number("contract-330290-2026") == 2


@pytest.mark.parametrize(
    ("official", "short"),
    [
        ("李庄村民委员会", "李庄村"),
        ("李庄村村委会", "李庄村"),
        ("多福巷社区居委会", "多福巷社区"),
        ("银闸社区居民委员会", "银闸社区"),
        ("塔山社区", "塔山社区"),
    ],
)
def test_the_village_is_meant_and_not_its_committee(official, short):
    assert division.short_name(official) == short


def test_tiles_of_null_are_no_tiles(db):
    county = County(area_id=330225_000_000, name="象山县总工会", short_name="象工", tiles=None)
    county.full_clean()
    assert county.tiles == {}
