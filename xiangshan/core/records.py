"""The one way to write a business record: lock, then create or change. Validation, history and what follows come with it."""

import copy
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar

from auditlog.context import disable_auditlog
from auditlog.diff import model_instance_diff
from auditlog.models import LogEntry
from auditlog.registry import auditlog
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.encoding import smart_str
from django.utils.module_loading import import_string


class ReasonNeeded(PermissionDenied):
    """A change that needs a reason, and nobody gave one: asked for once for a whole request, never collected as a row's fault."""


class Automatic(str):
    """A reason the portal wrote by itself: it tells a history, and excuses nothing."""

    __slots__ = ()


R = TypeVar("R", bound=models.Model)
# Rows of a record as a form says them: with `row` one that is there, with `gone` taken out, without `row` a new one.
Rows = Iterable[dict[str, Any]]


@dataclass
class Write:
    """Records of one model being written: their keys now (none while they are new), and as they will be."""

    model: type[models.Model]
    keys: list[Any]
    becoming: list[Any] = field(default_factory=list)
    by: Any = None
    reason: str = ""

    @property
    def change_reason(self) -> str:
        """Why a signed year may change: what the person said for everything they do now, else the reason of this write."""
        stated = getattr(self.by, "change_reason", "")
        return stated or ("" if isinstance(self.reason, Automatic) else self.reason)


@cache
def consequences() -> tuple[Callable[[Write], AbstractContextManager[None]], ...]:
    """What follows from every write, in the order of settings.CONSEQUENCES_OF_WRITES: before the yield the database says the old."""
    return tuple(import_string(path) for path in settings.CONSEQUENCES_OF_WRITES)


@contextmanager
def writing(
    model: type[models.Model], keys: list[Any], becoming: Iterable[Any] = (), *, by: Any = None, reason: str = ""
) -> Iterator[Write]:
    """One write, whoever makes it: all or nothing, without a second line of history, and with what follows from it."""
    write = Write(model, keys, list(becoming), by, reason)
    with transaction.atomic(), disable_auditlog(), ExitStack() as stack:
        for consequence in consequences():
            stack.enter_context(consequence(write))
        yield write
        write.keys = write.keys or [record.pk for record in write.becoming]


def lock(record: R) -> R:
    """The row as it is now, held until the transaction ends."""
    return type(record)._default_manager.select_for_update().get(pk=record.pk)


def create(record: R, *, by: Any, verb: str = "新建", reason: str = "") -> R:
    """Validates and saves a new record, with its history line. Raises ValidationError."""
    record.full_clean()
    with writing(type(record), [], [record], by=by, reason=reason):
        record.save(force_insert=True)
        _log(record, None, by=by, verb=verb, reason=reason, action=LogEntry.Action.CREATE)
    return record


def create_many(records: Iterable[R], *, by: Any, verb: str = "导入") -> list[R]:
    """Many new records at once, saved in bulk with a history line each.

    Fields and `clean` are checked here; references, uniqueness and constraints by the database as the rows arrive: one query for
    all instead of several a row. Raises ValidationError; then nothing is saved.
    """
    records = list(records)
    if not records:
        return records
    references = {field.name for field in records[0]._meta.fields if field.is_relation}
    for record in records:
        record.clean_fields(exclude=references)
        record.clean()
    model = type(records[0])
    with writing(model, [], records, by=by):
        try:
            model._default_manager.bulk_create(records, batch_size=500)
        except IntegrityError as error:
            raise ValidationError(f"有记录重复或不符合约束：{error}") from error
        _log_many(records, LogEntry.Action.CREATE, by, verb, {record.pk: _made(record) for record in records})
    return records


def all_or_none(records: Iterable[R], act: Callable[[R], Any]) -> list[R]:
    """Does the same to many records, or to none: whatever is refused is named together. Raises ValidationError."""
    done, refused = [], []
    with transaction.atomic():
        for record in records:
            try:
                act(record)
            except ReasonNeeded:
                raise
            except PermissionDenied as error:
                refused.append(f"{record}：{error}")
            except ValidationError as error:
                refused.append(f"{record}：{'；'.join(error.messages)}")
            done.append(record)
        if refused:
            raise ValidationError(refused)
    return done


def change(record: R, *, by: Any, verb: str, reason: str = "", **values: Any) -> R:
    """Sets what differs on a locked record, validates, saves and logs it. Returns the record; nothing differs, nothing is written.

    Raises ValidationError.
    """
    before = copy.copy(record)
    before._state = copy.copy(record._state)
    before._state.fields_cache = dict(record._state.fields_cache)
    changed = [name for name, value in values.items() if getattr(record, name) != value]
    if not changed:
        return record
    for name in changed:
        setattr(record, name, values[name])
    unchanged = {field.name for field in record._meta.fields} - set(changed)
    record.clean_fields(exclude=unchanged)
    record.clean()
    # What clean() derives from the rest is saved with it.
    changed += [name for name in unchanged if _column(record, name) != _column(before, name)]
    record.validate_unique()
    record.validate_constraints()
    with writing(type(record), [record.pk], [record], by=by, reason=reason):
        record.save(update_fields=changed)
        _log(record, before, by=by, verb=verb, reason=reason, action=LogEntry.Action.UPDATE)
    return record


def change_many(model: type[R], values: dict[Any, dict[str, Any]], *, by: Any, verb: str = "导入") -> list[R]:
    """Many records by key, each with its own new values: locked, checked, saved in bulk, with a history line each.

    Raises ValidationError; then nothing is saved.
    """
    if not values:
        return []
    with transaction.atomic():
        records = _locked(model, list(values))
        before = {record.pk: copy.copy(record) for record in records}
        names: set[str] = set()
        for record in records:
            _set(record, values[record.pk])
            record.clean_fields(exclude={field.name for field in model._meta.fields} - set(values[record.pk]))
            record.clean()
            names |= {
                field.name
                for field in model._meta.fields
                if _column(record, field.name) != _column(before[record.pk], field.name)
            }
        _save_many(model, records, before, sorted(names), by=by, verb=verb)
    return records


def set_related(record: models.Model, name: str, values: Iterable[Any], *, by: Any, verb: str) -> None:
    """Sets a many-to-many field of a record, with its history line where it differs."""
    field = getattr(record, name)
    before, after = {item.pk: str(item) for item in field.all()}, {item.pk: str(item) for item in values}
    if before.keys() == after.keys():
        return
    with transaction.atomic(), disable_auditlog():
        field.set(after)
        texts = ["、".join(names[key] for key in sorted(names)) for names in (before, after)]
        _log_many([record], LogEntry.Action.UPDATE, by, verb, {record.pk: {name: texts}})


def move_many(model: type[R], keys: list[Any], *, by: Any, verb: str, **values: Any) -> None:
    """Sets the same on many records: for what belongs to something else from now on, and is otherwise untouched."""
    if not keys:
        return
    with transaction.atomic():
        records = _locked(model, keys)
        before = {record.pk: copy.copy(record) for record in records}
        for record in records:
            _set(record, values)
        _save_many(model, records, before, list(values), by=by, verb=verb)


def _locked(model: type[R], keys: list[Any]) -> list[R]:
    rows = model._default_manager.select_for_update()
    return [record for start in range(0, len(keys), 500) for record in rows.filter(pk__in=keys[start : start + 500])]


def _set(record: models.Model, values: dict[str, Any]) -> None:
    """Sets values on a record of which a copy was kept: what the copy remembers of references stays its own."""
    record._state = copy.copy(record._state)
    record._state.fields_cache = {}
    for name, value in values.items():
        setattr(record, name, value)


def _save_many(model: type[R], records: list[R], before: dict[Any, R], names: list[str], *, by: Any, verb: str) -> None:
    """Saves these fields of locked records, with a history line each. Raises ValidationError."""
    with writing(model, [record.pk for record in records], records, by=by):
        if names:
            try:
                model._default_manager.bulk_update(records, names, batch_size=200)
            except IntegrityError as error:
                raise ValidationError(f"有记录重复或不符合约束：{error}") from error
        changes = {record.pk: model_instance_diff(before[record.pk], record) or {} for record in records}
        _log_many(records, LogEntry.Action.UPDATE, by, verb, changes)


def remove_many(records: Iterable[R], *, by: Any, verb: str, reason: str = "") -> None:
    """Takes back records that should never have been: only where nothing depends on them; their history stays.

    Raises ValidationError naming what depends on them.
    """
    records = list(records)
    if not records:
        return
    model = type(records[0])
    with writing(model, [record.pk for record in records], by=by, reason=reason):
        _log_many(records, LogEntry.Action.DELETE, by, verb, {}, reason)
        try:
            for start in range(0, len(records), 500):
                model._default_manager.filter(pk__in=[record.pk for record in records[start : start + 500]]).delete()
        except models.ProtectedError as error:
            text = "、".join(
                sorted({str(protected_object._meta.verbose_name) for protected_object in error.protected_objects})
            )
            raise ValidationError(f"已有{text}与这些记录相连，不能撤回") from error


def _log_many(records: Iterable[R], action: int, by: Any, verb: str, changes: dict[Any, Any], reason: str = "") -> None:
    records = list(records)
    content_type = ContentType.objects.get_for_model(type(records[0]))
    extra = {"verb": verb} | ({"reason": reason} if reason else {})
    LogEntry.objects.bulk_create(
        (
            LogEntry(
                content_type=content_type,
                object_pk=str(record.pk),
                object_id=record.pk if isinstance(record.pk, int) else None,
                object_repr=smart_str(record),
                action=action,
                changes=changes.get(record.pk, {}),
                actor=by,
                additional_data=extra,
            )
            for record in records
        ),
        batch_size=500,
    )


def _made(record: models.Model) -> dict[str, list[str]]:
    """What a new record says, as auditlog would tell it, without asking the database for references; what the model keeps out of it is not told."""
    kept_out = auditlog.get_model_fields(type(record))["exclude_fields"] if auditlog.contains(type(record)) else ()
    recorded = [field for field in record._meta.concrete_fields if field.name not in kept_out]
    values = {field.name: getattr(record, field.attname) for field in recorded}
    return {name: ["None", smart_str(value)] for name, value in values.items() if value not in (None, "")}


def _column(record: models.Model, name: str) -> Any:
    return getattr(record, record._meta.get_field(name).attname)  # type: ignore[union-attr]


def _log(record: models.Model, before: models.Model | None, *, by: Any, verb: str, reason: str, action: int) -> None:
    extra = {"verb": verb} | ({"reason": reason} if reason else {})
    LogEntry.objects.log_create(
        record, action=action, changes=model_instance_diff(before, record) or {}, actor=by, additional_data=extra
    )


def sync_children(
    model: Any,
    whole: str,
    record: models.Model,
    rows: Rows,
    *,
    by: Any,
    in_use: Callable[[Any], str] = lambda row: "",
    reason: str = "",
) -> None:
    """Brings the rows of a record to what is said. `in_use` says why a row cannot be taken out. Raises ValidationError.

    What goes, goes first: another may come in its place.
    """
    title = model._meta.verbose_name
    for given in sorted(rows, key=lambda row: not row.get("gone", False)):
        values = dict(given)
        row, gone = values.pop("row", None), values.pop("gone", False)
        if row is None:
            create(model(**{whole: record}, **values), by=by, verb=f"加入{title}", reason=reason)
        elif getattr(row, f"{whole}_id") != record.pk:
            raise ValidationError(f"{title}不属于这条记录")
        elif not gone:
            change(lock(row), by=by, verb=f"修改{title}", reason=reason, **values)
        elif text := in_use(row):
            raise ValidationError(text)
        else:
            remove_many([row], by=by, verb=f"移除{title}", reason=reason)
