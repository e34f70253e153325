"""Sessions held before the portal, as clerks' ledgers have them: 历史台账, proven by nothing the portal saw."""

from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone

from orgs.models import SocialOrganization, Venue
from services.actions import past_sessions
from services.models import ActivitySession, ServiceCategory
from services.rules import sessions as session_rules
from xiangshan.core.accounts.models import User
from xiangshan.core.areas.models import county_of
from xiangshan.shared.imports import cells, columns
from xiangshan.shared.imports.actions import bulk
from xiangshan.shared.imports.cells import Context, confirm
from xiangshan.shared.imports.mapping import county_for
from xiangshan.shared.imports.references import bare
from xiangshan.shared.imports.schemas import ImportColumn, ImportSchema

PLACE_AT_MOST, SUMMARY_AT_MOST = 80, 2000


def _complete(values: dict[str, Any]) -> None:
    """Where no place is told, it was where the organization is at home."""
    if not values.get("where") and values.get("organization") is not None:
        values["where"] = (values.get("area") or values["organization"].area).name


def _fill(session: ActivitySession, values: dict[str, Any], known: Context) -> None:
    """Its venue by name, its area by the venue or the organization, its times. Raises ValidationError for a day to come."""
    venues = known.once("venues", lambda: _venues(known.user))
    organization, where = session.organization, values.get("where") or ""
    found = venues.get(bare(where), [])
    session.place = ""
    if len(found) == 1:
        session.venue = found[0]
    elif where != organization.area.name:
        session.place = where
    if len(session.place) > PLACE_AT_MOST:
        raise ValidationError({"where": f"地点最多 {PLACE_AT_MOST} 字"})
    if session.area_id is None:
        session.area = session.venue.area if session.venue is not None else organization.area
    if span := values.get("times"):
        session.starts_at, session.ends_at = span
        if session.ends_at is not None and session.ends_at <= span[0]:
            raise ValidationError({"times": "结束时间必须晚于开始时间"})
    in_own_county(organization, known)
    if session.workers_served is None:
        raise ValidationError({"workers_served": "必填"})
    session.summary = _summary(values)
    if session.held_on > timezone.localdate():
        raise ValidationError({"held_on": "日期在今天之后，不是过去的活动"})
    if organization.founded_on and session.held_on < organization.founded_on:
        key = f"{organization}：{session.held_on:%Y-%m-%d}"
        confirm(f"早于{organization}的成立日期 {organization.founded_on:%Y-%m-%d}", key, known)


def in_own_county(organization: SocialOrganization, known: Context) -> None:
    """Who accepts a ledger works in one county: what is another's comes in a file of its own. Raises ValidationError."""
    if county_of(organization.area_id) != county_for(known.user):
        raise ValidationError({"organization": "不是本县的社会组织，请分开导入"})


def _summary(values: dict[str, Any]) -> str:
    """What a ledger says besides, in words: of a satisfaction nobody can count the answers."""
    told = str(values.get("satisfaction") or "")
    if told.replace(".", "", 1).isdecimal() and float(told) <= 1:
        told = f"{float(told) * 100:g}%"
    parts = [str(values.get("remark") or ""), f"台账所记满意度：{told}" if told else ""]
    return "\n".join(part for part in parts if part)[:SUMMARY_AT_MOST]


def _venues(user: User) -> dict[str, list[Venue]]:
    found: dict[str, list[Venue]] = {}
    for venue in Venue.objects.visible_to(user).select_related("area"):
        found.setdefault(bare(venue.name), []).append(venue)
    return found


def _known(user: User, rows: list[dict[str, Any]]) -> QuerySet[ActivitySession]:
    """What is there already of these days."""
    days = [row["held_on"] for row in rows if row.get("held_on")]
    seen = ActivitySession.objects.visible_to(user).exclude(status__in=ActivitySession.VOID)
    if not days:
        return seen.none()
    return seen.filter(held_on__gte=min(days), held_on__lte=max(days)).select_related("organization", "venue", "area")


def _told_by_titles(titles: str) -> dict[str, str]:
    return {"basis": str(ActivitySession.Basis.BOUGHT.label)} if "购买" in titles else {}


BASES = [choice for choice in ActivitySession.Basis.choices if choice[0] != ActivitySession.Basis.PROJECT]
PAST_SESSIONS = ImportSchema(
    "past-sessions",
    "历史活动场次",
    ActivitySession,
    (
        columns.day("held_on", "举办日期", "日期", "时间", "活动日期", "活动时间", "举办时间", required=True),
        ImportColumn(
            "times", "起止时间", cells.span, str, ("时间段", "时段", "具体时间", "开始时间"), help="如 9:00-11:00"
        ),
        columns.words(
            "title", "主题", "活动名称", "活动主题", "服务内容", "活动内容", "内容", "项目名称", "名称", required=True
        ),
        columns.reference(
            "organization",
            "社会组织",
            SocialOrganization,
            "社会组织",
            "name",
            "short_name",
            aliases=(
                "承办社会组织",
                "承办单位",
                "承办组织",
                "组织名称",
                "服务单位",
                "主办单位",
                "实施单位",
                "服务组织",
            ),
            required=True,
            help="已登记的全称或简称",
        ),
        columns.reference(
            "category",
            "服务类别",
            ServiceCategory,
            "服务类别",
            aliases=("类别", "活动类别", "服务类型", "类型"),
            all_of_them=True,
            instead="title",
            required=True,
            help="没有这一列时，按主题逐个问一次",
        ),
        columns.words(
            "where", "地点", "活动地点", "服务地点", "场地", "服务对象", "服务对象（单位）", "受益单位", "举办地点"
        ),
        columns.area(required=False, help="没有时按场地或社会组织所在地"),
        columns.count(
            "workers_served", "服务人次", "参加人数", "人次", "人数", "服务人数", "受益人数", "参与人数", required=True
        ),
        columns.count("volunteers", "参与志愿者（人）", "志愿者", "志愿者人数"),
        columns.one_of(BASES, "basis", "性质", "活动性质", everyday={"购买": "购买服务", "公益": "自主公益"}),
        columns.words("satisfaction", "满意度", "满意率", "评价", help="台账没有逐份评价，只记在简况里，不计入满意率"),
        columns.words("remark", "简况", "备注", "说明", several=True),
    ),
    keys=(("organization", "held_on", "title", "where"),),
    known=_known,
    may_import=session_rules.can_bring_past_sessions,
    may_write=session_rules.can_write_past_session,
    add=past_sessions.import_past_sessions,
    edit=partial(bulk.edit, ActivitySession, session_rules.can_write_past_session),
    take_back=partial(bulk.take_back, ActivitySession, session_rules.can_write_past_session),
    page="services:session_list",
    complete=_complete,
    completed=("where",),
    fill=_fill,
    told_by_titles=_told_by_titles,
    may_accept=session_rules.can_accept_ledger,
    totals=(
        ("月份", lambda session: f"{session.held_on:%Y-%m}"),
        ("社会组织", lambda session: str(session.organization)),
        ("类别", lambda session: str(session.category)),
    ),
    counts=(("服务人次", "workers_served"),),
)
