from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from xiangshan.accounts.models import Role, User
from xiangshan.areas.models import within
from xiangshan.sealed import marks

if TYPE_CHECKING:
    from datetime import date


def of_own_cases(user: User, case: str = "case") -> Q:
    """Of cases whose parties the user may read: the studio's mediators and the supervisors, but for those who stand back."""
    reach = within(user.scope(Role.MEDIATION_SUPERVISOR), f"{case}__area") | Q(
        **{f"{case}__studio__in": user.scope(Role.MEDIATOR)}
    )
    return reach & ~Q(**{f"{case}__conflicts__user": user.pk})


class PartyQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> "PartyQuerySet":
        return self.filter(of_own_cases(user)) if user.is_authenticated else self.none()

    def known_by(self, *words: str) -> "PartyQuerySet":
        """Parties with exactly this phone or ID number."""
        found = [one for word in words for one in marks("".join(word.split()).replace("-", "").removeprefix("+86"))]
        return self.filter(Q(phone_mark__in=found) | Q(id_mark__in=found)) if found else self.none()


class HelpRequestQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> "HelpRequestQuerySet":
        if not user.is_authenticated:
            return self.none()
        return self.filter(within(user.scope(Role.MEDIATION_SUPERVISOR)) | Q(studio__in=user.scope(Role.MEDIATOR)))

    def matching(self, *, status: str = "", studio: Any = None) -> "HelpRequestQuerySet":
        found = self.filter(status=status) if status else self
        return found.filter(studio=studio) if studio else found

    def waiting(self) -> "HelpRequestQuerySet":
        return self.filter(status="waiting").select_related("area", "studio").order_by("asked_at", "pk")


class InstalmentQuerySet(models.QuerySet[Any]):
    def current(self) -> "InstalmentQuerySet":
        """Of agreements in force, of cases in work."""
        return self.filter(agreement__is_current=True, agreement__case__status="agreed")

    def unpaid(self) -> "InstalmentQuerySet":
        return self.current().filter(paid__lt=F("amount")).select_related("agreement__case__studio")

    def overdue(self, today: "date | None" = None) -> "InstalmentQuerySet":
        return self.unpaid().filter(due_on__lt=today or timezone.localdate()).order_by("due_on", "pk")


class MediatorQuerySet(models.QuerySet[Any]):
    def serving_on(self, day: "date") -> "MediatorQuerySet":
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)
