"""What the lists of this app show, column by column."""

from django.db.models import Case, CharField, F, Value, When
from django.db.models.functions import Cast, Concat

from orgs.querysets import shown_name
from services.models import ActivitySession, ServiceContract
from xiangshan.pages.tables import Column, Table

SESSIONS = Table(
    "sessions",
    "活动场次",
    (
        Column("title", "主题", link="services:session_detail"),
        Column(
            "organization",
            "社会组织",
            shown_name("organization__"),
            link="orgs:organization_detail",
            link_path="organization",
        ),
        Column("held_on", "日期", kind="day"),
        Column("category", "类别", "category__name"),
        Column("area", "地区", "area__name", on_phone=False),
        Column("venue", "场地", "venue__name", shown=False),
        Column("employer", "用人单位", "employer__name", shown=False),
        Column("workers_served", "服务人次", kind="number"),
        Column("volunteers", "志愿者", kind="number", shown=False),
        Column(
            "satisfied",
            "满意/评价",
            Case(
                When(
                    responses__gt=0,
                    then=Concat(Cast("satisfied", CharField()), Value("/"), Cast("responses", CharField())),
                ),
                default=Value(""),
            ),
            sortable=False,
        ),
        Column(
            "evidence",
            "人数依据",
            Case(When(workers_served__isnull=False, then=F("evidence")), default=Value("")),
            kind="choice",
            choices=ActivitySession.Evidence.choices,
            on_phone=False,
        ),
        Column("basis", "性质", kind="choice", choices=ActivitySession.Basis.choices, shown=False),
        Column("reported_on", "上报日期", kind="day", shown=False),
        Column("status", "状态", kind="badge", choices=ActivitySession.Status.choices),
    ),
    order=("-held_on", "-pk"),
    empty="没有符合条件的场次。换个条件,或清除筛选再看。",
)
CONTRACTS = Table(
    "contracts",
    "购买服务合同",
    (
        Column("title", "合同", link="services:contract_detail"),
        Column("number", "编号", on_phone=False),
        Column(
            "organization",
            "承接组织",
            shown_name("organization__"),
            link="orgs:organization_detail",
            link_path="organization",
        ),
        Column("department", "责任部门", "department__name"),
        Column("signed_on", "签订日期", kind="day", shown=False),
        Column("starts_on", "履行期自", kind="day"),
        Column("ends_on", "至", kind="day"),
        Column("amount", "金额", kind="yuan"),
        Column("target_workers", "目标人次", kind="number", shown=False),
        Column("status", "状态", kind="badge", choices=ServiceContract.Status.choices),
    ),
    order=("-starts_on", "-pk"),
    empty="没有符合条件的合同。换个条件,或清除筛选再看。",
)
