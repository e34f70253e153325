"""A spreadsheet of organizations: every bad cell named and nothing stored; mended, taken in; repeated, nothing changes; undone."""

import io
import zipfile
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from stdnum.cn import uscc

from orgs.models import SocialOrganization, StageSpan
from tests import factories
from tests.test_pages import client_of
from tests.test_tables import body_of, sheet
from xiangshan.core.areas.models import Area
from xiangshan.metrics import rollup
from xiangshan.metrics.rollup import find_drift
from xiangshan.shared.imports.models import Ledger
from xiangshan.shared.lists.exports import write_xlsx

HEADS = ["名称", "统一社会信用代码", "组织形式", "来源", "阶段", "所属镇街", "电话", "成立日期", "简介"]


def credit_code(n: int) -> str:
    body = f"52330225MJ{n:07d}"
    return body + uscc.calc_check_digit(body)


def good_row(n: int) -> list[Any]:
    return [
        f"第{n:05d}服务社",
        credit_code(n),
        "社会服务机构",
        "外结合",
        "已联系",
        "丹东街道",
        "0574-65712345",
        date(2015, 7, 1),
        "",
    ]


# Ten kinds of what goes wrong: which row, what it says instead, and words of what it is told.
BAD: list[tuple[int, int, Any, str]] = [
    *[(n, 1, credit_code(n)[:-1] + ("0" if credit_code(n)[-1] != "0" else "1"), "校验码") for n in (3, 4, 5)],
    *[(n, 5, "蓬莱街道", "的地区") for n in (10, 11, 12)],
    *[(n, 7, "去年七月", "2015-07-01") for n in (20, 21, 22)],
    *[(n, 0, "", "") for n in (30, 31)],
    *[(n, 2, "有限公司", "只能填") for n in (40, 41, 42)],
    *[(n, 6, "12345", "电话号码不正确") for n in (50, 51, 52)],
    *[(n, 0, f"{'超' * 80}{n}", "80") for n in (60, 61)],
    *[(n, 4, "非常好", "只能填") for n in (70, 71)],
    *[(n, 1, credit_code(1), "重复") for n in (80, 81)],
    *[(n, 7, "2015-13-45", "2015-07-01") for n in (90, 91)],
]


def workbook(rows: list[list[Any]], heads: list[str] = HEADS) -> SimpleUploadedFile:
    file = io.BytesIO()
    write_xlsx(file, "社会组织", heads, rows)
    return SimpleUploadedFile("组织名册.xlsx", file.getvalue())


def bring(client: Any, file: Any, register: str = "organizations") -> Ledger:
    response = client.post(f"/imports/{register}/new/", {"file": file})
    assert response.status_code == 302, response.context["form"].errors
    return Ledger.objects.latest("pk")


def held_back(batch: Ledger) -> dict[int, tuple[str, str]]:
    """Row -> (column, why) of what is refused or asked."""
    asked = {row.number: tuple(row.findings["doubts"][0]) for row in batch.rows.filter(outcome="doubtful")}
    return asked | {row: (column, text) for row, column, _, text in batch.errors}


def as_shown(client: Any, ledger: Ledger) -> dict[str, Any]:
    """What the page of the columns would send if nothing were changed on it."""
    form = client.get(f"/imports/{ledger.pk}/read/").context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {
        name: "on" if value is True else value
        for name, value in values.items()
        if value is not None and value is not False
    }


def test_three_hundred_rows_with_25_bad_ones(county_staff):
    assert len(BAD) == 25
    rows = [good_row(n) for n in range(1, 301)]
    for row, column, value, _ in BAD:
        rows[row - 1][column] = value
    rows[29][1] = rows[30][1] = ""  # no name and no code: nothing to know them by
    client = client_of(county_staff)
    batch = bring(client, workbook(rows))
    assert batch.status == "faulty"
    assert not SocialOrganization.objects.exists()
    reported = held_back(batch)
    assert sorted(reported) == sorted(row + 1 for row, *_ in BAD), "each bad row, and no other"
    for row, column, _, text in BAD:
        assert text in reported[row + 1][1], (row, reported[row + 1])
        if column != 0 or text:
            label = (
                "所在地区" if HEADS[column] == "所属镇街" else "联系电话" if HEADS[column] == "电话" else HEADS[column]
            )
            assert label in reported[row + 1][0]
    page = client.get(f"/imports/{batch.pk}/").content.decode()
    assert "17 处错误，没有写入任何记录" in page
    assert "8 行要您回答" in page
    assert client.post(f"/imports/{batch.pk}/apply/").status_code == 403
    result = sheet(client.get(f"/imports/{batch.pk}/errors/"))
    assert result[0][-1] == "错误"
    assert len(result) == 26, "those rows and only them"
    assert "校验码" in result[1][-1]

    batch = bring(client, workbook([good_row(n) for n in range(1, 301)]))
    assert (batch.status, batch.new_rows, batch.errors) == ("checked", 300, [])
    assert not SocialOrganization.objects.exists(), "a dry run stores nothing"
    client.post(f"/imports/{batch.pk}/apply/")
    assert SocialOrganization.objects.count() == 300
    assert StageSpan.objects.filter(stage="contacted", ends_on=None).count() == 300
    rollup.refresh()
    assert not find_drift(), "the figures were told"

    batch = bring(client, workbook([good_row(n) for n in range(1, 301)]))
    assert (batch.new_rows, batch.changed_rows, batch.same_rows) == (0, 0, 300)


def test_what_is_exported_comes_back_unchanged(county_staff):
    client = client_of(county_staff)
    batch = bring(client, workbook([good_row(n) for n in range(1, 41)]))
    client.post(f"/imports/{batch.pk}/apply/")
    community = Area.objects.filter(level=5).first()
    factories.OrganizationFactory(
        name="=1+1 公式队",
        area=community,
        introduction="第一行\n第二行",
        founded_on=None,
        short_name="公式",
        phone="13957412345",
    )
    every = [
        "name",
        "short_name",
        "credit_code",
        "legal_form",
        "origin",
        "stage",
        "area",
        "address",
        "phone",
        "founded_on",
        "introduction",
    ]
    client.post("/lists/organizations/columns/", {"columns": every, "page": "/orgs/"})
    first = body_of(client.get("/orgs/?export=xlsx"))
    batch = bring(client, SimpleUploadedFile("导出.xlsx", first))
    assert (batch.status, batch.errors) == ("checked", [])
    assert (batch.new_rows, batch.changed_rows, batch.same_rows) == (0, 0, 41)
    batch.status = "checked"
    client.post(f"/imports/{batch.pk}/apply/")
    again = body_of(client.get("/orgs/?export=xlsx"))
    read = [zipfile.ZipFile(io.BytesIO(body)).read("xl/worksheets/sheet1.xml") for body in (first, again)]
    assert read[0] == read[1]


def test_a_row_updates_only_the_columns_it_has(county_staff):
    organization = factories.OrganizationFactory(
        name="救援队", phone="13957412345", address="老地址", credit_code=credit_code(7)
    )
    client = client_of(county_staff)
    batch = bring(client, workbook([["应急救援队", credit_code(7), "新地址"]], ["名称", "统一社会信用代码", "地址"]))
    row = batch.rows.get()
    assert (row.number, row.title, row.outcome) == (2, "应急救援队", "changed")
    assert row.findings["changes"] == [["名称", "救援队", "应急救援队"], ["地址", "老地址", "新地址"]]
    client.post(f"/imports/{batch.pk}/apply/")
    organization.refresh_from_db()
    assert (organization.name, organization.address, organization.phone) == ("应急救援队", "新地址", "13957412345")
    assert organization.initials == "yjjyd"


def test_an_empty_cell_empties_nothing_without_a_tick(county_staff):
    known = factories.OrganizationFactory(name="救援队", legal_form="service", stage="unionised", address="老地址")
    rows = [["救援队", "丹东街道", "", "", "", "新简介"]]
    client = client_of(county_staff)
    batch = bring(client, workbook(rows, ["名称", "所在地区", "组织形式", "阶段", "地址", "简介"]))
    assert (batch.errors, batch.emptied) == ([], 1)
    assert "地址：表里空着，保持原值" in batch.rows.get().findings["notes"]
    client.post(f"/imports/{batch.pk}/apply/")
    known.refresh_from_db()
    assert (known.address, known.introduction, known.legal_form) == ("老地址", "新简介", "service")
    batch = bring(client, workbook([[*rows[0][:5], "又新"]], ["名称", "所在地区", "组织形式", "阶段", "地址", "简介"]))
    client.post(f"/imports/{batch.pk}/apply/", {"empties": "on"})
    known.refresh_from_db()
    assert (known.address, known.legal_form) == ("", "service"), "what cannot be empty stays"


@pytest.mark.parametrize(
    ("heads", "fields"),
    [
        (["名称", "所在地区", "星座"], {"名称": "name", "所在地区": "area", "星座": ""}),
        (["名称", "名称", "所在地区"], {"名称": "name", "名称 #2": "", "所在地区": "area"}),
        (["全称", "名称", "镇街"], {"全称": "", "名称": "name", "镇街": "area"}),
    ],
)
def test_headings_that_are_not_the_registers_are_shown_first(county_staff, heads, fields):
    client = client_of(county_staff)
    batch = bring(client, workbook([["甲队", "乙队", "丹东街道"][: len(heads)]], heads))
    assert (batch.status, batch.reading["fields"]) == ("reading", fields)
    page = client.get(f"/imports/{batch.pk}/read/").content.decode()
    assert "每一列是什么" in page
    assert "不导入" in page


def test_without_a_column_to_know_records_by_nothing_is_checked(county_staff):
    client = client_of(county_staff)
    batch = bring(client, workbook([["某某", "甲"]], ["简介", "星座"]))
    response = client.post(f"/imports/{batch.pk}/read/", as_shown(client, batch))
    assert response.status_code == 422
    assert "缺少用来认出记录的列：" in response.content.decode()
    assert Ledger.objects.get().status == "reading"


def test_a_batch_is_undone_as_a_whole(county_staff):
    known = factories.OrganizationFactory(
        name="老队", address="老地址", founded_on=date(2012, 1, 1), origin="brought_in"
    )
    rows = [["老队", "丹东街道", "新地址", date(2013, 2, 2)], ["新队", "丹东街道", "某处", ""]]
    heads = ["名称", "所在地区", "地址", "成立日期"]
    client = client_of(county_staff)
    batch = bring(client, workbook(rows, heads))
    client.post(f"/imports/{batch.pk}/apply/")
    assert SocialOrganization.objects.count() == 2
    client.post(f"/imports/{batch.pk}/undo/")
    known.refresh_from_db()
    assert (known.address, known.founded_on) == ("老地址", date(2012, 1, 1))
    assert list(SocialOrganization.objects.values_list("name", flat=True)) == ["老队"]
    assert Ledger.objects.get().status == "undone"
    rollup.refresh()
    assert not [item for item in find_drift() if item.stored]


@pytest.mark.parametrize("what", ["edited", "used", "moved on"])
def test_a_batch_something_depends_on_is_not_undone(county_staff, what):
    client = client_of(county_staff)
    batch = bring(client, workbook([["新队", "丹东街道"], ["另一队", "丹东街道"]], ["名称", "所在地区"]))
    client.post(f"/imports/{batch.pk}/apply/")
    one = SocialOrganization.objects.get(name="新队")
    if what == "edited":
        SocialOrganization.objects.filter(pk=one.pk).update(address="改过")
    elif what == "used":
        factories.SessionFactory(organization=one)
    else:
        from orgs.actions import organizations

        organizations.change_stage(one, "incubating", by=county_staff)
    answer = client.post(f"/imports/{batch.pk}/undo/", follow=True).content.decode()
    assert "不能" in answer
    assert SocialOrganization.objects.count() == 2
    assert Ledger.objects.get().status == "done"


def test_a_town_brings_only_its_own(town_staff):
    foreign = factories.OrganizationFactory(name="外乡队", area_id=factories.elsewhere().pk, credit_code=credit_code(9))
    client = client_of(town_staff)
    rows = [["本镇队", "", "丹东街道"], ["石浦队", "", "石浦镇"], ["外乡队改名", credit_code(9), "丹东街道"]]
    batch = bring(client, workbook(rows, ["名称", "统一社会信用代码", "所在地区"]))
    assert [(row, "工作范围" in text or "所在地区" in text) for row, _, _, text in batch.errors] == [
        (3, True),
        (4, True),
    ]
    assert foreign.name not in client.get(f"/imports/{batch.pk}/").content.decode().replace("外乡队改名", "")


def test_who_may_not_add_may_not_import(leader, leadership):
    for user in (leader, leadership):
        assert client_of(user).get("/imports/organizations/new/").status_code == 403
        assert client_of(user).post("/imports/organizations/new/", {"file": workbook([good_row(1)])}).status_code == 403
    assert client_of(leader).get("/imports/nothing/new/").status_code == 404


def test_a_batch_is_its_bringers(county_staff, leadership):
    batch = bring(client_of(county_staff), workbook([good_row(1)]))
    other = client_of(factories.somebody("county_staff"))
    for path in ("", "errors/"):
        assert other.get(f"/imports/{batch.pk}/{path}").status_code == 404
    assert other.post(f"/imports/{batch.pk}/apply/").status_code == 404


def bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as member:
            for _ in range(260):
                member.write(b"0" * 1024 * 1024)
    return file.getvalue()


def with_macro() -> bytes:
    file = io.BytesIO(workbook([good_row(1)]).read())
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macro")
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"MZ\x90\x00 no workbook", "不是表格文件"),
        (b"", "空"),
        (bomb, "解压后过大"),
        (with_macro, "带有宏或程序"),
        (b"PK\x03\x04broken", "打不开"),
    ],
)
def test_hostile_files_are_refused_with_words(county_staff, content, text):
    body = content() if callable(content) else content
    response = client_of(county_staff).post(
        "/imports/organizations/new/", {"file": SimpleUploadedFile("名册.xlsx", body)}
    )
    assert response.status_code == 422
    assert text in response.content.decode()
    assert not Ledger.objects.exists()


def test_the_template_takes_its_own_headings(county_staff):
    heads = sheet(client_of(county_staff).get("/imports/organizations/template/"))[0]
    row = dict.fromkeys(heads, "") | {"名称": "模板队", "所在地区": "丹东街道"}
    batch = bring(client_of(county_staff), workbook([list(row.values())], heads))
    assert (batch.status, batch.new_rows) == ("checked", 1)


@pytest.mark.parametrize(
    ("register", "heads", "row"),
    [
        (
            "branches",
            ["名称", "建会方式", "所在地区", "成立日期", "届次"],
            ["某某联合工会", "联合建会", "丹东街道", "2015年7月1日", 2],
        ),
        ("venues", ["名称", "类型", "所在地区", "容纳人数"], ["某某食堂", "企业食堂", "丹东街道", 80]),
        ("employers", ["名称", "所在地区", "职工人数"], ["某某公司", "丹东街道", 120]),
    ],
)
def test_the_other_registers(county_staff, register, heads, row):
    client = client_of(county_staff)
    batch = bring(client, workbook([row], heads), register)
    assert batch.errors == []
    client.post(f"/imports/{batch.pk}/apply/")
    assert Ledger.objects.get().status == "done"
    address = {"branches": "/orgs/branches/", "venues": "/orgs/venues/", "employers": "/orgs/employers/"}[register]
    exported = body_of(client.get(f"{address}?export=xlsx"))
    batch = bring(client, SimpleUploadedFile("导出.xlsx", exported), register)
    assert (batch.errors, batch.new_rows, batch.changed_rows, batch.same_rows) == ([], 0, 0, 1)
    first = Ledger.objects.earliest("pk")
    client.post(f"/imports/{first.pk}/undo/")
    first.refresh_from_db()
    assert first.status == "undone"


def test_strength_of_many_organizations(county_staff, organization):
    client = client_of(county_staff)
    rows = [[organization.name, date(2020, 6, 30), 12, 30, 12], [organization.name, date(2020, 12, 31), 15, 33, 15]]
    batch = bring(client, workbook(rows, ["社会组织", "截至日期", "正式队员", "志愿者", "工会会员"]), "strengths")
    client.post(f"/imports/{batch.pk}/apply/")
    assert list(organization.strength_reports.values_list("formal_members", flat=True)) == [12, 15]
    assert organization.strength_reports.first().reported_by == county_staff
