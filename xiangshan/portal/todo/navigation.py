"""The navigation: the union's three movements, and what each reader has there."""

from functools import cache
from typing import Any

from django.core.cache import cache as shared_cache
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from mediation.models.rewards import STATEMENT_READERS
from mediation.models.studios import CASE_READERS
from orgs.rules import EVALUATING, MONEY_READERS
from services.models.findings import FEEDBACK_READERS
from xiangshan.core.accounts.models import ACCOUNT_READERS, AREA_READERS, Role, User
from xiangshan.core.areas.counties import county_at, only_county
from xiangshan.portal.todo.selectors import waiting_for
from xiangshan.shared.notifications.selectors import unread_count

COUNT_KEPT_FOR = 20  # seconds
READERS = (*AREA_READERS, Role.ORG_LEADER)
REQUESTS = (Role.COUNTY_STAFF, Role.TOWN_STAFF, Role.LEADERSHIP, Role.AUDITOR, Role.ORG_LEADER)
MEDIATION = (*CASE_READERS, Role.MEDIATOR)
# Title, and of each entry its words, URL name, icon and who has it.
GROUPS: list[tuple[str, list[tuple[str, str, str, tuple[str, ...]]]]] = [
    (
        "",
        [
            ("待办", "todo_list", "check2-circle", tuple(Role.values)),
            ("消息", "notice_list", "bell", tuple(Role.values)),
            ("现场（可离线）", "field:field_home", "phone", (Role.ORG_LEADER, Role.MEDIATOR)),
            ("数据总览", "dashboard", "bar-chart-line", (*READERS, Role.MEDIATOR)),
            ("数据质量", "data_quality", "exclamation-diamond", AREA_READERS),
            ("年度结账", "closing_list", "calendar3", AREA_READERS),
        ],
    ),
    (
        "引进来",
        [
            ("社会组织", "orgs:organization_list", "people", READERS),
            ("工会组织", "orgs:branch_list", "diagram-3", READERS),
            ("场地", "orgs:venue_list", "geo-alt", READERS),
            ("用人单位", "orgs:employer_list", "building", READERS),
        ],
    ),
    (
        "强起来",
        [
            ("年度计划", "projects:programme_list", "calendar3", MONEY_READERS),
            ("扶持项目", "projects:project_list", "rocket-takeoff", READERS),
            ("我的评审", "projects:review_list", "check2-circle", EVALUATING),
            ("项目报告", "projects:report_list", "file-earmark-text", READERS),
            ("项目拨付", "projects:disbursement_list", "cash-coin", MONEY_READERS),
            ("场地预约", "projects:booking_list", "calendar-event", READERS),
            ("装备", "projects:equipment_list", "box-seam", READERS),
            ("培训与宣传", "projects:given_list", "megaphone", READERS),
            ("内孵化", "projects:incubation_list", "flower1", READERS),
            ("扶持前后", "projects:effect_list", "graph-up", AREA_READERS),
            ("队伍规模", "orgs:strength_list", "people", READERS),
        ],
    ),
    (
        "走出去",
        [
            ("职工点单", "services:request_list", "hand-index", REQUESTS),
            ("采购", "services:procurement_list", "cart", MONEY_READERS),
            ("购买服务合同", "services:contract_list", "file-earmark-text", READERS),
            ("付款", "services:payment_list", "cash-coin", MONEY_READERS),
            ("日历", "services:calendar", "calendar3", READERS),
            ("活动场次", "services:session_list", "calendar-event", READERS),
            ("应急出勤", "services:call_out_list", "lightning", (*FEEDBACK_READERS, Role.ORG_LEADER)),
            ("职工留言", "services:response_list", "chat-quote", FEEDBACK_READERS),
            ("差评回访", "services:follow_up_list", "telephone", FEEDBACK_READERS),
            ("疑点", "services:finding_list", "exclamation-diamond", FEEDBACK_READERS),
            ("调解案件", "mediation:case_list", "chat-left-heart", MEDIATION),
            ("求助", "mediation:help_list", "telephone", (Role.MEDIATOR, Role.MEDIATION_SUPERVISOR)),
            ("接待", "mediation:reception_list", "telephone", MEDIATION),
            ("调解概况", "mediation:mediation_overview", "graph-up", CASE_READERS),
            ("奖补结算", "mediation:statement_list", "cash-coin", (*STATEMENT_READERS, Role.MEDIATOR)),
            ("调处工作室", "mediation:studio_list", "house-door", MEDIATION),
            ("法定期限", "mediation:term_list", "calendar3", MEDIATION),
        ],
    ),
    (
        "系统",
        [
            ("变更记录", "history_list", "clock-history", (Role.AUDITOR,)),
            ("投递记录", "message_list", "envelope", (Role.COUNTY_STAFF, Role.ADMINISTRATOR)),
            ("后台作业", "job_list", "clock-history", (Role.ADMINISTRATOR,)),
            ("用户与任职", "people:person_list", "person-gear", ACCOUNT_READERS),
            ("设置", "setup:setup_home", "gear", (Role.ADMINISTRATOR,)),
            ("基础数据", "admin:index", "pencil", (Role.ADMINISTRATOR,)),
        ],
    ),
]


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Drawn once for a page that shows it, at the side and in the menu; not at all for one that does not."""
    user: Any = request.user

    unread = SimpleLazyObject(lambda: unread_count(user) if user.is_authenticated else 0)

    def draw() -> str:
        if not user.is_authenticated:
            return ""
        counts = {"待办": todo_count(user), "消息": unread}
        results = []
        here = _here(request.path)
        for title, items in _linked_groups():
            shown = [
                (label, link, icon, link == here, counts.get(label, 0))
                for label, link, icon, roles in items
                if user.holds(*roles)
            ]
            if shown:
                results.append((title, shown))
        return render_to_string("components/_navigation.html", {"groups": results})

    return {"navigation": SimpleLazyObject(draw), "unread": unread}


def union(request: HttpRequest) -> dict[str, Any]:
    """Whose portal it is for this reader: the county's union, or, for who reads several counties, the area's."""
    user: Any = getattr(request, "user", None)

    def name() -> str:
        if user is not None and user.is_authenticated and user.counties:
            return str(county_at(min(user.counties)))
        county = only_county()
        return str(county) if county else "总工会"

    return {"union": SimpleLazyObject(name)}


def todo_count(user: User) -> int:
    """How many things wait; counted anew three times a minute, and whenever the to-do page is opened."""
    key = f"todo:{user.pk}"
    result = shared_cache.get(key)
    if result is None:
        result = sum(part.count for part in waiting_for(user))
        shared_cache.set(key, result, COUNT_KEPT_FOR)
    return result


@cache
def _linked_groups() -> list[tuple[str, list[tuple[str, str, str, tuple[str, ...]]]]]:
    """The groups with addresses for names: looked up once, since they are the same for everybody."""
    return [
        (title, [(label, reverse(name), icon, roles) for label, name, icon, roles in items]) for title, items in GROUPS
    ]


def _here(path: str) -> str:
    """Where the reader is: the link that says it most exactly."""
    links = [link for _, items in _linked_groups() for _, link, _, _ in items]
    return max((link for link in links if path == link or (link != "/" and path.startswith(link))), key=len, default="")
