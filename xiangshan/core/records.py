"""The one way to write a business record: lock, then create or change. Validation, history and the news to the figures come with it."""

import copy
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from typing import Any, TypeVar

from auditlog.context import disable_auditlog
from auditlog.diff import model_instance_diff
from auditlog.models import LogEntry
from auditlog.registry import auditlog
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models, transaction
from django.dispatch import Signal
from django.utils.encoding import smart_str

# Sent inside the transaction for records about to change (with `making`: the records as they will be, the database still says the old),
# and for records as they now are: the latter with who changed them, why, and what each receiver answered before. The figures mark
# themselves stale by it, and closed years guard themselves.
facts_changing = Signal()
facts_changed = Signal()
# Why facts of a closed year are changed, where the deed itself asks for no reason: said once for all that a request does.
because: ContextVar[Callable[[], str]] = ContextVar("because", default=lambda: "")


class ReasonNeeded(PermissionDenied):
    """A deed that needs a reason, and nobody gave one: asked for once for a whole request, never collected as a row's fault."""


class Automatic(str):
    """A reason the portal wrote by itself: it tells a history, and excuses nothing."""

    __slots__ = ()


R = TypeVar("R", bound=models.Model)
# Rows of a record as a form says them: with `row` one that is there, with `gone` taken out, without `row` a new one.
Rows = Iterable[dict[str, Any]]


def lock(record: R) -> R:
    """The row as it is now, held until the transaction ends."""
    return type(record)._default_manager.select_for_update().get(pk=record.pk)


def create(record: R, *, by: Any, verb: str = "新建", reason: str = "") -> R:
    """Validates and saves a new record, with its history line. Raises ValidationError."""
    record.full_clean()
    with transaction.atomic(), disable_auditlog():
        told = facts_changing.send(type(record), pks=[], making=[record])
        record.save(force_insert=True)
        _log(record, None, by=by, verb=verb, reason=reason, action=LogEntry.Action.CREATE)
        _tell(type(record), [record.pk], told, by=by, reason=reason)
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
    with transaction.atomic():
        told = facts_changing.send(model, pks=[], making=records)
        try:
            model._default_manager.bulk_create(records, batch_size=500)
        except IntegrityError as error:
            raise ValidationError(f"有记录重复或不符合约束:{error}") from error
        _log_many(records, LogEntry.Action.CREATE, by, verb, {record.pk: _made(record) for record in records})
        _tell(model, [record.pk for record in records], told, by=by)
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
                refused.append(f"{record}:{error}")
            except ValidationError as error:
                refused.append(f"{record}:{';'.join(error.messages)}")
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
    with transaction.atomic(), disable_auditlog():
        told = facts_changing.send(type(record), pks=[record.pk], making=[record])
        record.save(update_fields=changed)
        _log(record, before, by=by, verb=verb, reason=reason, action=LogEntry.Action.UPDATE)
        _tell(type(record), [record.pk], told, by=by, reason=reason)
    return record


def change_many(model: type[R], values: dict[Any, dict[str, Any]], *, by: Any, verb: str = "导入") -> list[R]:
    """Many records by key, each with its own new values: locked, checked, saved in bulk, with a history line each.

    Raises ValidationError; then nothing is saved.
    """
    if not values:
        return []
    keys = list(values)
    with transaction.atomic():
        found: dict[Any, R] = {}
        for start in range(0, len(keys), 500):
            found |= model._default_manager.select_for_update().in_bulk(keys[start : start + 500])
        before = {key: copy.copy(record) for key, record in found.items()}
        names: set[str] = set()
        for key, record in found.items():
            record._state = copy.copy(record._state)
            record._state.fields_cache = {}
            for name, value in values[key].items():
                setattr(record, name, value)
            record.clean_fields(exclude={field.name for field in model._meta.fields} - set(values[key]))
            record.clean()
            names |= {
                field.name
                for field in model._meta.fields
                if _column(record, field.name) != _column(before[key], field.name)
            }
        told = facts_changing.send(model, pks=keys, making=list(found.values()))
        if names:
            try:
                model._default_manager.bulk_update(found.values(), sorted(names), batch_size=200)
            except IntegrityError as error:
                raise ValidationError(f"有记录重复或不符合约束:{error}") from error
        _log_many(
            found.values(),
            LogEntry.Action.UPDATE,
            by,
            verb,
            {key: model_instance_diff(before[key], record) or {} for key, record in found.items()},
        )
        _tell(model, keys, told, by=by)
    return list(found.values())


def set_related(record: models.Model, name: str, values: Iterable[Any], *, by: Any, verb: str) -> None:
    """Sets a many-to-many field of a record, with its history line where it differs."""
    field = getattr(record, name)
    before, after = {one.pk: str(one) for one in field.all()}, {one.pk: str(one) for one in values}
    if before.keys() == after.keys():
        return
    with transaction.atomic(), disable_auditlog():
        field.set(after)
        words = ["、".join(names[key] for key in sorted(names)) for names in (before, after)]
        _log_many([record], LogEntry.Action.UPDATE, by, verb, {record.pk: {name: words}})


def move_many(model: type[R], keys: list[Any], *, by: Any, verb: str, **values: Any) -> None:
    """Sets the same on many records: for what belongs to something else from now on, and is otherwise untouched."""
    if not keys:
        return
    with transaction.atomic():
        records = [
            one
            for start in range(0, len(keys), 500)
            for one in model._default_manager.select_for_update().filter(pk__in=keys[start : start + 500])
        ]
        before = {record.pk: copy.copy(record) for record in records}
        for record in records:
            record._state = copy.copy(record._state)
            record._state.fields_cache = {}
            for name, value in values.items():
                setattr(record, name, value)
        told = facts_changing.send(model, pks=keys, making=records)
        model._default_manager.bulk_update(records, list(values), batch_size=500)
        changes = {record.pk: model_instance_diff(before[record.pk], record) or {} for record in records}
        _log_many(records, LogEntry.Action.UPDATE, by, verb, changes)
        _tell(model, keys, told, by=by)


def remove_many(records: Iterable[R], *, by: Any, verb: str, reason: str = "") -> None:
    """Takes back records that should never have been: only where nothing depends on them; their history stays.

    Raises ValidationError naming what depends on them.
    """
    records = list(records)
    if not records:
        return
    model = type(records[0])
    with transaction.atomic(), disable_auditlog():
        keys = [record.pk for record in records]
        told = facts_changing.send(model, pks=keys)
        _log_many(records, LogEntry.Action.DELETE, by, verb, {}, reason)
        try:
            for start in range(0, len(records), 500):
                model._default_manager.filter(pk__in=[record.pk for record in records[start : start + 500]]).delete()
        except models.ProtectedError as error:
            words = "、".join(sorted({str(one._meta.verbose_name) for one in error.protected_objects}))
            raise ValidationError(f"已有{words}与这些记录相连,不能撤回") from error
        _tell(model, keys, told, by=by, reason=reason)


def _tell(model: type[models.Model], keys: list[Any], told: list[Any], *, by: Any, reason: str = "") -> None:
    facts_changed.send(model, pks=keys, by=by, reason=reason, before=dict(told))


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
    told = [field for field in record._meta.concrete_fields if field.name not in kept_out]
    values = {field.name: getattr(record, field.attname) for field in told}
    return {name: ["None", smart_str(value)] for name, value in values.items() if value not in (None, "")}


def _column(record: models.Model, name: str) -> Any:
    return getattr(record, record._meta.get_field(name).attname)  # type: ignore[union-attr]


def _log(record: models.Model, before: models.Model | None, *, by: Any, verb: str, reason: str, action: int) -> None:
    extra = {"verb": verb} | ({"reason": reason} if reason else {})
    LogEntry.objects.log_create(
        record, action=action, changes=model_instance_diff(before, record) or {}, actor=by, additional_data=extra
    )


class NumberSequence(models.Model):
    """编号: the last number given out in a series. Taken inside the transaction of its record: no gaps, no repeats."""

    key = models.CharField("序列", max_length=60, primary_key=True)
    last = models.PositiveIntegerField("最后编号", default=0)

    class Meta:
        app_label = "areas"
        verbose_name = "编号序列"

    def __str__(self) -> str:
        return f"{self.key} {self.last}"


def next_number(key: str) -> int:
    """The next number of a series; the series is held until the transaction ends, so a rollback gives the number back."""
    NumberSequence.objects.get_or_create(key=key)
    sequence = NumberSequence.objects.select_for_update().get(key=key)
    sequence.last += 1
    sequence.save(update_fields=["last"])
    return sequence.last


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
        elif words := in_use(row):
            raise ValidationError(words)
        else:
            remove_many([row], by=by, verb=f"移除{title}", reason=reason)
