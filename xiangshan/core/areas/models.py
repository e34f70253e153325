from collections.abc import Iterable

from django.db import models
from django.db.models import Case, CharField, F, Q, Value, When
from django.db.models.functions import Concat

from xiangshan.core.numbering import NumberSequence  # noqa: F401  (its table lives in this app)


def size(area_id: int) -> int:
    """How many ids an area holds: its own and those of all below it (GB/T 2260, GB/T 10114: two digits a level, then three)."""
    for span in (10**10, 10**8, 10**6, 10**3):
        if area_id % span == 0:
            return span
    return 1


def ancestors(area_id: int) -> list[int]:
    """The ids from the area itself up to its province, whether or not the portal knows them all."""
    return sorted({area_id - area_id % span for span in (1, 10**3, 10**6, 10**8, 10**10)}, reverse=True)


def county_of(area_id: int) -> int:
    """The county an area lies in, by its id; a county's own id is its county."""
    return area_id - area_id % 10**6


def county_code(area_id: int) -> int:
    """The six digits of the county an area lies in: 330225."""
    return area_id // 10**6


def town_of(area_id: int) -> int:
    """The town an area lies in; a town's own id is its town, and so is a county's."""
    return area_id - area_id % 10**3


def is_county(area_id: int) -> bool:
    return size(area_id) == 10**6


def is_above_counties(area_id: int) -> bool:
    """A city or a province."""
    return size(area_id) >= 10**8


def is_above_towns(area_id: int) -> bool:
    """A county, or what lies above it."""
    return size(area_id) >= 10**6


def within(area_ids: "list[int] | set[int] | int", field: str = "area") -> Q:
    """Records whose `field` lies in one of these areas or below: a range of ids, no tree to climb."""
    condition = Q(pk__in=[])
    for area_id in [area_ids] if isinstance(area_ids, int) else area_ids:
        condition |= Q(**{f"{field}__gte": area_id, f"{field}__lt": area_id + size(area_id)})
    return condition


class AreaQuerySet(models.QuerySet["Area"]):
    def counties(self) -> "AreaQuerySet":
        return self.filter(level=Area.Level.COUNTY)

    def towns(self) -> "AreaQuerySet":
        return self.filter(level=Area.Level.TOWN)

    def above(self, area_id: int) -> list[str]:
        """The names of its county, city and province."""
        upper = self.filter(pk__in=ancestors(area_id), level__lte=Area.Level.COUNTY)
        return list(upper.order_by("-level").values_list("name", flat=True))

    def around(self, county_ids: "Iterable[int]") -> "AreaQuerySet":
        """All of these counties, in code order; labels need the town of a community."""
        return self.for_choice(sorted(county_ids)).select_related("parent")

    def for_choice(self, within_ids: "list[int] | None" = None) -> "AreaQuerySet":
        """What a form offers: in code order, so that towns are followed by their communities."""
        rows = self if within_ids is None else self.filter(within(within_ids, "pk"))
        return rows.filter(is_current=True).order_by("pk")


class Area(models.Model):
    """地区: a node of the area tree. The key is the official code filled up to twelve digits, so what lies below is a range."""

    class Level(models.IntegerChoices):
        PROVINCE = 1, "省"
        CITY = 2, "市"
        COUNTY = 3, "县"
        TOWN = 4, "镇乡街道"
        COMMUNITY = 5, "社区村"

    id = models.BigIntegerField("统计区划代码", primary_key=True)
    code = models.CharField("区划代码", max_length=12, unique=True)
    name = models.CharField("名称", max_length=40)
    level = models.PositiveSmallIntegerField("层级", choices=Level)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级地区"
    )

    is_current = models.BooleanField("现行", default=True)  # what is no more is kept for what happened there

    objects = AreaQuerySet.as_manager()

    class Meta:
        verbose_name = "地区"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name

    @property
    def has_children(self) -> bool:
        return self.level != Area.Level.COMMUNITY

    @staticmethod
    def id_of(code: str) -> int:
        """330225 -> 330225000000."""
        return int(code.ljust(12, "0"))


def area_label(prefix: str = "area__") -> Case:
    """A town by its name, a community after the name of its town: what forms offer and files say."""
    name = F(f"{prefix}name")
    full = Concat(F(f"{prefix}parent__name"), Value(" · "), name)
    return Case(When(**{f"{prefix}level": 5}, then=full), default=name, output_field=CharField())
