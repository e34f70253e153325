"""A county's first day: its areas, its names, its first administrator; and what it changes later."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from services.models import Department, ServiceCategory
from xiangshan.core.accounts.actions import give_post, user_for_phone
from xiangshan.core.accounts.models import Role, User
from xiangshan.core.areas import updating
from xiangshan.core.areas.counties import County, county_at, forget
from xiangshan.core.areas.models import Area, within
from xiangshan.core.areas.outlines import CountyOutlines, draw, forget_outlines
from xiangshan.core.records import change, create, lock, remove_many
from xiangshan.core.rules import require
from xiangshan.metrics import rollup
from xiangshan.portal.backups import tasks as backup_tasks
from xiangshan.portal.setup import rules
from xiangshan.shared.notifications import delivery, tasks

SHORT = 2  # signs of the usual prefix of numbers: 象工


@transaction.atomic
def set_up(
    rows: list[updating.AreaRow], code: str, *, name: str = "", short_name: str = "", phone: str, admin_name: str
) -> tuple[County, User]:
    """开通一个县, from the shell; safe to repeat: what is there stays, what is said again is changed. Raises ValidationError."""
    updating.update(rows, Area.id_of(code))
    area = Area.objects.get(pk=Area.id_of(code))
    county = County.objects.select_for_update().filter(pk=area.pk).first()
    wanted = {key: value for key, value in (("name", name), ("short_name", short_name)) if value}
    if county is None:
        usual = {"name": f"{area.name}总工会", "short_name": _free_short_name(area)}
        county = create(County(area=area, **(usual | wanted)), by=None, verb="开通")
    else:
        county = change(county, by=None, verb="设置", **wanted)
    forget(county)
    administrator = user_for_phone(phone, admin_name, by=None)
    give_post(administrator, Role.ADMINISTRATOR, area.pk, timezone.localdate(), by=None)
    return county, administrator


def _free_short_name(area: Area) -> str:
    """象山县 -> 象工; where another county has it, 象山工."""
    for signs in range(1, len(area.name)):
        short = f"{area.name[:signs]}工"
        if not County.objects.filter(short_name=short).exists():
            return short
    raise ValidationError("编号简称已被别的县使用，请用 --short 另取")


@transaction.atomic
def change_county(county: County, *, by: User, **values: Any) -> County:
    """修改本县设置; numbers given out keep what they are."""
    known = County.objects.filter(pk=county.pk).exists()
    require(rules.can_change_county(by, county))
    if not known:
        for name, value in values.items():
            setattr(county, name, value)
        county = create(county, by=by, verb="设置")
    else:
        county = change(lock(county), by=by, verb="设置", **values)
    transaction.on_commit(lambda: forget(county))
    return county


@transaction.atomic
def draw_outlines(county: County, *, content: bytes, review_number: str, by: User) -> CountyOutlines:
    """导入镇街轮廓: all the county's towns, in place of what was there. Raises ValidationError."""
    require(rules.can_change_county(by, county))
    drawn = draw(content, Area.objects.filter(within(county.pk, "pk"), level=Area.Level.TOWN, is_current=True))
    values: dict[str, Any] = {"review_number": review_number, "shapes": drawn.shapes, "height": drawn.height}
    transaction.on_commit(lambda: _redraw(county))
    old = CountyOutlines.objects.select_for_update().filter(pk=county.pk).first()
    if old is not None:
        return change(old, by=by, verb="更换轮廓", **values)
    return create(CountyOutlines(area_id=county.pk, **values), by=by, verb="导入轮廓")


@transaction.atomic
def remove_outlines(county: County, *, by: User) -> None:
    """移除镇街轮廓: towns are tiles again."""
    require(rules.can_change_county(by, county))
    transaction.on_commit(lambda: _redraw(county))
    remove_many(CountyOutlines.objects.select_for_update().filter(pk=county.pk), by=by, verb="移除轮廓")


def _redraw(county: County) -> None:
    """Pages that were drawn with the old map are drawn anew at once: a map may have to come down."""
    forget_outlines(county.pk)
    rollup.draw_anew()


@transaction.atomic
def confirm(county: County, item: str, *, by: User) -> County:
    """确认一项设置: by whom and when; what it rests on is not copied."""
    require(rules.can_change_county(by, county))
    if not County.objects.filter(pk=county.pk).exists():
        county = create(county, by=by, verb="设置")
    county = lock(county)
    checked = {**county.checked, item: [str(by), f"{timezone.localtime():%Y-%m-%d %H:%M}"]}
    return change(county, by=by, verb="确认设置", checked=checked)


@transaction.atomic
def add_entry(model: type[Department] | type[ServiceCategory], name: str, *, county: County, by: User) -> Any:
    """增加一个部门或类别 of one's own county. Raises ValidationError."""
    require(rules.can_change_county(by, county))
    if model.objects.filter(county__isnull=True, name=name).exists():
        raise ValidationError({"name": "各县共用的里面已有这一项"})
    values: dict[str, Any] = {"name": name, "county_id": county.pk}
    if model is ServiceCategory:
        n = model.objects.filter(county=county.pk).count() + 1
        values["code"] = f"c{county.pk // 1_000_000}-{n}"
    return create(model(**values), by=by, verb="增加")


@transaction.atomic
def set_entry_active(entry: Any, *, by: User, is_active: bool) -> Any:
    """停用 or 恢复 one of one's own county; what uses it keeps it."""
    entry = lock(entry)
    require(rules.can_change_county(by, county_at(entry.county_id or 0)))
    return change(entry, by=by, verb="恢复" if is_active else "停用", is_active=is_active)


@transaction.atomic
def back_up_now(*, by: User) -> None:
    """立即备份, by the worker."""
    require(rules.can_set_up(by))
    backup_tasks.back_up.delay_on_commit()


@transaction.atomic
def send_test_letter(*, by: User) -> None:
    """寄一封测试邮件 to oneself; the ledger says what became of it. Raises ValidationError."""
    require(rules.can_set_up(by))
    if not by.email:
        raise ValidationError("请先在“我的账号”里填写邮箱")
    now = timezone.localtime()
    delivery.post(
        f"test-{by.pk}-{now:%Y%m%d%H%M%S%f}",
        by.email,
        "社会组织工作平台：测试邮件",
        f"{by}，您好：\n\n收到这封信，说明平台可以寄出邮件。寄出时间 {now:%Y-%m-%d %H:%M}。\n",
        user=by,
    )
    tasks.send_messages.delay_on_commit()
