"""Ledgers as clerks keep them: each of the 24 files ends as a careful colleague would have taken it in, or with a question."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile

from orgs.models import SocialOrganization, UnionBranch
from tests import factories
from tests.imports.test_organizations import as_shown, bring, workbook
from xiangshan.core.areas.counties import County
from xiangshan.shared.comments.models import Comment
from xiangshan.shared.imports.models import Ledger

LEDGERS = Path(__file__).parent / "ledgers"


def take(client: Any, number: str, register: str = "organizations", **changes: Any) -> Ledger:
    """Brings the file of this number, and agrees to how it is read, with `changes` on that page."""
    (path,) = LEDGERS.glob(f"{number}-*")
    ledger = bring(client, SimpleUploadedFile(path.name, path.read_bytes()), register)
    if ledger.status == "reading":
        response = client.post(f"/imports/{ledger.pk}/read/", as_shown(client, ledger) | changes)
        assert response.status_code == 302, response.context["form"].errors
    return Ledger.objects.get(pk=ledger.pk)


def answer(client: Any, ledger: Ledger, **told: str) -> Ledger:
    """Answers the questions whose key is named, by the label of an option."""
    form = client.get(f"/imports/{ledger.pk}/").context["answers"]
    data = {}
    for question, field in form.rows():
        wanted = told.get(question["key"], told.get("others"))
        data[field.html_name] = next((code for code, label in question["options"] if wanted and wanted in label), "?")
    client.post(f"/imports/{ledger.pk}/answers/", data)
    return Ledger.objects.get(pk=ledger.pk)


def apply(client: Any, ledger: Ledger, **told: str) -> Ledger:
    client.post(f"/imports/{ledger.pk}/apply/", told)
    return Ledger.objects.get(pk=ledger.pk)


def held(ledger: Ledger) -> dict[str, str]:
    """Record -> why it is held back."""
    rows = ledger.rows.filter(outcome__in=("refused", "doubtful"))
    return {
        row.title: "；".join(
            [why for *_, why in row.findings["errors"]] + [why for _, why in row.findings.get("doubts", [])]
        )
        for row in rows
    }


def test_01_titles_running_number_blank_and_total(client):
    ledger = take(client, "01")
    assert (ledger.status, ledger.new_rows) == ("checked", 2)
    assert ledger.left_out["counts"] == {"空行": 1, "合计": 1}
    page = client.get(f"/imports/{ledger.pk}/").content.decode()
    assert "第 7 行：合计" in page
    apply(client, ledger)
    names = SocialOrganization.objects.order_by("pk").values_list("name", "founded_on", "phone")
    assert list(names) == [
        ("甲一志愿服务队", date(2015, 7, 1), "13805740001"),
        ("甲二文化社", date(2016, 3, 1), "13805740002"),
    ]


def test_03_headings_over_two_lines(client):
    ledger = take(client, "03")
    assert (ledger.status, ledger.new_rows) == ("checked", 1)
    apply(client, ledger)
    one = SocialOrganization.objects.get()
    assert (one.name, one.phone, one.address) == ("丙一志愿服务队", "13805740005", "文峰路1号")


def test_05_days(client):
    ledger = take(client, "05")
    assert held(ledger).keys() == {"戊七 丹东街道"}, "20.7.15 is asked"
    ledger = answer(client, ledger, 两位年份="是")
    assert (ledger.status, ledger.new_rows) == ("checked", 17)
    apply(client, ledger)
    read = dict(SocialOrganization.objects.values_list("name", "founded_on"))
    whole = date(2020, 7, 15)
    alone = {"戊二": date(2020, 7, 1), "戊九": date(2020, 7, 1), "戊十一": date(2020, 7, 1), "戊十六": date(2020, 7, 1)}
    serials = {"戊三": date(2020, 6, 18), "戊十三": date(2020, 6, 18), "戊八": date(2020, 1, 1)}
    for name, day in read.items():
        assert day == (alone | serials).get(name, whole), name
    shown = client.get(f"/imports/{ledger.pk}/?show=new").content.decode()
    assert "44000.0" not in shown
    assert "只写到月，按 2020-07-01 登记" in shown


def test_06_telephones(client, county_staff):
    County.objects.update_or_create(pk=330225000000, defaults={"telephone_code": "0574"})
    cache.clear()
    ledger = take(client, "06")
    assert held(ledger).keys() == {"己十二 丹东街道"}, "six digits are nobody's number"
    apply(client, ledger, only_good="1")
    read = dict(SocialOrganization.objects.values_list("name", "phone"))
    assert read == {
        "己一": "13805740007",
        "己二": "13805740008",
        "己三": "13805740009",
        "己四": "13805740010",
        "己五": "13805740011",
        "己六": "13805740012",
        "己七": "13805740014",
        "己八": "0574-65712345",
        "己九": "0574-65712345",
        "己十": "0574-65712345",
        "己十一": "13805740015",
        "己十三": "13805740016",
        "己十四": "13805740017",
        "己十五": "",
        "己十六": "",
        "己十七": "13805740019",
    }
    page = client.get(f"/imports/{ledger.pk}/?show=new").content.decode()
    assert "另有 13805740013" in page


def test_07_credit_codes(client):
    ledger = take(client, "07")
    why = held(ledger)
    assert "四舍五入" in why["庚三 丹东街道"]
    assert "四舍五入" in why["庚四 丹东街道"]
    assert "字母 O" in why["庚八 丹东街道"]
    assert "旧的登记证号" in why["庚十 丹东街道"]
    ledger = answer(client, ledger, **{"5233O225MJ0000014P": "是，改成", "330225123456789": "留空"})
    assert len(held(ledger)) == 2
    apply(client, ledger, only_good="1")
    read = dict(SocialOrganization.objects.values_list("name", "credit_code"))
    assert read == {
        "庚一": "52330225MJ0000011E",
        "庚二": "52330225MJ0000013L",
        "庚五": "52330225MJ0000012H",
        "庚六": "",
        "庚七": "",
        "庚八": "52330225MJ0000014P",
        "庚九": "52330225MJ0000015T",
        "庚十": "",
    }


@pytest.mark.parametrize(
    ("number", "names"),
    [
        ("08", {"辛一": "丹东街道", "辛二": "丹西街道"}),
        ("10", {"辛五": "丹西街道"}),
        ("12", {"癸一": "丹东街道"}),
        ("14", {"子一": "丹东街道"}),
        ("16", {"丑一": "丹东街道", "丑二": "丹东街道", "丑三": "丹东街道", "丑四": "丹西街道"}),
        ("29", {"申一": "丹东街道", "申二": "丹东街道"}),
        ("30", {"酉一": "丹东街道"}),
    ],
)
def test_files_that_only_look_odd(client, number, names):
    ledger = take(client, number)
    assert (ledger.status, held(ledger)) == ("checked", {})
    apply(client, ledger)
    assert dict(SocialOrganization.objects.values_list("name", "area__name")) == names


def test_08_asks_which_sheets_and_10_names_the_hidden_one(client):
    (path,) = LEDGERS.glob("08-*")
    ledger = bring(client, SimpleUploadedFile(path.name, path.read_bytes()))
    assert {name: one["take"] for name, one in ledger.reading["sheets"].items()} == {
        "封面": False,
        "丹东街道": True,
        "丹西街道": True,
    }
    page = client.get(f"/imports/{ledger.pk}/read/").content.decode()
    assert "封面" in page
    (path,) = LEDGERS.glob("10-*")
    ledger = bring(client, SimpleUploadedFile(path.name, path.read_bytes()))
    assert "隐藏的表" in client.get(f"/imports/{ledger.pk}/read/").content.decode()


def test_17_the_same_row_twice(client):
    ledger = take(client, "17")
    assert (ledger.new_rows, ledger.left_rows, ledger.refused_rows) == (2, 2, 0)
    notes = {row.number: row.findings["notes"] for row in ledger.rows.filter(outcome="left")}
    assert notes == {3: ["与第 2 行是同一条，不重复导入"], 4: ["与第 2 行是同一条，不重复导入"]}


def test_27_everyday_words(client):
    ledger = take(client, "27")
    assert {question["key"] for question in ledger.questions} == {"联系中"}
    ledger = answer(client, ledger, 联系中="已联系")
    assert held(ledger) == {}
    assert (ledger.status, ledger.new_rows) == ("checked", 6)
    apply(client, ledger)
    read = SocialOrganization.objects.order_by("pk").values_list("legal_form", "area__name", "origin", "stage")
    assert list(read) == [
        ("association", "丹东街道", "brought_in", "unionised"),
        ("service", "丹东街道", "brought_in", "unionised"),
        ("service", "塔山社区", "incubated", "key_support"),
        ("team", "丹东街道", "incubated", "unionised"),
        ("team", "石浦镇", "brought_in", "contacted"),
        ("association", "石浦镇", "brought_in", "contacted"),
    ]
    again = take(client, "27")
    assert (again.status, again.same_rows) == ("checked", 6), "the answer is remembered, and so is the reading"


def test_41_a_cell_of_an_error_empties_nothing(client):
    ledger = take(client, "41")
    assert ledger.refused_rows == 1
    assert [column for _, column, *_ in ledger.errors] == ["联系电话", "地址", "简介"]
    assert {value for *_, value, _ in ledger.errors} == {"#N/A"}


def test_02_running_number_remark_and_leader(client):
    ledger = take(client, "02")
    assert ledger.reading["fields"] == {
        "序号": "",
        "名称": "name",
        "负责人": "head",
        "联系电话": "phone",
        "所在地区": "area",
        "备注": "remark",
    }
    assert (ledger.status, ledger.new_rows) == ("checked", 2)
    ledger = apply(client, ledger)
    first = SocialOrganization.objects.get(name="乙一志愿服务队")
    assert [(duty.name, duty.duty, duty.user) for duty in first.duties.all()] == [("张三", "head", None)]
    assert list(Comment.objects.values_list("object_id", "text", "is_internal")) == [(first.pk, "好", True)]
    client.post(f"/imports/{ledger.pk}/undo/")
    assert not SocialOrganization.objects.exists()
    assert not Comment.objects.exists()
    assert Ledger.objects.get().status == "undone"


def test_52_a_branch_with_what_it_covers(client, teams):
    teams["象山雄鹰应急救援队"].short_name = "雄鹰应急救援队"
    teams["象山雄鹰应急救援队"].save()
    ledger = take(client, "52", "branches")
    assert (ledger.status, held(ledger)) == ("checked", {})
    apply(client, ledger)
    branch = UnionBranch.objects.get()
    covered = branch.coverages.order_by("pk").values_list("organization__name", "starts_on")
    assert list(covered) == [("象山雄鹰应急救援队", date(2020, 1, 1)), ("象山县足球协会", date(2020, 1, 1))]


def test_64_people_with_their_duties(client, teams):
    ledger = take(client, "64", "duties")
    asked = {question["key"] for question in ledger.questions}
    assert "雄鹰救援队" in asked
    assert "海上老娘舅" not in asked, "a name the register has is not asked about"
    ledger = answer(
        client,
        ledger,
        心理学习小组="象山心理学习小组",
        雄鹰救援队="象山雄鹰应急救援队",
        县职工艺术团="象山县职工艺术团",
        县篮球协会="象山县篮球协会",
        足球协会="象山县足球协会",
        美容美发协会="象山县美容美发协会",
        律师协会="象山县律师协会",
        红娘组="职工红娘组",
        中医药服务队="象山中医药服务队",
    )
    assert held(ledger) == {}
    apply(client, ledger)
    duties = teams["象山雄鹰应急救援队"].duties.order_by("pk").values_list("name", "duty", "phone", "starts_on")
    assert list(duties)[0] == ("郑杰", "head", "19900365939", date(2018, 5, 1))
    assert list(duties)[1][:3] == ("蒋明军", "contact", "19900579922")


def test_65_branches_with_coverage_over_lines(client, teams):
    ledger = take(client, "65", "branches", constant_area="丹东街道")
    assert {question["key"] for question in ledger.questions} == {"雄鹰救援队", "县篮球协会", "足球协会"}
    told = {"雄鹰救援队": "象山雄鹰应急救援队", "县篮球协会": "象山县篮球协会", "足球协会": "象山县足球协会"}
    ledger = answer(client, ledger, **told)
    assert (ledger.status, held(ledger)) == ("checked", {})
    ledger = apply(client, ledger)
    read = UnionBranch.objects.order_by("pk").values_list(
        "name", "mode", "established_on", "members", "elections_due_on"
    )
    assert list(read) == [
        ("雄鹰应急救援队工会", "single", date(2015, 7, 1), 40, date(2020, 7, 1)),
        ("塔山社区联合工会", "joint", date(2016, 3, 1), 186, date(2021, 3, 1)),
        ("象山县体育行业工会联合会", "area", date(2018, 1, 1), 120, None),
    ]
    covered = UnionBranch.objects.get(name="塔山社区联合工会").coverages.values_list("organization__name", "starts_on")
    assert set(covered) == {
        (name, date(2016, 3, 1)) for name in ("261爱乐益志愿服务队", "塔山社区妈妈帮", "塔山健康小屋")
    }
    client.post(f"/imports/{ledger.pk}/undo/")
    assert not UnionBranch.objects.exists()


def test_who_is_already_there_keeps_the_name_it_has(client, county_staff):
    known = factories.OrganizationFactory(name="象山雄鹰应急救援队", phone="")
    row = ["雄鹰应急救援队", "丹东街道", "13805740001"]
    ledger = bring(client, workbook([row], ["名称", "所在地区", "联系电话"]))
    ledger = answer(client, ledger, others="就是已登记的")
    assert (ledger.new_rows, ledger.changed_rows) == (0, 1)
    apply(client, ledger)
    known.refresh_from_db()
    assert (known.name, known.phone) == ("象山雄鹰应急救援队", "13805740001")
    assert SocialOrganization.objects.count() == 1


def test_two_rows_about_one_record_are_not_both_written(client, county_staff):
    factories.OrganizationFactory(name="甲队", credit_code="52330225MJ0000011E")
    heads = ["名称", "统一社会信用代码", "所在地区", "地址"]
    rows = [["甲救援队", "52330225MJ0000011E", "丹东街道", "一路"], ["甲队", "", "丹东街道", "二路"]]
    ledger = bring(client, workbook(rows, heads))
    assert (ledger.changed_rows, ledger.refused_rows) == (1, 1)
    assert "重复" in held(ledger)["甲队 丹东街道"]
