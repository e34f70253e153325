"""What a file would do: each row found its record or is new, with every error, doubt and change. Reads only; writes nothing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model

from xiangshan.core.accounts.models import User
from xiangshan.core.areas.counties import county_at
from xiangshan.shared.imports.cells import Context, LeftOut, Unsure, answered, written
from xiangshan.shared.imports.layouts import MERGED_NUMBER, Layout
from xiangshan.shared.imports.mapping import Reading, county_for
from xiangshan.shared.imports.references import ROW_OUT, bare
from xiangshan.shared.imports.schemas import ImportColumn, ImportSchema

REPORTED_EVERY = 250
KEY_WORDS = "、"
ROWS_NAMED = 20
NO_CONTENT = "单元格里是错误值，不是内容。请在表里改正后重新上传"
UNREADABLE = {MERGED_NUMBER: "几行合并成一个数，分不清每行是多少。请取消合并，逐行填写"}
LIKELY = "*"  # the column of the question whether a new row is one that is already there
ANOTHER = "+"  # its answer: no, it is another one


@dataclass
class PlannedRow:
    """A row of the file: its place there, the record it is about, and what it says."""

    sheet: str
    number: int
    values: dict[str, Any] = field(default_factory=dict)
    record: Any = None
    is_new: bool = False
    is_left_out: bool = False
    is_answered: bool = False  # that the record is this one, under another name than the row's
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)  # field -> (from, to)
    errors: list[tuple[str, str, str]] = field(default_factory=list)  # column, value, what is wrong
    doubts: list[tuple[str, str]] = field(default_factory=list)  # column, what is asked about it
    notes: list[str] = field(default_factory=list)
    emptied: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        return not (self.errors or self.doubts or self.is_left_out)


@dataclass
class Question:
    """What is asked once about all cells alike."""

    column: str
    label: str
    key: str
    text: str
    options: list[tuple[str, str]]
    answer: str | None = None
    count: int = 0
    rows: list[int] = field(default_factory=list)


@dataclass
class ImportPlan:
    rows: list[PlannedRow]
    questions: dict[tuple[str, str], Question]

    @property
    def new(self) -> list[PlannedRow]:
        return [row for row in self.rows if row.is_new and row.is_good]

    @property
    def changed(self) -> list[PlannedRow]:
        return [row for row in self.rows if not row.is_new and row.changes and row.is_good]


# Takes how many rows are done, and of how many.
Progress = Callable[[int, int], None]


def unreported(done: int, total: int) -> None:
    """Nobody waits for this import."""


@dataclass
class Planner:
    """One file being planned."""

    register: ImportSchema
    reading: Reading
    by: User
    answers: dict[str, dict[str, str]]
    empties: bool = False
    known: Context = field(init=False)
    index: "dict[tuple[str, ...], dict[tuple[Any, ...], list[Any]]]" = field(init=False)
    seen: dict[tuple[Any, ...], PlannedRow] = field(default_factory=dict)
    questions: dict[tuple[str, str], Question] = field(default_factory=dict)
    told: int = -1

    def __post_init__(self) -> None:
        county = county_for(self.by)
        code = county_at(county).telephone_code if county else ""
        self.known = Context(self.by, telephone_code=code)
        self.index = {}
        self.fields = {one.name: one for one in self.register.model._meta.fields}

    def plan(self, layouts: list[Layout], report_progress: Progress = unreported) -> ImportPlan:
        total = sum(len(one.rows) for one in layouts)
        rows: list[PlannedRow] = []
        for layout, line in _all_lines(layouts):
            row = PlannedRow(layout.sheet.name, line + 1)
            self.known.year, self.known.notes = layout.year, row.notes
            self._read(row, layout, line)
            if row.is_good:
                self.register.complete(row.values)
            rows.append(row)
            self._tell(report_progress, len(rows) // 2, total)
        self.index = _index(self.register, self.by, [row.values for row in rows if row.is_good])
        for place, row in enumerate(rows):
            self.known.notes = row.notes
            if row.is_good:
                self._find(row)
            if row.is_good:
                self._check(row)
            self._tell(report_progress, (total + place) // 2, total)
        report_progress(total, total)
        return ImportPlan(rows, self.questions)

    def _tell(self, report_progress: Progress, done: int, total: int) -> None:
        if done % REPORTED_EVERY == 0 and done != self.told:
            self.told = done
            report_progress(done, total)

    def _read(self, row: PlannedRow, layout: Layout, line: int) -> None:
        cells = layout.sheet.lines[line]
        for place, heading in enumerate(layout.headings):
            column = self.register.by_name.get(self.reading["fields"].get(heading, ""))
            if column is None:
                continue
            self.known.unit = layout.units.get(heading) or layout.unit
            if error := layout.sheet.errors.get((line, place)):
                row.errors.append((column.label, error, UNREADABLE.get(error, NO_CONTENT)))
            else:
                self._take(row, column, cells[place])
        self.known.unit = 1
        for column in self.register.columns:
            if column.instead and column.name not in row.values and row.values.get(column.instead) and not row.doubts:
                self._take(row, column, row.values[column.instead])
        for name, text in self.reading["constants"].items():
            if text and row.values.get(name) in (None, "") and name in self.register.by_name:
                self._take(row, self.register.by_name[name], text)

    def _take(self, row: PlannedRow, column: ImportColumn, cell: Any) -> None:
        self.known.answers, self.known.settled = self.answers.get(column.name, {}), []
        try:
            value = answered(column.parse, cell, self.known)
        except LeftOut:
            row.is_left_out = True
            row.notes.append(f"{column.label}“{written(cell)}”：按您的回答不导入")
        except Unsure as unsure:
            for one in (unsure, *unsure.others):
                self._ask(row, column.name, column.label, one)
        except ValidationError as error:
            row.errors.append((column.label, written(cell)[:200], "；".join(error.messages)))
        except (ArithmeticError, ValueError):  # no value that anything could be
            row.errors.append((column.label, str(cell)[:40], "读不懂这一格，请改写"))
        else:
            if column.several and row.values.get(column.name) and value:
                value = column.join(row.values[column.name], value)
            if value not in (None, "") or column.name not in row.values:
                row.values[column.name] = value
        for settled in self.known.settled:
            self._note(row, column.name, column.label, settled)

    def _ask(self, row: PlannedRow, column: str, label: str, unsure: Unsure) -> None:
        self._note(row, column, label, unsure)
        row.doubts.append((label, unsure.question))

    def _note(self, row: PlannedRow, column: str, label: str, unsure: Unsure) -> None:
        """A question, answered or not: once for all cells alike, with the first rows that ask it."""
        key = column, unsure.key
        answer = self.answers.get(column, {}).get(unsure.key)
        question = self.questions.get(key)
        if question is None:
            question = self.questions[key] = Question(
                column, label, unsure.key, unsure.question, unsure.options, answer
            )
        question.count += 1
        if len(question.rows) < ROWS_NAMED:
            question.rows.append(row.number)

    def _find(self, row: PlannedRow) -> None:
        """Its record by the first key that knows one; the same record twice in a file is one, if both say the same."""
        for key in self.register.keys:
            values = _key_of(row.values.get, key)
            if values is None:
                continue
            text = KEY_WORDS.join(self.register.by_name[name].label for name in key)
            first = self.seen.setdefault((*key, *values), row)
            if first is not row and not self._is_another(row, first):
                self._twice(row, first, text)
                return
            result = self.index[key].get(values, [])
            if len(result) > 1 and self.register.is_history:
                result = [min(result, key=lambda record: self._differences(row, record))]
            if len(result) > 1:
                row.errors.append((text, "", f"登记簿里有 {len(result)} 条相同的记录，请先合并"))
                return
            if result and row.record is None:
                row.record = result[0]
            elif result and result[0].pk != row.record.pk:
                message = f"与已登记的“{result[0]}”是同一条，但前面的列指的是“{row.record}”"
                row.errors.append((text, "", message))
                return
        row.is_new = row.record is None
        if row.is_new and self.register.likely is not None:
            self._compare(row)
        if row.record is not None and (first := self.seen.setdefault(("#", row.record.pk), row)) is not row:
            self._twice(row, first, str(row.record))
        if row.is_new and row.is_good:
            missing = [c for c in self.register.columns if c.required and row.values.get(c.name) in (None, "")]
            row.errors += [(column.label, "", "必填") for column in missing]

    def _is_another(self, row: PlannedRow, first: PlannedRow) -> bool:
        """Of the past: two activities of one day and place may be two, and who knows it is asked."""
        if not self.register.is_history:
            return False
        key = f"{row.sheet} {first.number}、{row.number} 行"
        answer = self.answers.get(LIKELY, {}).get(key)
        options = [(ANOTHER, "是两次，都导入"), ROW_OUT]
        unsure = Unsure("两行的组织、日期、主题和地点都一样，是同一次吗", options, key=key)
        if answer is None:
            self._ask(row, LIKELY, "可能重复", unsure)
        else:
            self._note(row, LIKELY, "可能重复", unsure)
        if answer == ROW_OUT[0]:
            row.is_left_out = True
            row.notes.append("按您的回答不导入")
        return True

    def _differences(self, row: PlannedRow, record: Any) -> int:
        return sum(
            value != getattr(record, name) for name, value in row.values.items() if name in self.fields and value
        )

    def _twice(self, row: PlannedRow, first: PlannedRow, text: str) -> None:
        place = f"第 {first.number} 行" if first.sheet == row.sheet else f"“{first.sheet}”第 {first.number} 行"
        told = {name: value for name, value in row.values.items() if value not in (None, "")}
        if all(_comparable(value) == _comparable(first.values.get(name)) for name, value in told.items()):
            row.is_left_out = True
            row.notes.append(f"与{place}是同一条，不重复导入")
        else:
            row.errors.append((text, "", f"与{place}重复，内容又不同；请在表里只留一行"))

    def _compare(self, row: PlannedRow) -> None:
        """Whether a new row is likely one that is there under another name: asked, never taken."""
        likely = self.register.likely(row.values, self.known) if self.register.likely else []
        if not likely:
            return
        known = ((self.register.by_name[name], row.values.get(name)) for name in self.register.keys[-1])
        title = " ".join(column.format(value) for column, value in known if value not in (None, ""))
        answer = self.answers.get(LIKELY, {}).get(title)
        by_key = {f"#{one.pk}": one for one in likely}
        options = [(key, f"就是已登记的“{one}”") for key, one in by_key.items()]
        options += [(ANOTHER, "是另一个，新登记"), ROW_OUT]
        unsure = Unsure(f"“{title}”和已登记的是同一个吗", options, key=title)
        if answer in {key for key, _ in options}:
            self._note(row, LIKELY, "可能重复", unsure)
        if answer == ROW_OUT[0]:
            row.is_left_out = True
            row.notes.append("按您的回答不导入")
        elif answer in by_key:
            row.record, row.is_new, row.is_answered = by_key[answer], False, True
        elif answer != ANOTHER:
            self._ask(row, LIKELY, "可能重复", unsure)

    def _check(self, row: PlannedRow) -> None:
        """Fills in the record and asks its fields, its own check and the rule."""
        if row.is_new:
            given = {name: value for name, value in row.values.items() if name in self.fields and value is not None}
            row.record = self.register.model(**given)
            self._fill(row)
            if not row.is_good:
                return
        else:
            self._compare_with_record(row)
            if row.errors:
                return
            if not (verdict := self.register.may_write(self.by, row.record)):
                row.errors.append(("", "", verdict.reason))
                return
            for name, (_, value) in row.changes.items():
                setattr(row.record, name, value)
        if row.is_new or row.changes:
            self._validate(row)
            if not row.errors and not (verdict := self.register.may_write(self.by, row.record)):
                row.errors.append(("", "", verdict.reason))

    def _fill(self, row: PlannedRow) -> None:
        self.known.answers, self.known.settled = self.answers.get(LIKELY, {}), []
        try:
            self.register.fill(row.record, row.values, self.known)
        except LeftOut:
            row.is_left_out = True
            row.notes.append("按您的回答不导入")
        except Unsure as unsure:
            self._ask(row, LIKELY, "请核对", unsure)
        except ValidationError as error:
            self._refuse(row, error)
        except (ArithmeticError, ValueError):
            row.errors.append(("", "", "这一行的数读不懂，请检查日期和金额"))
        for settled in self.known.settled:
            self._note(row, LIKELY, "请核对", settled)

    def _compare_with_record(self, row: PlannedRow) -> None:
        for name, value in row.values.items():
            if name not in self.fields:
                if value and not any(name in key for key in self.register.keys):
                    label = self.register.by_name[name].label
                    row.notes.append(f"{label}只用于新登记，这条已登记，没有导入")
                continue
            if row.is_answered and name in self.register.keys[-1]:
                continue  # it keeps the name and place by which the register knows it
            column, model_field = self.register.by_name[name], self.fields[name]
            before = getattr(row.record, name)
            if value == before or (value in (None, "") and before in (None, "")):
                continue
            if value in (None, "") and not (model_field.blank or column.required):
                continue  # an empty cell of what cannot be empty says nothing
            if value in (None, "") and not column.required and not self.empties:
                row.emptied.append(column.label)
                continue
            if value is None and not model_field.null:
                value = "" if model_field.empty_strings_allowed else before
            if column.only_new:
                message = "已登记的记录不能用导入修改这一列，请在页面上办理"
                row.errors.append((column.label, column.format(value), message))
            elif column.required and value in (None, ""):
                row.errors.append((column.label, "", "必填"))
            elif value != before:  # what cannot be empty keeps what it has
                row.changes[name] = (before, value)

    def _validate(self, row: PlannedRow) -> None:
        references = {name for name, one in self.fields.items() if one.is_relation}
        for check in (lambda: row.record.clean_fields(exclude=references), row.record.clean):
            try:
                check()
            except ValidationError as error:
                self._refuse(row, error)

    def _refuse(self, row: PlannedRow, error: ValidationError) -> None:
        by_field = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        for name, messages in by_field.items():
            column = self.register.by_name.get(name)
            value = column.format(row.values.get(name)) if column else ""
            row.errors.append((column.label if column else "", value, "；".join(messages)))


def _all_lines(layouts: list[Layout]) -> Iterator[tuple[Layout, int]]:
    for layout in layouts:
        for line in layout.rows:
            yield layout, line


def _comparable(value: Any) -> Any:
    """Names are compared without their spaces, records by their keys."""
    if isinstance(value, list):
        return [_comparable(one) for one in value]
    return value.pk if isinstance(value, Model) else bare(value) if isinstance(value, str) else value


def _key_of(read: Callable[[str], Any], key: tuple[str, ...]) -> tuple[Any, ...] | None:
    values = tuple(_comparable(read(name)) for name in key)
    return None if any(value in (None, "") for value in values) else values


def _index(
    register: ImportSchema, by: User, rows: list[dict[str, Any]]
) -> dict[tuple[str, ...], dict[tuple[Any, ...], list[Any]]]:
    """For each way of finding a record: key -> records."""
    result: dict[tuple[str, ...], dict[tuple[Any, ...], list[Any]]] = {key: {} for key in register.keys}
    for record in register.known(by, rows):
        for key, records in result.items():
            values = _key_of(lambda name, record=record: getattr(record, name), key)  # type: ignore[misc]
            if values is not None:
                records.setdefault(values, []).append(record)
    return result
