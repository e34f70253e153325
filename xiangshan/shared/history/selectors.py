"""A record's history in words: who changed what when, from what to what."""

import json
from ast import literal_eval
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from auditlog.models import LogEntry
from django.db.models import JSONField, Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from xiangshan.core.accounts.models import User
from xiangshan.core.record_types import RECORD_TYPES, record_type_of

RECENT = 8


ACTIONS = {LogEntry.Action.CREATE: "新建", LogEntry.Action.UPDATE: "修改", LogEntry.Action.DELETE: "移除"}


# Fields that say nothing to a reader: who-and-when stands in the line itself.
SILENT = {"id", "initials", "key", "object_id", "content_type", "file", "thumbnail", "digest", "county_code"}


@dataclass(frozen=True)
class HistoryLine:
    """One line of a history: who did what when, to what, from what to what."""

    at: datetime
    by: str
    verb: str
    about: str  # the part of the record it is about; empty for the record itself
    changes: list[tuple[str, str, str]]  # label, from, to
    reason: str


def entries_of(record: Any) -> "QuerySet[LogEntry]":
    """The history of a record and of what is part of it, the newest first."""
    subject = record_type_of(record)
    wanted = Q(content_type=subject.content_type, object_id=record.pk)
    for part in subject.parts:
        keys = part.model.objects.filter(**{part.part_of: record}).values("pk")
        wanted |= Q(content_type=part.content_type, object_id__in=keys)
    return LogEntry.objects.filter(wanted).select_related("actor", "content_type").order_by("-timestamp", "-id")


def lines(entries: Iterable[LogEntry], user: User) -> list[HistoryLine]:
    """In words: labels for fields, words for codes, names for references (one query for each kind of them)."""
    entries = list(entries)
    names = _names(entries)
    return [_line(entry, names, user) for entry in entries]


def name_references(rows: Iterable[dict[str, Any]]) -> None:
    """Of rows of the list: who and what a change leads to, by name; one question for each kind of record."""
    rows = [row for row in rows if "c_changes" in row]
    models = {row["k_changes"]: _model(row["k_changes"]) for row in rows}
    names = _named((models[row["k_changes"]], row["c_changes"]) for row in rows)
    for row in rows:
        row["c_changes"] = _changes(row["c_changes"], models[row["k_changes"]], names)


def change_text(changes: list[tuple[str, str, str]], kind: str) -> str:
    """A line's changes as one text, for lists and spreadsheets."""
    return "；".join(f"{label}：{before or '（空）'} → {after or '（空）'}" for label, before, after in changes)


def _model(kind: str) -> Any:
    return RECORD_TYPES[kind].model if kind in RECORD_TYPES else None


def _changes(changes: Any, model: Any, names: dict[tuple[type[Any], str], str]) -> list[tuple[str, str, str]]:
    items = []
    for name, change in (changes or {}).items():
        field = _field(model, name)
        if field is None or name in SILENT or not isinstance(change, list) or len(change) != 2:
            continue
        target = _target(model, field, changes)
        words = RECORD_TYPES[model._meta.model_name].words if model._meta.model_name in RECORD_TYPES else {}
        say = words.get(name)
        before, after = (
            say(value) if say and value not in (None, "", "None") else _text(field, value, target, names)
            for value in change
        )
        if before != after:
            items.append((str(field.verbose_name), before, after))
    return items


def _field(model: Any, name: str) -> Any:
    fields = (*model._meta.fields, *model._meta.many_to_many) if model else ()
    return next((field for field in fields if field.name == name), None)


def _target(model: Any, field: Any, changes: Any) -> Any:
    """Of which model the record is that a field leads to; a plain number may lead to one as well (`leads_to` of its model)."""
    if field.many_to_one or field.one_to_one:
        return field.related_model
    leads_to = getattr(model, "leads_to", None)
    return leads_to(field.name, changes) if leads_to else None


def _names(entries: list[Any]) -> dict[tuple[type[Any], str], str]:
    return _named((entry.content_type.model_class(), entry.changes) for entry in entries)


def _named(changed: Iterable[tuple[Any, Any]]) -> dict[tuple[type[Any], str], str]:
    """The names of all records that these changes lead to."""
    wanted: dict[type[Any], set[str]] = {}
    for model, changes in changed:
        for name, change in (changes or {}).items():
            field = _field(model, name)
            if field is None or name in SILENT:
                continue
            if target := _target(model, field, changes):
                wanted.setdefault(target, set()).update(key for key in change if str(key).isdecimal())
    return {
        (model, str(pk)): str(record)
        for model, keys in wanted.items()
        if keys
        for pk, record in model._default_manager.in_bulk(list(keys)).items()
    }


def _line(entry: Any, names: dict[tuple[type[Any], str], str], user: User) -> HistoryLine:
    subject = RECORD_TYPES.get(entry.content_type.model)
    concealed = subject.conceals(user) if subject else frozenset()
    extra = entry.additional_data or {}
    shown = {name: change for name, change in (entry.changes or {}).items() if name not in concealed}
    changes = _changes(shown, entry.content_type.model_class(), names)
    title = subject.title if subject else entry.content_type.model
    about = f"{title} {entry.object_repr}" if subject is None or subject.part_of else ""
    return HistoryLine(
        timezone.localtime(entry.timestamp),
        str(entry.actor) if entry.actor else "系统",
        extra.get("verb") or ACTIONS.get(entry.action, ""),
        about,
        changes,
        extra.get("reason", ""),
    )


def _text(field: Any, value: Any, target: Any, names: dict[tuple[type[Any], str], str]) -> str:
    if value in (None, "", "None"):
        return ""
    if target:  # nothing has the number 0
        return names.get((target, str(value)), "" if str(value) == "0" else str(value))
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if value in ("True", "False"):
        return "是" if value == "True" else "否"
    if field.get_internal_type() == "DateTimeField":
        moment = parse_datetime(str(value))
        if moment is not None and moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)  # auditlog keeps moments in UTC, without saying so
        return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else str(value)
    return _in_chinese(str(value)) if isinstance(field, JSONField) else str(value)


def _in_chinese(text: str) -> str:
    """What was written down as a list or a table of values, by JSON or by Python, as a person reads it."""
    for read in (json.loads, literal_eval):
        try:
            return _flat(read(text))
        except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
            continue
    return text


def _flat(value: Any) -> str:
    if isinstance(value, dict):
        return "；".join(f"{key} {_flat(part)}" for key, part in value.items())
    if isinstance(value, list | tuple):
        # A list of lists is rows; a list of values, one row.
        rows = any(isinstance(part, list | tuple | dict) for part in value)
        return ("、" if rows else " ").join(_flat(part) for part in value)
    return "" if value is None else str(value)
