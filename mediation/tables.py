"""What the lists of this app show, column by column."""

from mediation.models import MediationCase
from xiangshan.pages.tables import Column, Table

CASES = Table(
    "cases",
    "调解案件",
    (
        Column("number", "案号", link="mediation:case_detail"),
        Column("subject", "事由"),
        Column("studio", "工作室", "studio__name", link="mediation:studio_detail", link_path="studio"),
        Column("received_at", "接案", kind="moment"),
        Column("response_minutes", "响应(分)", kind="number"),
        Column("workers", "职工人数", kind="number", shown=False),
        Column("people_received", "接待人次", kind="number"),
        Column("amount_involved", "涉及金额", kind="yuan"),
        Column("amount_paid", "已付", kind="yuan"),
        Column("status", "状态", kind="badge", choices=MediationCase.Status.choices),
    ),
    order=("-received_at", "-pk"),
    empty="没有符合条件的案件。换个条件,或清除筛选再看。",
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
