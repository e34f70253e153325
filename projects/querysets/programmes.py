from typing import Any, Self

from django.db import models
from django.db.models import Count, Q
from django.utils import timezone

from orgs.querysets import MONEY_AREA_READERS
from xiangshan.accounts.models import Role, User
from xiangshan.areas.models import county_of, within


class ProgrammeQuerySet(models.QuerySet[Any]):
    model: Any

    def visible_to(self, user: User) -> Self:
        """Money readers of the county; its reviewers; leaders of the county's organizations once it is published."""
        if not user.is_authenticated:
            return self.none()
        found = within(user.scope(*MONEY_AREA_READERS)) | Q(projects__reviews__reviewer=user)
        if own := user.scope(Role.ORG_LEADER):
            from orgs.models import SocialOrganization

            areas = SocialOrganization.objects.filter(pk__in=own).values_list("area_id", flat=True)
            found |= ~Q(status="draft") & Q(area__in={county_of(area) for area in areas})
        return self.filter(pk__in=self.model.objects.filter(found).values("pk"))

    def matching(self, *, q: str = "", year: int | None = None, status: str = "") -> Self:
        found = self.filter(Q(title__icontains=q) | Q(theme__icontains=q)) if q else self
        return found.filter(**{name: value for name, value in (("year", year), ("status", status)) if value})

    def with_counts(self) -> Self:
        """Applications that were sent in, with what they ask for together."""
        sent = ~Q(projects__status__in=("draft", "withdrawn"))
        return self.annotate(applications=Count("projects", filter=sent))

    def taking(self) -> Self:
        now = timezone.now()
        return self.filter(status="open", opens_at__lte=now, closes_at__gt=now)

    def past_closing(self) -> Self:
        """Closed by time, and nobody has called the reviewers yet."""
        return self.filter(status="open", closes_at__lte=timezone.now())
