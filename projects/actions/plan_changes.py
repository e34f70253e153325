from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from projects.actions import reports
from projects.models import PlanChange, SupportProject
from projects.notify import tell_leader, tell_union
from projects.reporting import AFTER_END, AFTER_MILESTONE
from projects.rules import plan_changes as plan_change_rules
from xiangshan.core.accounts.models import Role, User
from xiangshan.core.records import change, create, lock
from xiangshan.core.rules import require, require_reason


@transaction.atomic
def ask(project: SupportProject, *, by: User, **values: Any) -> PlanChange:
    """申请变更. Raises ValidationError."""
    project = lock(project)
    require(plan_change_rules.can_ask_change(by, project))
    asked = PlanChange(project=project, requested_by=by, requested_at=timezone.now(), **values)
    _can_be_done(asked)
    create(asked, by=by, verb="申请变更")
    tell_union(project, Role.COUNTY_STAFF, f"change-{asked.pk}", f"计划变更待审批：{project.title}")
    return asked


@transaction.atomic
def approve(asked: PlanChange, *, by: User, opinion: str = "") -> PlanChange:
    """同意: the plan is what was asked for from now on, and what follows from it moves with it. Raises ValidationError."""
    project, asked = _held(asked)
    require(plan_change_rules.can_decide_change(by, asked))
    _can_be_done(asked)
    if asked.new_ends_on is not None:
        change(project, by=by, verb="项目延期", reason=asked.because, ends_on=asked.new_ends_on)
        for final in project.reports.filter(is_final=True, status__in=(reports.Status.DUE, reports.Status.RETURNED)):
            change(final, by=by, verb="报告延期", due_on=asked.new_ends_on + AFTER_END)
    if asked.milestone is not None and asked.new_due_on is not None:
        change(lock(asked.milestone), by=by, verb="里程碑调整", reason=asked.because, due_on=asked.new_due_on)
        for report in asked.milestone.reports.filter(status__in=(reports.Status.DUE, reports.Status.RETURNED)):
            change(report, by=by, verb="报告调整", due_on=asked.new_due_on + AFTER_MILESTONE)
    if asked.line_from is not None and asked.line_to is not None:
        for line, moved in ((lock(asked.line_from), -asked.moved), (lock(asked.line_to), asked.moved)):
            moved_to = {"amount": line.amount + moved, "requested": line.requested + moved}
            change(line, by=by, verb="预算调整", reason=asked.because, **moved_to)
    change(asked, by=by, verb="同意变更", status=PlanChange.Status.APPROVED, decided_by=by, opinion=opinion)
    tell_leader(project, f"change-{asked.pk}-decided", f"计划变更已同意：{project.title}")
    return asked


@transaction.atomic
def refuse(asked: PlanChange, *, by: User, reason: str) -> PlanChange:
    """Raises ValidationError."""
    project, asked = _held(asked)
    require(plan_change_rules.can_decide_change(by, asked))
    require_reason(reason)
    tell_leader(project, f"change-{asked.pk}-decided", f"计划变更未同意：{project.title}，{reason}")
    return change(
        asked, by=by, verb="不同意变更", reason=reason, status=PlanChange.Status.REFUSED, decided_by=by, opinion=reason
    )


def _held(asked: PlanChange) -> tuple[SupportProject, PlanChange]:
    project = lock(asked.project)
    asked = lock(asked)
    asked.project = project
    return project, asked


def _can_be_done(asked: PlanChange) -> None:
    """Whether the plan can become what is asked for. Raises ValidationError."""
    project, milestone, line = asked.project, asked.milestone, asked.line_from
    ends_on = asked.new_ends_on or project.ends_on
    if asked.new_ends_on is not None and project.ends_on is not None and asked.new_ends_on <= project.ends_on:
        raise ValidationError({"new_ends_on": "延期须晚于现在的结束日期"})
    if milestone is not None and milestone.reached_on is not None:
        raise ValidationError({"milestone": "已达成的里程碑不再调整"})
    if asked.new_due_on is not None and ends_on is not None and asked.new_due_on > ends_on:
        raise ValidationError({"new_due_on": "里程碑不能晚于项目结束日期"})
    # What is moved must be there, and something has to be left of a line: a line without money is not one.
    if line is not None and not (asked.moved <= line.requested and asked.moved < line.amount):
        raise ValidationError({"moved": f"最多可调出不足 {line.requested:,.2f} 元"})
