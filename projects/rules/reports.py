from projects.models import ProgressReport
from projects.rules.projects import is_running
from xiangshan.core.accounts.models import Role, User
from xiangshan.core.rules import Verdict, deny


def can_submit_report(user: User, report: ProgressReport) -> Verdict:
    """Its leader. A report is what the organization says: nobody writes it for it."""
    if not user.holds(Role.ORG_LEADER, over=report):
        return deny("报告由受扶持组织的负责人提交")
    if not report.can_become(ProgressReport.Status.SUBMITTED):
        return deny(f"报告{report.get_status_display()}，不能提交")
    return is_running(report.project, "提交报告")


def can_settle_report(user: User, report: ProgressReport) -> Verdict:
    """Accepted or returned by county staff; never by who wrote it."""
    if not user.holds(Role.COUNTY_STAFF, over=report):
        return deny("报告由县总工会工作人员审阅")
    if report.status != ProgressReport.Status.SUBMITTED:
        return deny(f"报告{report.get_status_display()}，不能审阅")
    if report.submitted_by_id == user.pk:
        return deny("不能审阅自己提交的报告")
    return is_running(report.project, "审阅报告")


def can_skip_report(user: User, report: ProgressReport) -> Verdict:
    """Any but the last: the final report is what the acceptance rests on."""
    if not user.holds(Role.COUNTY_STAFF, over=report):
        return deny("免交由县总工会工作人员决定")
    if report.is_final:
        return deny("总结报告不能免交")
    if not report.can_become(ProgressReport.Status.SKIPPED):
        return deny(f"报告{report.get_status_display()}，不能免交")
    return is_running(report.project, "免交报告")
