"""Contracts and what belongs to them."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Count, Q, Sum

from orgs.querysets import ThroughOrganization
from xiangshan.areas.models import within


class ContractQuerySet(ThroughOrganization):
    model: Any

    def matching(
        self,
        *,
        q: str = "",
        status: str = "",
        kind: str = "",
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
        equal = {"status": status, "kind": kind, "department": department, "organization": organization, "pk": contract}
        found = found.filter(**{name: value for name, value in equal.items() if value})
        found = found.filter(within(area.pk, "organization__area")) if area else found
        found = found.running_in(date(year, 1, 1), date(year, 12, 31)) if year else found
        if running_from and running_to:
            found = found.binding().running_in(running_from, running_to)
        if signed_from and signed_to:
            found = found.binding().filter(signed_on__range=(signed_from, signed_to))
        return found

    def binding(self) -> "ContractQuerySet":
        """Signed and not terminated: what the figures count. A framework contract counts by its task orders."""
        return self.filter(status__in=self.model.BINDING).exclude(kind="framework")

    def running_in(self, first: date, last: date) -> "ContractQuerySet":
        """Whose term touches the period: the rows behind contracts_active."""
        return self.filter(starts_on__lte=last, ends_on__gte=first)

    def for_list(self) -> "ContractQuerySet":
        return self.select_related("organization__area", "department", "framework", "renews", "procurement").order_by(
            "-starts_on", "-pk"
        )


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
