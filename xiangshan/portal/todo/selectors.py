"""What waits for somebody: pieces of every app, merged for one page. A kind nobody has to deal with is left out."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

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
from xiangshan.core.money import as_yuan
from xiangshan.portal.todo import mediation, projects
from xiangshan.portal.todo.desk import ANSWER_DAYS, SINCE_IT_CAME, Desk
from xiangshan.shared.comments.models import Mention
from xiangshan.shared.imports.models import Ledger

ELECTIONS_AHEAD = LICENCE_AHEAD = 60  # days
SESSION = "services:session_detail"
SESSIONS = "services:session_list"
PAYMENT = "services:payment_detail"


def waiting_for(user: User) -> Desk:
    """Everything that is this user's turn today."""
    desk = Desk(timezone.localdate())
    desk.offer(
        "mention",
        "请您看看",
        "同事在批注里提到了您",
        Mention.objects.waiting_for(user),
        action="查看",
        link=lambda row: f"{row.page}#comments",
        due=("comment__created_at", ANSWER_DAYS),
        text=lambda row: row.comment.text[:60],
        about=lambda row: (row.comment.by,),
        done_page="mention_done",
    )
    for roles, build in BUILDERS:
        if user.holds(*roles):
            build(user, desk)
    return desk


def _of_session(row: Any) -> tuple[Any, ...]:
    return row.organization, f"{row.held_on:%Y-%m-%d}"


def _of_payment(row: Any) -> tuple[Any, ...]:
    return row.contract.organization, as_yuan(row.amount)


def _of_leader(user: User, desk: Desk) -> None:
    organizations = user.scope(Role.ORG_LEADER)
    own = ActivitySession.objects.filter(organization__in=organizations).select_related("organization")
    common: dict[str, Any] = {"text": lambda row: row.title, "about": _of_session, "all_page": SESSIONS}
    desk.offer(
        "returned",
        "退回修改",
        "请按意见改好后重新上报",
        own.returned(),
        action="修改",
        page=SESSION,
        due=SINCE_IT_CAME,
        status="returned",
        **common,
    )
    running = CallOut.objects.filter(session__organization__in=organizations).running()
    desk.offer(
        "call_out",
        "正在出勤",
        "归队后补上人数和时间",
        running.select_related("session__organization"),
        action="归队",
        page="services:call_out_finish",
        due=("started_at", 0),
        text=lambda row: f"{row.session.organization} 正在出勤",
        about=lambda row: (row.get_kind_display(), row.place),
    )
    desk.offer(
        "report",
        "待上报",
        f"活动日已到，请在 {limits.REPORT_DAYS} 天内上报",
        own.to_report(),
        action="上报",
        page="services:session_report",
        due=("held_on", limits.REPORT_DAYS),
        status="to_report",
        **common,
    )
    orders = ServiceRequest.objects.filter(
        contract_line__contract__organization__in=organizations, status=ServiceRequest.Status.MATCHED
    )
    desk.offer(
        "order",
        "新订单",
        "请与单位约定时间",
        orders.for_page().order_by("asked_on", "pk"),
        action="约时间",
        page="services:request_detail",
        due=SINCE_IT_CAME,
        about=lambda row: (row.area, f"{row.people} 人"),
        all_page="services:request_list",
        status="matched",
    )
    desk.offer(
        "bid",
        "邀请应标",
        "请在截止前应标",
        Procurement.objects.to_answer(organizations),
        action="应标",
        page="services:procurement_detail",
        due=("closes_at", 0),
        text=lambda row: row.title,
        are_all=False,
        all_page="services:procurement_list",
        status="open",
    )
    _returned_payments(Payment.objects.filter(contract__organization__in=organizations), desk)
    _signatures(Acceptance.objects.filter(contract__organization__in=organizations), "organization", desk)
    desk.offer(
        "coming",
        "即将举办",
        "接下来的活动",
        own.coming(),
        action="查看",
        page=SESSION,
        due=("held_on", 0),
        status="coming",
        **common,
    )
    _licences(SocialOrganization.objects.filter(pk__in=organizations), desk)


def _returned_payments(payments: Any, desk: Desk) -> None:
    desk.offer(
        "payment_returned",
        "付款退回",
        "请按意见修改后重新提交",
        payments.filter(status=Payment.Status.RETURNED).for_page(),
        action="修改",
        page=PAYMENT,
        due=SINCE_IT_CAME,
        text=lambda row: row.contract.title,
        about=_of_payment,
        all_page="services:payment_list",
        status="returned",
    )


def _signatures(acceptances: Any, party: str, desk: Desk) -> None:
    desk.offer(
        f"sign_{party}",
        "验收待签字",
        "请核对验收单后签字",
        acceptances.waiting_for_signature(party),
        action="签字",
        page="services:acceptance_detail",
        due=("decided_on", ANSWER_DAYS),
    )


def _licences(organizations: Any, desk: Desk) -> None:
    desk.offer(
        "licence",
        "登记证书将到期",
        f"{LICENCE_AHEAD} 天内到期或已经过期，请办理换证后更新资料",
        organizations.licence_expiring(desk.today + timedelta(days=LICENCE_AHEAD)),
        action="更新",
        page="orgs:organization_detail",
        due=("licence_expires_on", 0),
        text=lambda row: row.name,
        about=lambda row: (f"证书有效期至 {row.licence_expires_on:%Y-%m-%d}",),
    )


def _of_staff(user: User, desk: Desk) -> None:
    seen = ActivitySession.objects.visible_to(user).select_related("organization")
    mine = user.scope(Role.COUNTY_STAFF, Role.TOWN_STAFF)
    common: dict[str, Any] = {"text": lambda row: row.title, "about": _of_session, "all_page": SESSIONS}
    desk.offer(
        "verify",
        "待核实",
        "组织已上报，等您核实后计入统计",
        seen.to_verify().exclude(submitted_by=user),
        action="核实",
        page=SESSION,
        due=("submitted_at", ANSWER_DAYS),
        status="submitted",
        **common,
    )
    findings = Finding.objects.filter(session__in=seen.values("pk")).open().exclude(session__submitted_by=user)
    desk.offer(
        "finding",
        "疑点待处理",
        "严重的处理后才能核实",
        findings.select_related("session__organization").order_by("found_on", "pk"),
        action="处理",
        page="services:finding_detail",
        due=("found_on", ANSWER_DAYS),
        text=lambda row: row.text,
        about=lambda row: (row.get_severity_display(), row.session.organization, row.session.title),
        all_page="services:finding_list",
        status="open",
    )
    desk.offer(
        "follow_up",
        "差评待回访",
        f"评 1 分或 2 分的，{limits.FOLLOW_UP_DAYS} 天内了解情况并办结",
        FollowUp.objects.filter(session__in=seen.values("pk"))
        .open()
        .select_related("session__organization", "response", "responsible")
        .order_by("due_on", "pk"),
        action="回访",
        page="services:follow_up_detail",
        due=("due_on", 0),
        text=lambda row: f"{row.session.title}：{row.response.overall} 分",
        about=lambda row: (row.response.comment[:24], row.session.organization, row.responsible or "没有责任人"),
        all_page="services:follow_up_list",
        outcome="open",
    )
    desk.offer(
        "overdue",
        "逾期未报",
        "活动日已过，组织还没有上报，请催报",
        seen.overdue(),
        action="查看",
        page=SESSION,
        due=("held_on", limits.REPORT_DAYS),
        status="overdue",
        **common,
    )
    desk.offer(
        "proposal",
        "资料变更待审",
        "组织申请变更资料，请采纳或说明理由",
        ProfileProposal.objects.waiting().filter(within(mine, "organization__area")).exclude(proposed_by=user),
        action="审核",
        page="orgs:proposal_detail",
        due=("proposed_at", ANSWER_DAYS),
        text=lambda row: row.organization,
        about=lambda row: (row.proposed_by,),
    )
    desk.offer(
        "ledger",
        "台账待复核",
        "同事导入的历史台账，核对合计后写入",
        Ledger.objects.to_accept(user).select_related("by"),
        action="复核",
        page="import_detail",
        due=("touched_at", ANSWER_DAYS),
        text=lambda row: row.file_name,
        about=lambda row: (row.by, f"{row.new_rows} 条"),
    )
    desk.offer(
        "ledger_returned",
        "台账被退回",
        "复核没有通过，请改正后重新提交",
        Ledger.objects.filter(by=user, status=Ledger.Status.SENT_BACK),
        action="改正",
        page="import_detail",
        due=("touched_at", ANSWER_DAYS),
        text=lambda row: row.file_name,
        about=lambda row: (row.opinion[:40],),
    )
    until = desk.today + timedelta(days=ELECTIONS_AHEAD)
    desk.offer(
        "election",
        "换届将到期",
        f"{ELECTIONS_AHEAD} 天内到期或已经逾期的工会",
        UnionBranch.objects.elections_due(until).filter(within(mine)),
        action="换届",
        page="orgs:branch_detail",
        due=("elections_due_on", 0),
        text=lambda row: row.name,
        about=lambda row: (f"第 {row.term} 届",),
        all_page="orgs:branch_list",
        elections_until=until,
    )
    _licences(SocialOrganization.objects.filter(within(mine)), desk)
    desk.offer(
        "request",
        "点单待办",
        "请受理，并安排有余量的合同承接",
        ServiceRequest.objects.filter(within(mine)).waiting().for_page().order_by("asked_on", "pk"),
        action="受理",
        page="services:request_detail",
        due=("asked_on", ANSWER_DAYS),
        about=lambda row: (row.area, f"{row.people} 人", row.get_status_display()),
        all_page="services:request_list",
        status="waiting",
    )


def _of_county(user: User, desk: Desk) -> None:
    """Procurement, acceptance and what finance sent back."""
    counties = user.scope(Role.COUNTY_STAFF)
    desk.offer(
        "open_bids",
        "待开标",
        "应标已截止",
        Procurement.objects.filter(within(counties)).closed().order_by("closes_at", "pk"),
        action="开标",
        page="services:procurement_detail",
        due=("closes_at", ANSWER_DAYS),
        text=lambda row: row.title,
        are_all=False,
        all_page="services:procurement_list",
        status="open",
    )
    accepted = Acceptance.objects.filter(within(counties, "contract__organization__area")).select_related("contract")
    desk.offer(
        "acceptance",
        "验收待决定",
        "已发起、还没有决定",
        accepted.filter(status=Acceptance.Status.OPEN).order_by("opened_on", "pk"),
        action="决定",
        page="services:acceptance_detail",
        due=("opened_on", ANSWER_DAYS),
    )
    _signatures(accepted, "union", desk)
    _returned_payments(Payment.objects.filter(requested_by=user), desk)


def _of_evaluators(user: User, desk: Desk) -> None:
    desk.offer(
        "score",
        "待评分",
        "请评审应标",
        Procurement.objects.to_score(user),
        action="评分",
        page="services:procurement_detail",
        due=("closes_at", ANSWER_DAYS),
        text=lambda row: row.title,
    )


def _of_finance(user: User, desk: Desk) -> None:
    payments = Payment.objects.filter(within(user.scope(Role.FINANCE), "contract__organization__area")).for_page()
    common: dict[str, Any] = {
        "page": PAYMENT,
        "text": lambda row: row.contract.title,
        "about": _of_payment,
        "all_page": "services:payment_list",
    }
    asked = payments.filter(status=Payment.Status.REQUESTED).exclude(requested_by=user)
    desk.offer(
        "payment_approve",
        "付款待审批",
        "请核对条件与金额",
        asked.order_by("requested_at", "pk"),
        action="审批",
        due=("requested_at", ANSWER_DAYS),
        status="requested",
        **common,
    )
    desk.offer(
        "payment_pay",
        "待付款",
        "已审批，付款后登记凭证",
        payments.filter(status=Payment.Status.APPROVED).order_by("approved_at", "pk"),
        action="登记付款",
        due=("approved_at", ANSWER_DAYS),
        status="approved",
        **common,
    )


BUILDERS: list[tuple[tuple[str, ...], Callable[[User, Desk], None]]] = [
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
