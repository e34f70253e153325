"""What checks found."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q

from services.querysets.surveys import sessions_over
from xiangshan.accounts.models import User
from xiangshan.areas.models import within


class FindingQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> "FindingQuerySet":
        """For the union over the session; never for the organization it is about."""
        return self.filter(session__in=sessions_over(user)) if user.is_authenticated else self.none()

    def open(self) -> "FindingQuerySet":
        return self.filter(status="open")

    def serious(self) -> "FindingQuerySet":
        return self.filter(severity="serious")

    def matching(
        self,
        *,
        q: str = "",
        status: str = "",
        severity: str = "",
        check_code: str = "",
        organization: Any = None,
        area: Any = None,
        first: date | None = None,
        last: date | None = None,
    ) -> "FindingQuerySet":
        found = self.filter(Q(session__title__icontains=q) | Q(words__icontains=q)) if q else self
        equal = {
            "status": status,
            "severity": severity,
            "check_code": check_code,
            "session__organization": organization,
        }
        found = found.filter(**{name: value for name, value in equal.items() if value})
        found = found.filter(within(area.pk, "session__area")) if area else found
        found = found.filter(session__held_on__gte=first) if first else found
        return found.filter(session__held_on__lte=last) if last else found

    def for_page(self) -> "FindingQuerySet":
        return self.select_related("session__organization__area", "session__area", "settled_by").prefetch_related(
            "others__organization"
        )
