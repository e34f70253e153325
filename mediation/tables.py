"""What the lists of this app show, column by column."""

from mediation.models import HelpRequest, MediationCase, RewardScheme, RewardStatement
from xiangshan.shared.lists.tables import Column, Table

CASES = Table(
    "cases",
    "调解案件",
    (
        Column("number", "案号", link="mediation:case_detail"),
        Column("subject", "事由"),
        Column("studio", "工作室", "studio__name", link="mediation:studio_detail", link_path="studio"),
        Column("received_at", "接案", kind="moment"),
        Column("response_minutes", "响应（分）", kind="number"),
        Column("workers", "职工人数", kind="number", shown=False),
        Column("people_received", "接待人次", kind="number"),
        Column("amount_involved", "涉及金额", kind="yuan"),
        Column("amount_paid", "已付", kind="yuan"),
        Column("kind", "类型", choices=MediationCase.Kind.choices, shown=False),
        Column("lead_mediator", "主办", "lead_mediator__name", shown=False),
        Column("next_due_on", "最近期限", kind="day"),
        Column("next_due_text", "期限内容", shown=False),
        Column("grade", "等级", choices=[("", ""), *MediationCase.Grade.choices], shown=False),
        Column("status", "状态", kind="badge", choices=MediationCase.Status.choices),
    ),
    order=("-received_at", "-pk"),
    empty="没有符合条件的案件。换个条件，或清除筛选再看。",
)
RECEPTIONS = Table(
    "receptions",
    "接待",
    (
        Column("received_on", "日期", kind="day", link="mediation:reception_edit"),
        Column("subject", "事由"),
        Column("studio", "工作室", "studio__name", link="mediation:studio_detail", link_path="studio"),
        Column("people", "人次", kind="number"),
    ),
    order=("-received_on", "-pk"),
    empty="没有符合条件的接待。",
)
STUDIOS = Table(
    "studios",
    "调处工作室",
    (
        Column("name", "名称", link="mediation:studio_detail"),
        Column("area", "所在镇街", "area__name"),
        Column("organization", "所属组织", "organization__name"),
        Column("phone", "电话"),
        Column("opened_on", "成立", kind="day"),
    ),
    order=("opened_on", "pk"),
    empty="还没有调处工作室。",
)
HELP = Table(
    "help_requests",
    "求助",
    (
        Column("asked_at", "求助时间", kind="moment", link="mediation:help_detail"),
        Column("area", "镇街", "area__name"),
        Column("kind", "什么事", choices=MediationCase.Kind.choices),
        Column("studio", "工作室", "studio__name"),
        Column("status", "状态", kind="badge", choices=HelpRequest.Status.choices),
    ),
    order=("-asked_at", "-pk"),
    empty="没有求助。职工在“职工点单”页可以求助。",
)
SCHEMES = Table(
    "schemes",
    "以奖代补办法",
    (
        Column("year", "年度", kind="number", link="mediation:scheme_detail"),
        Column("version", "版本", kind="number"),
        Column("base_general", "一般", kind="yuan"),
        Column("base_hard", "疑难", kind="yuan"),
        Column("base_major", "重大", kind="yuan"),
        Column("studio_at_most", "年封顶", kind="yuan"),
        Column("status", "状态", kind="badge", choices=RewardScheme.Status.choices),
    ),
    order=("-year", "-version", "-pk"),
    empty="还没有以奖代补办法。",
)
STATEMENTS = Table(
    "statements",
    "奖补结算单",
    (
        Column("number", "结算单号", link="mediation:statement_detail"),
        Column("studio", "工作室", "studio__name"),
        Column("year", "年度", kind="number"),
        Column("quarter", "季度", kind="number"),
        Column("total", "合计", kind="yuan"),
        Column("paid_on", "发放", kind="day"),
        Column("status", "状态", kind="badge", choices=RewardStatement.Status.choices),
    ),
    order=("-year", "-quarter", "pk"),
    empty="还没有结算单。",
)
