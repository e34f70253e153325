"""What waits for somebody: pieces of every app, merged for one page."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from orgs.models import ProfileProposal, SocialOrganization, UnionBranch
from orgs.rules import EVALUATING
from services.models import (
    Acceptance,
    ActivitySession,
    CallOut,
    Finding,
    FollowUp,
    Payment,
    Procurement,
    ServiceRequest,
)
from xiangshan.core import limits
from xiangshan.core.accounts.models import Role, User
from xiangshan.core.areas.models import within
from xiangshan.portal.todo import mediation, projects
from xiangshan.shared.comments.models import Mention

SHOWN = 8
ELECTIONS_AHEAD = LICENCE_AHEAD = 60  # days


@dataclass(frozen=True)
class TodoGroup:
    """One kind of thing that waits: what, for what, where to go on, and the first few."""

    title: str
    hint: str
    count: int
    rows: list[Any]
    template: str
    all_link: str = ""


def waiting_for(user: User) -> list[TodoGroup]:
    """In the order in which it should be done. A kind that no post of the user deals with is left out."""
    items: list[TodoGroup] = []

    def add(
        title: str, hint: str, rows: QuerySet[Any], template: str, all_link: str = "", shown_always: bool = True
    ) -> None:
        first = list(rows[: SHOWN + 1])
        if not first and not shown_always:
            return
        count = len(first) if len(first) <= SHOWN else rows.count()
        items.append(TodoGroup(title, hint, count, first[:SHOWN], template, all_link))

    mentions = Mention.objects.waiting_for(user)
    add("请您看看", "同事在批注里提到了您", mentions, "todo/_mention.html", shown_always=False)
    for roles, build in BUILDERS:
        if user.holds(*roles):
            build(user, add)
    return items


def _of_leader(user: User, add: Callable[..., None]) -> None:
    own = ActivitySession.objects.filter(organization__in=user.scope(Role.ORG_LEADER)).select_related(
        "organization", "venue", "area", "category"
    )
    add("退回更正", "工会看过，请按意见更正后重新上报", own.returned(), "todo/_session.html")
    running = CallOut.objects.filter(session__organization__in=user.scope(Role.ORG_LEADER)).running()
    add(
        "正在出勤",
        "归队后补上人数和时间",
        running.select_related("session__organization"),
        "todo/_call_out.html",
        shown_always=False,
    )
    add("待上报", f"活动日已到，请在 {limits.REPORT_DAYS} 天内上报", own.to_report(), "todo/_session.html")
    organizations = user.scope(Role.ORG_LEADER)
    orders = ServiceRequest.objects.filter(
        contract_line__contract__organization__in=organizations, status=ServiceRequest.Status.MATCHED
    )
    add("新订单", "请与单位约定时间", orders.for_page().order_by("pk"), "todo/_request.html", shown_always=False)
    add(
        "邀请应标",
        "请在截止前应标",
        Procurement.objects.to_answer(organizations),
        "todo/_procurement.html",
        shown_always=False,
    )
    returned = Payment.objects.filter(status=Payment.Status.RETURNED, contract__organization__in=organizations)
    add("付款退回", "请按意见修改后重新提交", returned.for_page(), "todo/_payment.html", shown_always=False)
    unsigned = Acceptance.objects.filter(contract__organization__in=organizations)
    add(
        "验收待签字",
        "请核对验收单后签字",
        unsigned.waiting_for_signature("organization"),
        "todo/_acceptance.html",
        shown_always=False,
    )
    add("即将举办", "接下来的活动", own.coming(), "todo/_session.html")
    _licences(SocialOrganization.objects.filter(pk__in=user.scope(Role.ORG_LEADER)), add)


def _licences(organizations: Any, add: Callable[..., None]) -> None:
    add(
        "登记证书将到期",
        f"{LICENCE_AHEAD} 天内到期或已经过期，请办理换证后更新资料",
        organizations.licence_expiring(timezone.localdate() + timedelta(days=LICENCE_AHEAD)),
        "todo/_organization.html",
        shown_always=False,
    )


def _of_staff(user: User, add: Callable[..., None]) -> None:
    seen = ActivitySession.objects.visible_to(user).select_related("organization", "venue", "area", "category")
    add(
        "待核实",
        "组织已上报，等您核实后计入统计",
        seen.to_verify().exclude(submitted_by=user),
        "todo/_session.html",
        "queue",
    )
    add(
        "疑点待处理",
        "严重的处理后才能核实",
        Finding.objects.filter(session__in=seen.values("pk"))
        .open()
        .exclude(session__submitted_by=user)
        .select_related("session__organization")
        .order_by("-severity", "-pk"),
        "todo/_finding.html",
        shown_always=False,
    )
    add(
        "差评待回访",
        f"评 1 分或 2 分的，{limits.FOLLOW_UP_DAYS} 天内了解情况并办结",
        FollowUp.objects.filter(session__in=seen.values("pk"))
        .open()
        .select_related("session__organization", "response", "responsible"),
        "todo/_follow_up.html",
        shown_always=False,
    )
    add("逾期未报", "活动日已过，组织还没有上报，可联系催报", seen.to_report(), "todo/_session.html")
    add("已退回", "等组织更正", seen.returned(), "todo/_session.html")
    mine = user.scope(Role.COUNTY_STAFF, Role.TOWN_STAFF)
    add(
        "资料变更待审",
        "组织申请变更资料，请采纳或说明理由",
        ProfileProposal.objects.waiting().filter(within(mine, "organization__area")).exclude(proposed_by=user),
        "todo/_proposal.html",
        shown_always=False,
    )
    add(
        "换届将到期",
        f"{ELECTIONS_AHEAD} 天内到期或已经逾期的工会",
        UnionBranch.objects.elections_due(timezone.localdate() + timedelta(days=ELECTIONS_AHEAD)).filter(within(mine)),
        "todo/_branch.html",
        shown_always=False,
    )
    _licences(SocialOrganization.objects.filter(within(mine)), add)
    add(
        "点单待办",
        "请受理，并安排有余量的合同承接",
        ServiceRequest.objects.filter(within(mine)).waiting().for_page().order_by("asked_on", "pk"),
        "todo/_request.html",
        shown_always=False,
    )


def _of_county(user: User, add: Callable[..., None]) -> None:
    """Procurement, acceptance and what finance sent back."""
    counties = user.scope(Role.COUNTY_STAFF)
    closed = Procurement.objects.filter(within(counties)).closed().order_by("closes_at", "pk")
    add("待开标", "应标已截止", closed, "todo/_procurement.html", shown_always=False)
    accepted = Acceptance.objects.filter(within(counties, "contract__organization__area")).select_related("contract")
    add(
        "验收待决定",
        "已发起、还没有决定",
        accepted.filter(status=Acceptance.Status.OPEN),
        "todo/_acceptance.html",
        shown_always=False,
    )
    add(
        "验收待签字",
        "请代表县总工会签字",
        accepted.waiting_for_signature("union"),
        "todo/_acceptance.html",
        shown_always=False,
    )
    mine = Payment.objects.filter(status=Payment.Status.RETURNED, requested_by=user).for_page()
    add("付款退回", "请按意见修改后重新提交", mine, "todo/_payment.html", shown_always=False)


def _of_evaluators(user: User, add: Callable[..., None]) -> None:
    add("待评分", "请评审应标", Procurement.objects.to_score(user), "todo/_procurement.html", shown_always=False)


def _of_finance(user: User, add: Callable[..., None]) -> None:
    payments = Payment.objects.filter(within(user.scope(Role.FINANCE), "contract__organization__area")).for_page()
    add(
        "付款待审批",
        "请核对条件与金额",
        payments.filter(status=Payment.Status.REQUESTED).exclude(requested_by=user).order_by("requested_at", "pk"),
        "todo/_payment.html",
    )
    add(
        "待付款",
        "已审批，付款后登记凭证",
        payments.filter(status=Payment.Status.APPROVED).order_by("pk"),
        "todo/_payment.html",
    )


BUILDERS: list[tuple[tuple[str, ...], Callable[..., None]]] = [
    ((Role.ORG_LEADER,), _of_leader),
    ((Role.ORG_LEADER,), projects.of_leader),
    ((Role.COUNTY_STAFF, Role.TOWN_STAFF), _of_staff),
    ((Role.COUNTY_STAFF,), _of_county),
    ((Role.COUNTY_STAFF,), projects.of_county),
    (EVALUATING, _of_evaluators),
    (EVALUATING, projects.of_evaluator),
    ((Role.FINANCE,), _of_finance),
    ((Role.FINANCE,), projects.of_finance),
    ((Role.MEDIATOR, Role.MEDIATION_SUPERVISOR), mediation.of_handler),
    ((Role.MEDIATION_SUPERVISOR,), mediation.of_supervisor),
    ((Role.FINANCE,), mediation.of_finance),
]
