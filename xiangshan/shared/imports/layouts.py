"""Where in a sheet a ledger's rows stand: titles above, headings in one line or two, notes, running numbers, totals. Pure."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from xiangshan.shared.imports.cells import WAN, folded, written
from xiangshan.shared.imports.reading import Sheet

HEADINGS_WITHIN = 15  # lines from the top
SAMPLES = 3
NEARLY = 0.6
YEARS = range(1949, 2101)
MERGED_NUMBER = "几行合并成的一个数"
IN_WAN = re.compile(r"单位\s*:?\s*(?:人民币)?\s*万元|\(\s*万元\s*\)")
BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|〔[^〔〕]*〕")
RUNNING = {"序号", "序", "行号", "顺序号", "no", "no.", "#", "项次"}
TOTAL = re.compile(r"(合|总|小|共|累)\s*计\s*[:\uff1a]?(\d+\S{0,3})?|总数|平均")
NOTE = re.compile(r"必填|选填|可填|请填|填写|示例|例如|不填|格式|与证书一致|全称$|下拉")
FOOT = re.compile(r"^\s*(注|备注|说明|填表|填报|制表|审核|负责人|单位负责人|联系人|第.*页)[人说单]?.{0,4}[:\uff1a]")
YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})\s*(?:年|[-—至]|$|\D)")
BLANK, TOTAL_LINE, NOTE_LINE, REPEATED = "空行", "合计", "说明", "重复的表头"


def bare_heading(heading: Any) -> str:
    """A heading as it is compared: without brackets and what is in them, stars, spaces, line breaks, colons."""
    plain = unicodedata.normalize("NFKC", str(heading))
    rest = re.sub(r"[\s*※:;。、.]", "", BRACKETED.sub("", plain))
    return (rest or re.sub(r"[\s*:]", "", plain)).lower()


@dataclass
class Layout:
    """A sheet understood: which line is the heading, what stands under each, what is left out and why."""

    sheet: Sheet
    heading_line: int  # of the last heading line, from 0; -1 where the sheet has none
    headings: list[str] = field(default_factory=list)  # one a column, told apart where two are alike
    left_out: list[tuple[int, str]] = field(default_factory=list)  # line from 0, why
    rows: list[int] = field(default_factory=list)  # lines from 0
    totals: dict[str, Any] = field(default_factory=dict)  # heading -> what the ledger's own total line says
    year: int | None = None
    first_line: int = -1  # of the headings: another than the last where they take two
    unit: int = 1
    units: dict[str, int] = field(default_factory=dict)  # heading -> 10,000 where it says 万元

    @property
    def is_empty(self) -> bool:
        return not self.rows

    def samples(self, heading: str) -> list[str]:
        """Three different values of a column, as they are read."""
        place, found = self.headings.index(heading), []
        for line in self.rows:
            value = written(self.sheet.lines[line][place])
            if value and value not in found:
                found.append(value)
            if len(found) == SAMPLES:
                break
        return found

    @property
    def titles(self) -> list[str]:
        """What stands above the headings."""
        lines = self.sheet.lines[: max(0, self.heading_line)]
        return [" ".join(filter(None, dict.fromkeys(written(value) for value in line))) for line in lines]


def lay_out(sheet: Sheet, is_known: Callable[[str], bool], lines: tuple[int, int] | None = None) -> Layout:
    """Finds the heading and the rows; `lines` are the first and last of the headings where they are known."""
    first, last = lines or _heading_lines(sheet, is_known)
    if first < 0 or last >= len(sheet.lines):
        return Layout(sheet, -1)
    layout = Layout(sheet, last, _headings(sheet, first, last), first_line=first)
    _spread(sheet, last + 1)
    above = "\n".join(" ".join(folded(value) for value in line) for line in sheet.lines[:first])
    layout.year = _year_of(above) or _year_of(sheet.name)
    layout.unit = WAN if IN_WAN.search(above) else 1
    layout.units = {heading: WAN if "万元" in heading else 1 for heading in layout.headings if "元" in heading}
    for number, reason in _lines(layout):
        if reason:
            layout.left_out.append((number, reason))
        else:
            layout.rows.append(number)
    return layout


def _year_of(text: str) -> int | None:
    years = {int(found) for found in YEAR.findall(text + "\n")}
    return years.pop() if len(years) == 1 else None


def _heading_lines(sheet: Sheet, is_known: Callable[[str], bool]) -> tuple[int, int]:
    """First and last line of the headings: where most cells are known ones; else the first line of several words."""
    scores = [
        sum(bool(value) and is_known(bare_heading(value)) for value in _texts(line))
        for line in sheet.lines[:HEADINGS_WITHIN]
    ]
    if not any(scores):
        for number, line in enumerate(sheet.lines[:HEADINGS_WITHIN]):
            different = {value for value in _texts(line) if value}
            if len(different) >= 2 and not any(value[:1].isdecimal() for value in different):
                return number, number
        return -1, -1
    # The first that is nearly as good as the best: a printed ledger repeats its headings on each page.
    best = next(number for number, score in enumerate(scores) if score >= NEARLY * max(scores))
    if best + 1 < len(scores) and scores[best + 1] and _continues(sheet, best, best + 1):
        return best, best + 1
    if best > 0 and scores[best - 1] and _continues(sheet, best - 1, best):
        return best - 1, best
    return best, best


def _texts(line: list[Any]) -> list[str]:
    return [value.strip() if isinstance(value, str) else "" for value in line]


def _continues(sheet: Sheet, upper: int, lower: int) -> bool:
    """The lower line parts what the upper one groups: they never both say something but under a group that spans columns."""
    above, below = _texts(sheet.lines[upper]), _texts(sheet.lines[lower])
    if any(value != "" and not isinstance(value, str) for value in sheet.lines[lower]):
        return False
    spans = {(first[0], first[1]) for first, last in sheet.merged if last[1] > first[1]}
    for place, (one, other) in enumerate(zip(above, below, strict=True)):
        opens_group = (upper, place) in spans or (
            place + 1 < len(above) and above[place + 1] == "" and below[place + 1]
        )
        if one and other and not opens_group:
            return False
    return True


def _headings(sheet: Sheet, first: int, last: int) -> list[str]:
    names: list[str] = []
    for place in range(sheet.width):
        lower, upper = written(sheet.lines[last][place]), written(sheet.lines[first][place])
        name = lower or upper
        number = 2
        plain = name
        while name and name in names:
            name, number = f"{plain} #{number}", number + 1
        names.append(name)
    return names


def _spread(sheet: Sheet, first_line: int) -> None:
    """A value merged over several lines holds for each of them."""
    for (top, left), (bottom, _) in sheet.merged:
        if top < first_line or bottom <= top or top >= len(sheet.lines) or left >= sheet.width:
            continue
        # A town holds for each line, and so does a year; of a number nobody knows whether it is each line's or their sum.
        value = sheet.lines[top][left]
        is_amount = isinstance(value, (int, float)) and not isinstance(value, bool) and value not in YEARS
        if is_amount:
            sheet.errors[top, left] = MERGED_NUMBER
        for line in range(top + 1, min(bottom, len(sheet.lines) - 1) + 1):
            sheet.lines[line][left] = value
            if (top, left) in sheet.errors:
                sheet.errors[line, left] = sheet.errors[top, left]


def _lines(layout: Layout) -> Iterator[tuple[int, str]]:
    """Each line under the heading, with the reason for which it is none of the rows."""
    sheet = layout.sheet
    running = [place for place, name in enumerate(layout.headings) if bare_heading(name) in RUNNING]
    headed = [place for place, name in enumerate(layout.headings) if name]
    wide = {first[0] for first, last in sheet.merged if last[1] - first[1] + 1 > max(2, len(headed)) / 2}
    for number in range(layout.heading_line + 1, len(sheet.lines)):
        line = sheet.lines[number]
        texts = [written(value) for value in line]
        filled = [place for place, value in enumerate(texts) if value and place not in running]
        if not filled and not any(texts[place] for place in running):
            yield number, BLANK
        elif any(TOTAL.fullmatch(texts[place]) for place in [*running, *filled[:2]]):
            for place in filled:
                if layout.headings[place] and not TOTAL.fullmatch(texts[place]):
                    layout.totals[layout.headings[place]] = line[place]
            yield number, TOTAL_LINE
        elif not filled:
            # A number alone is a line prepared and never filled in; words there are a note.
            yield number, BLANK if all(texts[place].isdecimal() or not texts[place] for place in running) else NOTE_LINE
        elif sum(texts[place] == layout.headings[place] for place in filled) >= max(2, len(filled) - 1):
            yield number, REPEATED
        elif (
            (number in wide and len(filled) == 1)
            or (len(filled) == 1 and len(headed) > 2 and FOOT.match(texts[filled[0]]))
            or number == layout.heading_line + 1
            and _instructs(texts, filled)
        ):
            yield number, NOTE_LINE
        else:
            yield number, ""


def _instructs(texts: list[str], filled: list[int]) -> bool:
    return 2 * sum(bool(NOTE.search(texts[place])) for place in filled) > len(filled)
