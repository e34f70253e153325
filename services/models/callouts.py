from datetime import timedelta
from decimal import Decimal
from typing import Any, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from services.models.sessions import ActivitySession
from xiangshan.core.accounts.models import ScopedThrough, User
from xiangshan.core.constraints import check
from xiangshan.core.querysets import PortalQuerySet


class CallOutQuerySet(PortalQuerySet["CallOut"]):
    SEARCHED = ("place", "session__title")
    FILTERS = {"year": "session__held_on__year", "organization": "session__organization"}
    AREA = "session__area"

    def visible_to(self, user: User) -> Self:
        """With its session."""
        return self.filter(session__in=ActivitySession.objects.visible_to(user).values("pk"))

    def running(self) -> Self:
        return self.filter(
            ended_at__isnull=True,
            session__status__in=ActivitySession.OPEN,
        )

    def totals(self) -> dict[str, Any]:
        """Call-outs, people who went, hours of all of them together, people helped; cancelled ones left out."""
        rows = self.exclude(session__status__in=ActivitySession.VOID).order_by()
        result = {"count": 0, "people": 0, "helped": 0, "hours": 0.0}
        for started_at, ended_at, people, helped in rows.values_list(
            "started_at", "ended_at", "people", "people_helped"
        ):
            result["count"] += 1
            result["people"] += people or 0
            result["helped"] += helped or 0
            if ended_at is not None:
                result["hours"] += (people or 0) * ((ended_at - started_at) / timedelta(hours=1))
        return {**result, "hours": round(result["hours"])}


class CallOut(ScopedThrough):
    """应急出勤: what an emergency session was: when it began and ended, where, what for, how many were helped.

    The session carries what every session has (people who went are its volunteers, people helped its workers served).
    """

    SCOPED_THROUGH = "session"

    class Kind(models.TextChoices):
        TYPHOON = "typhoon", "台风洪涝"
        COLLAPSE = "collapse", "房屋坍塌"
        MISSING = "missing", "寻人搜救"
        WATER = "water", "水上救援"
        MOUNTAIN = "mountain", "山地救援"
        FIRE = "fire", "火灾事故"
        STANDBY = "standby", "景区值守"
        EVENT = "event", "赛事安保"
        OTHER = "other", "其他"

    session = models.OneToOneField(ActivitySession, models.PROTECT, related_name="call_out", verbose_name="场次")
    kind = models.CharField("类型", max_length=10, choices=Kind, default=Kind.OTHER)
    place = models.CharField("地点", max_length=80, blank=True)
    started_at = models.DateTimeField("出发时间")
    ended_at = models.DateTimeField("归队时间", null=True, blank=True)
    people = models.PositiveIntegerField(
        "出勤人数", null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(10_000)]
    )
    people_helped = models.PositiveIntegerField(
        "救助（服务）人数", null=True, blank=True, validators=[MaxValueValidator(100_000)]
    )
    started_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")

    objects = CallOutQuerySet.as_manager()

    class Meta:
        verbose_name = "应急出勤"
        constraints = [
            check(
                "call_out_ends_after_start",
                Q(ended_at__isnull=True) | Q(ended_at__gt=F("started_at")),
                "归队时间必须晚于出发时间",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.place}".strip()

    @property
    def hours(self) -> Decimal | None:
        """Hours from start to return, to one place."""
        if self.ended_at is None:
            return None
        return round(Decimal((self.ended_at - self.started_at) / timedelta(hours=1)), 1)

    @property
    def person_hours(self) -> Decimal | None:
        return None if self.hours is None or self.people is None else self.hours * self.people
