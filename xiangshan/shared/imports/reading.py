"""Reading a file somebody sent: what is no plain spreadsheet is refused before anything looks into it; what is, becomes sheets of cells."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import isfinite
from typing import IO, Any

import xlrd
from django.core.exceptions import ValidationError
from lxml import etree
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum
from python_calamine import SheetVisibleEnum as Visible

from xiangshan.core.uploads import FILE_AT_MOST, MEGABYTE, check_package

ROWS_AT_MOST = 100_000  # of all sheets together
COLUMNS_AT_MOST = 100
SHEETS_AT_MOST = 60
CELLS_AT_MOST = 3_000_000  # a hundred thousand rows of thirty columns
CELL_AT_MOST = 32_767  # letters, as in Excel
ENDINGS = (".xlsx", ".xls", ".ods", ".csv", ".txt")
OLE, ZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"
# A workbook that asks for a password lies in an OLE file under this name (MS-OFFCRYPTO 2.3.4.4), written in UTF-16.
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
NO_VALUE = "公式没有存下结果"
TOO_LONG = f"超过 {ROWS_AT_MOST:,} 行，请拆分后再导入"
LOCKED = "文件加了打开密码，读不了。请在 Excel 或 WPS 里取消密码、另存后再导入"
BROKEN = "文件打不开，可能已损坏。请用 Excel 或 WPS 打开、另存为 .xlsx 后再导入"
NAMESPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
RELATED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
ODS_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
ODS_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
ODS_KIND = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"

Place = tuple[int, int]  # line and column, from 0


@dataclass
class Sheet:
    """One sheet as cells, from the first line of the file; every line is as long as the widest."""

    name: str
    lines: list[list[Any]]
    is_hidden: bool = False
    merged: list[tuple[Place, Place]] = field(default_factory=list)  # first and last cell of each
    errors: dict[Place, str] = field(default_factory=dict)  # cells whose value the file does not know: #N/A
    hidden_lines: frozenset[int] = frozenset()  # filtered away or folded

    @property
    def width(self) -> int:
        return len(self.lines[0]) if self.lines else 0


def check_file(file: IO[bytes], size: int) -> None:
    """Raises ValidationError for a file that is too large, no spreadsheet, locked, unpacks to too much, or carries macros."""
    if size > FILE_AT_MOST:
        raise ValidationError(f"文件超过 {FILE_AT_MOST // MEGABYTE} MB，请拆分后再导入")
    if size == 0:
        raise ValidationError("这是空文件")
    if _kind_of(file) in ("xlsx", "ods"):
        check_package(file)


def _kind_of(file: IO[bytes]) -> str:
    """xlsx, ods, xls or csv, by what it holds. Raises ValidationError."""
    file.seek(0)
    head = file.read(2 * MEGABYTE)
    file.seek(0)
    if head.startswith(ZIP):
        try:
            with zipfile.ZipFile(file) as archive:
                names = set(archive.namelist())
        except (zipfile.BadZipFile, OSError, ValueError) as error:
            raise ValidationError(BROKEN) from error
        finally:
            file.seek(0)
        if "xl/workbook.xml" in names:
            return "xlsx"
        if "content.xml" in names:
            return "ods"
        raise ValidationError("这不是表格文件。可以导入 .xlsx、.xls、.ods 和 .csv")
    if head.startswith(OLE):
        if ENCRYPTED in head:
            raise ValidationError(LOCKED)
        return "xls"
    if b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise ValidationError("这不是表格文件。可以导入 .xlsx、.xls、.ods 和 .csv")
    return "csv"


def read_sheets(file: IO[bytes], name: str = "") -> list[Sheet]:
    """Every sheet of cells, hidden ones too; empty lines at the end left out. `name` is a csv's sheet. Raises ValidationError."""
    kind = _kind_of(file)
    try:
        sheets = {"csv": _csv, "xls": _xls}.get(kind, _package)(file, name)
    except PasswordError as error:
        raise ValidationError(LOCKED) from error
    except (CalamineError, xlrd.XLRDError, etree.XMLSyntaxError, zipfile.BadZipFile) as error:
        raise ValidationError(BROKEN) from error
    except (IndexError, KeyError, ValueError, AssertionError, OverflowError, UnicodeError) as error:
        raise ValidationError(BROKEN) from error
    if sum(len(sheet.lines) for sheet in sheets) > ROWS_AT_MOST + 100:
        raise ValidationError(TOO_LONG)
    return sheets


def _checked(sheet: Sheet) -> Sheet:
    """Without empty lines at the end and empty columns on the right. Raises ValidationError."""
    lines = sheet.lines
    for number, line in enumerate(lines):
        for column, value in enumerate(line):
            if isinstance(value, float) and not isfinite(value):
                line[column] = sheet.errors[number, column] = "#NUM!"
    while lines and all(_is_blank(value) for value in lines[-1]):
        lines.pop()
    width = max((place for line in lines for place in _filled(line)), default=-1) + 1
    width = max([width, *(column + 1 for line, column in sheet.errors if line < len(lines))])
    if width > COLUMNS_AT_MOST:
        raise ValidationError(f"“{sheet.name}”有 {width:,} 列，超过 {COLUMNS_AT_MOST} 列，请删去不用的列再导入")
    for line in lines:
        del line[width:]
        line.extend([""] * (width - len(line)))
    return sheet


def _filled(line: list[Any]) -> Iterator[int]:
    for place in range(len(line) - 1, -1, -1):
        if not _is_blank(line[place]):
            yield place
            return


def _is_blank(value: Any) -> bool:
    return value == "" or value is None or (isinstance(value, str) and not value.strip())


def _package(file: IO[bytes], name: str) -> list[Sheet]:
    file.seek(0)
    book = CalamineWorkbook.from_filelike(file)
    kept = [one for one in book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
    if len(kept) > SHEETS_AT_MOST:
        raise ValidationError(f"有 {len(kept)} 张表，超过 {SHEETS_AT_MOST} 张，请拆分后再导入")
    sheets, lines, size = [], 0, 0
    for one in kept:
        sheet = book.get_sheet_by_name(one.name)
        lines += sheet.total_height
        size += sheet.total_height * sheet.total_width
        _refuse_huge(sheet, lines, size)
        cells = sheet.to_python(skip_empty_area=False)
        sheets.append(Sheet(one.name, cells, one.visible != Visible.Visible, list(sheet.merged_cell_ranges or [])))
    file.seek(0)
    with zipfile.ZipFile(file) as archive:
        if "content.xml" in archive.namelist():
            _find_ods_errors(archive, sheets)
        else:
            _look_closer(archive, sheets)
    return [_checked(one) for one in sheets]


def _refuse_huge(sheet: CalamineSheet, lines: int, size: int) -> None:
    """Before its cells are made: a sheet that is empty but for one cell far down would fill the memory."""
    if lines > ROWS_AT_MOST + 100:
        raise ValidationError(f"“{sheet.name}”{TOO_LONG}")
    if size > CELLS_AT_MOST:
        raise ValidationError(f"“{sheet.name}”有 {sheet.total_width:,} 列，请删去不用的列再导入")


def _look_closer(archive: zipfile.ZipFile, sheets: list[Sheet]) -> None:
    """What the cells do not tell: errors, formulas without a stored value, lines that are hidden (ECMA-376 18.3.1)."""
    parts = _parts(archive)
    for sheet in sheets:
        part = parts.get(sheet.name)
        if part is None or not _mentions(archive, part, (b't="e"', b"<f", b":f>", b'hidden="1"', b'hidden="true"')):
            continue
        hidden = set()
        with archive.open(part) as content:
            number = -1
            for _, row in etree.iterparse(content, tag=f"{NAMESPACE}row", resolve_entities=False, no_network=True):
                number = int(row.get("r", number + 2)) - 1
                column = -1
                if row.get("hidden") in ("1", "true"):
                    hidden.add(number)
                for cell in row:
                    column = _column_of(cell.get("r", "")) if cell.get("r") else column + 1
                    value = cell.findtext(f"{NAMESPACE}v") or ""
                    if cell.get("t") == "e":
                        sheet.errors[number, column] = value or NO_VALUE
                    elif cell.find(f"{NAMESPACE}v") is None and cell.find(f"{NAMESPACE}f") is not None:
                        sheet.errors[number, column] = NO_VALUE
                row.clear()
                while row.getprevious() is not None:
                    del row.getparent()[0]
        sheet.hidden_lines = frozenset(hidden)
        for line, column in sheet.errors:
            _make_room(sheet, line, column)


def _make_room(sheet: Sheet, line: int, column: int) -> None:
    """A cell at the edge that holds nothing but an error is still a cell."""
    while len(sheet.lines) <= line < ROWS_AT_MOST:
        sheet.lines.append([])
    if line < len(sheet.lines) and column < COLUMNS_AT_MOST:
        cells = sheet.lines[line]
        cells.extend([""] * (column + 1 - len(cells)))
        cells[column] = sheet.errors[line, column]


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """sheet name -> the part of the package that holds it."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    relations = etree.fromstring(archive.read("xl/_rels/workbook.xml.rels"), parser)
    targets = {one.get("Id"): one.get("Target", "") for one in relations}
    found = {}
    for one in etree.fromstring(archive.read("xl/workbook.xml"), parser).iter(f"{NAMESPACE}sheet"):
        target = targets.get(one.get(RELATED), "")
        found[one.get("name", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    names = set(archive.namelist())
    return {name: part for name, part in found.items() if part in names}


def _mentions(archive: zipfile.ZipFile, part: str, signs: tuple[bytes, ...]) -> bool:
    with archive.open(part) as content:
        tail = b""
        while block := content.read(MEGABYTE):
            if any(sign in tail + block for sign in signs):
                return True
            tail = block[-32:]
    return False


def _column_of(reference: str) -> int:
    number = 0
    for letter in re.sub(r"[^A-Z]", "", reference):
        number = number * 26 + ord(letter) - 64
    return number - 1


def _find_ods_errors(archive: zipfile.ZipFile, sheets: list[Sheet]) -> None:
    """Cells whose text begins with #, or that say they are errors (OpenDocument 1.3, 9.1; calcext:value-type)."""
    by_name = {sheet.name: sheet for sheet in sheets}
    if not _mentions(archive, "content.xml", (b'calcext:value-type="error"', b">#", b"Err:")):
        return
    with archive.open("content.xml") as content:
        for _, table in etree.iterparse(content, tag=f"{ODS_TABLE}table", resolve_entities=False, no_network=True):
            sheet, number = by_name.get(table.get(f"{ODS_TABLE}name", "")), 0
            for row in table.iter(f"{ODS_TABLE}table-row"):
                column = 0
                for cell in row.iter(f"{ODS_TABLE}table-cell", f"{ODS_TABLE}covered-table-cell"):
                    text = "".join(part for one in cell.iter(f"{ODS_TEXT}p") for part in one.itertext())
                    is_error = cell.get(ODS_KIND) == "error" or re.fullmatch(r"#[A-Z/0]+[!?]?|Err:\d+", text)
                    if sheet is not None and is_error:
                        sheet.errors[number, column] = text
                        _make_room(sheet, number, column)
                    column += min(int(cell.get(f"{ODS_TABLE}number-columns-repeated", 1)), COLUMNS_AT_MOST)
                number += min(int(row.get(f"{ODS_TABLE}number-rows-repeated", 1)), ROWS_AT_MOST)
            table.clear()


def _xls(file: IO[bytes], name: str) -> list[Sheet]:
    """Excel 97-2003: read by xlrd, which tells errors and merged cells apart. Macros are never looked at; nothing runs."""
    file.seek(0)
    book = xlrd.open_workbook(file_contents=file.read(), formatting_info=True, logfile=io.StringIO())
    sheets = []
    if book.nsheets > SHEETS_AT_MOST or sum(one.nrows * one.ncols for one in book.sheets()) > CELLS_AT_MOST:
        raise ValidationError(TOO_LONG)
    for one in book.sheets():
        lines = [[_xls_value(cell, book.datemode) for cell in one.row(number)] for number in range(one.nrows)]
        merged = [((top, left), (bottom - 1, right - 1)) for top, bottom, left, right in one.merged_cells]
        errors = {
            (number, column): xlrd.error_text_from_code.get(cell.value, "#N/A")
            for number in range(one.nrows)
            for column, cell in enumerate(one.row(number))
            if cell.ctype == xlrd.XL_CELL_ERROR
        }
        hidden = frozenset(number for number, info in one.rowinfo_map.items() if info.hidden)
        sheets.append(_checked(Sheet(one.name, lines, one.visibility != 0, merged, errors, hidden)))
    return sheets


def _xls_value(cell: Any, datemode: int) -> Any:
    if cell.ctype == xlrd.XL_CELL_DATE:
        moment = xlrd.xldate_as_datetime(cell.value, datemode)
        return moment.date() if cell.value >= 1 and cell.value == int(cell.value) else moment
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return xlrd.error_text_from_code.get(cell.value, "#N/A")
    return cell.value


def _csv(file: IO[bytes], name: str) -> list[Sheet]:
    file.seek(0)
    text = _decoded(file.read())
    first = "\n".join(text.splitlines()[:20])
    delimiter = max(",\t;", key=first.count)
    lines: list[list[Any]] = []
    try:
        for line in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False):
            if len(lines) > ROWS_AT_MOST + 100:
                raise ValidationError(TOO_LONG)
            if len(line) > 100 * COLUMNS_AT_MOST:
                raise ValidationError(f"有一行分成了 {len(line):,} 列，这不是台账")
            lines.append([_undefused(value) for value in line])
    except csv.Error as error:
        raise ValidationError("有一格的内容过长，或引号没有成对，这个 csv 读不了") from error
    return [_checked(Sheet(name or "csv", lines))]


def _undefused(value: str) -> str:
    """As an export writes what a spreadsheet program would take for a formula, or for a number to be rounded."""
    value = value.removeprefix("\t")
    return value[1:] if value[:1] == "'" and value[1:2] in ("=", "+", "-", "@", "\t", "\r", "\n") else value


def _decoded(content: bytes) -> str:
    """UTF-8 is never right by chance; what is not, is what Chinese Windows writes (GB 18030, which holds GBK)."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ValidationError("看不出这个文本文件的编码。请在 Excel 或 WPS 里另存为 .xlsx 再导入")
