"""Since when a record stands where it stands: the last line of its history that changed its status."""

from datetime import date
from typing import Any

from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone


def _turns(model: Any, pk: Any) -> "QuerySet[LogEntry]":
    rows = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(model), object_id=pk)
    return rows.filter(changes__has_key="status").order_by("-timestamp", "-pk")


def turned_at(model: Any) -> Subquery:
    """As an annotation of a list: the moment each record came to its present status; none where its history does not say."""
    return Subquery(_turns(model, OuterRef("pk")).values("timestamp")[:1])


def turned_on(record: Any) -> date | None:
    """The day one record came to its present status."""
    moment = _turns(type(record), record.pk).values_list("timestamp", flat=True).first()
    return timezone.localdate(moment) if moment else None
