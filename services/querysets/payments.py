"""Payments and acceptances: for whoever may read the contract's money."""

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncMonth

from orgs.querysets import MONEY_AREA_READERS
from xiangshan.accounts.models import Role, User
from xiangshan.areas.models import within


class ThroughContractMoney(models.QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        if not user.is_authenticated:
            return self.none()
        areas = within(user.scope(*MONEY_AREA_READERS), "contract__organization__area")
        return self.filter(areas | Q(contract__organization__in=user.scope(Role.ORG_LEADER)))


class PaymentQuerySet(ThroughContractMoney):
    model: Any

    def matching(
        self,
        *,
        q: str = "",
        status: str = "",
        organization: Any = None,
        contract: Any = None,
        area: Any = None,
        department: Any = None,
        paid_from: date | None = None,
        paid_to: date | None = None,
    ) -> Self:
        words = (
            Q(number__icontains=q)
            | Q(contract__title__icontains=q)
            | Q(contract__number__icontains=q)
            | Q(voucher_number__icontains=q)
            | Q(contract__organization__name__icontains=q)
        )
        found = self.filter(words) if q else self
        equal = {
            "status": status,
            "contract": contract,
            "contract__organization": organization,
            "contract__department": department,
        }
        found = found.filter(**{name: value for name, value in equal.items() if value})
        found = found.filter(within(area.pk, "contract__organization__area")) if area else found
        found = found.filter(paid_on__gte=paid_from) if paid_from else found
        return found.filter(paid_on__lte=paid_to) if paid_to else found

    def paid(self) -> Self:
        return self.filter(status="paid")

    def live(self) -> Self:
        """Under way or paid: what counts against the contract."""
        return self.exclude(status="withdrawn")

    def for_page(self) -> Self:
        return self.select_related("contract__organization", "term", "requested_by", "approved_by", "paid_by")

    def by_month(self) -> list[dict[str, Any]]:
        """What was paid each month: payments and yuan, the newest first."""
        months = self.paid().order_by().annotate(month=TruncMonth("paid_on")).values("month")
        return list(months.annotate(n=Count("pk"), amount=Sum("amount")).order_by("-month"))


class AcceptanceQuerySet(ThroughContractMoney):
    def for_page(self) -> Self:
        return self.select_related("contract__organization", "contract__department", "opened_by", "decided_by")

    def waiting_for_signature(self, party: str) -> Self:
        return self.filter(status="decided").exclude(signatures__party=party).select_related("contract")
