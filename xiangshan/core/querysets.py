"""What the filters of lists share: declared by each list's queryset, applied here."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import wraps
from typing import Any, ClassVar, Self, TypeVar, cast

from django.db import models
from django.db.models import Q

from xiangshan.core.areas.models import within
from xiangshan.core.words import any_of, found

Record = TypeVar("Record", bound=models.Model)


Read = TypeVar("Read", bound=Callable[..., Any])


def closed_door(visible_to: Read) -> Read:
    """Whoever is not logged in sees nothing; the queryset says what the others see."""

    @wraps(visible_to)
    def seen(self: Any, user: Any) -> Any:
        return visible_to(self, user) if user.is_authenticated else self.none()

    return cast(Read, seen)


class PortalQuerySet(models.QuerySet[Record]):
    """SEARCHED: where a word is looked for. FILTERS: the lookup behind a filter that is not called like its field. AREA: path to the area."""

    SEARCHED: ClassVar[tuple[str, ...]] = ()
    FILTERS: ClassVar[Mapping[str, str]] = {}
    AREA: ClassVar[str] = "area"

    def matching(self, *, q: str = "", area: Any = None, **wanted: Any) -> Self:
        """By the filters of the list's form; what is left empty is not asked. A subclass takes out filters that are no plain lookup."""
        rows = self.containing(q) if q else self
        rows = rows.filter(within(area.pk, self.AREA)) if area else rows
        return rows.filter(**{self.FILTERS.get(name, name): value for name, value in wanted.items() if value})

    def containing(self, q: str) -> Self:
        """Each word is part of some field searched."""
        return self.filter(found(q, self.holding))

    def holding(self, word: str) -> Q:
        """Where one word is looked for."""
        return any_of(*self.SEARCHED)(word)


def in_force(day: date, starts: str = "starts_on", ends: str = "ends_on") -> Q:
    """Spans that hold on a day: from `starts` until the day before `ends`."""
    return Q(**{f"{starts}__lte": day}) & (Q(**{f"{ends}__isnull": True}) | Q(**{f"{ends}__gt": day}))
