"""What a file would do: each row found its record or is new, with every error and every change. Reads only; writes nothing."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model

from xiangshan.core.accounts.models import User
from xiangshan.shared.imports.schemas import ImportColumn, ImportSchema, Lookups

REPORTED_EVERY = 250
KEY_WORDS = "、"


@dataclass
class PlannedRow:
    """A row of the file: its number there, the record it is about, and what it says."""

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    record: Any = None
    is_new: bool = False
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)  # field -> (from, to)
    errors: list[tuple[str, str, str]] = field(default_factory=list)  # column, value, what is wrong


@dataclass
class ImportPlan:
    rows: list[PlannedRow]

    @property
    def new(self) -> list[PlannedRow]:
        return [row for row in self.rows if row.is_new and not row.errors]

    @property
    def changed(self) -> list[PlannedRow]:
        return [row for row in self.rows if not row.is_new and row.changes and not row.errors]

    @property
    def errors(self) -> list[list[Any]]:
        return [[row.number, *error] for row in self.rows for error in row.errors]


# Takes how many rows are done, and of how many.
Progress = Callable[[int, int], None]


def unreported(done: int, total: int) -> None:
    """Nobody waits for this import."""


def plan(
    register: ImportSchema,
    sheet: list[list[Any]],
    *,
    by: User,
    report_progress: Progress = unreported,
) -> ImportPlan:
    """Raises ValidationError where the headings are not the register's; everything else stands row by row."""
    columns = headings(register, sheet)
    lines = [(number, line) for number, line in enumerate(sheet[1:], start=2) if any(value != "" for value in line)]
    if not lines:
        raise ValidationError("表里没有数据行。第一行是列名，从第二行起填写")
    known, index = Lookups(by), _index(register)
    seen: dict[tuple[str, ...], int] = {}
    rows = []
    for place, (number, line) in enumerate(lines):
        if place % REPORTED_EVERY == 0:
            report_progress(place, len(lines))
        row = PlannedRow(number)
        _read(row, columns, line, known)
        if not row.errors:
            _find(row, register, index, seen)
        if not row.errors:
            _check(row, register, by)
        rows.append(row)
    report_progress(len(lines), len(lines))
    return ImportPlan(rows)


def headings(register: ImportSchema, sheet: list[list[Any]]) -> list[ImportColumn | None]:
    """The register's columns in the order of the file, None where one is left alone. Raises ValidationError for unknown, repeated and missing ones."""
    if not sheet:
        raise ValidationError("表是空的")
    items: list[ImportColumn | None] = []
    wrong = []
    for place, heading in enumerate(sheet[0], start=1):
        text = str(heading).strip()
        column = register.column_of(text) if text else None
        if column is None:
            items.append(None)
            if text in register.computed:
                continue
            if text or any(line[place - 1] != "" for line in sheet[1:] if len(line) >= place):
                wrong.append(f"第 {place} 列“{text or '（无列名）'}”不在模板中")
            continue
        if column in items:
            wrong.append(f"列“{column.label}”出现了两次")
        items.append(column)
    names = {column.name for column in items if column}
    if not any(set(key) <= names for key in register.keys):
        wanted = " 或 ".join(KEY_WORDS.join(_label(register, name) for name in key) for key in register.keys)
        wrong.append(f"缺少用来认出记录的列：{wanted}")
    if wrong:
        raise ValidationError(wrong)
    return items


def _label(register: ImportSchema, name: str) -> str:
    return next(column.label for column in register.columns if column.name == name)


def _read(row: PlannedRow, columns: list[ImportColumn | None], line: list[Any], known: Lookups) -> None:
    for column, value in zip(columns, [*line, *[""] * len(columns)], strict=False):
        if column is None:
            continue
        try:
            row.values[column.name] = column.parse(value, known)
        except ValidationError as error:
            row.errors.append((column.label, str(value), "；".join(error.messages)))


def _comparable(value: Any) -> Any:
    return value.pk if isinstance(value, Model) else value


def _index(register: ImportSchema) -> dict[tuple[str, ...], dict[tuple[Any, ...], list[Any]]]:
    """For each way of finding a record: key -> records."""
    result: dict[tuple[str, ...], dict[tuple[Any, ...], list[Any]]] = {key: {} for key in register.keys}
    for record in register.known():
        for key, records in result.items():
            values = tuple(_comparable(getattr(record, name)) for name in key)
            if all(value not in (None, "") for value in values):
                records.setdefault(values, []).append(record)
    return result


def _find(row: PlannedRow, register: ImportSchema, index: Any, seen: dict[Any, int]) -> None:
    """Its record by the first key that knows one; the same record twice in a file is an error of the later row."""
    for key in register.keys:
        values = tuple(_comparable(row.values.get(name)) for name in key)
        if any(value in (None, "") for value in values):
            continue
        text = KEY_WORDS.join(_label(register, name) for name in key)
        if (first := seen.setdefault((*key, *values), row.number)) != row.number:
            row.errors.append((text, "", f"与第 {first} 行重复"))
            return
        result = index[key].get(values, [])
        if len(result) > 1:
            row.errors.append((text, "", f"登记簿里有 {len(result)} 条相同的记录，请先合并"))
            return
        if result and row.record is None:
            row.record = result[0]
        elif result and result[0].pk != row.record.pk:
            row.errors.append((text, "", f"与已登记的“{result[0]}”是同一条，但前面的列指的是“{row.record}”"))
            return
    row.is_new = row.record is None
    if row.is_new:
        missing = [c for c in register.columns if c.required and row.values.get(c.name) in (None, "")]
        row.errors += [(column.label, "", "必填") for column in missing]


def _check(row: PlannedRow, register: ImportSchema, by: User) -> None:
    """Fills in the record and asks its fields, its own check and the rule."""
    by_name = {column.name: column for column in register.columns}
    fields = {f.name: f for f in register.model._meta.fields}
    if row.is_new:
        row.record = register.model(
            **{name: value for name, value in row.values.items() if name in fields and value is not None}
        )
    else:
        for name, value in row.values.items():
            if name not in fields:
                continue
            before = getattr(row.record, name)
            if value in (None, "") and not by_name[name].required and not fields[name].blank:
                continue  # an empty cell of what cannot be empty says nothing
            if value is None and not fields[name].null:
                value = "" if fields[name].empty_strings_allowed else before
            if _comparable(value) in (None, "") and before in (None, ""):
                continue
            if before == value:
                continue
            if by_name[name].only_new:
                row.errors.append(
                    (
                        by_name[name].label,
                        by_name[name].format(value),
                        "已登记的记录不能用导入修改这一列，请在页面上办理",
                    )
                )
            elif by_name[name].required and value in (None, ""):
                row.errors.append((by_name[name].label, "", "必填"))
            else:
                row.changes[name] = (before, value)
        if row.errors:
            return
        if not (verdict := register.may_write(by, row.record)):
            row.errors.append(("", "", verdict.reason))
            return
        for name, (_, value) in row.changes.items():
            setattr(row.record, name, value)
    if row.is_new or row.changes:
        _validate(row, register, by_name)
        if not row.errors and not (verdict := register.may_write(by, row.record)):
            row.errors.append(("", "", verdict.reason))


def _validate(row: PlannedRow, register: ImportSchema, by_name: dict[str, ImportColumn]) -> None:
    references = {f.name for f in register.model._meta.fields if f.is_relation}
    for check in (lambda: row.record.clean_fields(exclude=references), row.record.clean):
        try:
            check()
        except ValidationError as error:
            by_field = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
            for name, messages in by_field.items():
                column = by_name.get(name)
                value = column.format(row.values.get(name)) if column else ""
                row.errors.append((column.label if column else "", value, "；".join(messages)))
