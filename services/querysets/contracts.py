"""Contracts and what belongs to them."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Count, F, Func, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Cast, Coalesce, Least, Round
from django.utils import timezone

from orgs.querysets import ThroughOrganization
from xiangshan.areas.models import within

# A contract is behind when the share delivered lies this far below the share of its term that has passed.
BEHIND_BY = 10  # per cent of the term


class Days(Func):
    """Whole days between two dates: the first minus the second."""

    arity = 2
    output_field = models.IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        template, between = "CAST(julianday(%(expressions)s) AS INTEGER)", ") - julianday("
        return self.as_sql(compiler, connection, template=template, arg_joiner=between, **extra)

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, template="(%(expressions)s)", arg_joiner=" - ", **extra)


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
        lagging: str = "",
        unaccepted_from: date | None = None,
        unaccepted_to: date | None = None,
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
        if unaccepted_from and unaccepted_to:
            found = found.unaccepted(unaccepted_from, unaccepted_to)
        if lagging:
            found = found.behind() if lagging == "behind" else found.below_floor()
        return found

    def binding(self) -> "ContractQuerySet":
        """Signed and not terminated: what the figures count. A framework contract counts by its task orders."""
        return self.filter(status__in=self.model.BINDING).exclude(kind="framework")

    def running_in(self, first: date, last: date) -> "ContractQuerySet":
        """Whose term touches the period: the rows behind contracts_active."""
        return self.filter(starts_on__lte=last, ends_on__gte=first)

    def in_force(self) -> "ContractQuerySet":
        """Signed or running, and begun."""
        return self.filter(status__in=("signed", "running"), starts_on__lte=timezone.localdate()).exclude(
            kind="framework"
        )

    def unaccepted(self, first: date, last: date) -> "ContractQuerySet":
        """Whose term ended in these days and that nobody accepted yet."""
        return self.filter(ends_on__range=(first, last), status__in=("signed", "running"))

    def behind(self) -> "ContractQuerySet":
        """In force, and delivered by a tenth less than the share of the term that has passed.

        With `quota` and `delivered` in sessions, `term` and `passed` in days: whole numbers, the same on every database.
        """
        from services.models import ContractLine

        today = Cast(Value(timezone.localdate()), models.DateField())
        lines = ContractLine.objects.filter(contract=OuterRef("pk")).order_by().values("contract")
        found = self.in_force().annotate(
            quota=Coalesce(Subquery(lines.annotate(n=Sum("quantity")).values("n")), 0),
            delivered=self._of_sessions(Count("pk", filter=Q(line_unit__isnull=False))),
            term=Days(F("ends_on"), F("starts_on")) + 1,
            passed=Least(Days(today, F("starts_on")) + 1, Days(F("ends_on"), F("starts_on")) + 1),
        )
        due = F("quota") * (100 * F("passed") - BEHIND_BY * F("term"))
        return found.annotate(short=due - 100 * F("delivered") * F("term")).filter(quota__gt=0, short__gt=0)

    def below_floor(self) -> "ContractQuerySet":
        """In force, answered often enough to say it, and less satisfying than agreed; with `answers`, `pleased`."""
        floor = Cast(Round(F("satisfaction_floor") * 100), models.BigIntegerField())  # in hundredths of a per cent
        return (
            self.in_force()
            .annotate(answers=self._of_sessions(Sum("responses")), pleased=self._of_sessions(Sum("satisfied")))
            .filter(answers__gt=0, answers__gte=F("least_answers"), pleased__lt=F("answers") * floor / 10_000.0)
        )

    def _of_sessions(self, summed: Any) -> Any:
        """What verified sessions of each contract add up to."""
        from services.models import ActivitySession

        found: QuerySet[Any] = ActivitySession.objects.filter(contract_line__contract=OuterRef("pk"), status="verified")
        return Coalesce(Subquery(found.order_by().values("contract_line__contract").annotate(n=summed).values("n")), 0)

    def for_list(self) -> "ContractQuerySet":
        return self.select_related("organization__area", "department", "framework", "renews", "procurement").order_by(
            "-starts_on", "-pk"
        )


class ContractLineQuerySet(models.QuerySet[Any]):
    def with_delivery(self) -> "ContractLineQuerySet":
        """Delivered: the units verified sessions fill. Waiting: reported and not yet verified."""
        return self.select_related("category").annotate(
            delivered=Count("sessions", filter=Q(sessions__line_unit__isnull=False)),
            waiting=Count("sessions", filter=Q(sessions__status="submitted")),
            workers=Sum("sessions__workers_served", filter=Q(sessions__status="verified"), default=0),
            answers=Sum("sessions__responses", filter=Q(sessions__status="verified"), default=0),
            satisfied=Sum("sessions__satisfied", filter=Q(sessions__status="verified"), default=0),
        )
