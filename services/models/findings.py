from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from services.models.sessions import ActivitySession, ActivitySessionQuerySet
from xiangshan.core.accounts.models import Role, ScopedThrough, User
from xiangshan.core.constraints import check, unique
from xiangshan.core.querysets import PortalQuerySet


class FindingQuerySet(PortalQuerySet["Finding"]):
    SEARCHED = ("session__title", "text")
    FILTERS = {
        "organization": "session__organization",
        "first": "session__held_on__gte",
        "last": "session__held_on__lte",
    }
    AREA = "session__area"

    def visible_to(self, user: User) -> Self:
        """For the union over the session; never for the organization it is about."""
        return self.filter(session__in=sessions_over(user)) if user.is_authenticated else self.none()

    def open(self) -> Self:
        return self.filter(status=Finding.Status.OPEN)

    def serious(self) -> Self:
        return self.filter(severity="serious")

    def for_page(self) -> Self:
        return self.select_related("session__organization__area", "session__area", "settled_by").prefetch_related(
            "others__organization"
        )


class Finding(ScopedThrough):
    """疑点: what a check found about a reported session. A person settles it with a reason; staff only see it.

    One row for each check, session and `key` (what it is about): found again it is the same one.
    """

    SCOPED_THROUGH = "session"

    class Severity(models.TextChoices):
        SERIOUS = "serious", "严重"
        NOTICE = "notice", "提示"

    class Status(models.TextChoices):
        OPEN = "open", "待处理"
        JUSTIFIED = "justified", "情况属实"
        CONFIRMED = "confirmed", "确有问题"
        GONE = "gone", "已消除"

    SETTLED: ClassVar[tuple[str, ...]] = (Status.JUSTIFIED, Status.CONFIRMED)

    session = models.ForeignKey(ActivitySession, models.PROTECT, related_name="findings", verbose_name="场次")
    check_code = models.CharField("检查", max_length=30)
    key = models.CharField("对象", max_length=60, blank=True)
    severity = models.CharField("程度", max_length=8, choices=Severity)
    text = models.CharField("说明", max_length=300)
    others = models.ManyToManyField(ActivitySession, blank=True, related_name="+", verbose_name="相关场次")
    found_on = models.DateField("发现日期")
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.OPEN)
    settlement = models.CharField("处理意见", max_length=300, blank=True)
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="处理人")
    settled_at = models.DateTimeField("处理时间", null=True, blank=True)

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = "疑点"
        constraints = [
            unique("found_once", "session", "check_code", "key"),
            check(
                "finding_settled_by_someone",
                ~Q(status__in=("justified", "confirmed"))
                | (Q(settled_by__isnull=False, settled_at__isnull=False) & ~Q(settlement="")),
                "处理疑点须有处理人和理由",
            ),
        ]
        indexes = [models.Index(fields=["status", "severity"], name="finding_open")]

    def __str__(self) -> str:
        return f"{self.session} {self.text}"[:80]

    @property
    def is_serious(self) -> bool:
        return self.severity == self.Severity.SERIOUS


# Who reads single answers and what was done about low ones: the union, not the organization they are about.
FEEDBACK_READERS = (Role.COUNTY_STAFF, Role.TOWN_STAFF, Role.LEADERSHIP, Role.AUDITOR)


def sessions_over(user: User) -> Any:
    """The sessions in the areas over which the reader works for the union."""
    if not user.holds(*FEEDBACK_READERS):
        return ActivitySession.objects.none().values("pk")
    seen: ActivitySessionQuerySet = ActivitySession.objects.in_areas(user.scope(*FEEDBACK_READERS))
    return seen.values("pk")
