"""Every table as rows of plain values, the same for both databases. What is encrypted leaves and enters as it is stored."""

import base64
import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.utils.dateparse import parse_date, parse_datetime, parse_time

AT_ONCE = 1000
# Who is logged in, and who failed to, is not carried elsewhere.
LEFT_OUT = {
    "sessions.Session",
    "usersessions.UserSession",
    "axes.AccessAttempt",
    "axes.AccessFailureLog",
    "axes.AccessLog",
}


def tables() -> list[type[models.Model]]:
    """Every table of the portal, also those that join two others; the same order each time."""
    every = [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and model._meta.label not in LEFT_OUT
    ]
    return sorted(every, key=lambda model: model._meta.db_table)


def stored_fields(model: type[models.Model]) -> list[Any]:
    """Its columns, but for what the database computes."""
    return [field for field in model._meta.concrete_fields if not getattr(field, "generated", False)]


def rows_of(model: type[models.Model]) -> Iterator[str]:
    """Each row as a line of JSON, by its key."""
    fields = stored_fields(model)
    # Past the field's own reading: an encrypted text is written down encrypted.
    raw = {
        f"raw_{n}": models.expressions.RawSQL(_column(model, field), ())  # noqa: S611  (our own columns)
        for n, field in enumerate(fields)
        if _is_sealed(field)
    }
    names = [f"raw_{n}" if _is_sealed(field) else field.attname for n, field in enumerate(fields)]
    rows = model._base_manager.order_by("pk").annotate(**raw).values_list(*names)
    for row in rows.iterator(chunk_size=AT_ONCE):
        yield json.dumps([_plain(value) for value in row], ensure_ascii=False, separators=(",", ":"))


def _column(model: type[models.Model], field: Any) -> str:
    quote = connection.ops.quote_name
    return f"{quote(model._meta.db_table)}.{quote(field.column)}"


def _is_sealed(field: Any) -> bool:
    return bool(getattr(field, "is_sealed", False))


def _plain(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return {"bytes": base64.b64encode(bytes(value)).decode()}
    if value is None or isinstance(value, str | int | float | bool | list):
        return value
    if isinstance(value, dict):
        return {"json": value}
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def load(model: type[models.Model], lines: Iterable[str]) -> int:
    """Writes rows as they were, past everything that would set or check them anew; returns how many."""
    fields = stored_fields(model)
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    sql = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({', '.join(['%s'] * len(fields))})"  # noqa: S608
    readers = [_reader(field) for field in fields]
    written, batch = 0, []
    with connection.cursor() as cursor:
        for line in lines:
            batch.append([read(value) for read, value in zip(readers, json.loads(line), strict=True)])
            if len(batch) == AT_ONCE:
                cursor.executemany(sql, batch)
                written, batch = written + len(batch), []
        if batch:
            cursor.executemany(sql, batch)
    return written + len(batch)


def _reader(field: Any) -> Callable[[Any], Any]:
    """From what stands in a file to what this database takes."""
    target = field.target_field if field.is_relation else field
    while target.is_relation:
        target = target.target_field
    kind = target.get_internal_type()

    def read(value: Any) -> Any:
        if value is None or _is_sealed(field):
            return value
        if isinstance(value, dict) and "bytes" in value:
            value = base64.b64decode(value["bytes"])
        elif kind == "JSONField":
            value = value["json"] if isinstance(value, dict) else value
        elif kind == "DateTimeField":
            value = parse_datetime(value)
        elif kind == "DateField":
            value = parse_date(value)
        elif kind == "TimeField":
            value = parse_time(value)
        else:
            value = target.to_python(value)
        return target.get_db_prep_save(value, connection)

    return read


def empty(models_: Iterable[type[models.Model]]) -> None:
    """All rows of all tables, whatever refers to what."""
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        for model in models_:
            cursor.execute(f"DELETE FROM {quote(model._meta.db_table)}")  # noqa: S608


def count_on(models_: Iterable[type[models.Model]]) -> None:
    """The next key of each table follows its last."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(models_)):
            cursor.execute(statement)


def snapshot() -> Any:
    """A transaction in which the database stands still for whoever reads, while others write on."""
    return transaction.atomic()


def hold_still() -> None:
    """Called first in it: the first question decides what is seen."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT COUNT(*) FROM django_migrations")
