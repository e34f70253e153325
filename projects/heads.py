"""What stands above a support project: its steps, whose turn it is, and what its reader may do."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from projects.models import SupportProject
from xiangshan.core.money import as_yuan
from xiangshan.shared.curves import Curve
from xiangshan.shared.record_heads import Bar, RecordHead, action, head_of, steps_of

Status = SupportProject.Status


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
