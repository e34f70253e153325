"""Rooms booked, things lent, training held."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from orgs.querysets import AREA_READERS, ThroughOrganization, shown_name
from xiangshan.accounts.models import Role, User
from xiangshan.areas.models import county_of, within


class BookingQuerySet(ThroughOrganization):
    def matching(
        self,
        *,
        q: str = "",
        venue: Any = None,
        organization: Any = None,
        state: str = "",
        day_from: date | None = None,
        day_to: date | None = None,
    ) -> Self:
        words = Q(purpose__icontains=q) | Q(venue__name__icontains=q) | Q(organization__name__icontains=q)
        found = self.filter(words) if q else self
        equal = {"venue": venue, "organization": organization}
        found = found.filter(**{name: value for name, value in equal.items() if value})
        found = found.filter(cancelled_at__isnull=state == "standing") if state else found
        found = found.filter(starts_at__date__gte=day_from) if day_from else found
        return found.filter(starts_at__date__lte=day_to) if day_to else found

    def standing(self) -> Self:
        return self.filter(cancelled_at__isnull=True)

    def on_day(self, day: date) -> Self:
        return self.standing().filter(starts_at__date=day).order_by("starts_at", "pk")


class EquipmentQuerySet(models.QuerySet[Any]):
    model: Any

    def visible_to(self, user: User) -> Self:
        """What the county lends, for whoever works in it: to know what may be asked for."""
        if not user.is_authenticated:
            return self.none()
        areas = user.scope(*AREA_READERS)
        if own := user.scope(Role.ORG_LEADER):
            from orgs.models import SocialOrganization

            areas |= set(SocialOrganization.objects.filter(pk__in=own).values_list("area_id", flat=True))
        return self.filter(within({county_of(area) for area in areas}))

    def matching(self, *, q: str = "", state: str = "") -> Self:
        found = self.filter(Q(name__icontains=q) | Q(number__icontains=q)) if q else self
        if state == "free":
            return found.filter(is_active=True).exclude(self._lent())
        return found.filter(self._lent()) if state == "lent" else found

    def with_holder(self) -> Self:
        """Who has it, and until when."""
        from projects.models import EquipmentLoan

        out = EquipmentLoan.objects.filter(equipment=OuterRef("pk"), returned_on__isnull=True)
        named = out.annotate(shown=shown_name("organization__")).values("shown")
        return self.annotate(holder=Coalesce(Subquery(named), Value("")), due_on=Subquery(out.values("due_on")))

    def _lent(self) -> Exists:
        from projects.models import EquipmentLoan

        return Exists(EquipmentLoan.objects.filter(equipment=OuterRef("pk"), returned_on__isnull=True))


class LoanQuerySet(ThroughOrganization):
    def matching(self, *, q: str = "", state: str = "", organization: Any = None) -> Self:
        words = Q(equipment__name__icontains=q) | Q(equipment__number=q) | Q(organization__name__icontains=q)
        found = self.filter(words) if q else self
        found = found.filter(organization=organization) if organization else found
        if state == "overdue":
            return found.out().filter(due_on__lt=timezone.localdate())
        return found.filter(returned_on__isnull=state == "out") if state else found

    def out(self) -> Self:
        return self.filter(returned_on__isnull=True)

    def overdue(self) -> Self:
        late = self.out().filter(due_on__lt=timezone.localdate())
        return late.select_related("equipment", "organization").order_by("due_on", "pk")


class GivenQuerySet(ThroughOrganization):
    def matching(
        self,
        *,
        q: str = "",
        kind: str = "",
        organization: Any = None,
        day_from: date | None = None,
        day_to: date | None = None,
    ) -> Self:
        found = self.filter(Q(title__icontains=q) | Q(organization__name__icontains=q)) if q else self
        equal = {"kind": kind, "organization": organization}
        found = found.filter(**{name: value for name, value in equal.items() if value})
        found = found.filter(given_on__gte=day_from) if day_from else found
        return found.filter(given_on__lte=day_to) if day_to else found
