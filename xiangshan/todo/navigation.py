"""The navigation: the union's three movements, and what each reader has there."""

from typing import Any

from django.core.cache import cache
from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.functional import SimpleLazyObject

from mediation.querysets import CASE_READERS, STATEMENT_READERS
from orgs.querysets import AREA_READERS
from orgs.rules import EVALUATING, MONEY_READERS
from services.querysets.surveys import FEEDBACK_READERS
from xiangshan.accounts.models import Role, User
from xiangshan.notices.selectors import unread_count
from xiangshan.todo.selectors import waiting_for

COUNT_KEPT_FOR = 20  # seconds
READERS = (*AREA_READERS, Role.ORG_LEADER)
REQUESTS = (Role.COUNTY_STAFF, Role.TOWN_STAFF, Role.LEADERSHIP, Role.AUDITOR, Role.ORG_LEADER)
MEDIATION = (*CASE_READERS, Role.MEDIATOR)
GROUPS: list[tuple[str, list[tuple[str, Any, str, tuple[str, ...]]]]] = [
    (
        "",
        [
            ("待办", reverse_lazy("todo_list"), "check2-circle", tuple(Role.values)),
            ("消息", reverse_lazy("notice_list"), "bell", tuple(Role.values)),
            ("现场(可离线)", reverse_lazy("field:field_home"), "phone", (Role.ORG_LEADER, Role.MEDIATOR)),
            ("数据总览", reverse_lazy("dashboard"), "bar-chart-line", (*READERS, Role.MEDIATOR)),
            ("数据质量", reverse_lazy("data_quality"), "exclamation-diamond", AREA_READERS),
            ("年度结账", reverse_lazy("closing_list"), "calendar3", AREA_READERS),
        ],
    ),
    (
        "引进来",
        [
            ("社会组织", reverse_lazy("orgs:organization_list"), "people", READERS),
            ("工会组织", reverse_lazy("orgs:branch_list"), "diagram-3", READERS),
            ("场地", reverse_lazy("orgs:venue_list"), "geo-alt", READERS),
            ("用人单位", reverse_lazy("orgs:employer_list"), "building", READERS),
        ],
    ),
    (
        "强起来",
        [
            ("年度计划", reverse_lazy("projects:programme_list"), "calendar3", MONEY_READERS),
            ("扶持项目", reverse_lazy("projects:project_list"), "rocket-takeoff", READERS),
            ("我的评审", reverse_lazy("projects:review_list"), "check2-circle", EVALUATING),
            ("项目报告", reverse_lazy("projects:report_list"), "file-earmark-text", READERS),
            ("项目拨付", reverse_lazy("projects:disbursement_list"), "cash-coin", MONEY_READERS),
            ("场地预约", reverse_lazy("projects:booking_list"), "calendar-event", READERS),
            ("装备", reverse_lazy("projects:equipment_list"), "box-seam", READERS),
            ("培训与宣传", reverse_lazy("projects:given_list"), "megaphone", READERS),
            ("内孵化", reverse_lazy("projects:incubation_list"), "flower1", READERS),
            ("扶持前后", reverse_lazy("projects:effect_list"), "graph-up", AREA_READERS),
            ("队伍规模", reverse_lazy("orgs:strength_list"), "people", READERS),
        ],
    ),
    (
        "走出去",
        [
            ("职工点单", reverse_lazy("services:request_list"), "hand-index", REQUESTS),
            ("采购", reverse_lazy("services:procurement_list"), "cart", MONEY_READERS),
            ("购买服务合同", reverse_lazy("services:contract_list"), "file-earmark-text", READERS),
            ("付款", reverse_lazy("services:payment_list"), "cash-coin", MONEY_READERS),
            ("日历", reverse_lazy("services:calendar"), "calendar3", READERS),
            ("活动场次", reverse_lazy("services:session_list"), "calendar-event", READERS),
            ("应急出勤", reverse_lazy("services:call_out_list"), "lightning", (*FEEDBACK_READERS, Role.ORG_LEADER)),
            ("职工留言", reverse_lazy("services:response_list"), "chat-quote", FEEDBACK_READERS),
            ("差评回访", reverse_lazy("services:follow_up_list"), "telephone", FEEDBACK_READERS),
            ("疑点", reverse_lazy("services:finding_list"), "exclamation-diamond", FEEDBACK_READERS),
            ("调解案件", reverse_lazy("mediation:case_list"), "chat-left-heart", MEDIATION),
            ("求助", reverse_lazy("mediation:help_list"), "telephone", (Role.MEDIATOR, Role.MEDIATION_SUPERVISOR)),
            ("接待", reverse_lazy("mediation:reception_list"), "telephone", MEDIATION),
            ("调解概况", reverse_lazy("mediation:mediation_overview"), "graph-up", CASE_READERS),
            ("奖补结算", reverse_lazy("mediation:statement_list"), "cash-coin", (*STATEMENT_READERS, Role.MEDIATOR)),
            ("调处工作室", reverse_lazy("mediation:studio_list"), "house-door", MEDIATION),
            ("法定期限", reverse_lazy("mediation:term_list"), "calendar3", MEDIATION),
        ],
    ),
    (
        "系统",
        [
            ("变更记录", reverse_lazy("history_list"), "clock-history", (Role.AUDITOR,)),
            ("后台作业", reverse_lazy("job_list"), "clock-history", (Role.ADMINISTRATOR,)),
            ("系统管理", reverse_lazy("admin:index"), "pencil", (Role.ADMINISTRATOR,)),
        ],
    ),
]


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Read only by pages that draw it."""

    user: Any = request.user

    unread = SimpleLazyObject(lambda: unread_count(user) if user.is_authenticated else 0)

    def build() -> list[tuple[str, list[tuple[str, str, str, bool, Any]]]]:
        if not user.is_authenticated:
            return []
        counts = {"待办": todo_count(user), "消息": unread}
        found = []
        here = _here(request.path)
        for title, items in GROUPS:
            shown = [
                (label, str(link), icon, str(link) == here, counts.get(label, 0))
                for label, link, icon, roles in items
                if user.holds(*roles)
            ]
            if shown:
                found.append((title, shown))
        return found

    return {"navigation": SimpleLazyObject(build), "unread": unread}


def todo_count(user: User) -> int:
    """How many things wait; counted anew three times a minute, and whenever the to-do page is opened."""
    key = f"todo:{user.pk}"
    found = cache.get(key)
    if found is None:
        found = sum(part.count for part in waiting_for(user))
        cache.set(key, found, COUNT_KEPT_FOR)
    return found


def _here(path: str) -> str:
    """Where the reader is: the link that says it most exactly."""
    links = [str(link) for _, items in GROUPS for _, link, _, _ in items]
    return max((link for link in links if path == link or (link != "/" and path.startswith(link))), key=len, default="")
