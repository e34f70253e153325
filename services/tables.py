"""What the lists of this app show, column by column."""

from django.db.models import Case, CharField, F, Value, When
from django.db.models.functions import Cast, Concat

from orgs.models.organizations import shown_name
from services.checks.catalogue import CHECKS
from services.models import (
    ActivitySession,
    CallOut,
    Finding,
    FollowUp,
    Payment,
    Procurement,
    ServiceContract,
    ServiceRequest,
)
from xiangshan.shared.lists.tables import Column, Table

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
        Column("place", "地点", shown=False),
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
    empty="没有符合条件的场次。换个条件，或清除筛选再看。",
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
        Column("kind", "种类", kind="choice", choices=ServiceContract.Kind.choices, shown=False),
        Column("department", "责任部门", "department__name"),
        Column("signed_on", "签订日期", kind="day", shown=False),
        Column("starts_on", "履行期自", kind="day"),
        Column("ends_on", "至", kind="day"),
        Column("amount", "金额", kind="yuan"),
        Column("target_workers", "目标人次", kind="number", shown=False),
        Column("status", "状态", kind="badge", choices=ServiceContract.Status.choices),
    ),
    order=("-starts_on", "-pk"),
    empty="没有符合条件的合同。换个条件，或清除筛选再看。",
)
PAYMENTS = Table(
    "payments",
    "付款登记",
    (
        Column("number", "付款编号", link="services:payment_detail"),
        Column("contract", "合同", "contract__title", link="services:contract_detail", link_path="contract"),
        Column("contract_number", "合同编号", "contract__number", shown=False),
        Column("organization", "收款组织", shown_name("contract__organization__")),
        Column("credit_code", "统一社会信用代码", "contract__organization__credit_code", shown=False),
        Column("department", "责任部门", "contract__department__name", shown=False),
        Column("amount", "金额", kind="yuan"),
        Column("requested_by", "申请人", "requested_by__name", shown=False),
        Column("approved_by", "审批人", "approved_by__name", shown=False),
        Column("voucher_number", "凭证号", on_phone=False),
        Column("paid_on", "付款日期", kind="day"),
        Column("status", "状态", kind="badge", choices=Payment.Status.choices),
    ),
    order=("-pk",),
    empty="还没有付款申请。合同页的“付款”里可以按付款条件申请。",
)
REQUESTS = Table(
    "requests",
    "职工点单",
    (
        Column("workplace", "单位", link="services:request_detail"),
        Column("category", "类别", "category__name"),
        Column("area", "镇街", "area__name"),
        Column("people", "人数", kind="number"),
        Column("wished_from", "希望日期", kind="day"),
        Column("asked_on", "点单日期", kind="day", on_phone=False),
        Column("line", "承接", shown_name("contract_line__contract__organization__"), sortable=False),
        Column("rating", "评单", kind="number", shown=False),
        Column("status", "状态", kind="badge", choices=ServiceRequest.Status.choices),
    ),
    order=("-asked_on", "-pk"),
    empty="没有符合条件的点单。单位可在网上点单（/ask/），也可由工会登记。",
)
PROCUREMENTS = Table(
    "procurements",
    "采购",
    (
        Column("title", "采购", link="services:procurement_detail"),
        Column("number", "编号", on_phone=False),
        Column("category", "类别", "category__name"),
        Column("method", "方式", kind="choice", choices=Procurement.Method.choices),
        Column("budget", "预算", kind="yuan"),
        Column("closes_on", "应标截止", "closes_at__date", kind="day", sortable=False),
        Column("status", "状态", kind="badge", choices=Procurement.Status.choices),
    ),
    order=("-pk",),
    empty="没有符合条件的采购。",
)


def _session_columns(*, shown: bool = True) -> tuple[Column, ...]:
    """Which session, whose, and when: for what belongs to one."""
    return (
        Column("session", "场次", "session__title", link="services:session_detail", link_path="session"),
        Column("organization", "社会组织", shown_name("session__organization__")),
        Column("held_on", "活动日期", "session__held_on", kind="day", shown=shown),
    )


RESPONSES = Table(
    "responses",
    "职工留言",
    (
        Column("comment", "留言", sortable=False),
        Column("overall", "评分", kind="number"),
        *_session_columns(shown=False),
        Column("answered_on", "评价日期", kind="day"),
    ),
    order=("-answered_on", "-pk"),
    empty="没有符合条件的留言。",
)
FOLLOW_UPS = Table(
    "follow_ups",
    "差评回访",
    (
        Column("pk", "回访", link="services:follow_up_detail", format=lambda value, key: "办理", sortable=False),
        *_session_columns(),
        Column("rating", "评分", "response__overall", kind="number"),
        Column("comment", "留言", "response__comment", sortable=False, on_phone=False),
        Column("responsible", "责任人", "responsible__name"),
        Column("due_on", "期限", kind="day"),
        Column("closed_on", "办结日期", kind="day", shown=False),
        Column("text", "处理情况", sortable=False, shown=False),
        Column("outcome", "结果", kind="badge", choices=FollowUp.Outcome.choices),
    ),
    order=("-opened_on", "-pk"),
    empty="没有符合条件的回访。评 1 分或 2 分的，会在这里等人回访。",
)


def findings() -> Table:
    """Known only once all checks are declared."""
    return Table(
        "findings",
        "疑点",
        (
            Column("text", "疑点", link="services:finding_detail", sortable=False),
            Column(
                "check_code", "检查", kind="choice", choices=[(check.code, check.name) for check in CHECKS.values()]
            ),
            Column("severity", "程度", kind="badge", choices=Finding.Severity.choices),
            *_session_columns(),
            Column("found_on", "发现日期", kind="day", shown=False),
            Column("settled_by", "处理人", "settled_by__name", shown=False),
            Column("settlement", "处理意见", sortable=False, shown=False),
            Column("status", "状态", kind="badge", choices=Finding.Status.choices),
        ),
        order=("-found_on", "-pk"),
        empty="没有符合条件的疑点。上报时和每天夜里会自动检查。",
    )


CALL_OUTS = Table(
    "call_outs",
    "应急出勤",
    (
        Column("session", "出勤", "session__title", link="services:session_detail", link_path="session"),
        Column("organization", "队伍", shown_name("session__organization__")),
        Column("kind", "类型", kind="choice", choices=CallOut.Kind.choices),
        Column("place", "地点"),
        Column("started_at", "出发", kind="moment"),
        Column("ended_at", "归队", kind="moment"),
        Column("people", "人数", kind="number"),
        Column("people_helped", "救助人数", kind="number"),
        Column("status", "状态", "session__status", kind="badge", choices=ActivitySession.Status.choices),
    ),
    order=("-started_at", "-pk"),
    empty="这一年还没有应急出勤记录。",
)
