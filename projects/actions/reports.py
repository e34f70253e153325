from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from projects.models import ProgressReport
from projects.notify import tell_leader, tell_union
from projects.rules import reports as report_rules
from xiangshan.core.accounts.models import Role, User
from xiangshan.core.records import change, lock
from xiangshan.core.rules import require, require_reason

Status = ProgressReport.Status


@transaction.atomic
def submit(
    report: ProgressReport, *, by: User, content: str, problems: str = "", spent: Decimal = Decimal(0)
) -> ProgressReport:
    """提交报告; what was returned comes again. Raises ValidationError."""
    project = lock(report.project)
    report = lock(report)
    report.project = project
    require(report_rules.can_submit_report(by, report))
    if not content.strip():
        raise ValidationError({"content": "请写做了什么、进展如何"})
    if spent > project.paid_amount:
        raise ValidationError({"spent": f"累计使用不能超过已拨付的 {project.paid_amount:,.2f} 元"})
    change(
        report,
        by=by,
        verb="提交报告",
        status=Status.SUBMITTED,
        content=content,
        problems=problems,
        spent=spent,
        submitted_by=by,
        submitted_at=timezone.now(),
    )
    key = f"report-{report.pk}-{report.submitted_at:%Y%m%d%H%M%S}"
    tell_union(project, Role.COUNTY_STAFF, key, f"报告待审阅：{project.title} {report.title}")
    return report


@transaction.atomic
def accept(report: ProgressReport, *, by: User, remark: str = "") -> ProgressReport:
    report = lock(report)
    require(report_rules.can_settle_report(by, report))
    change(report, by=by, verb="通过报告", status=Status.ACCEPTED, remark=remark, settled_by=by)
    tell_leader(report.project, f"report-{report.pk}-accepted", f"报告已通过：{report.title}")
    return report


@transaction.atomic
def send_back(report: ProgressReport, *, by: User, reason: str) -> ProgressReport:
    """退回修改. Raises ValidationError."""
    report = lock(report)
    require(report_rules.can_settle_report(by, report))
    require_reason(reason, "请写明要修改什么")
    key = f"report-{report.pk}-returned-{report.submitted_at:%Y%m%d%H%M%S}"
    tell_leader(report.project, key, f"报告退回：{report.title}，{reason}")
    return change(report, by=by, verb="退回报告", reason=reason, status=Status.RETURNED, remark=reason, settled_by=by)


@transaction.atomic
def skip(report: ProgressReport, *, by: User, reason: str) -> ProgressReport:
    """免交, with its reason. Raises ValidationError."""
    report = lock(report)
    require(report_rules.can_skip_report(by, report))
    require_reason(reason, "请写明免交的原因")
    tell_leader(report.project, f"report-{report.pk}-skipped", f"报告免交：{report.title}")
    return change(report, by=by, verb="免交", reason=reason, status=Status.SKIPPED, remark=reason, settled_by=by)
