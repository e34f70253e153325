"""Which registers of this app take spreadsheets, with the usual names of their columns."""

from functools import partial
from typing import Any

from stdnum.cn import uscc

from orgs import rules
from orgs.actions import imports
from orgs.models import Employer, SocialOrganization, StrengthReport, UnionBranch, Venue
from xiangshan.core.accounts.models import User
from xiangshan.core.rules import Verdict
from xiangshan.shared.imports.cells import (
    LEAVE_EMPTY,
    TAKE,
    Context,
    Unsure,
    day,
    day_to_the_month,
    is_nothing,
    lines_of_text,
    not_rounded,
    number,
    phone,
    text,
)
from xiangshan.shared.imports.references import area, area_label, choice, label_of, name_of, record
from xiangshan.shared.imports.schemas import ImportColumn, ImportSchema, offer

# What clerks write for the choices of a list.
EVERYDAY_FORMS = {
    "社团": "社会团体",
    "民非": "社会服务机构",
    "民办非企业": "社会服务机构",
    "民办非企业单位": "社会服务机构",
    "志愿服务队": "志愿服务队/未登记",
    "志愿队": "志愿服务队/未登记",
    "志愿者队伍": "志愿服务队/未登记",
    "未登记": "志愿服务队/未登记",
    "未注册": "志愿服务队/未登记",
    "团队": "志愿服务队/未登记",
}
EVERYDAY_ORIGINS = {
    "外引": "外结合",
    "外部引进": "外结合",
    "引进": "外结合",
    "内孵": "内孵化",
    "内部孵化": "内孵化",
    "孵化": "内孵化",
    "自主孵化": "内孵化",
}
EVERYDAY_STAGES = {"建会": "已建会", "重点": "重点扶持", "联系": "已联系", "孵化": "孵化中"}
EVERYDAY_MODES = {
    "单独": "单独建会",
    "独立建会": "单独建会",
    "联合": "联合建会",
    "区域": "区域（行业）覆盖",
    "行业": "区域（行业）覆盖",
    "区域覆盖": "区域（行业）覆盖",
    "行业覆盖": "区域（行业）覆盖",
}
LOOKS_LIKE_DIGITS = str.maketrans("OIQ", "010")  # letters that no credit code holds (GB 32100-2015, 4.2)


def credit_code(value: Any, known: Context) -> str:
    """18 signs, with what a keyboard adds taken off. Letters for digits are offered, an old registration number is asked about."""
    entry = "".join(not_rounded(value).split()).upper()
    if is_nothing(entry) or entry in ("未登记", "未注册", "未办理", "办理中"):
        return ""
    mended = entry.translate(LOOKS_LIKE_DIGITS)
    if mended != entry and uscc.is_valid(mended):
        raise Unsure(
            "字母 O、I 应是数字 0、1 吗", [(TAKE, f"是，改成 {mended}"), (LEAVE_EMPTY, "留空")], suggestion=mended
        )
    if entry.isdecimal() and len(entry) in (13, 15):
        raise Unsure("是旧的登记证号或工商注册号，不是 18 位统一社会信用代码", [(LEAVE_EMPTY, "留空，以后补登代码")])
    return entry


AREA = ImportColumn(
    "area",
    "所在地区",
    area,
    area_label,
    ("所属镇街", "镇街", "所属地区", "地区", "镇乡街道", "所在镇街", "镇（街道）", "所属街道"),
    required=True,
    help="镇乡街道全称，或“镇街 · 社区”，或区划代码",
)


def _name(help: str = "") -> ImportColumn:
    return ImportColumn(
        "name",
        "名称",
        text,
        plain_words,
        ("全称", "单位名称", "组织名称", "社会组织", "社会组织名称", "工会名称", "场地名称"),
        required=True,
        help=help,
    )


def _of(choices: Any, name: str, label: str, everyday: Any = None, **more: Any) -> ImportColumn:
    options = tuple(str(label) for _, label in choices)
    return ImportColumn(name, label, choice(choices, everyday), label_of(choices), options=options, **more)


def _day(name: str, label: str, *aliases: str, **more: Any) -> ImportColumn:
    parse = more.pop("parse", day)
    return ImportColumn(name, label, parse, day_text, aliases, help=more.pop("help", "如 2015-07-01"), **more)


def _number(name: str, label: str, *aliases: str, **more: Any) -> ImportColumn:
    return ImportColumn(name, label, number, plain_words, aliases, help="不小于 0 的整数", **more)


def _text(name: str, label: str, *aliases: str, **more: Any) -> ImportColumn:
    return ImportColumn(name, label, more.pop("parse", text), plain_words, aliases, **more)


def _may_add(user: User, may: Verdict, item: Any) -> Verdict:
    """A new record is placed only where its writer works; a known one is its rule's matter."""
    return rules.can_write(user, item) if item.pk else may and rules.can_place_in(user, item.area)


def day_text(value: Any) -> str:
    return "" if value is None else f"{value:%Y-%m-%d}"


def plain_words(value: Any) -> str:
    return "" if value is None else str(value)


SHARED: dict[str, Any] = {"add": imports.import_records}
ORGANIZATIONS = ImportSchema(
    "organizations",
    "社会组织",
    SocialOrganization,
    (
        _name("与登记证书一致"),
        _text("short_name", "简称"),
        _text(
            "credit_code",
            "统一社会信用代码",
            "信用代码",
            "社会信用代码",
            "登记证号",
            parse=credit_code,
            help="18 位；未登记的团队留空",
        ),
        _of(
            SocialOrganization.LegalForm.choices,
            "legal_form",
            "组织形式",
            EVERYDAY_FORMS,
            aliases=("类型", "组织类型", "登记类型"),
        ),
        _of(SocialOrganization.Origin.choices, "origin", "来源", EVERYDAY_ORIGINS),
        _of(
            SocialOrganization.Stage.choices,
            "stage",
            "阶段",
            EVERYDAY_STAGES,
            aliases=("当前阶段",),
            only_new=True,
            help="已登记的组织在页面上变更",
        ),
        AREA,
        _text("address", "地址", "住所", "办公地址"),
        _text(
            "phone",
            "联系电话",
            "电话",
            "手机",
            "联系方式",
            "手机号",
            "联系方式（电话）",
            parse=phone,
            help="手机或固定电话",
        ),
        _day("founded_on", "成立日期", "成立时间", "成立", "成立年月", "注册时间", parse=day_to_the_month),
        _day("licence_expires_on", "登记证书有效期至", "证书有效期", "有效期至"),
        _text("introduction", "简介", "组织简介", "备注", "说明", parse=lines_of_text),
        _day("linked_on", "进入该阶段的日期", "联系日期", help="只用于新登记；留空为今天"),
    ),
    keys=(("credit_code",), ("name", "area")),
    known=lambda user: SocialOrganization.objects.select_related("area__parent"),
    may_import=rules.can_add_organizations,
    may_write=lambda user, item: _may_add(user, rules.can_add_organizations(user), item),
    add=imports.import_organizations,
    edit=partial(imports.edit_records, SocialOrganization),
    take_back=imports.take_back_organizations,
    page="orgs:organization_list",
)
BRANCHES = ImportSchema(
    "branches",
    "工会组织",
    UnionBranch,
    (
        _name(),
        _of(UnionBranch.Mode.choices, "mode", "建会方式", EVERYDAY_MODES, required=True, aliases=("方式", "组建方式")),
        ImportColumn(
            "parent",
            "上级工会",
            record(UnionBranch, "工会组织"),
            name_of,
            ("上级",),
            help="已登记的工会名称；请先导入上级",
        ),
        AREA,
        _day("established_on", "成立日期", "建会日期", "成立时间", "建会时间", required=True, parse=day_to_the_month),
        _text("chair", "主席", "工会主席"),
        _number("members", "会员人数", "会员数"),
        _number("term", "届次"),
        _day("elections_due_on", "换届日期", "届满日期", "换届时间", parse=day_to_the_month),
        _day("dissolved_on", "撤销日期"),
    ),
    keys=(("name",),),
    known=lambda user: UnionBranch.objects.select_related("area__parent", "parent"),
    may_import=rules.can_add_branches,
    may_write=lambda user, item: _may_add(user, rules.can_add_branches(user), item),
    edit=partial(imports.edit_records, UnionBranch),
    take_back=partial(imports.take_back_records, UnionBranch),
    page="orgs:branch_list",
    computed=("覆盖组织",),
    **SHARED,
)
VENUES = ImportSchema(
    "venues",
    "场地",
    Venue,
    (
        _name(),
        _of(Venue.Kind.choices, "kind", "类型", aliases=("场地类型",)),
        AREA,
        _text("address", "地址"),
        _number("capacity", "容纳人数", "容量"),
        ImportColumn("employer", "所属单位", record(Employer, "用人单位"), name_of, ("单位",)),
    ),
    keys=(("name", "area"),),
    known=lambda user: Venue.objects.select_related("area__parent", "employer"),
    may_import=rules.can_bring_places,
    may_write=lambda user, item: _may_add(user, rules.can_bring_places(user), item),
    edit=partial(imports.edit_records, Venue),
    take_back=partial(imports.take_back_records, Venue),
    page="orgs:venue_list",
    **SHARED,
)
EMPLOYERS = ImportSchema(
    "employers",
    "用人单位",
    Employer,
    (_name(), AREA, _text("address", "地址"), _number("workers", "职工人数", "职工数", "人数")),
    keys=(("name", "area"),),
    known=lambda user: Employer.objects.select_related("area__parent"),
    may_import=rules.can_bring_places,
    may_write=lambda user, item: _may_add(user, rules.can_bring_places(user), item),
    edit=partial(imports.edit_records, Employer),
    take_back=partial(imports.take_back_records, Employer),
    page="orgs:employer_list",
    **SHARED,
)
STRENGTHS = ImportSchema(
    "strengths",
    "队伍规模",
    StrengthReport,
    (
        ImportColumn(
            "organization",
            "社会组织",
            record(SocialOrganization, "社会组织", "name", "short_name"),
            name_of,
            ("组织名称", "名称"),
            required=True,
            help="已登记的全称或简称",
        ),
        _day("as_of", "截至日期", "日期", required=True),
        _number("formal_members", "正式队员", "队员", required=True),
        _number("volunteers", "志愿者"),
        _number("union_members", "工会会员", "会员"),
    ),
    keys=(("organization", "as_of"),),
    known=lambda user: StrengthReport.objects.select_related("organization"),
    may_import=rules.can_add_organizations,
    may_write=lambda user, item: rules.can_report_strength(user, item.organization),
    add=imports.import_strengths,
    edit=partial(imports.edit_records, StrengthReport),
    take_back=partial(imports.take_back_records, StrengthReport),
    page="orgs:strength_list",
    computed=("所在地区", "上报人"),
)
offer(ORGANIZATIONS, BRANCHES, VENUES, EMPLOYERS, STRENGTHS)
