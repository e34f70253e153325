"""Which sheets of a file are read, where their headings stand, and which column is taken for what: guessed, then changed by a person."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError

from xiangshan.core.accounts.models import User
from xiangshan.core.areas.models import county_of
from xiangshan.shared.imports.layouts import BLANK, RUNNING, Layout, bare_heading, lay_out
from xiangshan.shared.imports.models import LearnedWord
from xiangshan.shared.imports.reading import Sheet
from xiangshan.shared.imports.schemas import ImportSchema

Reading = dict[str, Any]


def county_for(user: User) -> int | None:
    """Whose words are learned and whose staff accept: the one county somebody works in, or the first of several."""
    counties = sorted({county_of(area) for area in user.counties})
    return counties[0] if counties else None


def guess(register: ImportSchema, sheets: list[Sheet], by: User) -> Reading:
    """How a file is read before anybody has said anything."""
    known = learned(register, by, "")

    def is_known(heading: str) -> bool:
        return register.is_known(heading) or bool(known.get(heading))

    layouts = [lay_out(sheet, is_known) for sheet in sheets]
    useful = [
        one
        for one in layouts
        if not one.is_empty and any(is_known(bare_heading(name)) for name in one.headings if name)
    ]
    taken = [one for one in useful if not one.sheet.is_hidden] or [
        one for one in layouts if not one.is_empty and not one.sheet.is_hidden
    ]
    return {
        "sheets": {
            one.sheet.name: {
                "take": one in taken,
                "first": one.first_line,
                "heading": one.heading_line,
                "year": one.year,
                "hidden": True,
            }
            for one in layouts
        },
        "fields": _guessed_fields(register, taken, known),
        "constants": register.told_by_titles(" ".join(title for one in taken for title in one.titles)),
    }


def guess_again(register: ImportSchema, sheets: list[Sheet], wanted: Reading, *, by: User) -> Reading:
    """Other sheets or another line of headings were chosen: their columns are guessed; what was said of the others stays."""
    layouts = laid_out(register, sheets, wanted)
    fields = _guessed_fields(register, layouts, learned(register, by, ""))
    return wanted | {"fields": fields | {name: told for name, told in wanted["fields"].items() if name in fields}}


def _guessed_fields(register: ImportSchema, layouts: list[Layout], known: Mapping[str, str]) -> dict[str, str]:
    fields: dict[str, str] = {}
    for heading in all_headings(layouts):
        name = known.get(bare_heading(heading))
        if name is None or (name and name not in register.by_name):
            column = register.column_of(heading)
            name = column.name if column else ""
        fields[heading] = name
    # Of two headings for one column, the one called like the column is meant.
    for name in {name for name in fields.values() if name}:
        column, rivals = register.by_name[name], [heading for heading, other in fields.items() if other == name]
        if len(rivals) > 1 and not column.several:
            rivals.sort(key=lambda heading: bare_heading(heading) != bare_heading(column.label))
            for heading in rivals[1:]:
                fields[heading] = ""
    return fields


def all_headings(layouts: Iterable[Layout]) -> list[str]:
    return list(dict.fromkeys(name for one in layouts for name in one.headings if name))


def learned(register: ImportSchema, by: User, column: str) -> dict[str, str]:
    rows = LearnedWord.objects.filter(county=county_for(by), register=register.name, column=column)
    return dict(rows.values_list("word", "meaning"))


def laid_out(register: ImportSchema, sheets: list[Sheet], reading: Reading) -> list[Layout]:
    """The sheets that are read, as it was said."""
    found = []
    for sheet in sheets:
        wanted = reading.get("sheets", {}).get(sheet.name)
        if wanted is None or not wanted["take"] or wanted["heading"] < 0:
            continue
        first = wanted.get("first", wanted["heading"])
        layout = lay_out(sheet, register.is_known, (first, wanted["heading"]))
        layout.year = wanted["year"] or layout.year
        if not wanted["hidden"]:
            layout.left_out += [(line, "隐藏的行") for line in layout.rows if line in sheet.hidden_lines]
            layout.rows = [line for line in layout.rows if line not in sheet.hidden_lines]
        found.append(layout)
    return found


def is_plain(register: ImportSchema, sheets: list[Sheet], reading: Reading) -> bool:
    """Whether nothing needs a person's eye: one sheet, headings in its first line, each of them the register's own."""
    if len(sheets) != 1 or sheets[0].is_hidden or sheets[0].merged or sheets[0].hidden_lines or sheets[0].errors:
        return False
    (layout,) = laid_out(register, sheets, reading) or [Layout(sheets[0], -1)]
    if layout.heading_line != 0 or {reason for _, reason in layout.left_out} - {BLANK}:
        return False
    names = [register.column_of(heading) for heading in layout.headings]
    own = {bare_heading(name) for name in register.computed}
    if any(
        column is None and (not heading or bare_heading(heading) not in own)
        for column, heading in zip(names, layout.headings, strict=True)
    ):
        return False
    taken = [name for name in reading["fields"].values() if name]
    return len(taken) == sum(column is not None for column in names) and can_know_rows(register, reading)


def can_know_rows(register: ImportSchema, reading: Reading) -> bool:
    """Whether there is a column, or a set of them, by which rows find their records."""
    given = {name for name in reading["fields"].values() if name} | {k for k, v in reading["constants"].items() if v}
    return any(set(key) - set(register.completed) <= given for key in register.keys)


def check(register: ImportSchema, layouts: list[Layout], reading: Reading) -> None:
    """Raises ValidationError where the reading leads to nothing."""
    wrong = []
    if not any(one.rows for one in layouts):
        wrong.append("表里没有数据行。请看选的是不是这张表、列名在不在这一行")
    if not can_know_rows(register, reading):
        wrong.append(f"缺少用来认出记录的列：{register.key_text}")
    taken = [name for name in reading["fields"].values() if name]
    for name in dict.fromkeys(taken):
        column = register.by_name.get(name)
        if column is None:
            wrong.append("有一列对应的字段不存在，请重新选择")
        elif not column.several and taken.count(name) > 1:
            for layout in layouts:
                rivals = [heading for heading in layout.headings if reading["fields"].get(heading) == name]
                if len(rivals) > 1:
                    wrong.append(f"{'、'.join(f'“{heading}”' for heading in rivals)}都对应“{column.label}”，只能留一列")
                    break
    if wrong:
        raise ValidationError(wrong)


def is_running_number(heading: str) -> bool:
    return bare_heading(heading) in RUNNING


@dataclass(frozen=True)
class ShownColumn:
    """A column of the file as the page of the mapping shows it."""

    heading: str
    samples: list[str]
    field: str
    is_running: bool


def shown_columns(layouts: list[Layout], reading: Reading) -> list[ShownColumn]:
    found = []
    for heading in all_headings(layouts):
        layout = next(one for one in layouts if heading in one.headings)
        found.append(
            ShownColumn(
                heading, layout.samples(heading), reading["fields"].get(heading, ""), is_running_number(heading)
            )
        )
    return found
