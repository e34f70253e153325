"""What waits of support projects, for each who deals with them."""

from datetime import timedelta
from functools import partial
from typing import Any

from projects.models import (
    Disbursement,
    EquipmentLoan,
    Milestone,
    PlanChange,
    Programme,
    ProgressReport,
    Review,
    SupportProject,
)
from xiangshan.core.accounts.models import Role, User
from xiangshan.core.areas.models import within
from xiangshan.core.money import as_yuan
from xiangshan.portal.todo.desk import ANSWER_DAYS, SINCE_IT_CAME, Desk

AHEAD = timedelta(days=14)
PROJECT, REPORT = "projects:project_detail", "projects:report_detail"


def _of_project(row: Any) -> tuple[Any, ...]:
    return row.project.title, row.project.organization


def _of_money(row: Any) -> tuple[Any, ...]:
    return row.project.organization, as_yuan(row.amount)


def of_leader(user: User, desk: Desk) -> None:
    """An organization's: calls to answer, drafts to send, reports and milestones due, money to ask for or give back."""
    own, soon = user.scope(Role.ORG_LEADER), desk.today + AHEAD
    projects = SupportProject.objects.filter(organization__in=own)
    drafts = projects.filter(
        status__in=(SupportProject.Status.DRAFT, SupportProject.Status.WITHDRAWN),
        programme__in=Programme.objects.taking(),
    )
    desk.offer(
        "application",
        "申报未提交",
        "截止前填好并提交",
        drafts.for_list(),
        action="填写",
        page=PROJECT,
        due=("programme__closes_at", 0),
        text=lambda row: row.title,
        about=lambda row: (row.programme,),
    )
    reports = ProgressReport.objects.filter(project__organization__in=own).awaited().with_project()
    desk.offer(
        "project_report",
        "项目报告待交",
        "请按期提交",
        reports.filter(due_on__lte=soon).order_by("due_on", "pk"),
        action="提交",
        page=REPORT,
        due=("due_on", 0),
        text=lambda row: row.title,
        about=_of_project,
        all_page="projects:report_list",
        state="awaited",
        due_to=soon,
    )
    milestones = Milestone.objects.filter(
        project__organization__in=own, project__status=SupportProject.Status.RUNNING
    ).with_project()
    _milestones(
        desk,
        "milestone",
        "里程碑",
        "达成后请上报",
        milestones.filter(reached_on__isnull=True, due_on__lte=soon).order_by("due_on", "pk"),
        action="上报达成",
    )
    _loans(desk, "装备该还了", "请归还县总工会", EquipmentLoan.objects.filter(organization__in=own).overdue(), "查看")
    _disbursements(
        desk,
        "disbursement_returned",
        "拨付申请退回",
        "请修改后重新申请",
        Disbursement.objects.filter(project__organization__in=own, status=Disbursement.Status.RETURNED).for_page(),
        action="修改",
        due=SINCE_IT_CAME,
    )


def _milestones(desk: Desk, code: str, title: str, hint: str, rows: Any, *, action: str, days: int = 0) -> None:
    desk.offer(
        code,
        title,
        hint,
        rows,
        action=action,
        page=PROJECT,
        due=("reached_on", days) if days else ("due_on", 0),
        text=lambda row: row.title,
        about=_of_project,
        key=lambda row: row.project_id,
        part="#milestones",
    )


def _loans(desk: Desk, title: str, hint: str, rows: Any, action: str) -> None:
    desk.offer(
        "loan",
        title,
        hint,
        rows,
        action=action,
        page="projects:equipment_detail",
        due=("due_on", 0),
        text=lambda row: row.equipment,
        about=lambda row: (row.organization,),
        key=lambda row: row.equipment_id,
        all_page="projects:loan_list",
        state="overdue",
    )


def _disbursements(
    desk: Desk, code: str, title: str, hint: str, rows: Any, *, action: str, due: tuple[str, int] | None, **params: Any
) -> None:
    desk.offer(
        code,
        title,
        hint,
        rows.order_by("pk"),
        action=action,
        page="projects:disbursement_detail",
        due=due,
        text=lambda row: row.project.title,
        about=_of_money,
        all_page="projects:disbursement_list",
        **params,
    )


def of_county(user: User, desk: Desk) -> None:
    areas = user.scope(Role.COUNTY_STAFF)
    projects = SupportProject.objects.filter(within(areas, "organization__area")).select_related("organization")
    of_area = within(areas, "project__organization__area")
    title: dict[str, Any] = {"text": lambda row: row.title}
    desk.offer(
        "programme_closed",
        "申报已截止",
        "请开始评审",
        Programme.objects.filter(within(areas)).past_closing().order_by("closes_at", "pk"),
        action="评审",
        page="projects:programme_detail",
        due=("closes_at", ANSWER_DAYS),
        are_all=False,
        all_page="projects:programme_list",
        **title,
    )
    desk.offer(
        "project_start",
        "项目待启动",
        "请安排拨付和报告后启动",
        projects.filter(status=SupportProject.Status.APPROVED).for_list(),
        action="启动",
        page=PROJECT,
        due=("decided_on", ANSWER_DAYS),
        about=lambda row: (row.organization,),
        all_page="projects:project_list",
        status="approved",
        **title,
    )
    reached = Milestone.objects.filter(of_area).to_confirm().exclude(reported_by=user)
    _milestones(desk, "milestone_reached", "里程碑待确认", "请看达成情况", reached, action="确认", days=ANSWER_DAYS)
    reports: dict[str, Any] = {"page": REPORT, "about": _of_project, "all_page": "projects:report_list", **title}
    desk.offer(
        "report_read",
        "项目报告待审阅",
        "请通过或退回",
        ProgressReport.objects.filter(of_area).to_read().exclude(submitted_by=user),
        action="审阅",
        due=("submitted_at", ANSWER_DAYS),
        status="submitted",
        **reports,
    )
    desk.offer(
        "plan_change",
        "计划变更待审批",
        "请同意或说明原因",
        PlanChange.objects.filter(of_area).waiting().exclude(requested_by=user),
        action="审批",
        page=PROJECT,
        due=("requested_at", ANSWER_DAYS),
        text=lambda row: row.project.title,
        about=lambda row: (row.because[:40],),
        key=lambda row: row.project_id,
        part="#changes",
    )
    _milestones(
        desk,
        "milestone_missed",
        "里程碑逾期",
        "请联系组织了解情况",
        Milestone.objects.filter(of_area).missed(),
        action="了解",
    )
    desk.offer(
        "report_late",
        "项目报告逾期",
        "请催交或免交",
        ProgressReport.objects.filter(of_area).overdue().with_project().order_by("due_on", "pk"),
        action="催交",
        due=("due_on", 0),
        state="overdue",
        **reports,
    )
    desk.offer(
        "project_end",
        "项目期已满",
        "请组织验收",
        projects.past_their_end().for_list(),
        action="验收",
        page=PROJECT,
        due=("ends_on", 0),
        about=lambda row: (row.organization,),
        **title,
    )
    loans = EquipmentLoan.objects.filter(within(areas, "equipment__area")).overdue()
    _loans(desk, "装备逾期未还", "请催还，收回后登记", loans, "催还")


def of_evaluator(user: User, desk: Desk) -> None:
    desk.offer(
        "review",
        "申报待评审",
        "请评分；有任职关系的请回避",
        Review.objects.waiting_for(user),
        action="评分",
        page="projects:review_sheet",
        due=("project__programme__closes_at", 2 * ANSWER_DAYS),
        text=lambda row: row.project.title,
        about=lambda row: (row.project.organization, row.project.programme),
        are_all=False,
        all_page="projects:review_list",
    )


def of_finance(user: User, desk: Desk) -> None:
    rows = Disbursement.objects.filter(within(user.scope(Role.FINANCE), "project__organization__area")).for_page()
    offer = partial(_disbursements, desk)
    offer(
        "disbursement_approve",
        "拨付待审批",
        "请核对项目与金额",
        rows.filter(status=Disbursement.Status.REQUESTED).exclude(requested_by=user),
        action="审批",
        due=("requested_at", ANSWER_DAYS),
        status="requested",
    )
    offer(
        "disbursement_pay",
        "待拨付",
        "已审批，付款后登记凭证",
        rows.filter(status=Disbursement.Status.APPROVED),
        action="登记付款",
        due=("approved_at", ANSWER_DAYS),
        status="approved",
    )
