"""What happens to a file: brought, checked as a whole, taken in as a whole, undone as a whole."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction

from xiangshan.core.accounts.models import User
from xiangshan.core.records import lock
from xiangshan.core.rules import require
from xiangshan.shared.imports import planning, reading, rules, tasks
from xiangshan.shared.imports.actions import rows
from xiangshan.shared.imports.models import ImportBatch
from xiangshan.shared.imports.schemas import IMPORT_SCHEMAS, ImportSchema

Status = ImportBatch.Status
AT_ONCE = 500  # rows checked and written while the person waits; larger files go to the worker


def bring_file(register: ImportSchema, file: "File[bytes]", *, by: User) -> ImportBatch:
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
        rows.check_batch(batch)
    return batch


@transaction.atomic
def apply_batch(batch: ImportBatch, *, by: User) -> ImportBatch:
    """确认导入: all rows or none. What would be written is worked out again from the register as it is now.

    Raises ReasonNeeded where facts of a signed year would change and nobody said why.
    """
    batch = lock(batch)
    require(rules.can_apply(by, batch))
    batch.status, batch.asks, batch.reason = Status.APPLYING, "", by.change_reason
    batch.save(update_fields=["status", "asks", "reason", "touched_at"])
    if batch.total_rows > AT_ONCE:
        tasks.write_import.delay_on_commit(batch.pk)
        return batch
    return rows.write_batch(batch)


@transaction.atomic
def undo_batch(batch: ImportBatch, *, by: User) -> ImportBatch:
    """撤销整批: only where no row was changed since and nothing depends on what was made. Raises ValidationError naming what stands in the way."""
    batch = lock(batch)
    require(rules.can_undo(by, batch))
    register = IMPORT_SCHEMAS[batch.register]
    fields = {field.name: field for field in register.model._meta.fields}
    made = {int(key): values for key, values in batch.written["made"].items()}
    altered = {int(key): values for key, values in batch.written["altered"].items()}
    now = _in_bulk(register, [*made, *altered])
    moved = [str(one) for key, one in now.items() if key in made and rows.snapshot(one) != made[key]]
    moved += [
        str(one)
        for key, one in now.items()
        if key in altered and any(rows.plain(getattr(one, name)) != after for name, (_, after) in altered[key].items())
    ]
    gone = [key for key in (*made, *altered) if key not in now]
    if moved or gone:
        text = "、".join(moved[:10]) + ("等" if len(moved) > 10 else "")
        raise ValidationError(f"{len(moved) + len(gone)} 条记录在导入后又改过，不能整批撤销：{text}")
    for item in now.values():
        require(register.may_write(by, item))
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


def _in_bulk(register: ImportSchema, keys: list[int]) -> dict[int, Any]:
    result: dict[int, Any] = {}
    for start in range(0, len(keys), 500):
        result |= register.model._default_manager.select_for_update().in_bulk(keys[start : start + 500])
    return result


def _restored(field: Any, value: Any) -> Any:
    if field.is_relation:
        return None if value is None else field.related_model._default_manager.get(pk=value)
    return field.to_python(value)
