from typing import Any, Self

from django.db import models
from django.db.models import Q

from xiangshan.accounts.models import User
from xiangshan.areas.models import within


class IncubationQuerySet(models.QuerySet[Any]):
    model: Any

    def visible_to(self, user: User) -> Self:
        """By its team; a mentor organization's leader reads the teams it mentors."""
        from orgs.models import SocialOrganization

        if not user.is_authenticated:
            return self.none()
        seen = SocialOrganization.objects.visible_to(user)
        return self.filter(Q(team__in=seen) | Q(mentor__in=seen), team__merged_into__isnull=True)

    def matching(
        self, *, q: str = "", stage: str = "", community: Any = None, area: Any = None, mentor: Any = None
    ) -> Self:
        found = self.filter(Q(team__name__icontains=q) | Q(mentor__name__icontains=q)) if q else self
        equal = {"stage": stage, "community": community, "mentor": mentor}
        found = found.filter(**{name: value for name, value in equal.items() if value})
        return found.filter(within(area.pk, "community")) if area else found

    def present(self) -> Self:
        """In the nursery now."""
        return self.filter(ended_on__isnull=True)

    def for_page(self) -> Self:
        return self.select_related("team__area", "community__parent", "mentor")
