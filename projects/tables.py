"""What the lists of this app show, column by column."""

from orgs.querysets import shown_name
from projects.models import SupportProject
from xiangshan.pages.tables import Column, Table

PROJECTS = Table(
    "projects",
    "扶持项目",
    (
        Column("title", "项目", link="projects:project_detail"),
        Column(
            "organization",
            "社会组织",
            shown_name("organization__"),
            link="orgs:organization_detail",
            link_path="organization",
        ),
        Column("year", "年度", kind="text"),
        Column("granted_amount", "扶持金额", kind="yuan"),
        Column("status", "状态", kind="badge", choices=SupportProject.Status.choices),
    ),
    order=("-year", "-pk"),
    empty="没有符合条件的扶持项目。换个条件,或清除筛选再看。",
)
