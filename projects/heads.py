"""What stands above a support project, its tranches and reports, and a programme: its steps, whose turn it is, and what its reader may do."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from projects.models import Disbursement, Programme, ProgressReport, SupportProject
from xiangshan.core.money import as_yuan
from xiangshan.shared.curves import Curve
from xiangshan.shared.record_heads import Bar, RecordHead, action, head_of, steps_of

Status = SupportProject.Status
Tranche = Disbursement.Status
Call = Programme.Status
Report = ProgressReport.Status


def project_head(project: SupportProject, can: Mapping[str, Any]) -> RecordHead:
    """From the verdicts and the output of its page."""
    pk, output = project.pk, can["output"]
    order = [Status.APPROVED, Status.RUNNING, Status.COMPLETED, Status.CLOSED]
    applying = [Status.DRAFT, Status.SUBMITTED, Status.REVIEWING]
    if project.programme_id or project.status in applying:
        order = applying + order
    bars = []
    if can["is_granted"]:
        if project.planned_sessions:
            done, whole = output["sessions"], project.planned_sessions
            bars.append(Bar("核实的活动", min(done, whole), whole, f"{done} / {whole} 场"))
        if project.planned_workers:
            done, whole = output["workers"], project.planned_workers
            bars.append(Bar("服务人次", min(done, whole), whole, f"{done:,} / {whole:,} 人次"))
        if can["see_money"] and project.granted_amount:
            text = f"{as_yuan(project.paid_amount)} / {as_yuan(project.granted_amount)}"
            bars.append(Bar("已拨付", project.paid_amount, project.granted_amount, text))
    may_submit = can["can_submit"] and not can["missing"]
    may_plan = can["can_plan"]
    return head_of(
        project.title,
        (project.status, project.get_status_display()),
        turn=project.turn,
        waits=project if project.status in order[:-1] else None,
        steps=steps_of(
            Status.choices,
            order,
            project.status,
            days={
                Status.SUBMITTED: project.submitted_at and timezone.localdate(project.submitted_at),
                Status.APPROVED: project.decided_on,
                Status.RUNNING: project.starts_on if can["is_granted"] else None,
            },
            ends_with=[Status.DECLINED, Status.WITHDRAWN, Status.TERMINATED],
        ),
        bars=bars,
        curve=_project_curve(project) if can["is_granted"] else None,
        next_steps=[
            action("提交申报", "projects:application_submit", pk, posts=True, when=may_submit),
            action("填写申报", "projects:application_edit", pk, icon="pencil", when=can["can_write"]),
            action("办理里程碑", "projects:project_detail", pk, query="#milestones", when=can["waits"]),
            action("启动", "projects:project_start", pk, posts=True, when=can["can_start"]),
            action("结项验收", "projects:project_complete", pk, when=can["can_complete"]),
            action("登记退款", "projects:project_return", pk, when=can["can_return"]),
            action("归档", "projects:project_close", pk, posts=True, when=can["can_close"]),
            action("安排拨付", "projects:project_tranches", pk, when=may_plan),
        ],
        others=[
            action("安排报告", "projects:project_reports", pk, when=may_plan),
            action("应交材料", "projects:project_papers", pk, when=may_plan),
            action("增加拨付", "projects:project_tranche", pk, when=not may_plan and can["can_add_tranche"]),
            action("修改", "projects:project_edit", pk, icon="pencil", when=can["can_edit"]),
            action("申请变更", "projects:change_new", pk, when=can["can_change"]),
            action("结果通知书", "projects:application_letter", pk, "pdf", when=can["can_read_letter"]),
            action("项目小结", "projects:project_summary", pk, "pdf", when=can["completion"] and can["see_money"]),
            action("撤回申报", "projects:application_withdraw", pk, posts=True, when=can["can_withdraw"]),
            action("终止项目", "projects:project_terminate", pk, when=can["can_terminate"]),
        ],
    )


def _project_curve(project: SupportProject) -> Curve | None:
    """Verified activities over the project's term. Sessions lie above projects: read by their relation."""
    if not (project.planned_sessions and project.starts_on and project.ends_on):
        return None
    days = list(project.sessions.filter(status="verified").values_list("held_on", flat=True))
    return Curve(project.starts_on, project.ends_on, project.planned_sessions, days, timezone.localdate())


def disbursement_head(disbursement: Disbursement, can: Mapping[str, Any]) -> RecordHead:
    pk = disbursement.pk
    return head_of(
        f"拨付 {as_yuan(disbursement.amount)}",
        (disbursement.status, disbursement.get_status_display()),
        turn=disbursement.turn,
        steps=steps_of(
            Tranche.choices,
            [Tranche.PLANNED, Tranche.REQUESTED, Tranche.APPROVED, Tranche.PAID],
            disbursement.status,
            days=disbursement.step_days,
            standing_at={Tranche.RETURNED: Tranche.REQUESTED},
            ends_with=[Tranche.CANCELLED],
        ),
        next_steps=[
            action("申请拨付", "projects:disbursement_request", pk, when=can["can_request"]),
            action("审批通过", "projects:disbursement_approve", pk, posts=True, when=can["can_approve"]),
            action("登记拨付", "projects:disbursement_pay", pk, when=can["can_pay"]),
        ],
        others=[
            action("退回修改", "projects:disbursement_return", pk, when=can["can_return"]),
            action("取消这一期", "projects:disbursement_cancel", pk, when=can["can_cancel"]),
        ],
    )


def report_head(report: ProgressReport, can: Mapping[str, Any]) -> RecordHead:
    pk = report.pk
    return head_of(
        report.title,
        (report.status, report.get_status_display()),
        turn=report.turn + ("，已逾期" if report.is_overdue else ""),
        waits=report if report.status == Report.RETURNED else None,
        steps=steps_of(
            Report.choices,
            [Report.DUE, Report.SUBMITTED, Report.ACCEPTED],
            report.status,
            days={Report.SUBMITTED: report.submitted_at and timezone.localdate(report.submitted_at)},
            standing_at={Report.RETURNED: Report.SUBMITTED},
            ends_with=[Report.SKIPPED],
        ),
        next_steps=[
            action("填写报告", "projects:report_submit", pk, icon="pencil", when=can["can_submit"]),
            action("通过", "projects:report_accept", pk, when=can["can_settle"]),
        ],
        others=[
            action("退回修改", "projects:report_return", pk, when=can["can_settle"]),
            action("免交", "projects:report_skip", pk, when=can["can_skip"]),
        ],
    )


def programme_head(programme: Programme, can: Mapping[str, Any]) -> RecordHead:
    pk, can_assign = programme.pk, can["can_assign"]
    return head_of(
        programme.title,
        (programme.status, programme.get_status_display()),
        turn=programme.turn,
        steps=steps_of(
            Call.choices,
            [Call.DRAFT, Call.OPEN, Call.REVIEWING, Call.DECIDED],
            programme.status,
            days={Call.DECIDED: programme.decided_on},
            ends_with=[Call.CANCELLED],
        ),
        next_steps=[
            action("申报", "projects:programme_apply", pk, when=can["can_begin"]),
            action("发布", "projects:programme_open", pk, posts=True, when=can["can_open"]),
            action("开始评审", "projects:programme_review", pk, posts=True, when=can["can_start"]),
            action("开会决定", "projects:programme_decide", pk, when=can["can_decide"]),
            action("平均分配评审人", "projects:programme_reviewers", pk, when=can_assign),
            action("修改草稿", "projects:programme_edit", pk, icon="pencil", when=can["can_edit"]),
        ],
        others=[
            action("催办评审", "projects:programme_remind", pk, posts=True, when=can_assign),
            action(
                "全部结果通知书",
                "projects:programme_letters",
                pk,
                icon="printer",
                when=can["is_union"] and programme.status == Call.DECIDED,
            ),
            action("延长申报", "projects:programme_extend", pk, when=can["can_extend"]),
            action("取消计划", "projects:programme_cancel", pk, when=can["can_cancel"]),
        ],
    )
