"""Activity sessions."""

from datetime import date, timedelta
from typing import Any

from django.db import models
from django.db.models import Count, Q, Sum
from django.utils import timezone

from orgs.querysets import AREA_READERS
from xiangshan.accounts.models import Role, User
from xiangshan.areas.models import within


class ActivitySessionQuerySet(models.QuerySet[Any]):
    model: Any

    def visible_to(self, user: User) -> "ActivitySessionQuerySet":
        """A county sees what happens in it; a town what happens in it or by its organizations; an organization its own."""
        if not user.is_authenticated:
            return self.none()
        areas, own = user.scope(*AREA_READERS), user.scope(Role.ORG_LEADER)
        found = _in_areas(areas)
        found = Q(organization__in=own) | found if own else found
        return self.filter(found).exclude(status="deleted")

    def in_areas(self, areas: set[int]) -> "ActivitySessionQuerySet":
        """What happens in these areas; for a town, also what its organizations do elsewhere."""
        return self.filter(_in_areas(areas)).exclude(status="deleted")

    def matching(
        self,
        *,
        q: str = "",
        status: str = "",
        category: Any = None,
        organization: Any = None,
        contract: Any = None,
        department: Any = None,
        area: Any = None,
        exactly: Any = None,
        evidence: str = "",
        basis: str = "",
        first: date | None = None,
        last: date | None = None,
    ) -> "ActivitySessionQuerySet":
        """By the list's filters; `exactly` leaves out what lies below that area, as long as it is the one chosen."""
        found = self.filter(title__icontains=q) if q else self
        if status == "pending":
            found = found.pending()
        elif status == "due":
            found = found.due()
        elif status == "rateable":
            found = found.rateable()
        elif status == "overdue":
            found = found.to_report().filter(held_on__lt=timezone.localdate())
        elif status:
            found = found.filter(status=status)
        equal = {
            "category": category,
            "organization": organization,
            "evidence": evidence,
            "basis": basis,
            "contract_line__contract": contract,
            "contract_line__contract__department": department,
        }
        found = found.filter(**{name: value for name, value in equal.items() if value})
        if area:
            found = found.filter(area=area) if exactly == area else found.filter(within(area.pk))
        found = found.filter(held_on__gte=first) if first else found
        return found.filter(held_on__lte=last) if last else found

    def verified(self) -> "ActivitySessionQuerySet":
        return self.filter(status="verified")

    def pending(self) -> "ActivitySessionQuerySet":
        """Held or reported, not yet verified: never in the headline."""
        return self.filter(status__in=self.model.PENDING)

    def due(self) -> "ActivitySessionQuerySet":
        """Whose day has passed, or that are reported already; cancelled ones are not: the rows behind reported_in_time_rate."""
        return self.exclude(status="cancelled").filter(
            Q(held_on__lt=timezone.localdate()) | Q(reported_on__isnull=False)
        )

    def rateable(self) -> "ActivitySessionQuerySet":
        """That can still be rated today: as long as their contract says, else a week."""
        from services.rules import LONGEST_SURVEY, SURVEY_OPEN_FOR

        today, path = timezone.localdate(), "contract_line__contract__survey_days"
        recent = self.filter(held_on__gte=today - LONGEST_SURVEY, held_on__lte=today)
        still = Q(**{f"{path}__isnull": True, "held_on__gte": today - SURVEY_OPEN_FOR})
        for days in recent.order_by().exclude(**{f"{path}__isnull": True}).values_list(path, flat=True).distinct():
            still |= Q(**{path: days, "held_on__gte": today - timedelta(days=days)})
        return self.filter(still, held_on__lte=today).exclude(status__in=("cancelled", "deleted"))

    def to_verify(self) -> "ActivitySessionQuerySet":
        return self.filter(status="submitted").order_by("submitted_at", "pk")

    def unflagged(self) -> "ActivitySessionQuerySet":
        """About which no check asks anything."""
        return self.exclude(findings__status="open")

    def returned(self) -> "ActivitySessionQuerySet":
        return self.filter(status="returned").order_by("held_on", "pk")

    def to_report(self) -> "ActivitySessionQuerySet":
        """Whose day has come and that nobody reported: the overdue first."""
        return self.filter(status__in=("planned", "rehearsed", "held"), held_on__lte=timezone.localdate()).order_by(
            "held_on", "pk"
        )

    def coming(self) -> "ActivitySessionQuerySet":
        return self.filter(status__in=("planned", "rehearsed"), held_on__gt=timezone.localdate()).order_by(
            "held_on", "pk"
        )

    def totals(self) -> dict[str, int]:
        """What a list of verified sessions adds up to: the same numbers as the figures."""
        return self.order_by().aggregate(
            sessions=Count("pk"),
            workers=Sum("workers_served", default=0),
            answers=Sum("responses", default=0),
            satisfied=Sum("satisfied", default=0),
        )

    def for_list(self) -> "ActivitySessionQuerySet":
        return self.select_related("organization", "category", "area", "venue").order_by("-held_on", "-pk")

    def for_page(self) -> "ActivitySessionQuerySet":
        return self.select_related(
            "organization__area",
            "category",
            "area",
            "venue",
            "employer",
            "contract_line__contract",
            "project",
            "submitted_by",
            "verified_by",
        )


def _in_areas(areas: set[int]) -> Q:
    counties = {area for area in areas if area % 10**6 == 0 and area % 10**8}
    found = Q(pk__in=[])
    if counties:
        codes = [area // 10**6 for area in counties]
        found |= Q(county_code=codes[0]) if len(codes) == 1 else Q(county_code__in=codes)
    if others := areas - counties:
        found |= within(others) | within(others, "organization__area")
    return found
