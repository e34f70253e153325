from datetime import date
from typing import Any, Self

from auditlog.registry import auditlog
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from orgs.models import SocialOrganization, Venue
from orgs.models.organizations import ThroughOrganization, shown_name
from projects.models.projects import Support, SupportProject
from xiangshan.core.accounts.models import AREA_READERS, InArea, Role, ScopedThrough, User
from xiangshan.core.areas.models import Area, county_of, within
from xiangshan.core.constraints import check, unique
from xiangshan.core.querysets import PortalQuerySet, closed_door
from xiangshan.core.words import any_of


def _of_the_same(project: SupportProject | None, organization: int) -> None:
    if project is not None and project.organization_id != organization:
        raise ValidationError({"project": "扶持项目不属于这家社会组织"})


class BookingQuerySet(ThroughOrganization["VenueBooking"]):
    SEARCHED = ("purpose", "venue__name", "organization__name")
    FILTERS = {"day_from": "starts_at__date__gte", "day_to": "starts_at__date__lte"}

    def matching(self, *, state: str = "", **wanted: Any) -> Self:
        rows = super().matching(**wanted)
        return rows.filter(cancelled_at__isnull=state == "standing") if state else rows

    def standing(self) -> Self:
        return self.filter(cancelled_at__isnull=True)

    def on_day(self, day: date) -> Self:
        return self.standing().filter(starts_at__date=day).order_by("starts_at", "pk")


class VenueBooking(ScopedThrough):
    """场地预约: a room for an organization, from one half hour to another."""

    SCOPED_THROUGH = "organization"

    venue = models.ForeignKey(Venue, models.PROTECT, related_name="bookings", verbose_name="场地")
    organization = models.ForeignKey(
        SocialOrganization, models.PROTECT, related_name="bookings", verbose_name="社会组织"
    )
    project = models.ForeignKey(
        SupportProject, models.PROTECT, null=True, blank=True, related_name="bookings", verbose_name="扶持项目"
    )
    starts_at = models.DateTimeField("开始")
    ends_at = models.DateTimeField("结束")
    purpose = models.CharField("用途", max_length=100)
    booked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="预约人")
    cancelled_at = models.DateTimeField("取消时间", null=True, blank=True)

    objects = BookingQuerySet.as_manager()

    class Meta:
        verbose_name = "场地预约"
        constraints = [check("booking_ends_after_start", Q(ends_at__gt=F("starts_at")), "结束时间须晚于开始时间")]
        indexes = [models.Index(fields=["venue", "starts_at"], name="booking_by_venue")]

    def __str__(self) -> str:
        return f"{self.venue} {timezone.localtime(self.starts_at):%Y-%m-%d %H:%M}"

    def clean(self) -> None:
        _of_the_same(self.project, self.organization_id)

    @property
    def hours(self) -> float:
        return (self.ends_at - self.starts_at).total_seconds() / 3600


class VenueSlot(models.Model):
    """占用时段: a half hour of a room that is taken. The database itself refuses a second one."""

    booking = models.ForeignKey(VenueBooking, models.CASCADE, related_name="slots", verbose_name="预约")
    venue = models.ForeignKey(Venue, models.PROTECT, related_name="+", verbose_name="场地")
    starts_at = models.DateTimeField("开始")

    class Meta:
        verbose_name = "占用时段"
        constraints = [unique("room_booked_once", "venue", "starts_at", message="这个时段已有预约")]

    def __str__(self) -> str:
        return f"{self.venue_id} {self.starts_at}"


class EquipmentQuerySet(PortalQuerySet["Equipment"]):
    SEARCHED = ("name", "number")

    @closed_door
    def visible_to(self, user: User) -> Self:
        """What the county lends, for whoever works in it: to know what may be asked for."""
        counties = {county_of(area) for area in user.scope(*AREA_READERS)}
        if own := user.scope(Role.ORG_LEADER):
            counties |= SocialOrganization.objects.filter(pk__in=own).counties()
        return self.filter(within(counties))

    def matching(self, *, state: str = "", **wanted: Any) -> Self:
        rows = super().matching(**wanted)
        if state == "free":
            return rows.filter(is_active=True).exclude(self._lent())
        return rows.filter(self._lent()) if state == "lent" else rows

    def with_holder(self) -> Self:
        """Who has it, and until when."""
        out = EquipmentLoan.objects.filter(equipment=OuterRef("pk"), returned_on__isnull=True)
        named = out.annotate(shown=shown_name("organization__")).values("shown")
        return self.annotate(holder=Coalesce(Subquery(named), Value("")), due_on=Subquery(out.values("due_on")))

    def _lent(self) -> Exists:
        return Exists(EquipmentLoan.objects.filter(equipment=OuterRef("pk"), returned_on__isnull=True))


class Equipment(InArea):
    """装备: something the union owns and lends."""

    number = models.CharField("编号", max_length=30, unique=True)
    name = models.CharField("名称", max_length=60)
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="所属地区")
    is_active = models.BooleanField("可出借", default=True)
    note = models.CharField("备注", max_length=200, blank=True)

    objects = EquipmentQuerySet.as_manager()

    class Meta:
        verbose_name = "装备"
        verbose_name_plural = "装备"
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.name}（{self.number}）"


class LoanQuerySet(ThroughOrganization["EquipmentLoan"]):
    def holding(self, word: str) -> Q:
        """Part of a name, or exactly a number."""
        return any_of("equipment__name", "organization__name")(word) | Q(equipment__number=word)

    def matching(self, *, state: str = "", **wanted: Any) -> Self:
        rows = super().matching(**wanted)
        if state == "overdue":
            return rows.out().filter(due_on__lt=timezone.localdate())
        return rows.filter(returned_on__isnull=state == "out") if state else rows

    def out(self) -> Self:
        return self.filter(returned_on__isnull=True)

    def overdue(self) -> Self:
        late = self.out().filter(due_on__lt=timezone.localdate())
        return late.select_related("equipment", "organization").order_by("due_on", "pk")


class EquipmentLoan(ScopedThrough):
    """装备借用: lent on a day, due on another, returned in some condition."""

    SCOPED_THROUGH = "organization"

    equipment = models.ForeignKey(Equipment, models.PROTECT, related_name="loans", verbose_name="装备")
    organization = models.ForeignKey(SocialOrganization, models.PROTECT, related_name="loans", verbose_name="社会组织")
    project = models.ForeignKey(
        SupportProject, models.PROTECT, null=True, blank=True, related_name="loans", verbose_name="扶持项目"
    )
    lent_on = models.DateField("借出日期")
    due_on = models.DateField("应还日期")
    lent_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="经办人")
    returned_on = models.DateField("归还日期", null=True, blank=True)
    condition = models.CharField("归还状况", max_length=200, blank=True)

    objects = LoanQuerySet.as_manager()

    class Meta:
        verbose_name = "装备借用"
        ordering = ["-lent_on", "-pk"]
        constraints = [
            unique(
                "equipment_lent_once",
                "equipment",
                when=Q(returned_on__isnull=True),
                message="这件装备已借出，还没有归还",
            ),
            check("loan_due_after_lent", Q(due_on__gte=F("lent_on")), "应还日期不能早于借出日期"),
            check(
                "loan_returned_after_lent",
                Q(returned_on__isnull=True) | Q(returned_on__gte=F("lent_on")),
                "归还日期不能早于借出日期",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.equipment} {self.lent_on}"

    def clean(self) -> None:
        _of_the_same(self.project, self.organization_id)

    @property
    def is_overdue(self) -> bool:
        return self.returned_on is None and self.due_on < timezone.localdate()


class GivenQuerySet(ThroughOrganization["SupportGiven"]):
    SEARCHED = ("title", "organization__name")
    FILTERS = {"day_from": "given_on__gte", "day_to": "given_on__lte"}


class SupportGiven(ScopedThrough):
    """扶持记录: training held, publicity done: support that is neither money, room nor thing."""

    SCOPED_THROUGH = "organization"

    KINDS = [(kind.value, kind.label) for kind in (Support.Kind.TRAINING, Support.Kind.PUBLICITY)]

    organization = models.ForeignKey(
        SocialOrganization, models.PROTECT, related_name="supports_given", verbose_name="社会组织"
    )
    project = models.ForeignKey(
        SupportProject, models.PROTECT, null=True, blank=True, related_name="given", verbose_name="扶持项目"
    )
    kind = models.CharField("种类", max_length=10, choices=KINDS)
    title = models.CharField("内容", max_length=80)
    given_on = models.DateField("日期")
    hours = models.DecimalField("时长（小时）", max_digits=5, decimal_places=1, default=0)
    people = models.PositiveIntegerField("参加人数", default=0)
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="登记人")

    objects = GivenQuerySet.as_manager()

    class Meta:
        verbose_name = "扶持记录"
        ordering = ["-given_on", "-pk"]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        _of_the_same(self.project, self.organization_id)
        if self.given_on and self.given_on > timezone.localdate():
            raise ValidationError({"given_on": "日期不能晚于今天"})


auditlog.register(EquipmentLoan)
