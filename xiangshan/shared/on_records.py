"""What hangs on a business record of any kind: files, comments. Read with the record, or not at all."""

from typing import Any, Self, TypeVar

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.urls import reverse

from xiangshan.core.accounts.models import User
from xiangshan.core.accounts.requests import PortalRequest
from xiangshan.core.record_types import RECORD_TYPES, find, record_type_of

OnRecord = TypeVar("OnRecord", bound=models.Model)


class OnRecordQuerySet(models.QuerySet[OnRecord]):
    def of(self, record: Any) -> Self:
        return self.of_many(type(record), [record.pk])

    def of_many(self, model: type[models.Model], keys: list[Any]) -> Self:
        content_type = ContentType.objects.get_for_model(model)
        return self.filter(content_type=content_type, object_id__in=keys, removed_at__isnull=True)


def of_visible_records(user: User) -> Q:
    """Whatever hangs on a record the user sees, of any kind."""
    condition = Q(pk__in=[])
    for subject in RECORD_TYPES.values():
        seen = subject.visible_to(user).values("pk")
        condition |= Q(content_type=subject.content_type, object_id__in=seen)
    return condition


def page_of(record: Any) -> str:
    return record_type_of(record).address(record.pk)


def record_seen(request: PortalRequest, thing: Any) -> Any:
    """The record something hangs on, if its reader sees that."""
    return find(request.user, thing.content_type.model, thing.object_id)


def link_to(user: Any, record: Any, page: str) -> str:
    """A record's address for who sees it, else nothing: what is shown as a link opens."""
    if record is None or not type(record)._default_manager.visible_to(user).filter(pk=record.pk).exists():
        return ""
    return reverse(page, args=[record.pk])
