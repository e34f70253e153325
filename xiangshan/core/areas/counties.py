"""What a county calls itself, how it numbers its papers, and the limits it sets for itself."""

from typing import Any

from auditlog.registry import auditlog
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models

from xiangshan.core.areas.models import Area, county_of

KEPT_FOR = 60  # seconds, in other processes than the one that changed it


def check_pattern(pattern: str) -> None:
    """Raises ValidationError where a pattern gives no number, or the same one every year."""
    try:
        numbers = {pattern.format(**_filled(year, n)) for year in (2020, 2021) for n in (1, 2)}
    except (KeyError, ValueError, IndexError):
        raise ValidationError("只能用 {简称}、{年}、{序号} 和 {工作室}，各用花括号括起") from None
    if len(numbers) < 4:
        raise ValidationError("编号里必须有 {年} 和 {序号}")


def check_tiles(places: Any) -> None:
    """Raises ValidationError unless it is {"330225001": [row, column]}."""
    if not isinstance(places, dict) or not all(
        str(code).isdecimal() and len(str(code)) == 9 and isinstance(place, list) and _is_place(place)
        for code, place in places.items()
    ):
        raise ValidationError('位置应写成 {"330225001": [3, 4]}：镇街 9 位代码、第几行、第几列（1 到 20）')


def _is_place(place: list[Any]) -> bool:
    return len(place) == 2 and all(isinstance(n, int) and 1 <= n <= 20 for n in place)


def _filled(year: int, n: int, short: str = "", studio: str = "") -> dict[str, Any]:
    return {"简称": short, "年": year, "序号": f"{n:03d}", "工作室": studio}


def pattern(label: str, default: str) -> "models.CharField[str, str]":
    return models.CharField(label, max_length=40, default=default, validators=[check_pattern])


def default_direct() -> int:
    return int(settings.PROCUREMENT_DIRECT_UP_TO)


def default_inquiry() -> int:
    return int(settings.PROCUREMENT_INQUIRY_UP_TO)


def default_tender() -> int:
    return int(settings.PROCUREMENT_TENDER_FROM)


def default_reviews() -> int:
    return int(settings.PROJECT_LEAST_REVIEWS)


class County(models.Model):
    """县: what one county sets for itself. Several share a portal without seeing each other."""

    area = models.OneToOneField(Area, models.PROTECT, primary_key=True, related_name="county", verbose_name="县")
    name = models.CharField("工会全称", max_length=40, help_text="写在页面和文书上，如“某某县总工会”")
    short_name = models.CharField(
        "编号简称", max_length=6, unique=True, help_text="写在合同号、案号前面，一般是县名头一个字加“工”"
    )
    telephone_code = models.CharField(
        "电话区号",
        max_length=4,
        blank=True,
        validators=[RegexValidator(r"^0\d{2,3}$", "区号是 0 开头的 3 或 4 位数字")],
    )
    contract_number = pattern("合同编号", "{简称}购〔{年}〕{序号}号")
    payment_number = pattern("付款编号", "{简称}付〔{年}〕{序号}号")
    procurement_number = pattern("采购编号", "{简称}采〔{年}〕{序号}号")
    project_number = pattern("扶持通知书编号", "{简称}扶〔{年}〕{序号}号")
    disbursement_number = pattern("拨付编号", "{简称}扶拨〔{年}〕{序号}号")
    case_number = pattern("案号", "{简称}调〔{年}〕{工作室}{序号}号")
    reward_number = pattern("奖补结算编号", "{简称}奖补〔{年}〕{序号}号")
    direct_up_to = models.DecimalField("直接委托上限（元）", max_digits=12, decimal_places=2, default=default_direct)
    inquiry_up_to = models.DecimalField("询价上限（元）", max_digits=12, decimal_places=2, default=default_inquiry)
    tender_from = models.DecimalField("公开招标起点（元）", max_digits=12, decimal_places=2, default=default_tender)
    least_reviews = models.PositiveSmallIntegerField("每份申报最少评审人数", default=default_reviews)
    tiles: Any = models.JSONField(
        "镇街方块位置", default=dict, blank=True, validators=[check_tiles], help_text="不填时依次排列"
    )
    help_contact = models.CharField(
        "求助电话", max_length=60, blank=True, help_text="写在登录页和帮助里，如：县总工会办公室 0574-65712345"
    )
    checked: Any = models.JSONField("已确认的设置事项", default=dict, blank=True, editable=False)

    class Meta:
        verbose_name = "县"

    def __str__(self) -> str:
        return self.name

    @property
    def scopes(self) -> dict[str, set[int]]:
        return {"area": {self.area_id}, "system": {0, self.area_id}}

    @property
    def portal_name(self) -> str:
        return f"{self.name}社会组织工作平台"

    def clean(self) -> None:
        if self.tiles is None:  # JSON's null says the same as nothing
            self.tiles = {}
        if "{工作室}" not in self.case_number:
            raise ValidationError({"case_number": "案号里必须有 {工作室}：各工作室各自编号"})
        if not self.direct_up_to <= self.inquiry_up_to <= self.tender_from:
            raise ValidationError({"inquiry_up_to": "询价上限应在直接委托上限和公开招标起点之间"})

    def number(self, kind: str, year: int, n: int, studio: str = "") -> str:
        """The number of a paper: `kind` is contract, payment, procurement, project, disbursement, case or reward."""
        chosen: str = getattr(self, f"{kind}_number")
        return chosen.format(**_filled(year, n, self.short_name, studio))


def county_at(area_id: int) -> County:
    """The county an area lies in, with what it has set; one that was never set up gets the usual names and limits."""
    key = county_of(area_id)
    kept: County | None = cache.get(_key(key))
    if kept is None:
        kept = County.objects.filter(pk=key).first() or _usual(key)
        cache.set(_key(key), kept, KEPT_FOR)
    return kept


def only_county() -> County | None:
    """The county of a portal that serves but one: its name stands where nobody is logged in."""
    key: int | None = cache.get("only-county")
    if key is None:
        several = list(Area.objects.counties().order_by("pk").values_list("pk", flat=True)[:2])
        key = several[0] if len(several) == 1 else 0
        cache.set("only-county", key, KEPT_FOR)
    return county_at(key) if key else None


def forget(county: County) -> None:
    cache.delete_many([_key(county.pk), "only-county"])


def _key(area_id: int) -> str:
    return f"county:{area_id}"


def _usual(area_id: int) -> County:
    name = Area.objects.filter(pk=area_id).values_list("name", flat=True).first() or ""
    return County(area_id=area_id, name=f"{name}总工会", short_name=f"{name[:1]}工")


auditlog.register(County, exclude_fields=["checked"])
