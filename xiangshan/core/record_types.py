"""Business records as such: which kinds there are, how each is found, and who may add to it. Declared by the apps that own them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from auditlog.registry import auditlog
from django.contrib.contenttypes.models import ContentType
from django.http import Http404
from django.urls import reverse

from xiangshan.core.rules import ALLOW, Verdict


@dataclass(frozen=True)
class RecordType:
    """A kind of business record that carries files, comments and a history."""

    model: type[Any]
    may_add: Callable[[Any, Any], Verdict]  # files, by the rule of its app
    page: str = ""  # the name of its page; a part of another record has none
    # A part of another record: the name of the field that leads to it. Its history is told there too.
    part_of: str = ""
    # Fields a reader of the record may all the same not see; and whether files are shown to them.
    conceals: Callable[[Any], frozenset[str]] = lambda user: frozenset()
    may_read_files: Callable[[Any, Any], Verdict] = lambda user, record: ALLOW
    pictures_at_most: int | None = None
    # Where people might be named: its files get plain names, and what is said of it has an encrypted place of its own instead of comments.
    is_confidential: bool = False
    # Fields that hold a code: how a history says it.
    words: Mapping[str, Callable[[str], str]] = field(default_factory=dict)
    # Told of every reading of its files and history.
    on_read: Callable[[Any, Any, str], None] = lambda user, record, what: None

    @property
    def kind(self) -> str:
        return self.model._meta.model_name

    @property
    def title(self) -> str:
        return str(self.model._meta.verbose_name)

    @property
    def content_type(self) -> ContentType:
        return ContentType.objects.get_for_model(self.model)

    def address(self, key: int) -> str:
        return reverse(self.page, args=[key])

    def visible_to(self, user: Any) -> Any:
        """What a user sees of this kind: a part is seen with its whole."""
        if not self.part_of:
            return self.model.objects.visible_to(user)
        whole = self.model._meta.get_field(self.part_of).related_model
        return self.model.objects.filter(**{f"{self.part_of}__in": whole.objects.visible_to(user)})

    @property
    def parts(self) -> "list[RecordType]":
        """What belongs to records of this kind."""
        return [
            subject
            for subject in RECORD_TYPES.values()
            if subject.part_of and subject.model._meta.get_field(subject.part_of).related_model is self.model
        ]


RECORD_TYPES: dict[str, RecordType] = {}


def offer(*subjects: RecordType) -> None:
    """Kinds of records of an app. What carries a history is written into it from here on."""
    for subject in subjects:
        if not auditlog.contains(subject.model):
            auditlog.register(subject.model)
    RECORD_TYPES.update({subject.kind: subject for subject in subjects})


def record_type_of(record: Any) -> RecordType:
    return RECORD_TYPES[record._meta.model_name]


def find(user: Any, kind: str, key: int) -> Any:
    """The record, if the user sees it; another's is not found."""
    subject = RECORD_TYPES.get(kind)
    if subject is None or subject.part_of:
        raise Http404
    result = subject.visible_to(user).filter(pk=key).first()
    if result is None:
        raise Http404
    return result


# Asked why a record cannot be changed freely, by the page that shows it: an empty answer says it can.
LOCKS: list[Callable[[Any], str]] = []


def tell_locks(describe: Callable[[Any], str]) -> None:
    LOCKS.append(describe)


def locked_text(record: Any) -> str:
    """What a page says above a locked record."""
    return "；".join(text for lock in LOCKS if (text := lock(record)))
