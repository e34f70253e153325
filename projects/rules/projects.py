"""Who may do what with a project that was granted, from its plan to its archive."""

from django.utils import timezone

from orgs.models import SocialOrganization
from orgs.rules import MONEY_READERS
from projects.models import Disbursement, ProgressReport, SupportProject
from xiangshan.core.accounts.models import Role, User
from xiangshan.core.money import as_yuan
from xiangshan.core.rules import ALLOW, Verdict, deny

Project, Tranche, Report = SupportProject.Status, Disbursement.Status, ProgressReport.Status
NOT_COUNTY = "扶持项目由县总工会工作人员办理"


def can_see_projects_money(user: User) -> Verdict:
    """Whose lists show amounts: as with contracts, everybody but town staff."""
    return ALLOW if user.holds(*MONEY_READERS) else deny("项目资金由县总工会掌握")


def can_see_money(user: User, project: SupportProject) -> Verdict:
    """Of one project: its reviewers judge its budget too."""
    if user.holds(*MONEY_READERS, over=project) or project.reviews.filter(reviewer=user).exists():
        return ALLOW
    return deny("项目资金由县总工会掌握")


def can_assign_projects(user: User) -> Verdict:
    """County staff."""
    return ALLOW if user.holds(Role.COUNTY_STAFF) else deny("扶持项目由县总工会工作人员登记")


def can_assign_project(user: User, organization: SocialOrganization) -> Verdict:
    return ALLOW if user.holds(Role.COUNTY_STAFF, over=organization) else deny("扶持项目由所在县的总工会工作人员登记")


def can_plan_project(user: User, project: SupportProject) -> Verdict:
    """Milestones, tranches, reports and papers: the union, until the project starts; afterwards by a change of plan."""
    if not user.holds(Role.COUNTY_STAFF, over=project):
        return deny(NOT_COUNTY)
    if project.status != Project.APPROVED:
        return deny(f"项目{project.get_status_display()}，不能再改安排；实施中的请走计划变更")
    return ALLOW


def can_edit_project(user: User, project: SupportProject) -> Verdict:
    """One assigned without an application, as long as it has not started."""
    return can_plan_project(user, project) and (
        ALLOW if project.programme_id is None else deny("申报的项目以申报书为准，不能直接修改")
    )


def can_add_tranche(user: User, project: SupportProject) -> Verdict:
    """Of what no tranche is planned for: before the start, and later where one was cancelled."""
    if not user.holds(Role.COUNTY_STAFF, over=project):
        return deny(NOT_COUNTY)
    if project.status not in (Project.APPROVED, Project.RUNNING):
        return deny(f"项目{project.get_status_display()}，不能安排拨付")
    return ALLOW if project.unplanned else deny("扶持金额已全部安排")


def can_start_project(user: User, project: SupportProject) -> Verdict:
    if not (verdict := can_plan_project(user, project)):
        return verdict
    if project.unplanned:
        return deny(f"扶持金额还有 {as_yuan(project.unplanned)} 没有安排拨付")
    if not project.reports.filter(is_final=True).exists():
        return deny("还没有安排报告")
    return ALLOW


def is_running(project: SupportProject, verb: str) -> Verdict:
    return ALLOW if project.status == Project.RUNNING else deny(f"项目{project.get_status_display()}，不能{verb}")


def can_complete_project(user: User, project: SupportProject) -> Verdict:
    """结项验收: county staff, once every report is settled, no money is under way and the papers are there."""
    if not user.holds(Role.COUNTY_STAFF, over=project):
        return deny("结项由县总工会工作人员验收")
    if not (verdict := is_running(project, "结项")):
        return verdict
    open_reports = [
        report.title for report in project.reports.all() if report.status not in (Report.ACCEPTED, Report.SKIPPED)
    ]
    if open_reports:
        return deny(f"还有报告没有办完：{'、'.join(open_reports)}")
    final = project.reports.filter(is_final=True).first()
    if final is not None and final.submitted_by_id == user.pk:
        return deny("总结报告是您提交的，请由他人验收")
    if project.disbursements.filter(status__in=(Tranche.REQUESTED, Tranche.RETURNED, Tranche.APPROVED)).exists():
        return deny("还有拨付正在办理，请先付款或取消")
    missing = [paper.title for paper in project.papers.select_related("attachment") if not paper.is_there]
    return deny(f"还缺材料：{'、'.join(missing)}") if missing else ALLOW


def can_terminate_project(user: User, project: SupportProject) -> Verdict:
    if not user.holds(Role.COUNTY_STAFF, over=project):
        return deny("项目由县总工会工作人员终止")
    if not project.can_become(Project.TERMINATED):
        return deny(f"项目{project.get_status_display()}，不能终止")
    if project.disbursements.filter(status=Tranche.APPROVED).exists():
        return deny("还有批准未付的拨付，请财务先付款或退回")
    return ALLOW


def can_record_return(user: User, project: SupportProject) -> Verdict:
    """Finance records what came back."""
    if not user.holds(Role.FINANCE, over=project):
        return deny("退款由财务登记")
    completion = getattr(project, "completion", None)
    if completion is None:
        return deny("结项或终止后才登记退款")
    return ALLOW if completion.to_return > 0 else deny("没有要退还的资金")


def can_close_project(user: User, project: SupportProject) -> Verdict:
    """归档: nothing of the union's is left with the organization."""
    if not user.holds(Role.COUNTY_STAFF, over=project):
        return deny("项目由县总工会工作人员归档")
    if not project.can_become(Project.CLOSED):
        return deny(f"项目{project.get_status_display()}，不能归档")
    if project.completion.to_return > 0:
        return deny(f"还有 {as_yuan(project.completion.to_return)} 没有退还")
    if lent := project.loans.out().select_related("equipment").first():
        return deny(f"借用的{lent.equipment}还没有归还")
    if project.bookings.standing().filter(ends_at__gt=timezone.now()).exists():
        return deny("还有没用完的场地预约，请先取消")
    return ALLOW


def can_read_summary(user: User, project: SupportProject) -> Verdict:
    if not (verdict := can_see_money(user, project)):
        return verdict
    ended = project.status in (Project.COMPLETED, Project.CLOSED, Project.TERMINATED)
    return ALLOW if ended else deny("结项或终止后才有小结")


def can_file_project(user: User, project: SupportProject) -> Verdict:
    """Documents of a project: the organization supported, while it writes and runs; county staff until it is archived."""
    if project.status == Project.CLOSED:
        return deny("项目已归档，材料不再增减")
    if user.holds(Role.COUNTY_STAFF, over=project):
        return ALLOW
    if not user.holds(Role.ORG_LEADER, over=project):
        return deny("项目材料由县总工会工作人员或受扶持组织上传")
    if project.status in (Project.SUBMITTED, Project.REVIEWING):
        return deny("申报已提交，材料不再增减；申报截止前可先撤回")
    return ALLOW
