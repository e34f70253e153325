"""A granted project as a whole: assigned, planned, started, completed, archived or ended early."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from projects.models import (
    BudgetLine,
    Completion,
    Disbursement,
    Milestone,
    ProgressReport,
    ProjectPaper,
    Support,
    SupportProject,
)
from projects.notify import tell_leader
from projects.reporting import reports_due
from projects.rules import projects as project_rules
from xiangshan.core.accounts.models import User
from xiangshan.core.areas.counties import county_at
from xiangshan.core.areas.models import county_code
from xiangshan.core.money import as_yuan, totals
from xiangshan.core.numbering import next_number
from xiangshan.core.records import Rows, change, create, lock, remove_many, sync_children
from xiangshan.core.rules import require, require_reason

Status, Tranche = SupportProject.Status, Disbursement.Status


@transaction.atomic
def assign(*, by: User, lines: Rows = (), supports: Rows = (), milestones: Rows = (), **values: Any) -> SupportProject:
    """指定扶持: a project assigned by the union without an application; from here on it lives as any other.

    Raises ValidationError.
    """
    project = SupportProject(**values)
    require(project_rules.can_assign_project(by, project.organization))
    project.status, project.decided_by, project.decided_on = Status.APPROVED, by, timezone.localdate()
    create(project, by=by, verb="指定扶持")
    _write(project, by, lines, supports, milestones)
    tell_leader(project, f"project-{project.pk}-assigned", f"县总工会指定扶持：{project.title}")
    return project


@transaction.atomic
def edit(
    project: SupportProject, *, by: User, lines: Rows = (), supports: Rows = (), milestones: Rows = (), **values: Any
) -> SupportProject:
    """修改 an assigned project that has not started. Raises ValidationError."""
    project = lock(project)
    require(project_rules.can_edit_project(by, project))
    change(project, by=by, verb="更新", **values)
    _write(project, by, lines, supports, milestones)
    return project


def _write(project: SupportProject, by: User, lines: Rows, supports: Rows, milestones: Rows) -> None:
    """The rows of an assigned project: what its lines ask for is what is granted."""
    sync_children(BudgetLine, "project", project, lines, by=by)
    sync_children(Support, "project", project, supports, by=by)
    sync_children(Milestone, "project", project, milestones, by=by, in_use=_milestone_in_use)
    for support in project.supports.filter(is_granted=False):
        change(support, by=by, verb="同意扶持", is_granted=True)
    asked = totals(project.lines.all(), "requested")["requested"]
    change(project, by=by, verb="合计扶持金额", requested_amount=asked, granted_amount=asked)


def _milestone_in_use(milestone: Milestone) -> str:
    used = milestone.disbursements.exists() or milestone.reports.exists()
    return f"里程碑“{milestone}”已安排拨付或报告，不能移除" if used else ""


@transaction.atomic
def plan_tranches(project: SupportProject, tranches: Rows, *, by: User) -> SupportProject:
    """安排拨付: all of the grant, or part of it, never more. Raises ValidationError."""
    project = lock(project)
    require(project_rules.can_plan_project(by, project))
    for given in tranches:
        values = dict(given)
        row, gone = values.pop("row", None), values.pop("gone", False)
        if row is None:
            _new_tranche(project, by, values)
        elif row.project_id != project.pk:
            raise ValidationError("拨付不属于这个项目")
        elif gone:
            remove_many([row], by=by, verb="移除拨付")
        else:
            change(lock(row), by=by, verb="修改拨付", **values)
    _commit(project, by)
    return project


@transaction.atomic
def add_tranche(project: SupportProject, *, by: User, **values: Any) -> Disbursement:
    """增加一期 of what nothing is planned for. Raises ValidationError where it would exceed the grant."""
    project = lock(project)
    require(project_rules.can_add_tranche(by, project))
    tranche = _new_tranche(project, by, values)
    _commit(project, by)
    return tranche


def _new_tranche(project: SupportProject, by: User, values: dict[str, Any]) -> Disbursement:
    county = county_code(project.organization.area_id)
    number = county_at(project.organization.area_id).number(
        "disbursement", project.year, next_number(f"disbursement-{county}-{project.year}")
    )
    return create(Disbursement(project=project, number=number, **values), by=by, verb="安排拨付")


def _commit(project: SupportProject, by: User) -> None:
    """Keeps what is planned beside the grant, on the held project: the database refuses more than was granted."""
    planned = totals(project.disbursements.live(), "amount")["amount"]
    if planned > project.granted_amount:
        raise ValidationError(f"安排的拨付合计 {as_yuan(planned)}，超过扶持金额 {as_yuan(project.granted_amount)}")
    change(project, by=by, verb="合计拨付", committed_amount=planned)


@transaction.atomic
def plan_reports(
    project: SupportProject,
    *,
    by: User,
    rhythm: str = "",
    days: Iterable[date] = (),
    milestones: Iterable[Milestone] = (),
) -> list[ProgressReport]:
    """安排报告 by rhythm, by date and by milestone; the final one always. Planned again, the earlier plan is dropped.

    Raises ValidationError.
    """
    project = lock(project)
    require(project_rules.can_plan_project(by, project))
    if project.starts_on is None or project.ends_on is None:
        raise ValidationError("项目起止日期没有填写")
    tied = list(milestones)
    if any(item.project_id != project.pk for item in tied):
        raise ValidationError("里程碑不属于这个项目")
    remove_many(list(project.reports.all()), by=by, verb="重新安排报告")
    due = reports_due(
        rhythm,
        project.starts_on,
        project.ends_on,
        days=days,
        milestones=[(item.pk, item.title, item.due_on) for item in tied],
    )
    return [
        create(
            ProgressReport(
                project=project, title=item.title, due_on=item.on, milestone_id=item.milestone, is_final=item.is_final
            ),
            by=by,
            verb="安排报告",
        )
        for item in due
    ]


@transaction.atomic
def plan_papers(project: SupportProject, papers: Rows, *, by: User) -> SupportProject:
    """应交材料 of one project. Raises ValidationError."""
    project = lock(project)
    require(project_rules.can_plan_project(by, project))
    sync_children(ProjectPaper, "project", project, papers, by=by)
    return project


@transaction.atomic
def start(project: SupportProject, *, by: User) -> SupportProject:
    """启动."""
    project = lock(project)
    require(project_rules.can_start_project(by, project))
    change(project, by=by, verb="启动", status=Status.RUNNING)
    tell_leader(project, f"project-{project.pk}-started", f"项目启动：{project.title}，请看里程碑和报告的日期")
    return project


@transaction.atomic
def complete(
    project: SupportProject, spent: Mapping[int, Decimal], *, by: User, reached: str, verdict: str, opinion: str
) -> Completion:
    """结项验收: the goals against what was reached, line by line the money against the budget. Raises ValidationError.

    `spent`: of the grant, by budget line.
    """
    project = lock(project)
    require(project_rules.can_complete_project(by, project))
    if verdict == Completion.Verdict.TERMINATED:
        raise ValidationError({"verdict": "终止请用“终止项目”"})
    completion = _settle(project, spent, by, reached, verdict, opinion)
    change(project, by=by, verb="结项", status=Status.COMPLETED)
    _tell_end(project, completion, f"项目结项：{project.title}")
    return completion


@transaction.atomic
def terminate(project: SupportProject, spent: Mapping[int, Decimal], *, by: User, reason: str) -> Completion:
    """终止, with its reason: what is not paid yet is not paid any more, what was not used comes back. Raises ValidationError."""
    project = lock(project)
    require(project_rules.can_terminate_project(by, project))
    require_reason(reason)
    completion = _settle(project, spent, by, "项目终止，未全部实施", Completion.Verdict.TERMINATED, reason)
    change(project, by=by, verb="终止", reason=reason, status=Status.TERMINATED)
    _tell_end(project, completion, f"项目终止：{project.title}，{reason}")
    return completion


def _settle(
    project: SupportProject, spent: Mapping[int, Decimal], by: User, reached: str, verdict: str, opinion: str
) -> Completion:
    for tranche in project.disbursements.exclude(status__in=(Tranche.PAID, Tranche.CANCELLED)):
        change(lock(tranche), by=by, verb="取消拨付", status=Tranche.CANCELLED)
    _commit(project, by)
    lines = {line.pk: line for line in project.lines.all()}
    if spent.keys() - lines.keys():
        raise ValidationError("预算明细有变动，请刷新后再填")
    for key, amount in spent.items():
        change(lines[key], by=by, verb="结算", spent=amount)
    used = sum((line.spent for line in lines.values()), Decimal(0))
    if used > project.paid_amount:
        raise ValidationError(f"使用金额 {as_yuan(used)} 超过已拨付 {as_yuan(project.paid_amount)}")
    completion = Completion(
        project=project,
        reached=reached,
        verdict=verdict,
        opinion=opinion,
        paid=project.paid_amount,
        spent=used,
        accepted_by=by,
        accepted_on=timezone.localdate(),
    )
    return create(completion, by=by, verb="结项验收")


@transaction.atomic
def record_return(
    project: SupportProject, *, by: User, amount: Decimal, returned_on: date, voucher_number: str
) -> Completion:
    """登记退款: in one sum or several, never more than was not used. Raises ValidationError."""
    project = lock(project)
    require(project_rules.can_record_return(by, project))
    completion = lock(project.completion)
    if not 0 < amount <= completion.to_return:
        raise ValidationError({"amount": f"退还金额须大于 0，且不超过 {as_yuan(completion.to_return)}"})
    if returned_on > timezone.localdate():
        raise ValidationError({"returned_on": "退还日期不能晚于今天"})
    vouchers = "、".join(part for part in (completion.return_voucher, voucher_number.strip()) if part)
    return change(
        completion,
        by=by,
        verb="登记退款",
        returned=completion.returned + amount,
        returned_on=returned_on,
        return_voucher=vouchers,
    )


@transaction.atomic
def close(project: SupportProject, *, by: User) -> SupportProject:
    """归档."""
    project = lock(project)
    require(project_rules.can_close_project(by, project))
    return change(project, by=by, verb="归档", status=Status.CLOSED)


def _tell_end(project: SupportProject, completion: Completion, text: str) -> None:
    back = f"，请退还 {as_yuan(completion.to_return)}" if completion.to_return else ""
    tell_leader(project, f"project-{project.pk}-ended", text + back)
