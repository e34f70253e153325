"""Sign-ins, answers and what follows from low ratings."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Count, Q
from django.utils import timezone

from services.querysets.sessions import ActivitySessionQuerySet
from xiangshan.accounts.models import Role, User
from xiangshan.areas.models import within

# Who reads single answers and what was done about low ones: the union, not the organization they are about.
FEEDBACK_READERS = (Role.COUNTY_STAFF, Role.TOWN_STAFF, Role.LEADERSHIP, Role.AUDITOR)


class SignInQuerySet(models.QuerySet[Any]):
    def by_way(self) -> dict[str, int]:
        """How many signed in by which way."""
        return dict(self.order_by().values_list("how").annotate(n=Count("pk")))


class SurveyResponseQuerySet(models.QuerySet[Any]):
    model: Any

    def visible_to(self, user: User) -> "SurveyResponseQuerySet":
        """Single answers are for the union; an organization reads its own in fives (services/feedback.py)."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(session__in=sessions_over(user))

    def in_words(self) -> "SurveyResponseQuerySet":
        return self.exclude(comment="")

    def matching(
        self,
        *,
        q: str = "",
        stars: str = "",
        organization: Any = None,
        category: Any = None,
        first: date | None = None,
        last: date | None = None,
    ) -> "SurveyResponseQuerySet":
        found = self.filter(Q(comment__icontains=q) | Q(session__title__icontains=q)) if q else self
        if stars == "low":
            found = found.filter(overall__lte=self.model.LOW_UPTO)
        elif stars:
            found = found.filter(overall=int(stars))
        found = found.filter(session__organization=organization) if organization else found
        found = found.filter(session__category=category) if category else found
        found = found.filter(answered_on__gte=first) if first else found
        return found.filter(answered_on__lte=last) if last else found


class FollowUpQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> "FollowUpQuerySet":
        if not user.is_authenticated:
            return self.none()
        return self.filter(session__in=sessions_over(user))

    def open(self) -> "FollowUpQuerySet":
        return self.filter(outcome="open").order_by("due_on", "pk")

    def counted(self) -> "FollowUpQuerySet":
        """The rows behind feedback_closed_rate: of sessions that were not struck out."""
        return self.exclude(session__status__in=("cancelled", "deleted"))

    def matching(
        self,
        *,
        q: str = "",
        outcome: str = "",
        responsible: Any = None,
        organization: Any = None,
        area: Any = None,
        first: date | None = None,
        last: date | None = None,
    ) -> "FollowUpQuerySet":
        found = self.filter(Q(session__title__icontains=q) | Q(words__icontains=q)) if q else self
        if outcome == "overdue":
            found = found.filter(outcome="open", due_on__lt=timezone.localdate())
        elif outcome == "closed":
            found = found.exclude(outcome="open")
        elif outcome:
            found = found.filter(outcome=outcome)
        found = found.filter(responsible=responsible) if responsible else found
        found = found.filter(session__organization=organization) if organization else found
        found = found.filter(within(area.pk, "session__area")) if area else found
        found = found.filter(session__held_on__gte=first) if first else found
        return found.filter(session__held_on__lte=last) if last else found

    def for_page(self) -> "FollowUpQuerySet":
        return self.select_related(
            "session__organization__area", "session__area", "response", "responsible", "closed_by"
        )


def sessions_over(user: User) -> Any:
    """The sessions in the areas over which the reader works for the union."""
    from services.models import ActivitySession

    if not user.holds(*FEEDBACK_READERS):
        return ActivitySession.objects.none().values("pk")
    seen: ActivitySessionQuerySet = ActivitySession.objects.in_areas(user.scope(*FEEDBACK_READERS))
    return seen.values("pk")
