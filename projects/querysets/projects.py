from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from orgs.querysets import AREA_READERS
from xiangshan.accounts.models import Role, User
from xiangshan.areas.models import within

# Applications nobody but their writers reads: not sent yet, or taken back.
UNSENT = ("draft", "withdrawn")


def _assigned_to(user: User) -> Q:
    """Whoever stood back has nothing to read there any more."""
    return Q(reviews__reviewer=user, reviews__status__in=("assigned", "submitted"))


class SupportProjectQuerySet(models.QuerySet[Any]):
    model: Any

    def visible_to(self, user: User) -> Self:
        """Its organization's leader from the first word on; the union once it is sent; a reviewer what is assigned to him."""
        if not user.is_authenticated:
            return self.none()
        union = within(user.scope(*AREA_READERS), "organization__area") & ~Q(status__in=UNSENT)
        seen = union | Q(organization__in=user.scope(Role.ORG_LEADER)) | _assigned_to(user)
        found = self.model.objects.filter(seen, organization__merged_into__isnull=True)
        return self.filter(pk__in=found.values("pk"))

    def matching(
        self,
        *,
        q: str = "",
        year: int | None = None,
        status: str = "",
        programme: Any = None,
        organization: Any = None,
        area: Any = None,
        running_from: date | None = None,
        running_to: date | None = None,
        decided_from: date | None = None,
        decided_to: date | None = None,
    ) -> Self:
        """By the list's filters; the running and decided periods of a figure mean granted projects only."""
        found = self.filter(Q(title__icontains=q) | Q(organization__name__icontains=q)) if q else self
        equal = {"year": year, "status": status, "programme": programme, "organization": organization}
        found = found.filter(**{name: value for name, value in equal.items() if value})
        found = found.filter(within(area.pk, "organization__area")) if area else found
        if running_from and running_to:
            found = found.running_in(running_from, running_to)
        if decided_from and decided_to:
            found = found.granted().filter(decided_on__range=(decided_from, decided_to))
        return found

    def granted(self) -> Self:
        return self.filter(status__in=self.model.GRANTED)

    def started(self) -> Self:
        return self.granted().exclude(status="approved")

    def running_in(self, first: date, last: date) -> Self:
        """Started, and its term touches the period: the rows behind projects_running."""
        return self.started().filter(starts_on__lte=last, ends_on__gte=first)

    def past_their_end(self) -> Self:
        """The term is over, and nobody completed them."""
        return self.filter(status="running", ends_on__lt=timezone.localdate())

    def for_list(self) -> Self:
        return self.select_related("organization", "programme").order_by("-year", "-pk")

    def for_page(self) -> Self:
        return self.select_related("organization__area", "programme", "applied_by", "decided_by", "completion")


class ReviewQuerySet(models.QuerySet[Any]):
    model: Any

    def waiting_for(self, user: User) -> Self:
        """What this reviewer has not handed in, while the programme is being reviewed."""
        open_now = self.filter(reviewer=user, status="assigned", project__status="reviewing")
        return open_now.select_related("project__organization", "project__programme").order_by(
            "project__programme", "pk"
        )

    def counting(self) -> Self:
        """Those that count or are still awaited: a reviewer who stood back is out."""
        return self.exclude(status="recused")
