"""What happens to a procurement: prepared, published, answered by bids, scored, decided with reasons."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from orgs.models import SocialOrganization
from orgs.rules import has_interest
from services.models import Bid, BidScore, Evaluator, Invitation, Procurement, ProcurementCriterion
from services.rules import procurements as procurement_rules
from xiangshan.core.accounts.models import Role, User
from xiangshan.core.accounts.selectors import holders
from xiangshan.core.areas.counties import county_at
from xiangshan.core.areas.models import county_code, county_of
from xiangshan.core.money import as_yuan
from xiangshan.core.numbering import next_number
from xiangshan.core.records import change, create, lock, remove_many
from xiangshan.core.rules import require, require_reason
from xiangshan.shared.notifications.actions import notify
from xiangshan.shared.scoring import keep_points

Status = Procurement.Status
USUAL_CRITERIA = (("服务方案", 50), ("团队与业绩", 30), ("报价", 20))


@transaction.atomic
def prepare(
    *,
    by: User,
    invited: Iterable[SocialOrganization] = (),
    evaluators: Iterable[User] = (),
    criteria: Iterable[tuple[str, int]] = USUAL_CRITERIA,
    **values: Any,
) -> Procurement:
    """起草采购, numbered at once."""
    require(procurement_rules.can_procure(by))
    area = county_of(min(by.scope(Role.COUNTY_STAFF)))
    year = timezone.localdate().year
    number = county_at(area).number("procurement", year, next_number(f"procurement-{county_code(area)}-{year}"))
    procurement = create(Procurement(number=number, area_id=area, created_by=by, **values), by=by, verb="起草采购")
    _ask(procurement, invited, evaluators, criteria, by)
    return procurement


@transaction.atomic
def edit(
    procurement: Procurement,
    *,
    by: User,
    invited: Iterable[SocialOrganization],
    evaluators: Iterable[User],
    criteria: Iterable[tuple[str, int]],
    **values: Any,
) -> Procurement:
    """修改草稿, with whom it asks, who judges and by what. Raises ValidationError."""
    procurement = lock(procurement)
    require(procurement_rules.can_edit_procurement(by, procurement))
    change(procurement, by=by, verb="修改", **values)
    _ask(procurement, invited, evaluators, criteria, by)
    return procurement


def _ask(
    procurement: Procurement,
    invited: Iterable[SocialOrganization],
    evaluators: Iterable[User],
    criteria: Iterable[tuple[str, int]],
    by: User,
) -> None:
    """Brings invitations, criteria and evaluators to what is wanted; what stays is not touched."""
    wanted: dict[int, Any] = {item.pk: item for item in invited}
    known = {invitation.organization_id: invitation for invitation in procurement.invitations.all()}
    remove_many([one for key, one in known.items() if key not in wanted], by=by, verb="取消邀请")
    for key, organization in wanted.items():
        if key not in known:
            create(Invitation(procurement=procurement, organization=organization), by=by, verb="邀请")
    asked: dict[int, Any] = {evaluator.pk: evaluator for evaluator in evaluators}
    judging = {evaluator.user_id: evaluator for evaluator in procurement.evaluators.all()}
    remove_many([one for key, one in judging.items() if key not in asked], by=by, verb="移出评审人")
    refused = []
    for user in asked.values():
        verdict = procurement_rules.can_be_evaluator(user, procurement)
        if not verdict:
            refused.append(verdict.reason)
        elif user.pk not in judging:
            create(Evaluator(procurement=procurement, user=user), by=by, verb="确定评审人")
    if refused:
        raise ValidationError({"evaluators": refused})
    titles = {title: weight for title, weight in criteria if title}
    old = {item.title: item for item in procurement.criteria.all()}
    remove_many([one for title, one in old.items() if title not in titles], by=by, verb="取消标准")
    for title, weight in titles.items():
        if title in old:
            change(old[title], by=by, verb="修改标准", weight=weight)
        else:
            create(ProcurementCriterion(procurement=procurement, title=title, weight=weight), by=by, verb="加入标准")


@transaction.atomic
def open(procurement: Procurement, *, by: User) -> Procurement:
    """发布: the invited hear of it; from now on it is not changed."""
    procurement = lock(procurement)
    require(procurement_rules.can_open_procurement(by, procurement))
    change(procurement, by=by, verb="发布", status=Status.OPEN)
    link = reverse("services:procurement_detail", args=[procurement.pk])
    for invitation in procurement.invitations.all():
        until = f"{timezone.localtime(procurement.closes_at):%m-%d %H:%M}"
        text = f"邀请应标：{procurement.title}，{until} 截止"
        notify(holders(Role.ORG_LEADER, invitation.organization_id), f"procurement-{procurement.pk}", text, link)
    return procurement


@transaction.atomic
def submit_bid(
    procurement: Procurement, organization: SocialOrganization, *, by: User, price: Decimal, proposal: str
) -> Bid:
    """应标, or what was offered before changed; until the closing, to the second. Raises ValidationError."""
    procurement = lock(procurement)
    require(procurement_rules.can_bid(by, procurement, organization))
    if price <= 0:
        raise ValidationError({"price": "请填写报价"})
    if price > procurement.budget:
        raise ValidationError({"price": f"报价超过预算 {as_yuan(procurement.budget)}"})
    values: dict[str, Any] = {
        "price": price,
        "proposal": proposal,
        "submitted_by": by,
        "submitted_at": timezone.now(),
        "withdrawn_at": None,
    }
    bid = procurement.bids.filter(organization=organization).first()
    if bid is None:
        return create(Bid(procurement=procurement, organization=organization, **values), by=by, verb="应标")
    return change(lock(bid), by=by, verb="修改应标", **values)


@transaction.atomic
def withdraw_bid(bid: Bid, *, by: User) -> Bid:
    lock(bid.procurement)
    bid = lock(bid)
    require(procurement_rules.can_withdraw_bid(by, bid))
    return change(bid, by=by, verb="撤回应标", withdrawn_at=timezone.now())


@transaction.atomic
def close_bids(procurement: Procurement, *, by: User) -> Procurement:
    """开标: from now on the evaluators read the bids and score. Raises ValidationError without a bid."""
    procurement = lock(procurement)
    require(procurement_rules.can_close_bids(by, procurement))
    if not procurement.bids.standing().exists():
        raise ValidationError("没有一家应标，只能流标")
    change(procurement, by=by, verb="开标", status=Status.SCORING)
    link = reverse("services:procurement_detail", args=[procurement.pk])
    people = [evaluator.user for evaluator in procurement.evaluators.select_related("user")]
    notify(people, f"procurement-{procurement.pk}-score", f"请评分：{procurement.title}", link)
    return procurement


@transaction.atomic
def score_bids(
    procurement: Procurement, points: Mapping[tuple[int, int], Decimal], *, by: User, finish: bool = False
) -> Evaluator:
    """评分: points by (bid, criterion); kept as they come, and final once handed in complete. Raises ValidationError."""
    procurement = lock(procurement)
    require(procurement_rules.can_evaluate(by, procurement))
    evaluator = lock(procurement.evaluators.get(user=by))
    bids, criteria = procurement.bids.standing(), list(procurement.criteria.all())
    blank = [BidScore(evaluator=evaluator, bid=bid, criterion=item) for bid in bids for item in criteria]
    given = evaluator.scores.filter(bid__in=bids)
    keep_points({(item.bid_id, item.criterion_id): item for item in (*blank, *given)}, points, by=by, finish=finish)
    if not finish:
        return evaluator
    return change(evaluator, by=by, verb="提交评分", finished_at=timezone.now())


@transaction.atomic
def replace_evaluator(procurement: Procurement, out: User, into: User, *, by: User, reason: str) -> Evaluator:
    """更换评审人, who must stand back or cannot come; what he gave is dropped. Raises ValidationError."""
    procurement = lock(procurement)
    require(procurement_rules.can_replace_evaluator(by, procurement))
    require_reason(reason, "请写明更换的原因")
    old = procurement.evaluators.filter(user=out, finished_at__isnull=True).first()
    if old is None:
        raise ValidationError("只能更换还没有提交评分的评审人")
    require(procurement_rules.can_be_evaluator(into, procurement))
    for bid in procurement.bids.standing().select_related("organization"):
        if has_interest(into, bid.organization_id):
            raise PermissionDenied(f"{into}在{bid.organization}任过职，须回避")
    remove_many(list(old.scores.all()), by=by, verb="更换评审人", reason=reason)
    remove_many([old], by=by, verb="更换评审人", reason=reason)
    return create(Evaluator(procurement=procurement, user=into), by=by, verb="确定评审人", reason=reason)


@transaction.atomic
def decide(procurement: Procurement, winner: Bid, *, by: User, reason: str) -> Procurement:
    """定标 with reasons; who is not first by the ranking needs them the more. Everybody who bid is notified. Raises ValidationError."""
    procurement = lock(procurement)
    require(procurement_rules.can_decide(by, procurement))
    if winner.procurement_id != procurement.pk or winner.withdrawn_at is not None:
        raise ValidationError({"winner": "请在应标的组织中选择"})
    require_reason(reason, "请写明定标理由")
    change(
        procurement,
        by=by,
        verb="定标",
        reason=reason,
        status=Status.DECIDED,
        winner=winner,
        decision_reason=reason,
        decided_by=by,
        decided_on=timezone.localdate(),
    )
    link = reverse("services:procurement_detail", args=[procurement.pk])
    for bid in procurement.bids.standing().select_related("organization"):
        text = f"“{procurement.title}”{'由贵组织承接' if bid == winner else '已定标，结果见通知'}"
        notify(holders(Role.ORG_LEADER, bid.organization_id), f"procurement-{procurement.pk}-decided", text, link)
    return procurement


@transaction.atomic
def end(procurement: Procurement, status: str, *, by: User, reason: str) -> Procurement:
    """流标 or 取消, with its reason. Raises ValidationError."""
    procurement = lock(procurement)
    rule = procurement_rules.can_fail if status == Status.FAILED else procurement_rules.can_cancel_procurement
    require(rule(by, procurement))
    require_reason(reason)
    target = Status.FAILED if status == Status.FAILED else Status.CANCELLED
    return change(procurement, by=by, verb=target.label, reason=reason, status=target, decision_reason=reason)
