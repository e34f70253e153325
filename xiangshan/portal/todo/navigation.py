"""The navigation by duty: each reader's own work first, the rest folded by the union's three movements (ADR 88)."""

from dataclasses import dataclass
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


@dataclass(frozen=True)
class Entry:
    """A place of the portal: its words, the name of its page, its icon, and who has it."""

    label: str
    page: str
    icon: str
    roles: tuple[str, ...]

    @property
    def link(self) -> str:
        return _address(self.page)


TODO = Entry("待办", "todo_list", "check2-circle", tuple(Role.values))
FIELD = Entry("现场登记", "field:field_home", "phone", (Role.ORG_LEADER, Role.MEDIATOR))
# In the order of the work; a movement's title, and what belongs to it.
MOVEMENTS: list[tuple[str, list[Entry]]] = [
    ("", [TODO, FIELD]),
    (
        "引进来",
        [
            Entry("社会组织", "orgs:organization_list", "people", READERS),
            Entry("工会组织", "orgs:branch_list", "diagram-3", READERS),
            Entry("场地", "orgs:venue_list", "geo-alt", READERS),
            Entry("用人单位", "orgs:employer_list", "building", READERS),
        ],
    ),
    (
        "强起来",
        [
            Entry("年度计划", "projects:programme_list", "calendar3", MONEY_READERS),
            Entry("扶持项目", "projects:project_list", "rocket-takeoff", READERS),
            Entry("我的评审", "projects:review_list", "check2-circle", EVALUATING),
            Entry("项目报告", "projects:report_list", "file-earmark-text", READERS),
            Entry("项目拨付", "projects:disbursement_list", "cash-coin", MONEY_READERS),
            Entry("场地预约", "projects:booking_list", "calendar-event", READERS),
            Entry("装备", "projects:equipment_list", "box-seam", READERS),
            Entry("培训与宣传", "projects:given_list", "megaphone", READERS),
            Entry("内孵化", "projects:incubation_list", "flower1", READERS),
            Entry("扶持前后", "projects:effect_list", "graph-up", AREA_READERS),
            Entry("队伍规模", "orgs:strength_list", "people", READERS),
        ],
    ),
    (
        "走出去",
        [
            Entry("职工点单", "services:request_list", "hand-index", REQUESTS),
            Entry("采购", "services:procurement_list", "cart", MONEY_READERS),
            Entry("购买服务合同", "services:contract_list", "file-earmark-text", READERS),
            Entry("付款", "services:payment_list", "cash-coin", MONEY_READERS),
            Entry("日历", "services:calendar", "calendar3", READERS),
            Entry("活动场次", "services:session_list", "calendar-event", READERS),
            Entry("应急出勤", "services:call_out_list", "lightning", (*FEEDBACK_READERS, Role.ORG_LEADER)),
            Entry("职工留言", "services:response_list", "chat-quote", FEEDBACK_READERS),
            Entry("差评回访", "services:follow_up_list", "telephone", FEEDBACK_READERS),
            Entry("疑点", "services:finding_list", "exclamation-diamond", FEEDBACK_READERS),
            Entry("调解案件", "mediation:case_list", "chat-left-heart", MEDIATION),
            Entry("求助", "mediation:help_list", "telephone", (Role.MEDIATOR, Role.MEDIATION_SUPERVISOR)),
            Entry("接待", "mediation:reception_list", "telephone", MEDIATION),
            Entry("调解概况", "mediation:mediation_overview", "graph-up", CASE_READERS),
            Entry("奖补结算", "mediation:statement_list", "cash-coin", (*STATEMENT_READERS, Role.MEDIATOR)),
            Entry("调处工作室", "mediation:studio_list", "house-door", MEDIATION),
            Entry("法定期限", "mediation:term_list", "calendar3", MEDIATION),
        ],
    ),
    (
        "数据与系统",
        [
            Entry("数据总览", "dashboard", "bar-chart-line", (*READERS, Role.MEDIATOR)),
            Entry("数据质量", "data_quality", "exclamation-diamond", AREA_READERS),
            Entry("年度结账", "closing_list", "calendar3", AREA_READERS),
            Entry("导入台账", "import_list", "upload", (Role.COUNTY_STAFF, Role.TOWN_STAFF)),
            Entry("变更记录", "history_list", "clock-history", (Role.AUDITOR,)),
            Entry("投递记录", "message_list", "envelope", (Role.COUNTY_STAFF, Role.ADMINISTRATOR)),
            Entry("后台作业", "job_list", "clock-history", (Role.ADMINISTRATOR,)),
            Entry("用户与任职", "people:person_list", "person-gear", ACCOUNT_READERS),
            Entry("设置", "setup:setup_home", "gear", (Role.ADMINISTRATOR,)),
            Entry("基础数据", "admin:index", "pencil", (Role.ADMINISTRATOR,)),
        ],
    ),
]
# What each role does most: with the folded movements no more than nine stand in the navigation.
OWN_AT_MOST = 5
# Pages of records that have no list of their own: what they are part of has one.
PARTS = {
    "services:contract_list": ("/services/acceptances/", "/services/terms/", "/services/documents/"),
    "services:procurement_list": ("/services/bids/",),
    "mediation:case_list": (
        "/mediation/parties/",
        "/mediation/instalments/",
        "/mediation/payments/",
        "/mediation/referrals/",
    ),
    "mediation:statement_list": ("/mediation/schemes/", "/mediation/lines/"),
    "mediation:studio_list": ("/mediation/mediators/",),
    "mediation:term_list": ("/mediation/calendar/",),
}
OWN_WORK: dict[str, tuple[str, ...]] = {
    Role.COUNTY_STAFF: (
        "todo_list",
        "services:session_list",
        "services:contract_list",
        "projects:project_list",
        "dashboard",
    ),
    Role.TOWN_STAFF: (
        "todo_list",
        "services:session_list",
        "orgs:organization_list",
        "services:request_list",
        "dashboard",
    ),
    Role.ORG_LEADER: (
        "todo_list",
        "field:field_home",
        "services:session_list",
        "services:calendar",
        "projects:project_list",
    ),
    Role.MEDIATOR: (
        "todo_list",
        "field:field_home",
        "mediation:case_list",
        "mediation:help_list",
        "mediation:reception_list",
    ),
    Role.MEDIATION_SUPERVISOR: (
        "todo_list",
        "mediation:case_list",
        "mediation:mediation_overview",
        "mediation:statement_list",
        "mediation:help_list",
    ),
    Role.FINANCE: (
        "todo_list",
        "services:payment_list",
        "projects:disbursement_list",
        "mediation:statement_list",
        "services:contract_list",
    ),
    Role.LEADERSHIP: ("dashboard", "todo_list", "closing_list", "data_quality", "services:session_list"),
    Role.AUDITOR: ("history_list", "services:payment_list", "services:contract_list", "dashboard", "todo_list"),
    Role.ADMINISTRATOR: ("todo_list", "people:person_list", "setup:setup_home", "message_list", "job_list"),
}
# The phone's bar, beside 待办 and 更多: the one thing a role does on the way, and what it looks up.
_RECORD = Entry("登记", "services:session_new", "plus-lg", ())
_CALENDAR = Entry("日历", "services:calendar", "calendar3", ())
ON_THE_WAY: dict[str, tuple[Entry, Entry]] = {
    Role.MEDIATOR: (
        Entry("接案", "mediation:case_new", "plus-lg", ()),
        Entry("案件", "mediation:case_list", "chat-left-heart", ()),
    ),
    Role.ORG_LEADER: (Entry("登记", "field:field_home", "phone", ()), _CALENDAR),
    Role.COUNTY_STAFF: (_RECORD, _CALENDAR),
    Role.TOWN_STAFF: (_RECORD, _CALENDAR),
    Role.MEDIATION_SUPERVISOR: (
        Entry("案件", "mediation:case_list", "chat-left-heart", ()),
        Entry("概况", "mediation:mediation_overview", "graph-up", ()),
    ),
    Role.FINANCE: (
        Entry("付款", "services:payment_list", "cash-coin", ()),
        Entry("拨付", "projects:disbursement_list", "cash-coin", ()),
    ),
    Role.LEADERSHIP: (Entry("数据", "dashboard", "bar-chart-line", ()), _CALENDAR),
    Role.AUDITOR: (
        Entry("变更", "history_list", "clock-history", ()),
        Entry("数据", "dashboard", "bar-chart-line", ()),
    ),
    Role.ADMINISTRATOR: (
        Entry("用户", "people:person_list", "person-gear", ()),
        Entry("设置", "setup:setup_home", "gear", ()),
    ),
}


@dataclass(frozen=True)
class Fold:
    """A movement's entries that are not this reader's daily work; open where the page belongs to it."""

    title: str
    entries: list[Entry]
    is_open: bool


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Drawn once for a page that shows it; not at all for one that does not."""
    user: Any = request.user

    unread = SimpleLazyObject(lambda: unread_count(user) if user.is_authenticated else 0)

    def draw() -> str:
        if not user.is_authenticated:
            return ""
        here = _here(request.path)
        own, folds = entries_of(user, here)
        context = {"own": own, "folds": folds, "here": here, "todo": TODO, "waiting": todo_count(user)}
        return render_to_string("components/_navigation.html", context)

    def bar() -> str:
        if not user.is_authenticated:
            return ""
        context = {"entries": bar_of(user), "here": _here(request.path), "todo": TODO, "waiting": todo_count(user)}
        return render_to_string("components/_bar.html", context)

    return {
        "navigation": SimpleLazyObject(draw),
        "bar": SimpleLazyObject(bar),
        "crumbs": SimpleLazyObject(lambda: crumbs_of(user, request.path) if user.is_authenticated else []),
        "unread": unread,
    }


def entries_of(user: User, here: str = "") -> tuple[list[Entry], list[Fold]]:
    """The reader's own work, and the rest by movement; a movement with one entry left is that entry."""
    entries = {entry.page: entry for _, items in MOVEMENTS for entry in items if user.holds(*entry.roles)}
    pages = [page for role, pages in OWN_WORK.items() if user.holds(role) for page in pages] or [TODO.page]
    own = [entries[page] for page in dict.fromkeys(pages) if page in entries][:OWN_AT_MOST]
    folds = []
    for title, items in MOVEMENTS:
        rest = [entry for entry in items if entry.page in entries and entry not in own]
        if len(rest) == 1 or not title:
            own += rest
        elif rest:
            folds.append(Fold(title, rest, any(entry.link == here for entry in rest)))
    return own, folds


def bar_of(user: User) -> list[Entry]:
    """The phone's bar: 待办, what one does on the way, what one looks up; 更多 stands beside them."""
    pages = next((pages for role, pages in ON_THE_WAY.items() if user.holds(role)), ())
    return [TODO, *pages]


def crumbs_of(user: User, path: str) -> list[tuple[str, str]]:
    """Where a page lies: its movement, and the list it is from; nothing on that list itself."""
    here = _here(path)
    if here in ("", "/", path):
        return []
    title, entry = next((title, entry) for title, items in MOVEMENTS for entry in items if entry.link == here)
    return [(title, ""), (entry.label, entry.link)] if user.holds(*entry.roles) else []


def union(request: HttpRequest) -> dict[str, Any]:
    """Whose portal it is for this reader: the county's union, or, for who reads several counties, the area's."""
    user: Any = getattr(request, "user", None)

    def name() -> str:
        if user is not None and user.is_authenticated and user.counties:
            return str(county_at(min(user.counties)))
        county = only_county()
        return str(county) if county else "总工会"

    def contact() -> str:
        county = only_county()
        return county.help_contact if county else ""

    return {"union": SimpleLazyObject(name), "contact": SimpleLazyObject(contact)}


def todo_count(user: User) -> int:
    """How many things wait; counted anew three times a minute, and whenever the to-do page is opened."""
    key = f"todo:{user.pk}"
    result = shared_cache.get(key)
    if result is None:
        result = waiting_for(user).count
        shared_cache.set(key, result, COUNT_KEPT_FOR)
    return result


@cache
def _address(page: str) -> str:
    """Looked up once, since it is the same for everybody."""
    return reverse(page)


def _here(path: str) -> str:
    """Where the reader is: the link that says it most exactly."""
    for page, parts in PARTS.items():
        if path.startswith(parts):
            return _address(page)
    links = [entry.link for _, items in MOVEMENTS for entry in items]
    return max((link for link in links if path == link or (link != "/" and path.startswith(link))), key=len, default="")
