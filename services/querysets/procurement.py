"""Procurements and bids."""

from typing import Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from orgs.querysets import MONEY_AREA_READERS
from xiangshan.accounts.models import Role, User
from xiangshan.areas.models import county_of, within


class ProcurementQuerySet(models.QuerySet[Any]):
    model: Any

    def visible_to(self, user: User) -> Self:
        """Money readers of the county and its evaluators; organizations once they are invited, or a tender is open to all."""
        if not user.is_authenticated:
            return self.none()
        found = within(user.scope(*MONEY_AREA_READERS)) | Q(evaluators__user=user)
        if own := user.scope(Role.ORG_LEADER):
            from orgs.models import SocialOrganization

            areas = SocialOrganization.objects.filter(pk__in=own).values_list("area_id", flat=True)
            counties = {county_of(area) for area in areas}
            asked = Q(invitations__organization__in=own) | Q(bids__organization__in=own)
            found |= ~Q(status__in=("draft", "cancelled")) & (asked | Q(method="tender", area__in=counties))
        return self.filter(pk__in=self.model.objects.filter(found).values("pk"))

    def matching(
        self, *, q: str = "", status: str = "", method: str = "", category: Any = None, year: int | None = None
    ) -> Self:
        found = self.filter(Q(title__icontains=q) | Q(number__icontains=q)) if q else self
        equal = {"status": status, "method": method, "category": category, "closes_at__year": year}
        return found.filter(**{name: value for name, value in equal.items() if value})

    def for_page(self) -> Self:
        return self.select_related("category", "department", "created_by", "winner__organization", "decided_by", "area")

    def to_score(self, user: User) -> Self:
        """Those of which this evaluator has not finished."""
        return self.filter(status="scoring", evaluators__user=user, evaluators__finished_at__isnull=True)

    def to_answer(self, organizations: set[int]) -> Self:
        """Open for these organizations, invited and not answered yet."""
        from services.models import Bid

        answered = Bid.objects.filter(procurement=OuterRef("pk"), organization__in=organizations)
        return self.filter(
            ~Exists(answered),
            status="open",
            closes_at__gt=timezone.now(),
            invitations__organization__in=organizations,
        ).order_by("closes_at", "pk")

    def closed(self) -> Self:
        """Whose time for bids is over and that nobody opened yet."""
        return self.filter(status="open", closes_at__lte=timezone.now())


class BidQuerySet(models.QuerySet[Any]):
    model: Any

    def visible_to(self, user: User) -> Self:
        """An organization its own; the union and the evaluators all of them, once the time for bids is over."""
        if not user.is_authenticated:
            return self.none()
        union = within(user.scope(*MONEY_AREA_READERS), "procurement__area") | Q(procurement__evaluators__user=user)
        opened = Q(procurement__status__in=("scoring", "decided", "failed"))
        seen = Q(organization__in=user.scope(Role.ORG_LEADER)) | (union & opened)
        return self.filter(pk__in=self.model.objects.filter(seen).values("pk"))

    def standing(self) -> Self:
        return self.filter(withdrawn_at__isnull=True)
