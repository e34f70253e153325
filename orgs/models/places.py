from typing import Self, TypeVar

from django.db import models

from xiangshan.core.accounts.models import InArea, User
from xiangshan.core.areas.models import Area, within
from xiangshan.core.constraints import unique
from xiangshan.core.pinyin import initials, named
from xiangshan.core.querysets import PortalQuerySet, closed_door

Place = TypeVar("Place", bound=models.Model)


class PlaceQuerySet(PortalQuerySet[Place]):
    """Venues and employers: registers that everybody who works in a county shares."""

    @closed_door
    def visible_to(self, user: User) -> Self:
        return self.filter(within(user.counties))

    def holding(self, word: str) -> models.Q:
        return named(word)

    def for_list(self) -> Self:
        return self.select_related("area").order_by("area", "name", "pk")


class Employer(InArea):
    """用人单位: where workers work."""

    name = models.CharField("名称", max_length=80)
    initials = models.CharField("拼音首字母", max_length=80, blank=True, editable=False)
    area = models.ForeignKey(Area, models.PROTECT, related_name="employers", verbose_name="所在地区")
    address = models.CharField("地址", max_length=120, blank=True)
    workers = models.PositiveIntegerField("职工人数", null=True, blank=True)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name = "用人单位"
        constraints = [unique("employer_once_per_area", "name", "area", message="该地区已有同名单位")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        self.initials = initials(self.name)


class Venue(InArea):
    """场地: where activities are held."""

    class Kind(models.TextChoices):
        HOME = "home", "职工之家"
        CANTEEN = "canteen", "企业食堂"
        SITE = "site", "工地"
        HALL = "hall", "社区文化礼堂"
        WORKSHOP = "workshop", "车间"
        OTHER = "other", "其他场地"

    name = models.CharField("名称", max_length=80)
    initials = models.CharField("拼音首字母", max_length=80, blank=True, editable=False)
    kind = models.CharField("类型", max_length=10, choices=Kind, default=Kind.OTHER)
    area = models.ForeignKey(Area, models.PROTECT, related_name="venues", verbose_name="所在地区")
    address = models.CharField("地址", max_length=120, blank=True)
    capacity = models.PositiveIntegerField("容纳人数", null=True, blank=True)
    employer = models.ForeignKey(
        Employer, models.PROTECT, null=True, blank=True, related_name="venues", verbose_name="所属单位"
    )

    objects = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name = "场地"
        constraints = [unique("venue_once_per_area", "name", "area", message="该地区已有同名场地")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        self.initials = initials(self.name)
