"""Emergency call-outs."""

from datetime import timedelta
from typing import Any

from django.db import models
from django.db.models import Q

from xiangshan.accounts.models import User
from xiangshan.areas.models import within


class CallOutQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> "CallOutQuerySet":
        """With its session."""
        from services.models import ActivitySession

        return self.filter(session__in=ActivitySession.objects.visible_to(user).values("pk"))

    def running(self) -> "CallOutQuerySet":
        return self.filter(ended_at__isnull=True, session__status__in=("planned", "held", "returned"))

    def matching(
        self, *, q: str = "", year: int | None = None, kind: str = "", organization: Any = None, area: Any = None
    ) -> "CallOutQuerySet":
        found = self.filter(Q(place__icontains=q) | Q(session__title__icontains=q)) if q else self
        found = found.filter(session__held_on__year=year) if year else found
        found = found.filter(kind=kind) if kind else found
        found = found.filter(session__organization=organization) if organization else found
        return found.filter(within(area.pk, "session__area")) if area else found

    def totals(self) -> dict[str, Any]:
        """Call-outs, people who went, hours of all of them together, people helped; cancelled ones left out."""
        rows = self.exclude(session__status="cancelled").order_by()
        found = {"count": 0, "people": 0, "helped": 0, "hours": 0.0}
        for started_at, ended_at, people, helped in rows.values_list(
            "started_at", "ended_at", "people", "people_helped"
        ):
            found["count"] += 1
            found["people"] += people or 0
            found["helped"] += helped or 0
            if ended_at is not None:
                found["hours"] += (people or 0) * ((ended_at - started_at) / timedelta(hours=1))
        return {**found, "hours": round(found["hours"])}
