"""What waits of support projects, for each who deals with them. Whatever is empty is left out."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from django.utils import timezone

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

AHEAD = timedelta(days=14)


def of_leader(user: User, add: Callable[..., None]) -> None:
    """An organization's: calls to answer, drafts to send, reports and milestones due, money to ask for or give back."""
    offer = partial(add, shown_always=False)
    own, soon = user.scope(Role.ORG_LEADER), timezone.localdate() + AHEAD
    projects = SupportProject.objects.filter(organization__in=own)
    drafts = projects.filter(
        status__in=(SupportProject.Status.DRAFT, SupportProject.Status.WITHDRAWN),
        programme__in=Programme.objects.taking(),
    )
    offer("申报未提交", "截止前填好并提交", drafts.for_list(), "todo/_project.html")
    reports = ProgressReport.objects.filter(project__organization__in=own).awaited().with_project()
    offer("项目报告待交", "请按期提交", reports.filter(due_on__lte=soon).order_by("due_on", "pk"), "todo/_report.html")
    milestones = Milestone.objects.filter(
        project__organization__in=own, project__status=SupportProject.Status.RUNNING
    ).with_project()
    ahead = milestones.filter(reached_on__isnull=True, due_on__lte=soon).order_by("due_on", "pk")
    offer("里程碑", "达成后请上报", ahead, "todo/_milestone.html")
    loans = EquipmentLoan.objects.filter(organization__in=own).overdue()
    offer("装备该还了", "请归还县总工会", loans, "todo/_loan.html")
    returned = Disbursement.objects.filter(
        project__organization__in=own, status=Disbursement.Status.RETURNED
    ).for_page()
    offer("拨付申请退回", "请修改后重新申请", returned.order_by("pk"), "todo/_disbursement.html")


def of_county(user: User, add: Callable[..., None]) -> None:
    offer = partial(add, shown_always=False)
    areas = user.scope(Role.COUNTY_STAFF)
    projects = SupportProject.objects.filter(within(areas, "organization__area"))
    closed = Programme.objects.filter(within(areas)).past_closing().order_by("closes_at", "pk")
    offer("申报已截止", "请开始评审", closed, "todo/_programme.html")
    offer(
        "项目待启动",
        "请安排拨付和报告后启动",
        projects.filter(status=SupportProject.Status.APPROVED).for_list(),
        "todo/_project.html",
    )
    of_area = within(areas, "project__organization__area")
    reached = Milestone.objects.filter(of_area).to_confirm().exclude(reported_by=user)
    offer("里程碑待确认", "请看达成情况", reached, "todo/_milestone.html")
    sent = ProgressReport.objects.filter(of_area).to_read().exclude(submitted_by=user)
    offer("项目报告待审阅", "请通过或退回", sent, "todo/_report.html")
    asked = PlanChange.objects.filter(of_area).waiting().exclude(requested_by=user)
    offer("计划变更待审批", "请同意或说明原因", asked, "todo/_change.html")
    missed = Milestone.objects.filter(of_area).missed()
    offer("里程碑逾期", "请联系组织了解情况", missed, "todo/_milestone.html")
    late = ProgressReport.objects.filter(of_area).overdue().with_project().order_by("due_on", "pk")
    offer("项目报告逾期", "请催交或免交", late, "todo/_report.html")
    offer("项目期已满", "请组织验收", projects.past_their_end().for_list(), "todo/_project.html")
    out = EquipmentLoan.objects.filter(within(areas, "equipment__area")).overdue()
    offer("装备逾期未还", "请催还，收回后登记", out, "todo/_loan.html")


def of_evaluator(user: User, add: Callable[..., None]) -> None:
    mine = Review.objects.waiting_for(user)
    add("申报待评审", "请评分；有任职关系的请回避", mine, "todo/_review.html", shown_always=False)


def of_finance(user: User, add: Callable[..., None]) -> None:
    offer = partial(add, shown_always=False)
    rows = Disbursement.objects.filter(within(user.scope(Role.FINANCE), "project__organization__area")).for_page()
    asked = rows.filter(status=Disbursement.Status.REQUESTED).exclude(requested_by=user).order_by("requested_at", "pk")
    offer("拨付待审批", "请核对项目与金额", asked, "todo/_disbursement.html")
    offer(
        "待拨付",
        "已审批，付款后登记凭证",
        rows.filter(status=Disbursement.Status.APPROVED).order_by("pk"),
        "todo/_disbursement.html",
    )
