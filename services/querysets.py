from datetime import date
from typing import Any

from django.db import models
from django.db.models import Count, Q, Sum
from django.utils import timezone

from orgs.querysets import AREA_READERS, ThroughOrganization
from xiangshan.accounts.models import Role, User
from xiangshan.areas.models import within


class ContractQuerySet(ThroughOrganization):
    model: Any

    def matching(
        self,
        *,
        q: str = "",
        status: str = "",
        year: int | None = None,
        department: Any = None,
        area: Any = None,
        organization: int | None = None,
        contract: int | None = None,
        running_from: date | None = None,
        running_to: date | None = None,
        signed_from: date | None = None,
        signed_to: date | None = None,
    ) -> "ContractQuerySet":
        """By the list's filters; a figure's running and signed periods mean binding contracts only."""
        found = (
            self.filter(Q(title__icontains=q) | Q(number__icontains=q) | Q(organization__name__icontains=q))
            if q
            else self
        )
        equal = {"status": status, "department": department, "organization": organization, "pk": contract}
        found = found.filter(**{name: value for name, value in equal.items() if value})
        found = found.filter(within(area.pk, "organization__area")) if area else found
        found = found.running_in(date(year, 1, 1), date(year, 12, 31)) if year else found
        if running_from and running_to:
            found = found.binding().running_in(running_from, running_to)
        if signed_from and signed_to:
            found = found.binding().filter(signed_on__range=(signed_from, signed_to))
        return found

    def binding(self) -> "ContractQuerySet":
        """Signed and not terminated: what the figures count."""
        return self.filter(status__in=self.model.BINDING)

    def running_in(self, first: date, last: date) -> "ContractQuerySet":
        """Whose term touches the period: the rows behind contracts_active."""
        return self.filter(starts_on__lte=last, ends_on__gte=first)

    def for_list(self) -> "ContractQuerySet":
        return self.select_related("organization", "department").order_by("-starts_on", "-pk")


class ContractLineQuerySet(models.QuerySet):
    def with_delivery(self) -> "ContractLineQuerySet":
        """Delivered: the units verified sessions fill. Waiting: reported and not yet verified."""
        return self.select_related("category").annotate(
            delivered=Count("sessions", filter=Q(sessions__line_unit__isnull=False)),
            waiting=Count("sessions", filter=Q(sessions__status="submitted")),
            workers=Sum("sessions__workers_served", filter=Q(sessions__status="verified"), default=0),
            answers=Sum("sessions__responses", filter=Q(sessions__status="verified"), default=0),
            satisfied=Sum("sessions__satisfied", filter=Q(sessions__status="verified"), default=0),
        )


class ActivitySessionQuerySet(models.QuerySet):
    model: Any

    def visible_to(self, user: User) -> "ActivitySessionQuerySet":
        """A county sees what happens in it; a town what happens in it or by its organizations; an organization its own."""
        if not user.is_authenticated:
            return self.none()
        areas, own = user.scope(*AREA_READERS), user.scope(Role.ORG_LEADER)
        counties = {area for area in areas if area % 10**6 == 0 and area % 10**8}
        found = Q(organization__in=own) if own else Q(pk__in=[])
        if counties:
            codes = [area // 10**6 for area in counties]
            found |= Q(county_code=codes[0]) if len(codes) == 1 else Q(county_code__in=codes)
        if others := areas - counties:
            found |= within(others) | within(others, "organization__area")
        return self.filter(found).exclude(status="deleted")

    def matching(
        self,
        *,
        q: str = "",
        status: str = "",
        category: Any = None,
        organization: Any = None,
        contract: Any = None,
        area: Any = None,
        evidence: str = "",
        basis: str = "",
        first: date | None = None,
        last: date | None = None,
    ) -> "ActivitySessionQuerySet":
        found = self.filter(title__icontains=q) if q else self
        if status == "pending":
            found = found.pending()
        elif status == "due":
            found = found.due()
        elif status:
            found = found.filter(status=status)
        equal = {
            "category": category,
            "organization": organization,
            "evidence": evidence,
            "basis": basis,
            "contract_line__contract": contract,
        }
        found = found.filter(**{name: value for name, value in equal.items() if value})
        found = found.filter(within(area.pk)) if area else found
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

    def to_verify(self) -> "ActivitySessionQuerySet":
        return self.filter(status="submitted").order_by("submitted_at", "pk")

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
