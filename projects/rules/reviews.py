from typing import Any

from django.db.models import Count, Q

from orgs.rules import EVALUATING, has_interest, works_for_union
from projects.models import Programme, Review, SupportProject
from projects.rules.programmes import NOT_COUNTY, can_turn
from xiangshan.core.accounts.models import Role, User
from xiangshan.core.areas.counties import county_at
from xiangshan.core.rules import ALLOW, Verdict, deny


def can_assign_reviewers(user: User, programme: Programme) -> Verdict:
    if not user.holds(Role.COUNTY_STAFF, over=programme):
        return deny(NOT_COUNTY)
    if programme.status != Programme.Status.REVIEWING:
        return deny(f"计划{programme.get_status_display()}，不能安排评审人")
    return ALLOW


def can_be_reviewer(user: User, project: SupportProject) -> Verdict:
    """Somebody of the union who neither leads nor ever led or served the organization."""
    programme = project.programme
    if programme is None or not works_for_union(user, programme.area_id, *EVALUATING):
        return deny(f"{user}不是工会人员，不能做评审人")
    if has_interest(user, project.organization_id):
        return deny(f"{user}在{project.organization}任过职，须回避")
    return ALLOW


def can_recuse(user: User, review: Review) -> Verdict:
    """The reviewer himself, before the sheet is in."""
    if review.reviewer_id != user.pk:
        return deny("只能办理分给自己的评审")
    if review.status != Review.Status.ASSIGNED:
        return deny(f"评审{review.get_status_display()}，不能再改")
    if review.project.status != SupportProject.Status.REVIEWING:
        return deny(f"申报{review.project.get_status_display()}，不再评审")
    return ALLOW


def can_review(user: User, review: Review) -> Verdict:
    """As recusing; and never for an organization of one's own, whenever that was."""
    if not (verdict := can_recuse(user, review)):
        return verdict
    if has_interest(user, review.project.organization_id):
        return deny(f"您在{review.project.organization}任过职，须回避")
    return ALLOW


def can_drop_review(user: User, review: Review) -> Verdict:
    """A reviewer who does not come is taken off by the county's staff, with a reason."""
    programme = review.project.programme
    if programme is None or not (verdict := can_assign_reviewers(user, programme)):
        return verdict if programme else deny(NOT_COUNTY)
    return ALLOW if review.status == Review.Status.ASSIGNED else deny(f"评审{review.get_status_display()}，不能取消")


def can_read_reviews(user: User, programme: Programme) -> Verdict:
    """Not before all are in: nobody scores by what others gave."""
    if not works_for_union(user, programme.area_id, *EVALUATING, Role.AUDITOR):
        return deny("评分由工会掌握")
    if programme.status == Programme.Status.DECIDED:
        return ALLOW
    if programme.status != Programme.Status.REVIEWING:
        return deny("还没有开始评审")
    waiting = Review.objects.filter(
        project__programme=programme, project__status=SupportProject.Status.REVIEWING, status=Review.Status.ASSIGNED
    )
    return deny(f"还有 {waiting.count()} 份评审没有提交，提交齐后公布评分") if waiting.exists() else ALLOW


def can_decide_programme(user: User, programme: Programme) -> Verdict:
    """County staff, once all sheets are in and each application was read by enough; never somebody with an interest."""
    if not (verdict := can_turn(user, programme, Programme.Status.DECIDED, "决定")):
        return verdict
    if not (verdict := can_read_reviews(user, programme)):
        return verdict
    judged: Any = programme.projects.filter(status=SupportProject.Status.REVIEWING).select_related("organization")
    judged = judged.annotate(sheets=Count("reviews", filter=Q(reviews__status="submitted"))).order_by("pk")
    least = county_at(programme.area_id).least_reviews
    for project in judged:
        if project.sheets < least:
            return deny(f"“{project}”只有 {project.sheets} 份评审，至少要 {least} 份")
        if has_interest(user, project.organization_id):
            return deny(f"您在{project.organization}任过职，须回避，请由他人决定")
    return ALLOW


def can_read_letters(user: User, programme: Programme) -> Verdict:
    """All of them at once: the union."""
    if not works_for_union(user, programme.area_id, *EVALUATING, Role.AUDITOR):
        return deny("全部通知书由县总工会发放")
    return ALLOW if programme.status == Programme.Status.DECIDED else deny("结果公布后才有通知书")


def can_read_letter(user: User, project: SupportProject) -> Verdict:
    if project.programme is None or project.programme.status != Programme.Status.DECIDED:
        return deny("结果公布后才有通知书")
    if project.decided_on is None:
        return deny("没有参加评审的申报没有通知书")
    return ALLOW
