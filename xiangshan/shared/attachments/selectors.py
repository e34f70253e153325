"""What hangs on a record, read for its page; and its history in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from auditlog.models import LogEntry
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from xiangshan.core.accounts.models import Post, Role, User
from xiangshan.core.record_types import SUBJECTS, Subject, locked_words, subject_of
from xiangshan.core.rules import Verdict
from xiangshan.shared.attachments import rules
from xiangshan.shared.attachments.models import Attachment, Comment

RECENT = 8
ACTIONS = {LogEntry.Action.CREATE: "新建", LogEntry.Action.UPDATE: "修改", LogEntry.Action.DELETE: "删除"}
# Fields that say nothing to a reader: who-and-when stands in the line itself.
SILENT = {"id", "initials", "key", "object_id", "content_type", "file", "thumbnail", "digest", "county_code"}


@dataclass(frozen=True)
class Line:
    """One line of a history: who did what when, to what, from what to what."""

    at: datetime
    by: str
    verb: str
    about: str  # the part of the record it is about; empty for the record itself
    changes: list[tuple[str, str, str]]  # label, from, to
    reason: str


@dataclass(frozen=True)
class Dossier:
    """What hangs on a record, and what its reader may add."""

    subject: Subject
    key: int
    attachments: list[Attachment]
    may_read_files: Verdict
    comments: list[Comment]
    history: list[Line]
    can_attach: Verdict
    can_comment: Verdict
    colleagues: "QuerySet[User]"
    can_be_internal: bool
    locked: str  # why the record cannot be changed freely


def dossier_of(user: User, record: Any) -> Dossier:
    may_read = subject_of(record).may_read_files(user, record)
    return Dossier(
        subject=subject_of(record),
        key=record.pk,
        attachments=list(Attachment.objects.of(record).select_related("uploaded_by")) if may_read else [],
        may_read_files=may_read,
        comments=list(
            Comment.objects.of(record).visible_to(user).select_related("by").prefetch_related("mentions__user")
        ),
        history=lines(entries_of(record)[:RECENT], user),
        can_attach=rules.can_attach(user, record),
        can_comment=rules.can_comment(user, record),
        colleagues=colleagues(record, is_internal=False).exclude(pk=user.pk),
        can_be_internal=bool(user.areas),
        locked=locked_words(record),
    )


def colleagues(record: Any, *, is_internal: bool) -> "QuerySet[User]":
    """Who sees the record by a post of today: those over its areas; and, unless it stays inside, its organization's and studio's own."""
    by_kind = {"area": [role for role in Role if role.scope_kind == "area"]}
    if not is_internal:
        by_kind |= {"organization": [Role.ORG_LEADER], "studio": [Role.MEDIATOR]}
    wanted = Q(pk__in=[])
    for kind, scope in record.scopes.items():
        if kind in by_kind:
            wanted |= Q(role__in=by_kind[kind], scope_id__in=scope)
    posts = Post.objects.held_on(timezone.localdate()).filter(wanted)
    return User.objects.filter(is_active=True, pk__in=posts.values("user")).order_by("name")


def entries_of(record: Any) -> "QuerySet[LogEntry]":
    """The history of a record and of what is part of it, the newest first."""
    subject = subject_of(record)
    wanted = Q(content_type=subject.content_type, object_id=record.pk)
    for part in subject.parts:
        keys = part.model.objects.filter(**{part.part_of: record}).values("pk")
        wanted |= Q(content_type=part.content_type, object_id__in=keys)
    return LogEntry.objects.filter(wanted).select_related("actor", "content_type").order_by("-timestamp", "-id")


def lines(entries: Iterable[LogEntry], user: User) -> list[Line]:
    """In words: labels for fields, words for codes, names for references (one query for each kind of them)."""
    entries = list(entries)
    names = _names(entries)
    return [_line(entry, names, user) for entry in entries]


def change_words(changes: Any, kind: str) -> str:
    """A line's changes as one text, for lists and spreadsheets; references stay numbers there."""
    subject = SUBJECTS.get(kind)
    return ";".join(
        f"{label}:{before or '(空)'} → {after or '(空)'}"
        for label, before, after in _changes(changes, subject and subject.model, {})
    )


def _changes(changes: Any, model: Any, names: dict[tuple[type[Any], str], str]) -> list[tuple[str, str, str]]:
    found = []
    for name, change in (changes or {}).items():
        field = _field(model, name)
        if field is None or name in SILENT or not isinstance(change, list) or len(change) != 2:
            continue
        before, after = (_words(field, value, names) for value in change)
        if before != after:
            found.append((str(field.verbose_name), before, after))
    return found


def _field(model: Any, name: str) -> Any:
    fields = (*model._meta.fields, *model._meta.many_to_many) if model else ()
    return next((field for field in fields if field.name == name), None)


def _is_reference(field: Any) -> bool:
    return bool(field.many_to_one or field.one_to_one)


def _names(entries: list[Any]) -> dict[tuple[type[Any], str], str]:
    wanted: dict[type[Any], set[str]] = {}
    for entry in entries:
        for name, change in (entry.changes or {}).items():
            field = _field(entry.content_type.model_class(), name)
            if field is not None and _is_reference(field) and name not in SILENT:
                wanted.setdefault(field.related_model, set()).update(key for key in change if str(key).isdigit())
    return {
        (model, str(pk)): str(record)
        for model, keys in wanted.items()
        if keys
        for pk, record in model._default_manager.in_bulk(list(keys)).items()
    }


def _line(entry: Any, names: dict[tuple[type[Any], str], str], user: User) -> Line:
    subject = SUBJECTS.get(entry.content_type.model)
    concealed = subject.conceals(user) if subject else frozenset()
    extra = entry.additional_data or {}
    shown = {name: change for name, change in (entry.changes or {}).items() if name not in concealed}
    changes = _changes(shown, entry.content_type.model_class(), names)
    title = subject.title if subject else entry.content_type.model
    about = f"{title} {entry.object_repr}" if subject is None or subject.part_of else ""
    return Line(
        timezone.localtime(entry.timestamp),
        str(entry.actor) if entry.actor else "系统",
        extra.get("verb") or ACTIONS.get(entry.action, ""),
        about,
        changes,
        extra.get("reason", ""),
    )


def _words(field: Any, value: Any, names: dict[tuple[type[Any], str], str]) -> str:
    if value in (None, "", "None"):
        return ""
    if _is_reference(field):
        return names.get((field.related_model, str(value)), str(value))
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if value in ("True", "False"):
        return "是" if value == "True" else "否"
    if field.get_internal_type() == "DateTimeField":
        moment = parse_datetime(str(value))
        if moment is not None and moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)  # auditlog keeps moments in UTC, without saying so
        return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else str(value)
    return str(value)
