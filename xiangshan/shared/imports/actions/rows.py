"""What is done with a file's rows, at once or in the worker: checked as a whole, written as a whole."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from xiangshan.core.records import ReasonNeeded, lock
from xiangshan.core.rules import require
from xiangshan.shared.imports import planning, reading, rules
from xiangshan.shared.imports.models import ImportBatch
from xiangshan.shared.imports.schemas import IMPORT_SCHEMAS

Status = ImportBatch.Status
PREVIEWED = 200


def _planned(batch: ImportBatch, report_progress: planning.Progress = planning.unreported) -> planning.ImportPlan:
    with batch.file.open("rb") as file:
        sheet = reading.read_rows(file)
    register = IMPORT_SCHEMAS[batch.register]
    return planning.plan(register, sheet, by=batch.by, report_progress=report_progress)


def check_batch(batch: ImportBatch) -> ImportBatch:
    """试运行: every row's errors, and what would change. Writes nothing but its own findings; safe to repeat."""
    if batch.status != Status.CHECKING:
        return batch

    def report_progress(done: int, total: int) -> None:
        ImportBatch.objects.filter(pk=batch.pk).update(done_rows=done, total_rows=total, touched_at=timezone.now())

    try:
        result = _planned(batch, report_progress)
    except ValidationError as error:
        return _faulty(batch, [[1, "", "", text] for text in error.messages])
    batch.refresh_from_db(fields=["status", "done_rows", "total_rows"])
    if batch.status == Status.CHECKING:
        _keep(batch, result)
    return batch


def _keep(batch: ImportBatch, plan: planning.ImportPlan) -> None:
    register = IMPORT_SCHEMAS[batch.register]
    columns = {column.name: column for column in register.columns}
    batch.new_rows, batch.changed_rows = len(plan.new), len(plan.changed)
    batch.same_rows = sum(not row.errors for row in plan.rows) - batch.new_rows - batch.changed_rows
    batch.errors = plan.errors
    batch.preview = [
        [
            row.number,
            str(row.record),
            [
                [columns[name].label, columns[name].format(before), columns[name].format(value)]
                for name, (before, value) in row.changes.items()
            ],
        ]
        for row in plan.changed[:PREVIEWED]
    ]
    batch.status = Status.FAULTY if batch.errors else Status.CHECKED
    batch.save()


def _faulty(batch: ImportBatch, errors: list[list[Any]]) -> ImportBatch:
    batch.status, batch.errors = Status.FAULTY, errors
    batch.save()
    return batch


def write_batch(batch: ImportBatch) -> ImportBatch:
    """Writes what was confirmed. Safe to repeat: a batch is written once. Raises ReasonNeeded."""
    try:
        with transaction.atomic():
            return _written(lock(batch))
    except ReasonNeeded:
        raise
    except (ValidationError, PermissionDenied) as error:
        text = error.messages if isinstance(error, ValidationError) else [str(error)]
        with transaction.atomic():
            return _faulty(lock(batch), [["", "", "", f"没有写入：{word}"] for word in text])


def write_in_worker(batch: ImportBatch) -> None:
    """As whoever confirmed it would: with the reason they gave; where one is missing, the batch waits for it."""
    reason = batch.reason
    try:
        write_batch(batch)
    except ReasonNeeded as error:
        with transaction.atomic():
            batch = lock(batch)
            if (batch.status, batch.reason) == (Status.APPLYING, reason):  # nobody gave one in the meantime
                batch.status, batch.asks = Status.CHECKED, str(error)[:300]
                batch.save(update_fields=["status", "asks", "touched_at"])


def _written(batch: ImportBatch) -> ImportBatch:
    if batch.status != Status.APPLYING:
        return batch
    register, by = IMPORT_SCHEMAS[batch.register], batch.by
    by.change_reason = batch.reason
    require(rules.can_import(by, register))
    result = _planned(batch)
    _keep(batch, result)
    if result.errors:
        return batch
    register.add(by=by, rows=[(row.record, row.values) for row in result.new])
    register.edit(
        by=by,
        values={row.record.pk: {name: value for name, (_, value) in row.changes.items()} for row in result.changed},
    )
    batch.written = {
        "made": {row.record.pk: snapshot(row.record) for row in result.new},
        "altered": {
            row.record.pk: {name: [plain(before), plain(value)] for name, (before, value) in row.changes.items()}
            for row in result.changed
        },
    }
    batch.status, batch.applied_at = Status.DONE, timezone.now()
    batch.save()
    return batch


def snapshot(record: Any) -> dict[str, Any]:
    return {field.name: plain(getattr(record, field.attname)) for field in record._meta.fields}


def plain(value: Any) -> Any:
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return value if value is None or isinstance(value, (int, bool)) else str(value)
