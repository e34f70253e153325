"""Workbooks the portal hands out: the empty template with its explanations, and a file's own rows with the errors beside them."""

from collections.abc import Iterator
from typing import IO, Any

import xlsxwriter

from xiangshan.shared.imports.actions import rows
from xiangshan.shared.imports.layouts import Layout
from xiangshan.shared.imports.models import Ledger, LedgerRow
from xiangshan.shared.imports.schemas import ImportSchema
from xiangshan.shared.lists.exports import write_xlsx

Outcome = LedgerRow.Outcome

SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def write_template(file: IO[bytes], register: ImportSchema) -> None:
    """The headings with drop-downs, and a second sheet that says how to fill each column in."""
    book = xlsxwriter.Workbook(file, {"in_memory": True, **SAFE})
    bold = book.add_format({"bold": True, "bottom": 1})
    must = book.add_format({"bold": True, "bottom": 1, "font_color": "#b3141f"})
    text = book.add_format({"num_format": "@"})
    sheet, guide = book.add_worksheet(register.title[:31]), book.add_worksheet("填写说明")
    sheet.freeze_panes(1, 0)
    guide.set_column(0, 0, 22)
    guide.set_column(1, 1, 8)
    guide.set_column(2, 2, 70)
    for place, heading in enumerate(("列", "必填", "说明")):
        guide.write_string(0, place, heading, bold)
    for place, column in enumerate(register.columns):
        sheet.set_column(place, place, max(14, 2 * len(column.label) + 6), text)
        sheet.write_string(0, place, column.label, must if column.required else bold)
        if column.options and sum(len(option) + 1 for option in column.options) < 250:
            sheet.data_validation(1, place, 5000, place, {"validate": "list", "source": list(column.options)})
        guide.write_string(place + 1, 0, column.label)
        guide.write_string(place + 1, 1, "是" if column.required else "")
        hints = [column.help] if column.help else []
        hints += [f"可填：{'、'.join(column.options)}"] if column.options else []
        hints += [f"也认作：{'、'.join(column.aliases)}"] if column.aliases else []
        guide.write_string(place + 1, 2, "。".join(hints))
    book.close()


def write_result(file: IO[bytes], ledger: Ledger, title: str) -> None:
    """The rows that are held back, and only them, in the file's own columns, each with what is wrong beside it."""
    held = list(rows.refused_lines(ledger, (Outcome.REFUSED, Outcome.DOUBTFUL)))
    heads = list(dict.fromkeys(name for layout, *_ in held for name in layout.headings if name))
    several = len({layout.sheet.name for layout, *_ in held}) > 1
    write_xlsx(file, title, [*(["工作表"] if several else []), *heads, "错误"], _result_lines(held, heads, several))


def _result_lines(held: list[tuple[Layout, int, str]], heads: list[str], several: bool) -> Iterator[list[Any]]:
    for layout, line, reason in held:
        cells = dict(zip(layout.headings, layout.sheet.lines[line], strict=True))
        told = [cells.get(head, "") for head in heads]
        yield [*([layout.sheet.name] if several else []), *told, reason]
