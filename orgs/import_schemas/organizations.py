"""Organizations, and what is kept of each: how strong it is, its people, its honours, the years of key support."""

from functools import partial
from typing import Any

from stdnum.cn import uscc

from orgs import rules
from orgs.actions import imports
from orgs.duplicates import is_alike, place_names
from orgs.models import Honour, KeySupport, OrganizationDuty, SocialOrganization, StrengthReport
from xiangshan.core.accounts.models import User
from xiangshan.core.areas.models import Area, county_of, town_of
from xiangshan.core.rules import Verdict
from xiangshan.shared.imports import columns
from xiangshan.shared.imports.actions import bulk
from xiangshan.shared.imports.cells import (
    LEAVE_EMPTY,
    TAKE,
    Context,
    Unsure,
    day_to_the_month,
    is_nothing,
    lines_of_text,
    not_rounded,
    number,
    phone,
)
from xiangshan.shared.imports.schemas import ImportColumn, ImportSchema

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


NAMES = ("全称", "单位名称", "组织名称", "社会组织", "社会组织名称")
ORGANIZATION = columns.reference(
    "organization",
    "社会组织",
    SocialOrganization,
    "社会组织",
    "name",
    "short_name",
    aliases=("组织名称", "名称", "社会组织名称", "所属组织", "单位"),
    required=True,
    help="已登记的全称或简称",
)


def may_add(user: User, may: Verdict, item: Any) -> Verdict:
    """A new record is placed only where its writer works; a known one is its rule's matter."""
    return rules.can_write(user, item) if item.pk else may and rules.can_place_in(user, item.area)


def _likely(values: dict[str, Any], known: Context) -> list[SocialOrganization]:
    """Organizations of the same town whose names or telephone numbers are nearly the same."""
    place = values.get("area")
    if place is None:
        return []
    by_town = known.once("by town", lambda: _by_town(known.user))
    places = known.once(("names above", county_of(place.pk)), lambda: place_names(Area.objects.above(place.pk)))
    name = str(values.get("name") or "")
    return [one for one in by_town.get(town_of(place.pk), []) if is_alike(one.name, name, places)][:4]


def _by_town(user: User) -> dict[int, list[SocialOrganization]]:
    found: dict[int, list[SocialOrganization]] = {}
    for one in SocialOrganization.objects.visible_to(user).select_related("area__parent"):
        found.setdefault(town_of(one.area_id), []).append(one)
    return found


ORGANIZATIONS = ImportSchema(
    "organizations",
    "社会组织",
    SocialOrganization,
    (
        columns.words("name", "名称", *NAMES, required=True, help="与登记证书一致"),
        columns.words("short_name", "简称"),
        columns.words(
            "credit_code",
            "统一社会信用代码",
            "信用代码",
            "社会信用代码",
            "登记证号",
            parse=credit_code,
            help="18 位；未登记的团队留空",
        ),
        columns.one_of(
            SocialOrganization.LegalForm.choices,
            "legal_form",
            "组织形式",
            "类型",
            "组织类型",
            "登记类型",
            everyday=EVERYDAY_FORMS,
        ),
        columns.one_of(SocialOrganization.Origin.choices, "origin", "来源", everyday=EVERYDAY_ORIGINS),
        columns.one_of(
            SocialOrganization.Stage.choices,
            "stage",
            "阶段",
            "当前阶段",
            everyday=EVERYDAY_STAGES,
            only_new=True,
            help="已登记的组织在页面上变更",
        ),
        columns.area(),
        columns.words("address", "地址", "住所", "办公地址"),
        columns.words(
            "phone", "联系电话", "电话", "手机", "联系方式", "手机号", "手机号码", parse=phone, help="手机或固定电话"
        ),
        columns.day("founded_on", "成立日期", "成立时间", "成立", "成立年月", "注册时间", parse=day_to_the_month),
        columns.day("licence_expires_on", "登记证书有效期至", "证书有效期", "有效期至"),
        columns.words("introduction", "简介", "组织简介", parse=lines_of_text),
        columns.day("linked_on", "进入该阶段的日期", "联系日期", help="只用于新登记；留空为今天"),
        columns.words("head", "负责人", "负责人姓名", "法定代表人", "会长", help="只用于新登记；以后在职务里更换"),
        columns.words("remark", "备注", "说明", several=True, help="记为组织的批注，仅工会内部可见"),
    ),
    keys=(("credit_code",), ("name", "area")),
    known=lambda user, rows: SocialOrganization.objects.select_related("area__parent"),
    may_import=rules.can_add_organizations,
    may_write=lambda user, item: may_add(user, rules.can_add_organizations(user), item),
    fill=imports.fill_organization,
    add=imports.import_organizations,
    edit=partial(bulk.edit, SocialOrganization, rules.can_write),
    take_back=imports.take_back_organizations,
    page="orgs:organization_list",
    likely=_likely,
)
STRENGTHS = ImportSchema(
    "strengths",
    "队伍规模",
    StrengthReport,
    (
        ORGANIZATION,
        columns.day("as_of", "截至日期", "日期", "统计日期", required=True),
        columns.count("formal_members", "正式队员", "队员", "队员数", required=True),
        columns.count("volunteers", "志愿者", "志愿者数"),
        columns.count("union_members", "工会会员", "会员", "会员数"),
    ),
    keys=(("organization", "as_of"),),
    known=lambda user, rows: StrengthReport.objects.select_related("organization"),
    may_import=rules.can_add_organizations,
    may_write=lambda user, item: rules.can_report_strength(user, item.organization),
    add=imports.import_strengths,
    edit=partial(bulk.edit, StrengthReport, rules.can_write),
    take_back=partial(bulk.take_back, StrengthReport, rules.can_write),
    page="orgs:strength_list",
    computed=("所在地区", "上报人"),
)
EVERYDAY_DUTIES = {
    "会长": "负责人",
    "队长": "负责人",
    "理事长": "负责人",
    "法定代表人": "负责人",
    "联络员": "联络人",
    "联系人": "联络人",
    "秘书长": "联络人",
    "会计": "财务",
    "出纳": "财务",
}
DUTIES = ImportSchema(
    "duties",
    "组织人员",
    OrganizationDuty,
    (
        ORGANIZATION,
        columns.words("name", "姓名", "人员姓名", required=True),
        columns.one_of(
            OrganizationDuty.Duty.choices, "duty", "职务", "担任职务", everyday=EVERYDAY_DUTIES, required=True
        ),
        columns.words("phone", "联系电话", "手机", "电话", "手机号", "联系方式", parse=phone),
        columns.day("starts_on", "起始日", "任职时间", "任职日期", "起始时间", parse=day_to_the_month),
        columns.day("ends_on", "截止日（不含）", "离任时间", "卸任时间", "截止时间", parse=day_to_the_month),
    ),
    keys=(("organization", "duty", "name"),),
    known=lambda user, rows: OrganizationDuty.objects.filter(
        organization__in=SocialOrganization.objects.visible_to(user)
    ).select_related("organization"),
    may_import=rules.can_add_organizations,
    may_write=rules.can_write,
    fill=imports.fill_duty,
    add=imports.import_of_organizations,
    edit=partial(bulk.edit, OrganizationDuty, rules.can_write),
    take_back=partial(bulk.take_back, OrganizationDuty, rules.can_write),
    page="orgs:organization_list",
)
HONOURS = ImportSchema(
    "honours",
    "授牌与荣誉",
    Honour,
    (
        ORGANIZATION,
        columns.words("title", "荣誉名称", "荣誉", "奖项", "牌匾名称", "获奖名称", required=True),
        columns.one_of(Honour.Kind.choices, "kind", "类别", "种类"),
        columns.words("granted_by", "授予单位", "颁发单位", "授牌单位"),
        columns.day(
            "granted_on", "授予日期", "授予时间", "获奖时间", "授牌时间", required=True, parse=day_to_the_month
        ),
    ),
    keys=(("organization", "title", "granted_on"),),
    known=lambda user, rows: Honour.objects.select_related("organization"),
    may_import=rules.can_add_organizations,
    may_write=rules.can_write,
    add=imports.import_of_organizations,
    edit=partial(bulk.edit, Honour, rules.can_write),
    take_back=partial(bulk.take_back, Honour, rules.can_write),
    page="orgs:organization_list",
)
KEY_SUPPORTS = ImportSchema(
    "key-supports",
    "重点扶持年度",
    KeySupport,
    (
        ORGANIZATION,
        ImportColumn("year", "年度", number, columns.plain_words, ("年份", "扶持年度"), required=True, help="如 2020"),
    ),
    keys=(("organization", "year"),),
    known=lambda user, rows: KeySupport.objects.select_related("organization"),
    may_import=rules.can_add_organizations,
    may_write=rules.can_write,
    fill=imports.fill_key_support,
    add=imports.import_of_organizations,
    edit=partial(bulk.edit, KeySupport, rules.can_write),
    take_back=partial(bulk.take_back, KeySupport, rules.can_write),
    page="orgs:organization_list",
)
