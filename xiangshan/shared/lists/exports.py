"""A list as a spreadsheet: the same rows, the same columns, in the same order; written to disk row by row, never held in memory."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from tempfile import TemporaryFile
from typing import IO, Any
from urllib.parse import quote

import xlsxwriter
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone

from xiangshan.shared.lists.tables import NUMERIC, Column, Table

ROWS_AT_ONCE = 2_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NOT_IN_A_TITLE = re.compile(r"[\[\]:*?/\\]")  # of a sheet
# What a spreadsheet program would take for a formula at the start of a cell (OWASP, CSV injection).
LONG_NUMBER = re.compile(r"0\d+|\d{12,}")  # which they would round, or strip of its zeros: a tab in front keeps it text
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


def answer(table: Table, columns: Sequence[Column], rows: QuerySet[Any], kind: str) -> HttpResponseBase:
    """The download, named after the list and the day."""
    lines = ([column.value(row) for column in columns] for row in _prepared(table, rows))
    heads, numeric = [column.label for column in columns], [column.kind in NUMERIC for column in columns]
    return download(f"{table.title}-{timezone.localdate():%Y%m%d}", kind, table.title, heads, lines, numeric)


def _prepared(table: Table, rows: QuerySet[Any]) -> Iterator[dict[str, Any]]:
    read = rows.iterator(chunk_size=ROWS_AT_ONCE)
    if table.prepare is None:
        yield from read
        return
    while batch := list(islice(read, ROWS_AT_ONCE)):
        table.prepare(batch)
        yield from batch


def download(
    name: str, kind: str, title: str, heads: Sequence[str], lines: Iterable[Sequence[Any]], numeric: Sequence[bool]
) -> HttpResponseBase:
    """Heads and lines as a CSV or a workbook; what is neither is not found."""
    if kind == "csv":
        response: HttpResponseBase = StreamingHttpResponse(as_csv(heads, lines), content_type="text/csv; charset=utf-8")
    elif kind == "xlsx":
        file = TemporaryFile()  # noqa: SIM115  (the response closes it)
        write_xlsx(file, title, heads, lines, numeric)
        file.seek(0)
        response = FileResponse(file, content_type=XLSX)
    else:
        raise Http404
    response.headers["Content-Disposition"] = attachment(f"{name}.{kind}")
    return response


def attachment(name: str) -> str:
    """A Content-Disposition that every browser reads, Chinese included (RFC 6266)."""
    plain = name.encode("ascii", "ignore").decode().strip("-. ") or "download"
    return f"attachment; filename=\"{plain.replace(chr(34), '')}\"; filename*=UTF-8''{quote(name)}"


def as_csv(heads: Sequence[str], lines: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """Lines of a CSV, with the mark by which Excel knows UTF-8."""
    writer = csv.writer(_Echo())
    yield b"\xef\xbb\xbf" + writer.writerow(heads).encode()
    for line in lines:
        yield writer.writerow([defused(value) for value in line]).encode()


class _Echo:
    def write(self, text: str) -> str:
        return text


def defused(value: Any) -> Any:
    """Text that would be taken for a formula begins with an apostrophe, as spreadsheets themselves write it."""
    if isinstance(value, str) and value.startswith(DANGEROUS):
        return f"'{value}"
    if isinstance(value, str) and LONG_NUMBER.fullmatch(value):
        return f"\t{value}"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return "" if value is None else value


def write_xlsx(
    file: IO[bytes], title: str, heads: Sequence[str], lines: Iterable[Sequence[Any]], numeric: Sequence[bool] = ()
) -> None:
    """Writes a workbook of one sheet in constant memory. Text stays text: no cell becomes a formula or a link."""
    book = xlsxwriter.Workbook(
        file,
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    sheet = book.add_worksheet(NOT_IN_A_TITLE.sub("-", title)[:31])
    bold = book.add_format({"bold": True, "bottom": 1})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    money = book.add_format({"num_format": "#,##0.00"})
    sheet.freeze_panes(1, 0)
    for place, head in enumerate(heads):
        right = place < len(numeric) and numeric[place]
        sheet.set_column(place, place, 12 if right else max(12, min(40, 2 * len(head) + 8)))
        sheet.write_string(0, place, head, bold)
    for number, line in enumerate(lines, start=1):
        for place, value in enumerate(line):
            if value is None or value == "":
                continue
            if isinstance(value, str):
                sheet.write_string(number, place, value)
            elif isinstance(value, bool):
                sheet.write_string(number, place, "是" if value else "否")
            elif isinstance(value, datetime):
                sheet.write_datetime(number, place, value, moment)
            elif isinstance(value, date):
                sheet.write_datetime(number, place, datetime(value.year, value.month, value.day), day)  # noqa: DTZ001
            elif isinstance(value, Decimal):
                sheet.write_number(number, place, float(value), money)
            else:
                sheet.write_number(number, place, value)
    book.close()
