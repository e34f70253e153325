"""What the lists of this app show, column by column."""

from typing import Any

from django.db.models import Count, Sum

from orgs.models.organizations import shown_name
from projects.community import teams
from projects.effects import NOT_REPORTED, ends_of, paid_in, sessions, strength, times
from projects.models import Disbursement, Incubation, Programme, ProgressReport, SupportGiven, SupportProject
from xiangshan.core.areas.models import area_label
from xiangshan.shared.lists.tables import Column, Table
from xiangshan.shared.wilson import LEAST_ANSWERS

PROJECT_MONEY = ("granted_amount", "paid_amount")


def _organization(prefix: str = "") -> Column:
    return Column(
        "organization",
        "社会组织",
        shown_name(f"{prefix}organization__"),
        link="orgs:organization_detail",
        link_path=f"{prefix}organization",
    )


PROJECTS = Table(
    "projects",
    "扶持项目",
    (
        Column("title", "项目", link="projects:project_detail"),
        _organization(),
        Column("year", "年度", kind="text"),
        Column("programme", "年度计划", "programme__title", on_phone=False),
        Column("granted_amount", "扶持金额", kind="yuan"),
        Column("paid_amount", "已拨付", kind="yuan", on_phone=False),
        Column("starts_on", "开始", kind="day", shown=False),
        Column("ends_on", "结束", kind="day", on_phone=False),
        Column("status", "状态", kind="badge", choices=SupportProject.Status.choices),
    ),
    order=("-year", "-pk"),
    empty="没有符合条件的扶持项目。换个条件，或清除筛选再看。",
)

PROGRAMMES = Table(
    "programmes",
    "年度计划",
    (
        Column("title", "计划", link="projects:programme_detail"),
        Column("year", "年度", kind="text"),
        Column("theme", "主题", on_phone=False),
        Column("budget", "总预算", kind="yuan"),
        Column("granted", "已批", kind="yuan", on_phone=False),
        Column("applications", "申报", kind="number"),
        Column("closes_at", "截止", kind="moment"),
        Column("status", "状态", kind="badge", choices=Programme.Status.choices),
    ),
    order=("-year", "-pk"),
    empty="没有符合条件的年度计划。换个条件，或清除筛选再看。",
)

REPORTS = Table(
    "project_reports",
    "项目报告",
    (
        Column("title", "报告", link="projects:report_detail"),
        Column("project", "项目", "project__title", link="projects:project_detail", link_path="project"),
        _organization("project__"),
        Column("due_on", "应交", kind="day"),
        Column("submitted_at", "提交", kind="moment", on_phone=False),
        Column("status", "状态", kind="badge", choices=ProgressReport.Status.choices),
    ),
    order=("due_on", "pk"),
    empty="没有符合条件的报告。换个条件，或清除筛选再看。",
)

DISBURSEMENTS = Table(
    "disbursements",
    "项目拨付",
    (
        Column("number", "编号", link="projects:disbursement_detail"),
        Column("project", "项目", "project__title", link="projects:project_detail", link_path="project"),
        _organization("project__"),
        Column("title", "期次", on_phone=False),
        Column("amount", "金额", kind="yuan"),
        Column("paid_on", "付款日期", kind="day"),
        Column("voucher_number", "凭证号", shown=False),
        Column("status", "状态", kind="badge", choices=Disbursement.Status.choices),
    ),
    order=("-pk",),
    empty="没有符合条件的拨付。换个条件，或清除筛选再看。",
)

BOOKINGS = Table(
    "bookings",
    "场地预约",
    (
        Column("starts_at", "开始", kind="moment", link="projects:booking_detail"),
        Column("ends_at", "结束", kind="moment", on_phone=False),
        Column("venue", "场地", "venue__name", link="orgs:venue_detail", link_path="venue"),
        _organization(),
        Column("purpose", "用途"),
        Column("project", "扶持项目", "project__title", shown=False),
        Column("cancelled_at", "取消时间", kind="moment", on_phone=False),
    ),
    order=("-starts_at", "-pk"),
    empty="没有符合条件的预约。换个条件，或清除筛选再看；也可以预约一次。",
)

EQUIPMENT = Table(
    "equipment",
    "装备",
    (
        Column("number", "编号", link="projects:equipment_detail"),
        Column("name", "名称"),
        Column("area", "所属地区", area_label()),
        Column("holder", "借用组织"),
        Column("due_on", "应还", kind="day"),
        Column("is_active", "可出借", kind="flag", on_phone=False),
        Column("note", "备注", shown=False),
    ),
    order=("number", "pk"),
    empty="没有符合条件的装备。换个条件，或清除筛选再看。",
)

LOANS = Table(
    "loans",
    "装备借用",
    (
        Column("equipment", "装备", "equipment__name", link="projects:equipment_detail", link_path="equipment"),
        Column("number", "编号", "equipment__number", on_phone=False),
        _organization(),
        Column("lent_on", "借出", kind="day"),
        Column("due_on", "应还", kind="day"),
        Column("returned_on", "归还", kind="day"),
        Column("condition", "归还状况", shown=False),
    ),
    order=("-lent_on", "-pk"),
    empty="没有符合条件的借用。换个条件，或清除筛选再看。",
)

GIVEN = Table(
    "supports_given",
    "培训与宣传",
    (
        Column("title", "内容", link="projects:given_detail"),
        _organization(),
        Column("kind", "种类", kind="choice", choices=SupportGiven.KINDS),
        Column("given_on", "日期", kind="day"),
        Column("hours", "时长（小时）", kind="number", on_phone=False),
        Column("people", "参加人数", kind="number"),
        Column("project", "扶持项目", "project__title", shown=False),
    ),
    order=("-given_on", "-pk"),
    empty="没有符合条件的记录。换个条件，或清除筛选再看。",
)

INCUBATIONS = Table(
    "incubations",
    "内孵化",
    (
        Column("team", "团队", shown_name("team__"), link="projects:incubation_detail"),
        Column(
            "community", "孵化社区", area_label("community__"), link="projects:community_detail", link_path="community"
        ),
        Column("mentor", "带教组织", shown_name("mentor__"), on_phone=False, sortable=False),
        Column("entered_on", "入驻", kind="day"),
        Column("ended_on", "出壳或退出", kind="day", on_phone=False),
        Column("stage", "阶段", kind="badge", choices=Incubation.Stage.choices),
    ),
    order=("-entered_on", "-pk"),
    empty="没有符合条件的孵化团队。换个条件，或清除筛选再看。",
)

COMMUNITIES = Table(
    "communities",
    "社区",
    (
        Column("name", "社区或村", link="projects:community_detail"),
        Column("town", "镇乡街道", "parent__name"),
        Column("present", "在孵团队", teams(ended_on__isnull=True), kind="number"),
        Column("independent", "已出壳", teams(stage="independent"), kind="number"),
        Column("left", "已退出", teams(stage="left"), kind="number", on_phone=False),
    ),
    order=("pk",),
    empty="没有符合条件的社区。换个条件，或清除筛选再看。",
)


def effects(year: int) -> Table:
    """Organizations before and with a year's support."""
    before, after = ends_of(year)

    def strengths(name: str, label: str) -> tuple[Column, Column]:
        return (
            Column(f"{name}_before", f"{label} {before}", strength(name, before), kind="number", format=_reported),
            Column(f"{name}_after", f"{label} {after}", strength(name, after), kind="number", format=_reported),
        )

    def held(when: int) -> Column:
        return Column(f"sessions_{when}", f"{when} 年场次", sessions(Count, when), kind="number")

    def satisfaction(when: int) -> Column:
        return Column(
            f"satisfaction_{when}",
            f"{when} 年满意率",
            sessions(Sum, when, "satisfied"),
            link_path=sessions(Sum, when, "responses"),
            format=_rate,
            sortable=False,
        )

    return Table(
        "effects",
        "扶持前后",
        (
            Column("name", "社会组织", shown_name(), link="orgs:organization_detail"),
            Column("paid", "资金", paid_in(year), kind="yuan"),
            Column("venue", "场地（小时）", times("venue", year), kind="number", format=lambda halves, _: halves / 2),
            Column("equipment", "装备（次）", times("equipment", year), kind="number"),
            Column("given", "培训宣传（次）", times("given", year), kind="number"),
            *strengths("formal_members", "正式队员"),
            *strengths("volunteers", "志愿者"),
            held(year - 1),
            held(year),
            satisfaction(year - 1),
            satisfaction(year),
        ),
        order=("name", "pk"),
        empty="这一年没有符合条件的组织。换个年度或扶持种类再看。",
    )


def _reported(people: int, _: Any) -> int | None:
    return None if people == NOT_REPORTED else people


def _rate(satisfied: int, answers: int) -> str:
    if not answers:
        return "没有评价"
    text = f"{satisfied / answers:.1%}（{answers:,} 份）"
    return text if answers >= LEAST_ANSWERS else f"{text}，样本不足"
