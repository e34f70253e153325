"""What belongs to a running project: for whoever sees the project; its money for whoever reads money."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from orgs.querysets import MONEY_AREA_READERS
from xiangshan.accounts.models import Role, User
from xiangshan.areas.models import within


class ThroughProject(models.QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        from projects.models import SupportProject

        if not user.is_authenticated:
            return self.none()
        return self.filter(project__in=SupportProject.objects.visible_to(user))

    def with_project(self) -> Self:
        return self.select_related("project__organization__area")


class MilestoneQuerySet(ThroughProject):
    def missed(self) -> Self:
        """Due, and nobody said it was reached, in a project that runs."""
        late = self.filter(project__status="running", reached_on__isnull=True, due_on__lt=timezone.localdate())
        return late.with_project().order_by("due_on", "pk")

    def to_confirm(self) -> Self:
        found = self.filter(project__status="running", reached_on__isnull=False, confirmed_by__isnull=True)
        return found.with_project().order_by("reached_on", "pk")


class ProgressReportQuerySet(ThroughProject):
    def matching(
        self,
        *,
        q: str = "",
        status: str = "",
        state: str = "",
        organization: Any = None,
        due_from: date | None = None,
        due_to: date | None = None,
    ) -> Self:
        words = Q(title__icontains=q) | Q(project__title__icontains=q) | Q(project__organization__name__icontains=q)
        found = self.filter(words) if q else self
        equal = {"status": status, "project__organization": organization}
        found = found.filter(**{name: value for name, value in equal.items() if value})
        found = found.overdue() if state == "overdue" else found
        found = found.filter(due_on__gte=due_from) if due_from else found
        return found.filter(due_on__lte=due_to) if due_to else found

    def awaited(self) -> Self:
        """Those somebody still has to write."""
        return self.filter(status__in=("due", "returned"), project__status="running")

    def overdue(self) -> Self:
        return self.awaited().filter(due_on__lt=timezone.localdate())

    def to_read(self) -> Self:
        return self.filter(status="submitted").with_project().order_by("submitted_at", "pk")


class ThroughProjectMoney(ThroughProject):
    def visible_to(self, user: User) -> Self:
        if not user.is_authenticated:
            return self.none()
        union = within(user.scope(*MONEY_AREA_READERS), "project__organization__area")
        return self.filter(union | Q(project__organization__in=user.scope(Role.ORG_LEADER)))


class DisbursementQuerySet(ThroughProjectMoney):
    def matching(
        self,
        *,
        q: str = "",
        status: str = "",
        organization: Any = None,
        area: Any = None,
        paid_from: date | None = None,
        paid_to: date | None = None,
    ) -> Self:
        words = (
            Q(number__icontains=q)
            | Q(project__title__icontains=q)
            | Q(voucher_number__icontains=q)
            | Q(project__organization__name__icontains=q)
        )
        found = self.filter(words) if q else self
        equal = {"status": status, "project__organization": organization}
        found = found.filter(**{name: value for name, value in equal.items() if value})
        found = found.filter(within(area.pk, "project__organization__area")) if area else found
        found = found.filter(paid_on__gte=paid_from) if paid_from else found
        return found.filter(paid_on__lte=paid_to) if paid_to else found

    def live(self) -> Self:
        """What counts against the grant."""
        return self.exclude(status="cancelled")

    def paid(self) -> Self:
        return self.filter(status="paid")

    def for_page(self) -> Self:
        return self.select_related("project__organization__area", "milestone", "requested_by", "approved_by", "paid_by")


class PlanChangeQuerySet(ThroughProjectMoney):
    def waiting(self) -> Self:
        return self.filter(status="requested").with_project().order_by("requested_at", "pk")

    def for_page(self) -> Self:
        return self.select_related(
            "project__organization__area", "milestone", "line_from", "line_to", "requested_by", "decided_by"
        )
