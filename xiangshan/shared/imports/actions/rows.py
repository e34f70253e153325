"""What is done with a file's rows, at once or in the worker: checked as a whole, written as a whole."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import DecimalField, Model
from django.utils import timezone

from xiangshan.core.records import ReasonNeeded, lock
from xiangshan.core.rules import require
from xiangshan.shared.imports import mapping, planning, reading, rules
from xiangshan.shared.imports.cells import written as as_text
from xiangshan.shared.imports.layouts import Layout
from xiangshan.shared.imports.models import LearnedWord, Ledger, LedgerRow
from xiangshan.shared.imports.schemas import IMPORT_SCHEMAS, ImportSchema

Status, Outcome = Ledger.Status, LedgerRow.Outcome
LEFT_NAMED = 200  # lines of a file that were no rows, named on the page


def layouts_of(ledger: Ledger) -> list[Layout]:
    """The sheets of its file, as it was said to be read."""
    with ledger.file.open("rb") as file:
        sheets = reading.read_sheets(file, ledger.file_name)
    return mapping.laid_out(IMPORT_SCHEMAS[ledger.register], sheets, ledger.reading)


def _planned(
    ledger: Ledger, report_progress: planning.Progress = planning.unreported
) -> tuple[planning.ImportPlan, list[Layout]]:
    register, layouts = IMPORT_SCHEMAS[ledger.register], layouts_of(ledger)
    mapping.check(register, layouts, ledger.reading)
    planner = planning.Planner(register, ledger.reading, ledger.by, answers_of(ledger), ledger.empties)
    return planner.plan(layouts, report_progress), layouts


def answers_of(ledger: Ledger) -> dict[str, dict[str, str]]:
    """What was said of this file's cells, and of words like them before; of a file agreed to, what was said then."""
    if ledger.status in (Status.WAITING, Status.APPLYING):
        return dict(ledger.answers)
    answers: dict[str, dict[str, str]] = defaultdict(dict)
    rows = LearnedWord.objects.filter(county=mapping.county_for(ledger.by), register=ledger.register).exclude(column="")
    for column, word, meaning in rows.values_list("column", "word", "meaning"):
        answers[column][word] = meaning
    for column, given in ledger.answers.items():
        answers[column].update(given)
    return dict(answers)


def check_ledger(ledger: Ledger) -> Ledger:
    """试运行: every row's errors and doubts, and what would change. Writes nothing but its own findings; safe to repeat."""
    if ledger.status != Status.CHECKING:
        return ledger

    def report_progress(done: int, total: int) -> None:
        Ledger.objects.filter(pk=ledger.pk).update(done_rows=done, total_rows=total, touched_at=timezone.now())

    try:
        plan, layouts = _planned(ledger, report_progress)
    except ValidationError as error:
        return _faulty(ledger, [["", "", "", text] for text in error.messages])
    with transaction.atomic():
        ledger = lock(ledger)
        if ledger.status == Status.CHECKING:
            _keep(ledger, plan, layouts)
    return ledger


def _keep(ledger: Ledger, plan: planning.ImportPlan, layouts: list[Layout]) -> list[LedgerRow]:
    """The findings of a plan, in place of those before."""
    register = IMPORT_SCHEMAS[ledger.register]
    ledger.rows.all().delete()
    kept = LedgerRow.objects.bulk_create([_kept(ledger, register, row) for row in plan.rows], batch_size=1_000)
    outcomes = Counter(row.outcome for row in kept)
    ledger.total_rows = ledger.done_rows = len(kept)
    ledger.new_rows, ledger.changed_rows = outcomes[Outcome.NEW], outcomes[Outcome.CHANGED]
    ledger.same_rows, ledger.doubtful_rows = outcomes[Outcome.SAME], outcomes[Outcome.DOUBTFUL]
    ledger.refused_rows, ledger.left_rows = outcomes[Outcome.REFUSED], outcomes[Outcome.LEFT]
    ledger.questions = [asdict(question) for question in plan.questions.values()]
    ledger.emptied = sum(len(row.emptied) for row in plan.rows if row.is_good)
    ledger.faults = []
    lines = [(one.sheet.name, line + 1, why) for one in layouts for line, why in one.left_out]
    ledger.left_out = {"lines": lines[:LEFT_NAMED], "counts": dict(Counter(why for *_, why in lines))}
    ledger.sums = _sums(ledger, register, plan, layouts)
    ledger.status = Status.FAULTY if ledger.held_rows else Status.CHECKED
    ledger.save()
    return kept


def _kept(ledger: Ledger, register: ImportSchema, row: planning.PlannedRow) -> LedgerRow:
    if row.errors:
        outcome = Outcome.REFUSED
    elif row.is_left_out:
        outcome = Outcome.LEFT
    elif row.doubts:
        outcome = Outcome.DOUBTFUL
    else:
        outcome = Outcome.NEW if row.is_new else Outcome.CHANGED if row.changes else Outcome.SAME
    changes = [
        [register.by_name[name].label, register.by_name[name].format(before), register.by_name[name].format(value)]
        for name, (before, value) in row.changes.items()
        if not row.errors
    ]
    findings = {
        "errors": row.errors,
        "notes": [*row.notes, *(f"{label}：表里空着，保持原值" for label in row.emptied)],
        "changes": changes,
        "doubts": row.doubts,
    }
    return LedgerRow(
        ledger=ledger,
        sheet=row.sheet[:100],
        number=row.number,
        outcome=outcome,
        title=_title(register, row)[:200],
        findings={name: found for name, found in findings.items() if found or name == "errors"},
    )


def _title(register: ImportSchema, row: planning.PlannedRow) -> str:
    """What the row is about: its record, or what it says in the columns by which it would be known."""
    if row.record is not None and not row.errors:
        return str(row.record)
    told = ((register.by_name[name], row.values.get(name)) for name in register.keys[-1])
    return " ".join(column.format(value) for column, value in told if value not in (None, ""))


def _sums(ledger: Ledger, register: ImportSchema, plan: planning.ImportPlan, layouts: list[Layout]) -> dict[str, Any]:
    """By month, organization and so on, beside what the ledger's own total lines say."""
    if not register.totals:
        return {}
    rows = [row.record for row in plan.new]
    parts = []
    for title, key in register.totals:
        groups: dict[str, list[Any]] = {}
        for record in rows:
            sums = groups.setdefault(key(record), [0] * (1 + len(register.counts)))
            sums[0] += 1
            for place, (_, name) in enumerate(register.counts, start=1):
                sums[place] += getattr(record, name) or 0
        parts.append([title, [[name, *map(_grouped, groups[name])] for name in sorted(groups)]])
    whole = [len(rows), *(sum(getattr(record, name) or 0 for record in rows) for _, name in register.counts)]
    said = [_compared(register, plan, ledger.reading, one, heading) for one in layouts for heading in one.totals]
    return {
        "counts": [label for label, _ in register.counts],
        "whole": [_grouped(one) for one in whole],
        "by": parts,
        "said": [one for one in said if one],
    }


def _compared(
    register: ImportSchema, plan: planning.ImportPlan, told: mapping.Reading, layout: Layout, heading: str
) -> list[str]:
    """What a sheet's own total line says of a column, and what its rows add up to: [sheet, column, its total, ours]."""
    value, name = layout.totals[heading], told["fields"].get(heading, "")
    if name not in {field for _, field in register.counts}:
        return []
    mine = sum(getattr(row.record, name) or 0 for row in plan.rows if row.is_good and row.sheet == layout.sheet.name)
    try:
        said = Decimal(re.sub(r"[^\d.]", "", as_text(value)).rstrip("."))
        if isinstance(register.model._meta.get_field(name), DecimalField):
            said = (said * (layout.units.get(heading) or layout.unit)).quantize(Decimal("0.01"))
    except InvalidOperation:
        return []
    return [layout.sheet.name, heading, _grouped(said), _grouped(mine)]


def _grouped(value: Any) -> str:
    return f"{value:,}"


@transaction.atomic
def give_up(ledger_id: int) -> None:
    """A file that the reader stumbles over waits for nobody any more."""
    ledger = Ledger.objects.select_for_update().get(pk=ledger_id)
    if ledger.status == Status.CHECKING:
        _faulty(
            ledger, [["", "", "", "读这个文件时出了错，没有写入任何记录。请另存为 .xlsx 再试，还不行请联系系统管理员"]]
        )


def _faulty(ledger: Ledger, faults: list[list[Any]]) -> Ledger:
    ledger.status, ledger.faults = Status.FAULTY, faults
    ledger.save()
    return ledger


def write_ledger(ledger: Ledger) -> Ledger:
    """Writes what was agreed to. Safe to repeat: a file is written once. Raises ReasonNeeded."""
    try:
        with transaction.atomic():
            return _written(lock(ledger))
    except ReasonNeeded:
        raise
    except (ValidationError, PermissionDenied) as error:
        text = error.messages if isinstance(error, ValidationError) else [str(error)]
        with transaction.atomic():
            return _faulty(lock(ledger), [["", "", "", f"没有写入：{word}"] for word in text])


def write_in_worker(ledger: Ledger) -> None:
    """As whoever agreed would: with the reason they gave; where one is missing, the file waits for it."""
    reason = ledger.reason
    try:
        write_ledger(ledger)
    except ReasonNeeded as error:
        with transaction.atomic():
            ledger = lock(ledger)
            if (ledger.status, ledger.reason) == (Status.APPLYING, reason):  # nobody gave one in the meantime
                waiting = Status.WAITING if ledger.accepted_by_id else Status.CHECKED
                ledger.status, ledger.asks = waiting, str(error)[:300]
                ledger.save(update_fields=["status", "asks", "touched_at"])


def _written(ledger: Ledger) -> Ledger:
    if ledger.status != Status.APPLYING:
        return ledger
    register, by = IMPORT_SCHEMAS[ledger.register], ledger.by
    by.change_reason = ledger.reason
    require(rules.can_import(by, register))
    compared = ledger.new_rows, ledger.changed_rows, ledger.sums
    result, layouts = _planned(ledger)
    kept = _keep(ledger, result, layouts)
    if ledger.held_rows and not ledger.only_good:
        return ledger
    if register.is_history and compared != (ledger.new_rows, ledger.changed_rows, plain_json(ledger.sums)):
        ledger.status, ledger.accepted_by = Status.WAITING, None
        ledger.faults = [["", "", "", "没有写入：登记簿在复核之后变了，合计和复核时不同，请重新核对"]]
        ledger.save()
        return ledger
    context = {"ledger": ledger} if register.is_history else {}
    for row in result.new:
        row.values["ledger_place"] = f"{ledger.file_name[-60:]} “{row.sheet[:40]}”第 {row.number} 行"
    made = register.add(by=by, rows=[(row.record, row.values) for row in result.new], **context) or {}
    register.edit(
        by=by,
        values={row.record.pk: {name: value for name, (_, value) in row.changes.items()} for row in result.changed},
    )
    for row, line in zip(result.rows, kept, strict=True):
        if line.outcome in (Outcome.NEW, Outcome.CHANGED):
            line.record_key = row.record.pk
            line.written = snapshot(row.record) if row.is_new else _altered(row)
            line.also_made = [[one._meta.label, one.pk] for one in made.get(row.record.pk, [])]
    written = [line for line in kept if line.record_key is not None]
    LedgerRow.objects.bulk_update(written, ["record_key", "written", "also_made"], batch_size=500)
    ledger.status, ledger.applied_at = Status.DONE, timezone.now()
    ledger.save()
    return ledger


def plain_json(value: Any) -> Any:
    """As JSON keeps it: lists for tuples."""
    return json.loads(json.dumps(value))


def _altered(row: planning.PlannedRow) -> dict[str, list[Any]]:
    return {name: [plain(before), plain(value)] for name, (before, value) in row.changes.items()}


def refused_lines(ledger: Ledger, outcomes: tuple[str, ...]) -> Iterator[tuple[Layout, int, str]]:
    """The rows of a file with these outcomes, each with what is wrong beside it."""
    told = {
        (row.sheet, row.number): "；".join(
            [f"{column}：{why}" if column else why for column, _, why in row.findings.get("errors", [])]
            + [f"{column}：{question}" for column, question in row.findings.get("doubts", [])]
        )
        for row in ledger.rows.filter(outcome__in=outcomes)
    }
    for layout in layouts_of(ledger):
        for line in layout.rows:
            if (text := told.get((layout.sheet.name[:100], line + 1))) is not None:
                yield layout, line, text


def snapshot(record: Any) -> dict[str, Any]:
    """A record as the database will say it again: an amount with all its places, a number as its field has it."""
    return {field.name: plain(_as_kept(field, record)) for field in record._meta.fields if not field.generated}


def _as_kept(field: Any, record: Any) -> Any:
    value = getattr(record, field.attname)
    if isinstance(field, DecimalField) and value is not None:
        return Decimal(value).quantize(Decimal(1).scaleb(-field.decimal_places))
    return value


def plain(value: Any) -> Any:
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, (date, datetime, time)):
        return value.isoformat()
    return value if value is None or isinstance(value, (int, bool)) else str(value)
