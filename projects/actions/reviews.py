"""Reviewers called, sheets filled or handed back, and the decision for all at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count
from django.urls import reverse
from django.utils import timezone

from projects.models import Programme, Review, ReviewScore, SupportProject
from projects.ranking import spread_evenly
from projects.rules import reviews as review_rules
from xiangshan.core.accounts.models import Role, User
from xiangshan.core.accounts.selectors import holders
from xiangshan.core.money import as_yuan
from xiangshan.core.records import change, create, lock
from xiangshan.core.rules import require, require_reason
from xiangshan.shared.notifications.actions import notify
from xiangshan.shared.scoring import keep_points

Status, Project, Sheet = Programme.Status, SupportProject.Status, Review.Status


@dataclass(frozen=True)
class Decision:
    """What is decided of one application; `kinds`: of the support asked for, what is granted."""

    project: int
    is_approved: bool
    amount: Decimal = Decimal(0)
    reason: str = ""
    kinds: tuple[str, ...] = field(default=())


@transaction.atomic
def assign_reviewer(project: SupportProject, reviewer: User, *, by: User) -> Review:
    """安排评审人 by hand. Raises ValidationError where he has it already or must stand back."""
    programme = _programme(project)
    require(review_rules.can_assign_reviewers(by, programme))
    project = lock(project)
    if project.status != Project.REVIEWING:
        raise ValidationError(f"申报{project.get_status_display()}，不再评审")
    verdict = review_rules.can_be_reviewer(reviewer, project)
    if not verdict:
        raise ValidationError({"reviewer": verdict.reason})
    if project.reviews.filter(reviewer=reviewer).exists():
        raise ValidationError({"reviewer": f"{reviewer}已经分到或回避了这份申报"})
    return _assign(project, reviewer, by)


@transaction.atomic
def assign_evenly(programme: Programme, reviewers: Iterable[User], each: int, *, by: User) -> list[Review]:
    """平均分配: every application gets so many of these reviewers, the least burdened first, none with an interest.

    Raises ValidationError naming the applications for which there are too few; then nobody is assigned.
    """
    programme = lock(programme)
    require(review_rules.can_assign_reviewers(by, programme))
    judged = {item.pk: item for item in programme.projects.filter(status=Project.REVIEWING).order_by("pk")}
    people = {item.pk: item for item in reviewers}
    known = Review.objects.filter(project__in=judged)
    barred = set(known.values_list("project", "reviewer"))
    barred |= {(p, u) for p in judged for u in people if not review_rules.can_be_reviewer(people[u], judged[p])}
    counting = known.counting().order_by()
    load = dict(counting.filter(reviewer__in=people).values_list("reviewer").annotate(n=Count("pk")))
    has = dict(counting.values_list("project").annotate(n=Count("pk")))
    made: list[Review] = []
    short: list[int] = []
    for key in judged:
        wanted = each - has.get(key, 0)
        if wanted > 0:
            pairs, few = spread_evenly([key], sorted(people), wanted, barred=barred, load=load)
            short += few
            for project, reviewer in pairs:
                load[reviewer] = load.get(reviewer, 0) + 1
                made.append(_assign(judged[project], people[reviewer], by))
    if short:
        names = "、".join(str(judged[key]) for key in short)
        raise ValidationError(f"可用的评审人不够（须回避的除外）：{names}")
    return made


def _assign(project: SupportProject, reviewer: User, by: User) -> Review:
    review = create(Review(project=project, reviewer=reviewer), by=by, verb="安排评审")
    notify(
        [reviewer],
        f"review-{review.pk}",
        f"请评审：{project.title}",
        reverse("projects:review_sheet", args=[review.pk]),
    )
    return review


@transaction.atomic
def recuse(review: Review, *, by: User, reason: str) -> Review:
    """回避: whoever is near to it says so himself; county staff find another. Raises ValidationError."""
    review = lock(review)
    require(review_rules.can_recuse(by, review))
    require_reason(reason, "请写明回避原因")
    change(review, by=by, verb="回避", reason=reason, status=Sheet.RECUSED, recusal_reason=reason)
    programme = _programme(review.project)
    text = f"{by}回避评审“{review.project}”，请另安排评审人"
    link = reverse("projects:programme_detail", args=[programme.pk])
    notify(holders(Role.COUNTY_STAFF, programme.area_id), f"recused-{review.pk}", text, link)
    return review


@transaction.atomic
def drop_review(review: Review, *, by: User, reason: str) -> Review:
    """移除 a sheet that does not come, so that the meeting need not wait for ever. Raises ValidationError."""
    review = lock(review)
    require(review_rules.can_drop_review(by, review))
    require_reason(reason)
    notify([review.reviewer], f"review-{review.pk}-dropped", f"不再需要您评审“{review.project}”：{reason}")
    return change(review, by=by, verb="移除评审", reason=reason, status=Sheet.RECUSED, recusal_reason=reason)


@transaction.atomic
def save_sheet(
    review: Review, points: Mapping[int, Decimal], *, by: User, comment: str = "", finish: bool = False
) -> Review:
    """评分: points by criterion; kept as they come, final once handed in complete. Raises ValidationError."""
    project = lock(review.project)
    review = lock(review)
    review.project = project
    require(review_rules.can_review(by, review))
    blank = [ReviewScore(review=review, criterion=item) for item in _programme(project).criteria.all()]
    keep_points({item.criterion_id: item for item in (*blank, *review.scores.all())}, points, by=by, finish=finish)
    if not finish:
        return change(review, by=by, verb="保存评审", comment=comment)
    if not comment.strip():
        raise ValidationError({"comment": "请写评语：申报的组织和会议都要看依据"})
    return change(review, by=by, verb="提交评审", comment=comment, status=Sheet.SUBMITTED, submitted_at=timezone.now())


@transaction.atomic
def remind_reviewers(programme: Programme, *, by: User) -> int:
    """催办: whoever still has sheets open is notified, once a day. Returns how many people."""
    require(review_rules.can_assign_reviewers(by, programme))
    waiting = Review.objects.filter(
        project__programme=programme, project__status=Project.REVIEWING, status=Review.Status.ASSIGNED
    )
    people = User.objects.filter(pk__in=waiting.values("reviewer"))
    text = f"还有评审没有提交：{programme.title}"
    notify(people, f"programme-{programme.pk}-remind-{timezone.localdate()}", text, reverse("projects:review_list"))
    return people.count()


@transaction.atomic
def decide(programme: Programme, decisions: Iterable[Decision], *, by: User) -> Programme:
    """决定: all applications at once, within the budget; each organization is notified. Raises ValidationError, all at once."""
    programme = lock(programme)
    require(review_rules.can_decide_programme(by, programme))
    judged = {item.pk: item for item in programme.projects.filter(status=Project.REVIEWING).order_by("pk")}
    given = {item.project: item for item in decisions}
    wrong = _wrong(programme, judged, given)
    if wrong:
        raise ValidationError(wrong)
    granted = sum((item.amount for item in given.values() if item.is_approved), Decimal(0))
    today = timezone.localdate()
    change(programme, by=by, verb="公布结果", status=Status.DECIDED, granted=granted, decided_by=by, decided_on=today)
    for key, project in judged.items():
        decision = given[key]
        change(
            lock(project),
            by=by,
            verb="批准" if decision.is_approved else "不予立项",
            reason=decision.reason,
            status=Project.APPROVED if decision.is_approved else Project.DECLINED,
            granted_amount=decision.amount if decision.is_approved else Decimal(0),
            decision_reason=decision.reason,
            decided_by=by,
            decided_on=today,
        )
        for support in project.supports.filter(kind__in=decision.kinds) if decision.is_approved else ():
            change(support, by=by, verb="同意扶持", is_granted=True)
        text = f"“{project.title}”{'已批准' if decision.is_approved else '未入选'}，请看结果通知"
        link = reverse("projects:project_detail", args=[key])
        notify(holders(Role.ORG_LEADER, project.organization_id), f"project-{key}-decided", text, link)
    return programme


def _wrong(
    programme: Programme, judged: dict[int, SupportProject], given: dict[int, Decision]
) -> list[ValidationError | str]:
    if judged.keys() != given.keys():
        return ["申报有变动，请刷新后再决定"]
    wrong: list[ValidationError | str] = []
    for key, project in judged.items():
        one = given[key]
        if one.is_approved and one.amount > project.requested_amount:
            wrong.append(f"“{project}”批准的金额超过申请的 {as_yuan(project.requested_amount)}")
        if one.is_approved and one.amount < 0:
            wrong.append(f"“{project}”批准的金额不能为负")
        if (not one.is_approved or one.amount < project.requested_amount) and not one.reason.strip():
            wrong.append(f"“{project}”{'减少金额' if one.is_approved else '不予立项'}请写明理由")
    granted = sum((item.amount for item in given.values() if item.is_approved), Decimal(0))
    if granted > programme.budget:
        wrong.append(f"批准的合计 {as_yuan(granted)} 超过总预算 {as_yuan(programme.budget)}")
    return wrong


def _programme(project: SupportProject) -> Programme:
    if project.programme is None:
        raise ValidationError("这个项目不是申报的，不评审")
    return project.programme
