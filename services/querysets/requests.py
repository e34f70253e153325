"""What workplaces ask for."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Q

from xiangshan.accounts.models import Role, User
from xiangshan.areas.models import within

READERS = (Role.COUNTY_STAFF, Role.TOWN_STAFF, Role.LEADERSHIP, Role.AUDITOR)


class RequestQuerySet(models.QuerySet[Any]):
    model: Any

    def visible_to(self, user: User) -> Self:
        """Staff and readers of the area; the organization to whose contract it was given."""
        if not user.is_authenticated:
            return self.none()
        own = Q(contract_line__contract__organization__in=user.scope(Role.ORG_LEADER))
        return self.filter(within(user.scope(*READERS)) | own)

    def matching(
        self,
        *,
        q: str = "",
        status: str = "",
        category: Any = None,
        area: Any = None,
        employer: int | None = None,
        organization: int | None = None,
        contract: int | None = None,
        asked_from: date | None = None,
        asked_to: date | None = None,
        met: bool = False,
    ) -> Self:
        found = self.filter(Q(workplace__icontains=q) | Q(wish__icontains=q) | Q(code=q.lower())) if q else self
        if status == "waiting":
            found = found.waiting()
        elif status:
            found = found.filter(status=status)
        equal = {
            "category": category,
            "employer": employer,
            "contract_line__contract__organization": organization,
            "contract_line__contract": contract,
        }
        found = found.filter(**{name: value for name, value in equal.items() if value})
        found = found.filter(within(area.pk)) if area else found
        found = found.filter(asked_on__gte=asked_from) if asked_from else found
        found = found.filter(asked_on__lte=asked_to) if asked_to else found
        found = found.counted() if asked_from and asked_to else found
        return found.filter(session__status="verified") if met else found

    def waiting(self) -> Self:
        """For the union to take up or to find somebody: the oldest first."""
        return self.filter(status__in=self.model.WAITING)

    def counted(self) -> Self:
        """What the figures count: not what the asker took back."""
        return self.exclude(status="withdrawn")

    def for_page(self) -> Self:
        return self.select_related(
            "category",
            "employer",
            "area",
            "handled_by",
            "procurement",
            "contract_line__contract__organization",
            "session",
        )
