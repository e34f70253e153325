from datetime import date, timedelta
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from xiangshan.accounts.models import Role, User
from xiangshan.areas.models import within

MEDIATION_DAYS = (
    15  # 劳动争议调解仲裁法 art. 14: no agreement within 15 days of accepting, the parties may go to arbitration
)

# Who reads every case of an area; the mediators read their studio's.
CASE_READERS = (Role.MEDIATION_SUPERVISOR, Role.LEADERSHIP, Role.AUDITOR, Role.COUNTY_STAFF)


class StudioQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> "StudioQuerySet":
        if not user.is_authenticated:
            return self.none()
        return self.filter(within(user.scope(*CASE_READERS)) | Q(pk__in=user.scope(Role.MEDIATOR)))

    def for_list(self) -> "StudioQuerySet":
        return self.select_related("area", "organization").order_by("opened_on", "pk")


class CaseQuerySet(models.QuerySet[Any]):
    model: Any

    def visible_to(self, user: User) -> "CaseQuerySet":
        """A case holds no parties; leadership reads it as the row behind a figure."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(within(user.scope(*CASE_READERS)) | Q(studio__in=user.scope(Role.MEDIATOR)))

    def matching(
        self,
        *,
        q: str = "",
        status: str = "",
        kind: str = "",
        outcome: str = "",
        studio: Any = None,
        area: Any = None,
        employer: int | None = None,
        group: str = "",
        due: str = "",
        received_from: date | None = None,
        received_to: date | None = None,
        closed_from: date | None = None,
        closed_to: date | None = None,
        responded: bool | None = None,
        accepted: bool | None = None,
    ) -> "CaseQuerySet":
        found = self.filter(Q(number__icontains=q) | Q(subject__icontains=q)) if q else self
        if status == "open":
            found = found.filter(status__in=self.model.OPEN)
        elif status:
            found = found.filter(status=status)
        if outcome == "decided":
            found = found.filter(outcome__in=("agreed", "failed"))
        elif outcome:
            found = found.filter(outcome=outcome)
        equal = {
            "kind": kind,
            "studio": studio,
            "employer": employer,
            "received_on__gte": received_from,
            "received_on__lte": received_to,
            "closed_on__gte": closed_from,
            "closed_on__lte": closed_to,
        }
        found = found.filter(**{name: value for name, value in equal.items() if value})
        found = found.filter(response_minutes__isnull=False) if responded else found
        found = found.filter(accepted_on__isnull=False) if accepted else found
        found = found.filter(workers__gte=self.model.GROUP_FROM) if group else found
        if due:
            found = found.due_within(0 if due == "late" else 7)
        return found.filter(within(area.pk)) if area else found

    def due_within(self, days: int) -> "CaseQuerySet":
        """Cases in work whose next day, of the law or of an instalment, lies no more than so many days ahead; 0: it has passed."""
        last = timezone.localdate() + timedelta(days=days if days else -1)
        return self.filter(status__in=self.model.OPEN, next_due_on__lte=last)

    def in_work(self) -> "CaseQuerySet":
        return self.filter(status__in=self.model.OPEN)

    def for_page(self) -> "CaseQuerySet":
        return self.select_related(
            "studio__area", "area", "employer", "lead_mediator", "graded_by", "grade_proposed_by"
        )

    def to_anonymise(self, before: date) -> "CaseQuerySet":
        """Closed before that day, and still knowing its parties."""
        return self.filter(closed_on__lt=before, anonymised_on__isnull=True)

    def concluded_on_time(self) -> "CaseQuerySet":
        return self.filter(
            accepted_on__isnull=False, concluded_on__lte=F("accepted_on") + timedelta(days=MEDIATION_DAYS)
        )

    def totals(self) -> dict[str, Any]:
        return self.order_by().aggregate(
            cases=models.Count("pk"),
            people=models.Sum("people_received", default=0),
            involved=models.Sum("amount_involved", default=0),
            paid=models.Sum("amount_paid", default=0),
        )

    def for_list(self) -> "CaseQuerySet":
        return self.select_related("studio", "area", "employer").order_by("-received_at", "-pk")


class ReceptionQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> "ReceptionQuerySet":
        if not user.is_authenticated:
            return self.none()
        return self.filter(within(user.scope(*CASE_READERS), "studio__area") | Q(studio__in=user.scope(Role.MEDIATOR)))

    def matching(
        self, *, q: str = "", studio: Any = None, area: Any = None, first: date | None = None, last: date | None = None
    ) -> "ReceptionQuerySet":
        found = self.filter(subject__icontains=q) if q else self
        found = found.filter(studio=studio) if studio else found
        found = found.filter(within(area.pk, "studio__area")) if area else found
        found = found.filter(received_on__gte=first) if first else found
        return found.filter(received_on__lte=last) if last else found

    def for_list(self) -> "ReceptionQuerySet":
        return self.select_related("studio").order_by("-received_on", "-pk")
