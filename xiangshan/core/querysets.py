"""What the filters of lists share."""

from typing import Any, Self, TypeVar

from django.db import models

from xiangshan.core.areas.models import within

Record = TypeVar("Record", bound=models.Model)


class PortalQuerySet(models.QuerySet[Record]):
    """Filters that are left out where nothing is asked: each list's `matching` is put together of them."""

    def given(self, **wanted: Any) -> Self:
        return self.filter(**{name: value for name, value in wanted.items() if value})

    def in_area(self, area: Any, path: str = "area") -> Self:
        """Whose `path` lies in this area or below."""
        return self.filter(within(area.pk, path)) if area else self
