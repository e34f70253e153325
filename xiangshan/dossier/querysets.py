from typing import Any, Self

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q

from xiangshan.accounts.models import User
from xiangshan.subjects import SUBJECTS


def of_visible_records(user: User) -> Q:
    """Whatever hangs on a record the user sees, of any kind."""
    found = Q(pk__in=[])
    for subject in SUBJECTS.values():
        seen = subject.visible_to(user).values("pk")
        found |= Q(content_type=subject.content_type, object_id__in=seen)
    return found


class DossierQuerySet(models.QuerySet[Any]):
    def of(self, record: Any) -> Self:
        return self.of_many(type(record), [record.pk])

    def of_many(self, model: type[models.Model], keys: list[Any]) -> Self:
        content_type = ContentType.objects.get_for_model(model)
        return self.filter(content_type=content_type, object_id__in=keys, removed_at__isnull=True)


class CommentQuerySet(DossierQuerySet):
    def visible_to(self, user: User) -> "CommentQuerySet":
        """Of a record one sees: those for everybody; inside the union also the internal ones."""
        return self if user.areas else self.filter(is_internal=False)


class MentionQuerySet(models.QuerySet[Any]):
    def waiting_for(self, user: User) -> "MentionQuerySet":
        return (
            self.filter(user=user, done_at__isnull=True, comment__removed_at__isnull=True)
            .select_related("comment__by", "comment__content_type")
            .order_by("pk")
        )
