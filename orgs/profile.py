"""What stands on the one-page profile of an organization."""

from django.db.models import Count, Q, Sum
from django.utils import timezone

from orgs.models import SocialOrganization
from xiangshan.core.accounts.models import User
from xiangshan.core.querysets import in_force
from xiangshan.shared.imports.references import area_label
from xiangshan.shared.rendering import Section

YEARS = 5
HONOURS = 8


def sections_of(organization: SocialOrganization, user: User) -> list[Section]:
    today = timezone.localdate()
    branches = organization.coverages.filter(in_force(today)).select_related("branch")
    duties = organization.duties.filter(in_force(today))
    facts = [
        ("统一社会信用代码", organization.credit_code or "未登记"),
        ("组织形式", organization.get_legal_form_display()),
        ("来源", organization.get_origin_display()),
        ("阶段", organization.get_stage_display()),
        ("所在地区", area_label(organization.area)),
        ("地址", organization.address),
        ("联系电话", organization.phone),
        ("成立日期", f"{organization.founded_on:%Y-%m-%d}" if organization.founded_on else ""),
        ("登记证书有效期至", f"{organization.licence_expires_on:%Y-%m-%d}" if organization.licence_expires_on else ""),
        ("服务领域", "、".join(str(field) for field in organization.fields_of_work.all())),
        ("负责人等", "；".join(str(duty) for duty in duties)),
        ("工会组织", "；".join(f"{branch.branch}（{branch.branch.get_mode_display()}）" for branch in branches)),
    ]
    items = [Section("基本情况", facts=[(label, value or "—") for label, value in facts])]
    strengths = list(organization.strength_reports.order_by("-as_of")[:YEARS])
    if strengths:
        rows = [
            (
                f"{strength.as_of:%Y-%m-%d}",
                str(strength.formal_members),
                str(strength.volunteers),
                str(strength.union_members),
            )
            for strength in reversed(strengths)
        ]
        items.append(Section("队伍规模", heads=("截至", "正式队员", "志愿者", "工会会员"), rows=rows))
    years = (
        organization.sessions.visible_to(user)
        .filter(status="verified")
        .order_by()
        .values("held_on__year")
        .annotate(
            n=Count("pk"),
            workers=Sum("workers_served", default=0),
            answers=Sum("responses", filter=Q(responses__gt=0), default=0),
            satisfied=Sum("satisfied", default=0),
        )
        .order_by("-held_on__year")[:YEARS]
    )
    rows = [
        (
            f"{year['held_on__year']} 年",
            f"{year['n']:,}",
            f"{year['workers']:,}",
            f"{year['satisfied'] / year['answers']:.1%}（{year['answers']} 份）" if year["answers"] else "—",
        )
        for year in reversed(years)
    ]
    if rows:
        items.append(Section("服务职工", heads=("年度", "活动场次", "服务人次", "满意率"), rows=rows))
    honours = [
        (f"{honour.granted_on:%Y-%m-%d}", honour.title, honour.granted_by)
        for honour in organization.honours.all()[:HONOURS]
    ]
    if honours:
        items.append(Section("授牌与荣誉", heads=("日期", "名称", "授予单位"), rows=honours))
    if organization.introduction:
        items.append(Section("简介", text=organization.introduction))
    return items
