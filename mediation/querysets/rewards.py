from typing import Any

from django.db import models
from django.db.models import Q

from xiangshan.accounts.models import Role, User
from xiangshan.areas.models import county_of, within

# Who reads what every studio is paid; mediators read their own studio's.
STATEMENT_READERS = (Role.MEDIATION_SUPERVISOR, Role.FINANCE, Role.LEADERSHIP, Role.AUDITOR)

OPEN = "open"  # as a filter: neither approved nor paid


class SchemeQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> "SchemeQuerySet":
        """Drafts are read by who drafts and who approves; what is in force by everybody it concerns."""
        from mediation.models import Studio  # the model stands above its queryset

        if not user.is_authenticated:
            return self.none()
        own = Studio.objects.filter(pk__in=user.scope(Role.MEDIATOR)).values_list("area", flat=True)
        known = Q(area__in={county_of(area) for area in own}) | within(user.scope(*STATEMENT_READERS))
        drafts = within(user.scope(Role.MEDIATION_SUPERVISOR, Role.FINANCE))
        return self.filter((known & ~Q(status="draft")) | drafts)

    def in_force(self, year: int, county: int) -> "SchemeQuerySet":
        return self.filter(status="approved", year=year, area=county)


class StatementQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> "StatementQuerySet":
        """A studio reads its own once it is being checked."""
        if not user.is_authenticated:
            return self.none()
        own = Q(studio__in=user.scope(Role.MEDIATOR)) & ~Q(status="draft")
        return self.filter(within(user.scope(*STATEMENT_READERS), "studio__area") | own)

    def matching(
        self, *, studio: Any = None, year: int | None = None, quarter: str = "", status: str = "", area: Any = None
    ) -> "StatementQuerySet":
        found = self.filter(within(area.pk, "studio__area")) if area else self
        if status == OPEN:
            found, status = found.open(), ""
        wanted = {"studio": studio, "year": year, "quarter": quarter, "status": status}
        return found.filter(**{name: value for name, value in wanted.items() if value})

    def for_page(self) -> "StatementQuerySet":
        return self.select_related("studio__area", "scheme", "submitted_by", "approved_by", "paid_by")

    def open(self) -> "StatementQuerySet":
        """What nobody has approved yet."""
        return self.filter(status__in=("draft", "checking"))

    def frozen(self) -> "StatementQuerySet":
        return self.filter(status__in=("approved", "paid"))


class LineQuerySet(models.QuerySet[Any]):
    def to_take_back(self) -> "LineQuerySet":
        """Paid for a dispute that another line had paid for, and not taken back yet."""
        return self.filter(
            kind="case",
            statement__status__in=("approved", "paid"),
            amount__gt=0,
            pays=False,
            taken_back_by__isnull=True,
        )

    def for_page(self) -> "LineQuerySet":
        """Cases in the order of their closing, then what a cap cuts and what is taken back."""
        found = self.select_related("case__employer", "takes_back__statement", "call_back__called_by")
        return found.alias(is_cut=~Q(kind="case")).order_by("is_cut", "case__closed_on", "pk")
