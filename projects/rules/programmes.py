"""Who may do what with a programme, its applications and their reviews."""

from typing import Any

from django.conf import settings
from django.db.models import Count, Q
from django.utils import timezone

from orgs.models import SocialOrganization
from orgs.rules import EVALUATING, has_interest, works_for_union
from projects.models import Programme, Review, SupportProject
from xiangshan.accounts.models import Role, User
from xiangshan.rules import ALLOW, Verdict, deny

Status, Project = Programme.Status, SupportProject.Status
NOT_COUNTY = "年度计划由县总工会工作人员办理"


def can_prepare_programmes(user: User) -> Verdict:
    return ALLOW if user.holds(Role.COUNTY_STAFF) else deny(NOT_COUNTY)


def _turns(user: User, programme: Programme, status: Programme.Status, deed: str) -> Verdict:
    if not user.holds(Role.COUNTY_STAFF, over=programme):
        return deny(NOT_COUNTY)
    if not programme.can_become(status):
        return deny(f"计划{programme.get_status_display()},不能{deed}")
    return ALLOW


def can_edit_programme(user: User, programme: Programme) -> Verdict:
    """Until it is published: who reads a call relies on it."""
    if not user.holds(Role.COUNTY_STAFF, over=programme):
        return deny(NOT_COUNTY)
    return ALLOW if programme.status == Status.DRAFT else deny(f"计划{programme.get_status_display()},不能修改")


def can_open_programme(user: User, programme: Programme) -> Verdict:
    """Published once it is complete."""
    if not (verdict := _turns(user, programme, Status.OPEN, "发布")):
        return verdict
    if programme.closes_at <= timezone.now():
        return deny("申报截止时间已过,请先修改")
    if sum(one.weight for one in programme.criteria.all()) != 100:
        return deny("评审标准的权重之和须为 100")
    return ALLOW if programme.budget > 0 else deny("请填写总预算")


def can_extend_programme(user: User, programme: Programme) -> Verdict:
    """Later for everybody; until the review has begun."""
    if not user.holds(Role.COUNTY_STAFF, over=programme):
        return deny(NOT_COUNTY)
    return ALLOW if programme.status == Status.OPEN else deny(f"计划{programme.get_status_display()},不能延期")


def can_start_review(user: User, programme: Programme) -> Verdict:
    """After the closing, not before: everybody has the same time."""
    if not (verdict := _turns(user, programme, Status.REVIEWING, "开始评审")):
        return verdict
    if programme.closes_at > timezone.now():
        return deny(f"申报截止于 {timezone.localtime(programme.closes_at):%Y-%m-%d %H:%M},之前不能开始评审")
    if not programme.projects.filter(status=Project.SUBMITTED).exists():
        return deny("没有一家申报,可以延期或取消")
    return ALLOW


def can_cancel_programme(user: User, programme: Programme) -> Verdict:
    return _turns(user, programme, Status.CANCELLED, "取消")


def can_apply(user: User, programme: Programme, organization: SocialOrganization) -> Verdict:
    """The leader of an organization the union is in touch with, from the opening until the closing, to the second."""
    if not user.holds(Role.ORG_LEADER, over=organization):
        return deny("由社会组织负责人申报")
    if not (verdict := takes_now(programme)):
        return verdict
    return ALLOW if organization.is_linked else deny(f"{organization}尚未联系或已退出,不能申报")


def can_begin(user: User, programme: Programme) -> Verdict:
    """Whether the way to an application is open at all; for which organization is asked then."""
    return takes_now(programme) if user.holds(Role.ORG_LEADER) else deny("由社会组织负责人申报")


def takes_now(programme: Programme) -> Verdict:
    now = timezone.now()
    if programme.status != Status.OPEN:
        return deny(f"计划{programme.get_status_display()},不能申报")
    if now < programme.opens_at:
        return deny(f"{timezone.localtime(programme.opens_at):%Y-%m-%d %H:%M} 开始申报")
    if now >= programme.closes_at:
        return deny(f"申报已于 {timezone.localtime(programme.closes_at):%Y-%m-%d %H:%M} 截止;写好的内容保留为草稿")
    return ALLOW


def can_write_application(user: User, project: SupportProject) -> Verdict:
    """Its leader, while it is a draft: after the closing too, so that nothing typed is lost."""
    if not user.holds(Role.ORG_LEADER, over=project):
        return deny("由社会组织负责人填写申报")
    return ALLOW if project.is_open else deny(f"申报{project.get_status_display()},不能修改;申报截止前可先撤回")


def can_submit_application(user: User, project: SupportProject) -> Verdict:
    if not (verdict := can_write_application(user, project)):
        return verdict
    if project.programme is None:
        return deny("这个项目不是申报的")
    return can_apply(user, project.programme, project.organization)


def can_withdraw_application(user: User, project: SupportProject) -> Verdict:
    """Its leader, as long as nothing is decided; before the closing it may be sent again."""
    if not user.holds(Role.ORG_LEADER, over=project):
        return deny("由申报的社会组织负责人撤回")
    if not project.can_become(Project.WITHDRAWN):
        return deny(f"申报{project.get_status_display()},不能撤回")
    return ALLOW


def can_assign_reviewers(user: User, programme: Programme) -> Verdict:
    if not user.holds(Role.COUNTY_STAFF, over=programme):
        return deny(NOT_COUNTY)
    if programme.status != Status.REVIEWING:
        return deny(f"计划{programme.get_status_display()},不能安排评审人")
    return ALLOW


def can_be_reviewer(user: User, project: SupportProject) -> Verdict:
    """Somebody of the union who neither leads nor ever led or served the organization."""
    programme = project.programme
    if programme is None or not works_for_union(user, programme.area_id, *EVALUATING):
        return deny(f"{user}不是工会人员,不能做评审人")
    if has_interest(user, project.organization_id):
        return deny(f"{user}在{project.organization}任过职,须回避")
    return ALLOW


def can_recuse(user: User, review: Review) -> Verdict:
    """The reviewer himself, before the sheet is in."""
    if review.reviewer_id != user.pk:
        return deny("只能办理分给自己的评审")
    if review.status != Review.Status.ASSIGNED:
        return deny(f"评审{review.get_status_display()},不能再改")
    if review.project.status != Project.REVIEWING:
        return deny(f"申报{review.project.get_status_display()},不再评审")
    return ALLOW


def can_review(user: User, review: Review) -> Verdict:
    """As recusing; and never for an organization of one's own, whenever that was."""
    if not (verdict := can_recuse(user, review)):
        return verdict
    if has_interest(user, review.project.organization_id):
        return deny(f"您在{review.project.organization}任过职,须回避")
    return ALLOW


def can_drop_review(user: User, review: Review) -> Verdict:
    """A reviewer who does not come is taken off by the county's staff, with a reason."""
    programme = review.project.programme
    if programme is None or not (verdict := can_assign_reviewers(user, programme)):
        return verdict if programme else deny(NOT_COUNTY)
    return ALLOW if review.status == Review.Status.ASSIGNED else deny(f"评审{review.get_status_display()},不能取消")


def can_read_reviews(user: User, programme: Programme) -> Verdict:
    """Not before all are in: nobody scores by what others gave."""
    if not works_for_union(user, programme.area_id, *EVALUATING, Role.AUDITOR):
        return deny("评分由工会掌握")
    if programme.status == Status.DECIDED:
        return ALLOW
    if programme.status != Status.REVIEWING:
        return deny("还没有开始评审")
    waiting = Review.objects.filter(project__programme=programme, project__status=Project.REVIEWING, status="assigned")
    return deny(f"还有 {waiting.count()} 份评审没有提交,提交齐后公布评分") if waiting.exists() else ALLOW


def can_decide_programme(user: User, programme: Programme) -> Verdict:
    """County staff, once all sheets are in and each application was read by enough; never somebody with an interest."""
    if not (verdict := _turns(user, programme, Status.DECIDED, "决定")):
        return verdict
    if not (verdict := can_read_reviews(user, programme)):
        return verdict
    judged: Any = programme.projects.filter(status=Project.REVIEWING).select_related("organization")
    judged = judged.annotate(sheets=Count("reviews", filter=Q(reviews__status="submitted"))).order_by("pk")
    least = settings.PROJECT_LEAST_REVIEWS
    for project in judged:
        if project.sheets < least:
            return deny(f"“{project}”只有 {project.sheets} 份评审,至少要 {least} 份")
        if has_interest(user, project.organization_id):
            return deny(f"您在{project.organization}任过职,须回避,请由他人决定")
    return ALLOW


def can_read_letters(user: User, programme: Programme) -> Verdict:
    """All of them at once: the union."""
    if not works_for_union(user, programme.area_id, *EVALUATING, Role.AUDITOR):
        return deny("全部通知书由县总工会发放")
    return ALLOW if programme.status == Status.DECIDED else deny("结果公布后才有通知书")


def can_read_letter(user: User, project: SupportProject) -> Verdict:
    if project.programme is None or project.programme.status != Status.DECIDED:
        return deny("结果公布后才有通知书")
    if project.decided_on is None:
        return deny("没有参加评审的申报没有通知书")
    return ALLOW


def can_file_programme(user: User, programme: Programme) -> Verdict:
    """Templates and the call as a document: county staff."""
    return ALLOW if user.holds(Role.COUNTY_STAFF, over=programme) else deny("计划的文件和模板由县总工会工作人员上传")
