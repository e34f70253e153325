from django.db import models

from orgs.querysets import ThroughOrganization


class SupportProjectQuerySet(ThroughOrganization):
    def matching(self, *, q: str = "", year: int | None = None, status: str = "") -> "SupportProjectQuerySet":
        found = self.filter(models.Q(title__icontains=q) | models.Q(organization__name__icontains=q)) if q else self
        return found.filter(**{name: value for name, value in (("year", year), ("status", status)) if value})

    def for_list(self) -> "SupportProjectQuerySet":
        return self.select_related("organization").order_by("-year", "-pk")
