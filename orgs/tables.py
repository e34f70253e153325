"""What the lists of this app show, column by column."""

from django.db.models import F

from orgs.models import SocialOrganization, UnionBranch, Venue
from orgs.models.organizations import shown_name
from xiangshan.core.areas.models import area_label
from xiangshan.shared.lists.tables import Column, ListAction, Table

ORGANIZATIONS = Table(
    "organizations",
    "社会组织",
    (
        Column("name", "名称", link="orgs:organization_detail"),
        Column("short_name", "简称", shown=False),
        Column("credit_code", "统一社会信用代码", shown=False),
        Column("legal_form", "组织形式", kind="choice", choices=SocialOrganization.LegalForm.choices),
        Column("origin", "来源", kind="choice", choices=SocialOrganization.Origin.choices),
        Column("stage", "阶段", kind="badge", choices=SocialOrganization.Stage.choices),
        Column("area", "所在地区", area_label()),
        Column("address", "地址", shown=False),
        Column("phone", "联系电话", shown=False),
        Column("founded_on", "成立日期", kind="day", on_phone=False),
        Column("licence_expires_on", "登记证书有效期至", kind="day", shown=False),
        Column("introduction", "简介", sortable=False, shown=False),
    ),
    order=("area", "name", "pk"),
    empty="没有符合条件的社会组织。换个条件，或清除筛选再看；也可以登记一家，或从 Excel 导入。",
    actions=(ListAction("stage", "变更阶段"), ListAction("key", "列为重点扶持")),
    actions_page="orgs:organization_bulk",
)
BRANCHES = Table(
    "branches",
    "工会组织",
    (
        Column("name", "名称", link="orgs:branch_detail"),
        Column("mode", "建会方式", kind="choice", choices=UnionBranch.Mode.choices),
        Column("parent", "上级工会", "parent__name", link="orgs:branch_detail", link_path="parent", shown=False),
        Column("area", "所在地区", area_label()),
        Column("established_on", "成立日期", kind="day"),
        Column("covered", "覆盖组织", kind="number"),
        Column("chair", "主席"),
        Column("members", "会员人数", kind="number", shown=False),
        Column("term", "届次", kind="number", shown=False),
        Column("elections_due_on", "换届日期", kind="day"),
        Column("dissolved_on", "撤销日期", kind="day", shown=False),
    ),
    order=("-established_on", "-pk"),
    empty="没有符合条件的工会组织。换个条件，或清除筛选再看；也可以登记一个，或从 Excel 导入。",
)
VENUES = Table(
    "venues",
    "场地",
    (
        Column("name", "名称", link="orgs:venue_detail"),
        Column("kind", "类型", kind="choice", choices=Venue.Kind.choices),
        Column("area", "所在地区", area_label()),
        Column("address", "地址"),
        Column("capacity", "容纳人数", kind="number"),
        Column(
            "employer", "所属单位", "employer__name", link="orgs:employer_detail", link_path="employer", shown=False
        ),
    ),
    order=("area", "name", "pk"),
    empty="没有符合条件的场地。换个条件，或清除筛选再看；也可以登记一处，或从 Excel 导入。",
)
EMPLOYERS = Table(
    "employers",
    "用人单位",
    (
        Column("name", "名称", link="orgs:employer_detail"),
        Column("area", "所在地区", area_label()),
        Column("address", "地址"),
        Column("workers", "职工人数", kind="number"),
    ),
    order=("area", "name", "pk"),
    empty="没有符合条件的单位。换个条件，或清除筛选再看；也可以登记一家，或从 Excel 导入。",
)
STRENGTHS = Table(
    "strengths",
    "队伍规模",
    (
        Column(
            "organization",
            "社会组织",
            shown_name("organization__"),
            link="orgs:organization_detail",
            link_path="organization",
        ),
        Column("area", "所在地区", area_label("organization__area__")),
        Column("as_of", "截至日期", kind="day"),
        Column("formal_members", "正式队员", kind="number"),
        Column("volunteers", "志愿者", kind="number"),
        Column("union_members", "工会会员", kind="number"),
        Column("reported_by", "上报人", F("reported_by__name"), sortable=False, shown=False),
    ),
    order=("-as_of", "-pk"),
    empty="没有符合条件的队伍规模。各组织可在自己的页面上报。",
)
