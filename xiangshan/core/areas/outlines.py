"""Outlines of a county's towns, from a file it brings itself: drawn only with the number under which they were reviewed."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from math import cos, radians
from typing import Any

from auditlog.registry import auditlog
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models

from xiangshan.core.areas.models import Area, county_of

WIDE = 1000  # what a map is wide, in units of its own
FINE = 1.5  # how far a simplified line may leave the true one, in the same units
LARGEST = 20_000_000  # bytes
KEPT_FOR = 60  # seconds, in other processes than the one that changed them
NO_OUTLINES = "none"  # a cache does not tell what is not there from what is nothing


class CountyOutlines(models.Model):
    """镇街轮廓: as paths of SVG by a town's nine-digit code, with a place for its name.

    A map is shown with its review number (地图管理条例, 国务院令第664号, article 22).
    """

    area = models.OneToOneField(Area, models.PROTECT, primary_key=True, related_name="outlines", verbose_name="县")
    review_number = models.CharField(
        "审图号",
        max_length=40,
        validators=[
            RegexValidator(
                r"^[\u4e00-\u9fffA-Z]{1,6}[(\uff08\u3014\[]\d{4}[)\uff09\u3015\]]\d{1,8}号$",
                "审图号应像“浙S（2024）12号”：代号、年份、序号",
            )
        ],
        help_text="地图下面会写上，例如：浙S（2024）12号",
    )
    shapes: Any = models.JSONField("轮廓", editable=False)
    height = models.PositiveIntegerField("高", editable=False)

    class Meta:
        verbose_name = "镇街轮廓"

    def __str__(self) -> str:
        return f"{self.area}镇街轮廓"

    @property
    def scopes(self) -> dict[str, set[int]]:
        return {"area": {self.area_id}, "system": {0, self.area_id}}


def outlines_at(area_id: int) -> CountyOutlines | None:
    """Those of the county an area lies in; kept for a while, as most counties have none and every dashboard asks."""
    key = county_of(area_id)
    kept: CountyOutlines | str | None = cache.get(_key(key))
    if kept is None:
        kept = CountyOutlines.objects.filter(pk=key).first() or NO_OUTLINES
        cache.set(_key(key), kept, KEPT_FOR)
    return kept if isinstance(kept, CountyOutlines) else None


def forget_outlines(county_id: int) -> None:
    cache.delete(_key(county_id))


def _key(county_id: int) -> str:
    return f"outlines:{county_id}"


@dataclass(frozen=True)
class Outlines:
    """What a file's outlines were drawn to."""

    shapes: dict[str, list[Any]]  # code: [path, x and y of the name]
    height: int


def draw(content: bytes, towns: Iterable[Area]) -> Outlines:
    """Reads GeoJSON (RFC 7946) in degrees, one feature a town, told by its code or its name.

    Raises ValidationError naming what is not a town of the county, and which towns are missing.
    """
    from shapely import unary_union  # it loads a large library: only where a file is read

    wanted = list(towns)
    shapes = dict(_features(content, wanted))
    missing = [town.name for town in wanted if town.pk not in shapes]
    if missing:
        raise ValidationError(f"文件里没有这些镇街的轮廓：{'、'.join(missing)}")
    west, south, east, north = unary_union(list(shapes.values())).bounds
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise ValidationError("坐标应是经纬度（度），这个文件里的不是")
    flat = cos(radians((south + north) / 2))  # a degree of longitude is shorter than one of latitude
    scale = WIDE / ((east - west) * flat)

    def place(lon: float, lat: float) -> tuple[int, int]:
        return round((lon - west) * flat * scale), round((north - lat) * scale)

    drawn: dict[str, list[Any]] = {}
    for pk, shape in shapes.items():
        simple = shape.simplify(FINE / scale)
        rings = [
            ring
            for part in getattr(simple, "geoms", [simple])
            if part.geom_type == "Polygon"
            for ring in (part.exterior, *part.interiors)
        ]
        path = "".join(f"M{'L'.join(f'{x} {y}' for x, y in (place(*at[:2]) for at in ring.coords))}Z" for ring in rings)
        name = shape.representative_point()
        drawn[str(pk // 1000)] = [path, *place(name.x, name.y)]
    return Outlines(drawn, round((north - south) * scale))


def _features(content: bytes, towns: list[Area]) -> Iterable[tuple[int, Any]]:
    from shapely import make_valid
    from shapely.errors import ShapelyError
    from shapely.geometry import shape

    try:
        features = json.loads(content)["features"]
        found = [
            (dict(feature.get("properties") or {}), make_valid(shape(feature["geometry"]))) for feature in features
        ]
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError, ShapelyError):
        raise ValidationError("不是 GeoJSON 文件：应是 FeatureCollection，每个镇街一个轮廓") from None
    known = {str(town.pk // 1000): town.pk for town in towns} | {town.name: town.pk for town in towns}
    result: dict[int, Any] = {}
    strange = []
    for n, (properties, geometry) in enumerate(found, 1):
        said = [str(value)[:9] if str(value).isdecimal() else str(value) for value in properties.values()]
        pk = next((known[value] for value in said if value in known), None)
        if pk is None or not geometry.area:
            strange.append(str(properties.get("name") or f"第 {n} 个"))
        else:
            result[pk] = result[pk].union(geometry) if pk in result else geometry
    if strange:
        raise ValidationError(f"这些不是本县镇街的轮廓：{'、'.join(strange[:10])}")
    return result.items()


auditlog.register(CountyOutlines, exclude_fields=["shapes", "height"])
