"""What the lists of this app show, column by column."""

from orgs.querysets import shown_name
from projects.models import Disbursement, Programme, ProgressReport, SupportProject
from xiangshan.pages.tables import Column, Table

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
    empty="没有符合条件的扶持项目。换个条件,或清除筛选再看。",
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
    empty="没有符合条件的年度计划。换个条件,或清除筛选再看。",
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
    empty="没有符合条件的报告。换个条件,或清除筛选再看。",
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
    empty="没有符合条件的拨付。换个条件,或清除筛选再看。",
)
