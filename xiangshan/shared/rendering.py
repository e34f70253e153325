"""Plain documents in Word and PDF from one description: a title, facts, tables and paragraphs."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import typst
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.text.paragraph import Paragraph
from pylopdf_fonts_zh_cn import serif_path

from xiangshan.shared.charts import Chart, draw

# GB/T 9704-2012: the body of an official document is set in 仿宋, 16 pt; tables and profiles a size smaller.
BODY, HEADING = "仿宋_GB2312", "黑体"
# A number with a unit of a few signs, two of them as a share, or nothing: "30,387 人次", "¥511,200", "64 / 64", "—".
NUMBER = re.compile(r"|—|[¥+−-]{0,2}\d[\d,.]*( / \d[\d,.]*)?( ?\D{0,4})?")
PAGE_WIDTH = 15.8  # centimetres between the margins
FONT, FONT_FOLDER = "Noto Serif SC", str(Path(serif_path()).parent)


@dataclass(frozen=True)
class Section:
    """A heading with words before (`lead`) or after, a chart, facts (label, value), or a table (heads, rows)."""

    heading: str
    facts: Sequence[tuple[str, str]] = ()
    heads: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    text: str = ""
    chart: Chart | None = None
    lead: str = ""
    keep_together: bool = False  # a place to sign is not torn apart by the end of a page


def write_docx(title: str, sections: Sequence[Section], foot: str) -> bytes:
    document = Document()
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.6)
    page.top_margin = page.bottom_margin = Cm(2.4)
    style = document.styles["Normal"]
    style.font.name, style.font.size = BODY, Pt(12)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), BODY)
    head = document.add_paragraph()
    head.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(head, title, 20)
    for section in sections:
        if section.heading:
            heading = document.add_paragraph()
            heading.paragraph_format.keep_with_next = True
            heading.paragraph_format.space_before = Pt(12)
            _run(heading, section.heading, 14)
        if section.lead:
            document.add_paragraph(section.lead)
        if section.chart:
            document.add_picture(BytesIO(draw(section.chart, "png")), width=Cm(section.chart.size[0]))
        if section.facts:
            _table(document, [(label, value) for label, value in section.facts])
        if section.heads:
            _table(document, [section.heads, *section.rows], has_head=True)
        if section.text:
            document.add_paragraph(section.text)
    document.add_paragraph(foot)
    file = BytesIO()
    document.save(file)
    return _undated(file)


def _undated(file: BytesIO) -> bytes:
    """The same parts in a package that does not say when it was packed: the same content gives the same bytes."""
    packed = BytesIO()
    with ZipFile(file) as given, ZipFile(packed, "w", ZIP_DEFLATED) as made:
        for name in sorted(given.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            made.writestr(ZipInfo(name), given.read(name), ZIP_DEFLATED)
    return packed.getvalue()


def _run(paragraph: Paragraph, text: str, size: int) -> None:
    run = paragraph.add_run(text)
    run.font.name, run.font.size = HEADING, Pt(size)
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), HEADING)


def _table(document: object, rows: Sequence[Sequence[str]], has_head: bool = False) -> None:
    table = document.add_table(rows=0, cols=max(len(row) for row in rows))  # type: ignore[attr-defined]
    table.style = "Table Grid"
    table.autofit = False
    widths = _widths(rows)
    right = _numbers(rows[1:]) if has_head else []
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for n, row in enumerate(rows):
        made = table.add_row()
        # A row is not torn apart by the end of a page; its head comes again on the next.
        properties = made._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if has_head and not n:
            properties.append(OxmlElement("w:tblHeader"))
        for place, (cell, text, width) in enumerate(zip(made.cells, row, widths, strict=False)):
            cell.text, cell.width = text, width
            cell.paragraphs[0].paragraph_format.space_after = Pt(2)
            if place < len(right) and right[place]:
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _numbers(rows: Sequence[Sequence[str]]) -> list[bool]:
    """Which columns hold numbers alone: those stand at the right, digit below digit."""
    return [all(NUMBER.fullmatch(cell) for cell in column) for column in zip(*rows, strict=False)]


def _widths(rows: Sequence[Sequence[str]]) -> list[Any]:
    """Columns as wide as what stands in them asks for, within bounds; together the width of the page."""
    longest = [
        max(_length(line) for cell in column for line in cell.split("\n")) for column in zip(*rows, strict=False)
    ]
    wanted = [min(max(length, 10), 38) + 3 for length in longest]  # and the room at both sides
    return [Cm(PAGE_WIDTH * item / sum(wanted)) for item in wanted]


def _length(line: str) -> int:
    """In halves of a Chinese character: a letter or digit is one."""
    return sum(2 if east_asian_width(character) in "WFA" else 1 for character in line)


def write_pdf(title: str, sections: Sequence[Section], foot: str) -> bytes:
    parts = [
        "#set document(date: none)",  # the same content gives the same bytes
        '#set page(paper: "a4", margin: (x: 2.4cm, y: 2.2cm), numbering: "1")',
        f'#set text(font: "{FONT}", size: 11pt, lang: "zh")',
        "#set table(stroke: 0.5pt + luma(60%), inset: 6pt)",
        f"#align(center)[#text(size: 18pt)[#{_text(title)}]]",
    ]
    for section in sections:
        parts.append(f"#block(breakable: {'false' if section.keep_together else 'true'})[")
        if section.heading:
            parts.append(f"#v(0.5em)\n#block(sticky: true)[#text(size: 13pt)[#{_text(section.heading)}]]")
        if section.lead:
            parts.append(f"#{_text(section.lead)}\n")
        if section.chart:
            picture = _text(draw(section.chart, "svg").decode())
            parts.append(f'#image(bytes({picture}), format: "svg", width: {section.chart.size[0]}cm)')
        if section.facts:
            cells = ", ".join(f"{_text(label)}, {_text(value)}" for label, value in section.facts)
            parts.append(f"#table(columns: (auto, 1fr), {cells})")
        if section.heads:
            head = ", ".join(_text(cell) for cell in section.heads)
            cells = ", ".join(_text(cell) for row in section.rows for cell in row)
            shares = [f"{round(width.cm * 10)}fr" for width in _widths([section.heads, *section.rows])]
            columns = ", ".join(shares)
            sides = ", ".join("right" if right else "left" for right in _numbers(section.rows))
            align = f" align: ({sides},)," if sides else ""
            # A row is not torn apart by the end of a page, unless it may not fit on one.
            whole = "false" if all(len(cell) < 200 for row in section.rows for cell in row) else "true"
            parts.append(f"#[#set table.cell(breakable: {whole})\n")
            parts.append(f"#table(columns: ({columns},),{align} table.header({head}), {cells})]")
        if section.text:
            parts.append(f"#{_text(section.text)}")
        parts.append("]")
    parts.append(f"#v(1em)\n#text(size: 9pt, fill: luma(40%))[#{_text(foot)}]")
    made: Any = typst.compile  # takes bytes; its stubs cannot say so
    return made("\n".join(parts).encode(), font_paths=[FONT_FOLDER], ignore_system_fonts=True)


def _text(text: str) -> str:
    """A string of typst: nothing in it is taken for markup."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
