from datetime import date
from typing import Self

from auditlog.registry import auditlog
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from orgs.models import SocialOrganization
from xiangshan.core.accounts.models import Role, ScopedThrough, User, area_scopes
from xiangshan.core.areas.models import Area, county_of, within
from xiangshan.core.constraints import check, unique
from xiangshan.core.querysets import closed_door
from xiangshan.core.words import any_of, found

# Who reads every case of an area; the mediators read their studio's.
CASE_READERS = (Role.MEDIATION_SUPERVISOR, Role.LEADERSHIP, Role.AUDITOR, Role.COUNTY_STAFF)


class StudioQuerySet(models.QuerySet["Studio"]):
    @closed_door
    def visible_to(self, user: User) -> Self:
        return self.filter(within(user.scope(*CASE_READERS)) | Q(pk__in=user.scope(Role.MEDIATOR)))

    def matching(self, *, q: str = "") -> Self:
        return self.filter(found(q, any_of("name", "case_prefix", "area__name"))) if q else self

    def for_list(self) -> Self:
        return self.select_related("area", "organization").order_by("opened_on", "pk")


class Studio(models.Model):
    """调处工作室: where labour disputes are mediated."""

    organization = models.ForeignKey(
        SocialOrganization, models.PROTECT, null=True, blank=True, related_name="studios", verbose_name="所属社会组织"
    )
    name = models.CharField("名称", max_length=40)
    case_prefix = models.CharField("案号简称", max_length=6, help_text="写入案号，如镇街名的头两个字")
    area = models.ForeignKey(Area, models.PROTECT, related_name="studios", verbose_name="所在镇街")
    phone = models.CharField("电话", max_length=20, blank=True)
    opened_on = models.DateField("成立日期")
    plaque = models.CharField("授牌", max_length=60, blank=True)

    objects = StudioQuerySet.as_manager()

    class Meta:
        verbose_name = "调处工作室"
        constraints = [
            unique("studio_once_per_area", "area", "name", message="该镇街已有同名工作室"),
            unique("case_prefix_once_per_area", "area", "case_prefix", message="该镇街已有这个案号简称"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Each studio of a county counts its cases by itself: two of one prefix would give out one number twice."""
        if not self.area_id:
            return
        others = Studio.objects.filter(within(county_of(self.area_id))).exclude(pk=self.pk)
        if others.filter(case_prefix=self.case_prefix).exists():
            raise ValidationError({"case_prefix": "本县已有工作室用这个案号简称"})
        if others.filter(name=self.name).exists():
            raise ValidationError({"name": "本县已有同名工作室"})

    @property
    def scopes(self) -> dict[str, set[int]]:
        return area_scopes(self.area_id) | {"studio": {self.pk}}


class MediatorQuerySet(models.QuerySet["Mediator"]):
    def serving_on(self, day: "date") -> Self:
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)


class Mediator(ScopedThrough):
    """调解员: who works in a studio, with which profession, from when to when."""

    SCOPED_THROUGH = "studio"

    class Profession(models.TextChoices):
        OFFICIAL = "official", "退休干部"
        LAWYER = "lawyer", "律师"
        PSYCHOLOGIST = "psychologist", "心理咨询师"
        UNION = "union", "工会干部"
        JUDGE = "judge", "退休法官、仲裁员"
        OTHER = "other", "其他"

    studio = models.ForeignKey(Studio, models.PROTECT, related_name="mediators", verbose_name="调处工作室")
    user = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="登录账号",
        help_text="没有账号可不填",
    )
    name = models.CharField("姓名", max_length=40)
    profession = models.CharField("专业背景", max_length=12, choices=Profession, default=Profession.OTHER)
    starts_on = models.DateField("加入日期")
    ends_on = models.DateField("离开日期", null=True, blank=True)

    objects = MediatorQuerySet.as_manager()

    class Meta:
        verbose_name = "调解员"
        ordering = ["starts_on", "pk"]
        constraints = [
            check(
                "mediator_ends_after_start",
                Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                "离开日期不能早于加入日期",
            )
        ]

    def __str__(self) -> str:
        return self.name


class DutyShift(ScopedThrough):
    """值班: who answers the studio's phone on a day."""

    SCOPED_THROUGH = "mediator"

    mediator = models.ForeignKey(Mediator, models.PROTECT, related_name="shifts", verbose_name="调解员")
    day = models.DateField("日期")

    class Meta:
        verbose_name = "值班"
        ordering = ["day", "pk"]
        constraints = [unique("on_duty_once_a_day", "mediator", "day", message="当天已排班")]

    def __str__(self) -> str:
        return f"{self.day} {self.mediator}"


auditlog.register(DutyShift)
