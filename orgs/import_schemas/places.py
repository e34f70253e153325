"""Branches with what they cover, venues and employers."""

from functools import partial
from typing import Any

from orgs import rules
from orgs.actions import imports
from orgs.import_schemas.organizations import ORGANIZATION, may_add
from orgs.models import BranchCoverage, Employer, SocialOrganization, UnionBranch, Venue
from xiangshan.shared.imports import columns
from xiangshan.shared.imports.actions import bulk
from xiangshan.shared.imports.cells import Context, day_to_the_month
from xiangshan.shared.imports.references import record, several
from xiangshan.shared.imports.schemas import ImportColumn, ImportSchema

EVERYDAY_MODES = {
    "单独": "单独建会",
    "独立建会": "单独建会",
    "联合": "联合建会",
    "区域": "区域（行业）覆盖",
    "行业": "区域（行业）覆盖",
    "区域覆盖": "区域（行业）覆盖",
    "行业覆盖": "区域（行业）覆盖",
}
COVERED = several(record(SocialOrganization, "社会组织", "name", "short_name"))
SHARED: dict[str, Any] = {"add": imports.import_records}


def covered(value: Any, known: Context) -> list[SocialOrganization]:
    """Names of organizations; the number of them, as the list exports it, says nothing new."""
    return [] if str(value).strip().removesuffix(".0").isdecimal() else COVERED(value, known)


BRANCHES = ImportSchema(
    "branches",
    "工会组织",
    UnionBranch,
    (
        columns.words("name", "名称", "工会名称", "全称", "工会全称", "单位名称", "组织名称", required=True),
        columns.one_of(
            UnionBranch.Mode.choices,
            "mode",
            "建会方式",
            "方式",
            "组建方式",
            "建会形式",
            everyday=EVERYDAY_MODES,
            required=True,
        ),
        columns.reference(
            "parent",
            "上级工会",
            UnionBranch,
            "工会组织",
            aliases=("上级",),
            help="已登记的工会名称；请先导入上级",
        ),
        columns.area(required=False, help="没有时按覆盖的组织所在地"),
        columns.day(
            "established_on", "成立日期", "建会日期", "成立时间", "建会时间", required=True, parse=day_to_the_month
        ),
        columns.words("chair", "主席", "工会主席"),
        columns.count("members", "会员人数", "会员数"),
        columns.count("term", "届次"),
        columns.day("elections_due_on", "换届日期", "届满日期", "换届时间", parse=day_to_the_month),
        columns.day("dissolved_on", "撤销日期"),
        ImportColumn(
            "covered",
            "覆盖社会组织",
            covered,
            columns.names_of,
            ("覆盖组织", "覆盖的社会组织", "涵盖组织", "所属社会组织"),
            help="只用于新登记：用顿号或换行隔开的组织名称，从成立之日起覆盖",
        ),
    ),
    keys=(("name",),),
    known=lambda user, rows: UnionBranch.objects.select_related("area__parent", "parent"),
    may_import=rules.can_add_branches,
    may_write=lambda user, item: may_add(user, rules.can_add_branches(user), item),
    fill=imports.fill_branch,
    add=imports.import_branches,
    edit=partial(bulk.edit, UnionBranch, rules.can_write),
    take_back=partial(bulk.take_back, UnionBranch, rules.can_write),
    page="orgs:branch_list",
)
COVERAGES = ImportSchema(
    "coverages",
    "建会覆盖",
    BranchCoverage,
    (
        columns.reference(
            "branch", "工会组织", UnionBranch, "工会组织", aliases=("工会名称", "工会", "覆盖工会"), required=True
        ),
        ORGANIZATION,
        columns.day("starts_on", "起始日", "覆盖时间", "起始时间", "纳入时间", parse=day_to_the_month),
        columns.day("ends_on", "截止日（不含）", "截止时间", "结束时间", parse=day_to_the_month),
    ),
    keys=(("branch", "organization"),),
    known=lambda user, rows: BranchCoverage.objects.select_related("branch", "organization"),
    may_import=rules.can_add_branches,
    may_write=rules.can_write,
    fill=imports.fill_coverage,
    add=imports.import_of_organizations,
    edit=partial(bulk.edit, BranchCoverage, rules.can_write),
    take_back=partial(bulk.take_back, BranchCoverage, rules.can_write),
    page="orgs:branch_list",
)
VENUES = ImportSchema(
    "venues",
    "场地",
    Venue,
    (
        columns.words("name", "名称", "场地名称", "场地", "全称", required=True),
        columns.one_of(Venue.Kind.choices, "kind", "类型", "场地类型"),
        columns.area(),
        columns.words("address", "地址"),
        columns.count("capacity", "容纳人数", "容量"),
        columns.reference("employer", "所属单位", Employer, "用人单位", aliases=("单位",)),
    ),
    keys=(("name", "area"),),
    known=lambda user, rows: Venue.objects.select_related("area__parent", "employer"),
    may_import=rules.can_bring_places,
    may_write=lambda user, item: may_add(user, rules.can_bring_places(user), item),
    edit=partial(bulk.edit, Venue, rules.can_write),
    take_back=partial(bulk.take_back, Venue, rules.can_write),
    page="orgs:venue_list",
    **SHARED,
)
EMPLOYERS = ImportSchema(
    "employers",
    "用人单位",
    Employer,
    (
        columns.words("name", "名称", "单位名称", "企业名称", "用人单位", "全称", required=True),
        columns.area(),
        columns.words("address", "地址"),
        columns.count("workers", "职工人数", "职工数", "人数"),
    ),
    keys=(("name", "area"),),
    known=lambda user, rows: Employer.objects.select_related("area__parent"),
    may_import=rules.can_bring_places,
    may_write=lambda user, item: may_add(user, rules.can_bring_places(user), item),
    edit=partial(bulk.edit, Employer, rules.can_write),
    take_back=partial(bulk.take_back, Employer, rules.can_write),
    page="orgs:employer_list",
    **SHARED,
)
