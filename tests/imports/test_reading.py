"""What spreadsheets hold and how people write it: encodings, errors, hidden lines, hostile files; values read as meant, or asked about."""

import io
import zipfile
from datetime import date, datetime, time
from decimal import Decimal

import pytest
import xlsxwriter
from django.core.exceptions import ValidationError

from services import paper_terms
from xiangshan.core.accounts.models import User
from xiangshan.shared.imports import cells, layouts, reading
from xiangshan.shared.imports.cells import Context, Unsure


def read(content: bytes) -> list[reading.Sheet]:
    file = io.BytesIO(content)
    reading.check_file(file, len(content))
    return reading.read_sheets(file, "表")


def book(write) -> bytes:
    file = io.BytesIO()
    workbook = xlsxwriter.Workbook(file)
    write(workbook, workbook.add_worksheet("表"))
    workbook.close()
    return file.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_in_any_encoding_and_with_any_delimiter(encoding, delimiter):
    kept_as_text = "" if delimiter == "\t" else "\t"
    text = f"名称{delimiter}电话\n“甲”队{delimiter}{kept_as_text}0574\n"
    (sheet,) = read(text.encode(encoding))
    assert sheet.lines == [["名称", "电话"], ["“甲”队", "0574"]]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "空文件"),
        (b"\x89PNG\r\n\x00\x00", "不是表格"),
        (b"PK\x03\x04 broken", "损坏"),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 600, "损坏"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le") + b"\x00" * 600, "密码"),
        (("a," * 20_000 + "\n").encode(), "列"),
        (b'"' + b"x" * 200_000 + b'"\n', "过长"),
        (b"a\n" * 100_200, "超过 100,000 行"),
    ],
)
def test_files_that_are_no_ledgers_are_refused_in_words(content, words):
    with pytest.raises(ValidationError, match=words):
        read(content)


def test_a_sheet_of_16384_columns_is_refused():
    def write(workbook, sheet):
        sheet.write_row(0, 0, [f"列{n}" for n in range(16_384)])

    with pytest.raises(ValidationError, match="16,384 列"):
        read(book(write))


def test_a_cell_far_down_does_not_fill_the_memory():
    def write(workbook, sheet):
        sheet.write(0, 0, "名称")
        sheet.write(1_048_575, 99, "远")

    with pytest.raises(ValidationError, match="超过 100,000 行"):
        read(book(write))


def test_styled_empty_rows_are_no_rows():
    def write(workbook, sheet):
        style = workbook.add_format({"bg_color": "#ffff00"})
        sheet.write_row(0, 0, ["名称", "地区"])
        sheet.write_row(1, 0, ["甲", "丹东街道"])
        for line in range(2, 60_000):
            sheet.write_blank(line, 0, None, style)

    (sheet,) = read(book(write))
    assert len(sheet.lines) == 2


def test_errors_and_formulas_without_a_value_are_told_apart_from_empty_cells():
    def write(workbook, sheet):
        sheet.write_row(0, 0, ["名称", "电话", "地址", "人数"])
        sheet.write(1, 0, "甲")
        sheet.write_formula(1, 1, "=NA()", None, "#N/A")
        sheet.write_formula(1, 2, "=1/0", None, "#DIV/0!")
        sheet.write_formula(1, 3, "=1+1", None, 2)

    (sheet,) = read(book(write))
    assert sheet.errors == {(1, 1): "#N/A", (1, 2): "#DIV/0!"}
    assert sheet.lines[1][3] == 2

    file = io.BytesIO(book(write))
    with zipfile.ZipFile(file) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    part = "xl/worksheets/sheet1.xml"
    parts[part] = parts[part].replace(b"<f>1+1</f><v>2</v>", b"<f>1+1</f>")
    changed = io.BytesIO()
    with zipfile.ZipFile(changed, "w") as new:
        for name, content in parts.items():
            new.writestr(name, content)
    (sheet,) = read(changed.getvalue())
    assert sheet.errors[1, 3] == reading.NO_VALUE


def test_hidden_lines_and_sheets_are_told():
    def write(workbook, sheet):
        sheet.write_column(0, 0, ["名称", "甲", "乙"])
        sheet.set_row(2, None, None, {"hidden": True})
        workbook.add_worksheet("旧表").hide()

    shown, hidden = read(book(write))
    assert (shown.hidden_lines, shown.is_hidden, hidden.is_hidden) == ({2}, False, True)


def known(**more) -> Context:
    return Context(User(), **more)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (datetime(2020, 7, 15, 8), date(2020, 7, 15)),  # noqa: DTZ001  (as a spreadsheet holds it)
        ("2020—07—15", date(2020, 7, 15)),
        ("２０２０．７．１５", date(2020, 7, 15)),
        ("2020年07月15号", date(2020, 7, 15)),
        ("二〇二〇年十二月三十一日", date(2020, 12, 31)),
        ("5月16日", date(2019, 5, 16)),
        ("11.10", date(2019, 11, 10)),
        (11.8, date(2019, 11, 8)),
        (44000.0, date(2020, 6, 18)),
        ("无", None),
        ("", None),
    ],
)
def test_days(cell, expected):
    assert cells.day(cell, known(year=2019)) == expected


@pytest.mark.parametrize("cell", [2020.1, 11.1, "20.7.15", "2020年7月", 2020.0])
def test_days_with_two_readings_are_asked(cell):
    with pytest.raises(Unsure):
        cells.day(cell, known(year=2019))


@pytest.mark.parametrize("cell", ["2020-02-30", "5月16日", "去年七月", "1720-01-01", True])
def test_what_is_no_day_is_refused(cell):
    with pytest.raises(ValidationError):
        cells.day(cell, known())


@pytest.mark.parametrize(
    ("cell", "unit", "expected"),
    [
        (1.08, 10_000, Decimal(10800)),
        ("3.6万元", 1, Decimal(36000)),
        ("¥3,333.33", 1, Decimal("3333.33")),
        ("1,080元", 10_000, Decimal(1080)),
        (7040.400000000001, 1, Decimal("7040.40")),
        (0, 1, Decimal(0)),
        ("—", 1, None),
    ],
)
def test_amounts(cell, unit, expected):
    assert cells.amount(cell, known(unit=unit)) == expected


@pytest.mark.parametrize("cell", ["1e3", "1_000", "-5", "3.333", 0.005, "三千"])
def test_what_is_no_amount_is_refused(cell):
    with pytest.raises(ValidationError):
        cells.amount(cell, known())


@pytest.mark.parametrize(
    ("cell", "expected"), [("113人", 113), ("12人次", 12), (98.0, 98), ("1,200", 1200), ("无", None)]
)
def test_counts(cell, expected):
    assert cells.number(cell, known()) == expected


def test_an_approximate_count_is_asked_once_for_all():
    with pytest.raises(Unsure) as first:
        cells.number("约50人", known())
    with pytest.raises(Unsure) as second:
        cells.number("100余人", known())
    assert (first.value.key, first.value.suggestion) == (second.value.key, 50)
    with pytest.raises(ValidationError):
        cells.number("12.5", known())


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("9:00-11:00", (time(9), time(11))),
        ("下午2点半至4点", (time(14, 30), time(16))),
        ("14:30", (time(14, 30), None)),
        (0.375, (time(9), None)),
        ("上午", None),
    ],
)
def test_times(cell, expected):
    assert cells.span(cell, known()) == expected


@pytest.mark.parametrize(("cell", "expected"), [("√", True), ("有", True), ("否", False), ("×", False), ("", None)])
def test_yes_and_no(cell, expected):
    assert cells.yes_or_no(cell, known()) is expected


def test_text_loses_what_nobody_sees_and_nothing_else():
    assert cells.text("\ufeff 欧阳𠮷\u200b\u3000（甲）\n乙 ", known()) == "欧阳𠮷 （甲） 乙"
    assert cells.text("——", known()) == ""
    assert cells.lines_of_text("第一行\n\n第二行 ", known()) == "第一行\n第二行"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2017.3-2017.12", (date(2017, 3, 1), date(2017, 12, 31))),
        ("2017.3-12", (date(2017, 3, 1), date(2017, 12, 31))),
        ("2019年2月1日至2020年1月31日", (date(2019, 2, 1), date(2020, 1, 31))),
        ("2017-03-01-2017-12-31", (date(2017, 3, 1), date(2017, 12, 31))),
        ("2017.13-2017.14", None),
        ("一年", None),
    ],
)
def test_terms_of_contracts(text, expected):
    assert paper_terms.term(text) == expected


def test_payments_in_words_are_taken_only_where_they_add_up():
    amount = Decimal(10800)
    halves = [(date(2017, 6, 30), Decimal(5400)), (date(2017, 12, 31), Decimal(5400))]
    assert paper_terms.paid("2017.6付50%,2017.12付清", amount, amount) == halves
    assert paper_terms.paid("一次性，2017.12.20", amount, amount) == [(date(2017, 12, 20), amount)]
    assert paper_terms.paid("2017.6付50%", amount, amount) is None
    assert paper_terms.paid("已付", amount, amount) is None


def test_two_line_headings_notes_totals_and_repeated_headings():
    lines = [
        ["某某台账（单位：万元）", "", "", ""],
        ["序号", "名称", "联系方式", ""],
        ["", "", "联系电话", "地址"],
        ["1", "甲", "13800000000", "路"],
        ["序号", "名称", "联系电话", "地址"],
        ["2", "乙", "", ""],
        ["小计", "2", "", ""],
        ["注：以上", "", "", ""],
    ]
    sheet = reading.Sheet("2019年", lines, merged=[((0, 0), (0, 3)), ((1, 2), (1, 3))])
    layout = layouts.lay_out(sheet, {"名称", "联系电话", "地址"}.__contains__)
    assert layout.headings == ["序号", "名称", "联系电话", "地址"]
    assert [lines[number][1] for number in layout.rows] == ["甲", "乙"]
    assert (layout.year, layout.unit) == (2019, 10_000)
    assert dict(layout.left_out) == {4: "重复的表头", 6: "合计", 7: "说明"}


def test_a_number_merged_over_lines_is_nobodys():
    """A town holds for each line; 113 over three lines may be their sum."""
    lines = [["镇街", "人数", "年度"], ["丹东街道", 113.0, 2019.0], ["", "", ""], ["", "", ""]]
    sheet = reading.Sheet("表", lines, merged=[((1, 0), (3, 0)), ((1, 1), (3, 1)), ((1, 2), (3, 2))])
    layouts.lay_out(sheet, {"镇街", "人数"}.__contains__)
    assert [line[0] for line in lines[1:]] == ["丹东街道"] * 3
    assert [line[2] for line in lines[1:]] == [2019.0] * 3
    assert set(sheet.errors) == {(1, 1), (2, 1), (3, 1)}


@pytest.mark.parametrize(
    ("title", "unit"),
    [("合同台账（单位：万元）", 10_000), ("金额单位 万元", 10_000), ("2019年10万元以上购买服务项目一览表", 1)],
)
def test_amounts_are_in_wan_only_where_the_title_says_their_unit(title, unit):
    sheet = reading.Sheet("表", [[title, ""], ["名称", "合同金额"], ["甲", 108000.0]])
    assert layouts.lay_out(sheet, {"名称", "合同金额"}.__contains__).unit == unit


def test_rows_with_a_merged_cell_are_rows():
    lines = [["序号", "社会组织", "", "年度"], [1.0, "甲", "", 2019.0], [2.0, "乙", "", 2020.0]]
    sheet = reading.Sheet("表", lines, merged=[((n, 1), (n, 2)) for n in range(3)])
    assert layouts.lay_out(sheet, {"社会组织", "年度"}.__contains__).rows == [1, 2]


def test_a_formula_that_says_nothing_is_an_empty_cell():
    def write(workbook, sheet):
        sheet.write_row(0, 0, ["名称", "电话"])
        sheet.write(1, 0, "甲")
        sheet.write_formula(1, 1, '=IF(A3="","",A3)', None, "")
        sheet.write_formula(2, 1, '=IF(A4="","",A4)', None, "")

    (sheet,) = read(book(write))
    assert (len(sheet.lines), sheet.errors) == (2, {})


def test_many_sheets_with_one_cell_far_out_do_not_fill_the_memory():
    def write(workbook, sheet):
        for n in range(30):
            workbook.add_worksheet(f"表{n}").write(90_000, 99, "远")

    with pytest.raises(ValidationError, match="超过|删去"):
        read(book(write))


@pytest.mark.parametrize("cell", ["9" * 30, "1..5", "0" * 40 + ".001"])
def test_amounts_that_no_column_holds_are_refused_in_words(cell):
    with pytest.raises(ValidationError):
        cells.amount(cell, known())


def test_rare_characters_stay_and_rounded_numbers_are_refused():
    assert cells.text("张\ue863", known()) == "张\ue863"
    with pytest.raises(ValidationError, match="四舍五入"):
        cells.text(20170301000000012.0, known())
    assert cells.span(0.99999, known()) == (time(23, 59), None)
    assert paper_terms.paid("2017.6付1..5万元", Decimal(15000), Decimal(15000)) is None
