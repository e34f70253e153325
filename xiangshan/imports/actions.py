"""What happens to a file: brought, checked as a whole, taken in as a whole, undone as a whole."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files import File
from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from xiangshan.accounts.models import User
from xiangshan.imports import planning, reading, rules, tasks
from xiangshan.imports.models import ImportBatch
from xiangshan.imports.registers import REGISTERS, Register
from xiangshan.records import ReasonNeeded, because, lock
from xiangshan.rules import require

Status = ImportBatch.Status
AT_ONCE = 500  # rows checked and written while the person waits; larger files go to the worker
PREVIEWED = 200


def bring_file(register: Register, file: "File[bytes]", *, by: User) -> ImportBatch:
    """上传: refused where it is no plain workbook or its headings are not the register's. Raises ValidationError."""
    require(rules.can_import(by, register))
    reading.check_workbook(file, file.size)
    sheet = reading.read_rows(file)
    planning.headings(register, sheet)
    file.seek(0)
    with transaction.atomic():
        batch = ImportBatch(
            register=register.name, file=file, file_name=str(file.name)[-200:], by=by, total_rows=max(0, len(sheet) - 1)
        )
        batch.save()
        if batch.total_rows > AT_ONCE:
            tasks.check_import.delay_on_commit(batch.pk)
    if batch.total_rows <= AT_ONCE:
        check_batch(batch)
    return batch


def _planned(batch: ImportBatch, told: Any = None) -> planning.Plan:
    with batch.file.open("rb") as file:
        sheet = reading.read_rows(file)
    register = REGISTERS[batch.register]
    return planning.plan(register, sheet, by=batch.by, **({"told": told} if told else {}))


def check_batch(batch: ImportBatch) -> ImportBatch:
    """试运行: every row's errors, and what would change. Writes nothing but its own findings; safe to repeat."""
    if batch.status != Status.CHECKING:
        return batch

    def told(done: int, total: int) -> None:
        ImportBatch.objects.filter(pk=batch.pk).update(done_rows=done, total_rows=total, touched_at=timezone.now())

    try:
        found = _planned(batch, told)
    except ValidationError as error:
        return _faulty(batch, [[1, "", "", words] for words in error.messages])
    batch.refresh_from_db(fields=["status", "done_rows", "total_rows"])
    if batch.status == Status.CHECKING:
        _keep(batch, found)
    return batch


def _keep(batch: ImportBatch, found: planning.Plan) -> None:
    register = REGISTERS[batch.register]
    columns = {column.name: column for column in register.columns}
    batch.new_rows, batch.changed_rows = len(found.new), len(found.changed)
    batch.same_rows = sum(not row.errors for row in found.rows) - batch.new_rows - batch.changed_rows
    batch.errors = found.errors
    batch.preview = [
        [
            row.number,
            str(row.record),
            [
                [columns[name].label, columns[name].words(before), columns[name].words(value)]
                for name, (before, value) in row.changes.items()
            ],
        ]
        for row in found.changed[:PREVIEWED]
    ]
    batch.status = Status.FAULTY if batch.errors else Status.CHECKED
    batch.save()


def _faulty(batch: ImportBatch, errors: list[list[Any]]) -> ImportBatch:
    batch.status, batch.errors = Status.FAULTY, errors
    batch.save()
    return batch


@transaction.atomic
def apply_batch(batch: ImportBatch, *, by: User) -> ImportBatch:
    """确认导入: all rows or none. What would be written is worked out again from the register as it is now.

    Raises ReasonNeeded where facts of a signed year would change and nobody said why.
    """
    batch = lock(batch)
    require(rules.can_apply(by, batch))
    batch.status, batch.asks, batch.reason = Status.APPLYING, "", because.get()()
    batch.save(update_fields=["status", "asks", "reason", "touched_at"])
    if batch.total_rows > AT_ONCE:
        tasks.write_import.delay_on_commit(batch.pk)
        return batch
    return write_batch(batch)


def write_batch(batch: ImportBatch) -> ImportBatch:
    """Writes what was confirmed. Safe to repeat: a batch is written once. Raises ReasonNeeded."""
    try:
        with transaction.atomic():
            return _written(lock(batch))
    except ReasonNeeded:
        raise
    except (ValidationError, PermissionDenied) as error:
        words = error.messages if isinstance(error, ValidationError) else [str(error)]
        with transaction.atomic():
            return _faulty(lock(batch), [["", "", "", f"没有写入:{word}"] for word in words])


def write_in_worker(batch: ImportBatch) -> None:
    """As whoever confirmed it would: with the reason they gave; where one is missing, the batch waits for it."""
    reason = batch.reason
    token = because.set(lambda: reason)
    try:
        write_batch(batch)
    except ReasonNeeded as error:
        with transaction.atomic():
            batch = lock(batch)
            if (batch.status, batch.reason) == (Status.APPLYING, reason):  # nobody gave one in the meantime
                batch.status, batch.asks = Status.CHECKED, str(error)[:300]
                batch.save(update_fields=["status", "asks", "touched_at"])
    finally:
        because.reset(token)


def _written(batch: ImportBatch) -> ImportBatch:
    if batch.status != Status.APPLYING:
        return batch
    register, by = REGISTERS[batch.register], batch.by
    require(rules.can_import(by, register))
    found = _planned(batch)
    _keep(batch, found)
    if found.errors:
        return batch
    register.add(by=by, rows=[(row.record, row.values) for row in found.new])
    register.edit(
        by=by,
        values={row.record.pk: {name: value for name, (_, value) in row.changes.items()} for row in found.changed},
    )
    batch.written = {
        "made": {row.record.pk: _snapshot(row.record) for row in found.new},
        "altered": {
            row.record.pk: {name: [_plain(before), _plain(value)] for name, (before, value) in row.changes.items()}
            for row in found.changed
        },
    }
    batch.status, batch.applied_at = Status.DONE, timezone.now()
    batch.save()
    return batch


@transaction.atomic
def undo_batch(batch: ImportBatch, *, by: User) -> ImportBatch:
    """撤销整批: only where no row was changed since and nothing depends on what was made. Raises ValidationError naming what stands in the way."""
    batch = lock(batch)
    require(rules.can_undo(by, batch))
    register = REGISTERS[batch.register]
    fields = {field.name: field for field in register.model._meta.fields}
    made = {int(key): values for key, values in batch.written["made"].items()}
    altered = {int(key): values for key, values in batch.written["altered"].items()}
    now = _in_bulk(register, [*made, *altered])
    moved = [str(one) for key, one in now.items() if key in made and _snapshot(one) != made[key]]
    moved += [
        str(one)
        for key, one in now.items()
        if key in altered and any(_plain(getattr(one, name)) != after for name, (_, after) in altered[key].items())
    ]
    gone = [key for key in (*made, *altered) if key not in now]
    if moved or gone:
        words = "、".join(moved[:10]) + ("等" if len(moved) > 10 else "")
        raise ValidationError(f"{len(moved) + len(gone)} 条记录在导入后又改过,不能整批撤销:{words}")
    for one in now.values():
        require(register.may_write(by, one))
    register.edit(
        by=by,
        values={
            key: {name: _restored(fields[name], before) for name, (before, _) in changes.items()}
            for key, changes in altered.items()
        },
        verb="撤销导入",
    )
    register.take_back(by=by, keys=list(made))
    batch.status = Status.UNDONE
    batch.save(update_fields=["status", "touched_at"])
    return batch


def _in_bulk(register: Register, keys: list[int]) -> dict[int, Any]:
    found: dict[int, Any] = {}
    for start in range(0, len(keys), 500):
        found |= register.model._default_manager.select_for_update().in_bulk(keys[start : start + 500])
    return found


def _snapshot(record: Any) -> dict[str, Any]:
    return {field.name: _plain(getattr(record, field.attname)) for field in record._meta.fields}


def _plain(value: Any) -> Any:
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return value if value is None or isinstance(value, (int, bool)) else str(value)


def _restored(field: Any, value: Any) -> Any:
    if field.is_relation:
        return None if value is None else field.related_model._default_manager.get(pk=value)
    return field.to_python(value)
