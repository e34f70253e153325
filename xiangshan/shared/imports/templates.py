"""Workbooks the portal hands out: the empty template with its explanations, and a file's own rows with the errors beside them."""

from collections import defaultdict
from typing import IO, Any

import xlsxwriter

from xiangshan.shared.imports.reading import read_rows
from xiangshan.shared.imports.schemas import ImportSchema
from xiangshan.shared.lists.exports import write_xlsx

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


def key_text(register: ImportSchema) -> str:
    """By what a row is known again, in words: “统一社会信用代码”或“名称、所在地区”."""
    labels = {column.name: column.label for column in register.columns}
    return "或".join(f"“{'、'.join(labels[name] for name in key)}”" for key in register.keys)


def write_result(file: IO[bytes], source: IO[bytes], title: str, errors: list[list[Any]]) -> None:
    """The rows that were brought, each with what is wrong beside it."""
    sheet = read_rows(source)
    wrong: dict[Any, list[str]] = defaultdict(list)
    for number, column, _, reason in errors:
        wrong[number].append(f"{column}：{reason}" if column else reason)
    heads, *lines = sheet or [[]]
    write_xlsx(
        file,
        title,
        [*(str(head) for head in heads), "错误"],
        ([*line, "；".join(wrong.get(number, []))] for number, line in enumerate(lines, start=2)),
    )
