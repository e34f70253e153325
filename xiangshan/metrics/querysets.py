"""What is read of closings, targets and shares; figures themselves are read in figures.py."""

from typing import Any

from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from orgs.querysets import AREA_READERS
from services.codes import digest
from xiangshan.accounts.models import Role, User
from xiangshan.areas.models import ancestors, within


class YearClosingQuerySet(models.QuerySet[Any]):
    model: Any

    def visible_to(self, user: User) -> "YearClosingQuerySet":
        """Whoever works over the county, or in one of its towns."""
        if not user.is_authenticated:
            return self.none()
        areas = user.scope(*AREA_READERS)
        above = {above for area in areas for above in ancestors(area)}
        return self.filter(within(areas) | Q(area__in=above))

    def signed(self) -> "YearClosingQuerySet":
        return self.filter(status="signed")

    def in_force(self) -> "YearClosingQuerySet":
        """Compiled or signed: not the versions a reopening left behind."""
        return self.exclude(status="reopened")

    def with_restatements(self) -> "YearClosingQuerySet":
        counted = self.model.restatements.rel.related_model.objects.filter(closing=OuterRef("pk")).order_by()
        count = counted.values("closing").annotate(n=Count("pk")).values("n")
        return self.select_related("signed_by").annotate(restated=Coalesce(Subquery(count), 0))

    def for_page(self) -> "YearClosingQuerySet":
        return self.select_related("area", "compiled_by", "signed_by", "reopened_by")


class TargetQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> "TargetQuerySet":
        """Those of the areas whose figures one reads."""
        return self.filter(within(user.scope(*AREA_READERS))) if user.is_authenticated else self.none()


class ShareLinkQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> "ShareLinkQuerySet":
        """Those of the areas one answers for: whoever may share may take back what a colleague shared."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(within(user.scope(Role.COUNTY_STAFF, Role.LEADERSHIP)))

    def opened_by(self, token: str) -> "ShareLinkQuerySet":
        """The link a token opens: neither expired nor taken back."""
        opens = self.filter(revoked_at__isnull=True, expires_on__gte=timezone.localdate())
        return opens.filter(mark=mark_of(token)).select_related("area")


def mark_of(token: str) -> str:
    """What the database keeps of a link's token: a keyed digest."""
    return digest("share", token)
