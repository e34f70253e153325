"""Who may do what with procurements, bids and scores."""

from django.utils import timezone

from orgs.models import SocialOrganization
from orgs.rules import EVALUATING, has_interest, works_for_union
from services.models import Bid, Procurement, ServiceContract
from xiangshan.core.accounts.models import Role, User
from xiangshan.core.areas.counties import county_at
from xiangshan.core.money import as_yuan
from xiangshan.core.rules import ALLOW, Verdict, deny

Status, Method = Procurement.Status, Procurement.Method
# 政府采购法 art. 36 (tender), art. 40 (inquiry) and 财库〔2014〕214号 art. 6 (consultation): fewer than three is no competition.
LEAST_BIDDERS = 3


def can_procure(user: User) -> Verdict:
    return ALLOW if user.holds(Role.COUNTY_STAFF) else deny("采购由县总工会工作人员办理")


def can_edit_procurement(user: User, procurement: Procurement) -> Verdict:
    if not user.holds(Role.COUNTY_STAFF, over=procurement):
        return deny("采购由县总工会工作人员办理")
    if procurement.status != Status.DRAFT:
        return deny(f"采购{procurement.get_status_display()}，不能修改")
    return ALLOW


def method_fits(procurement: Procurement) -> Verdict:
    """The thresholds of the county's own purchasing rules (County): what is small may be awarded directly, what is
    large must be tendered; another method asks for its reason."""
    county = county_at(procurement.area_id)
    budget, method, reason = procurement.budget, procurement.method, procurement.method_reason.strip()
    if method == Method.DIRECT and not reason:
        return deny("直接委托请写明理由")
    if method == Method.DIRECT and budget > county.direct_up_to:
        return deny(f"预算超过 {as_yuan(county.direct_up_to)}，不能直接委托")
    if budget >= county.tender_from and method != Method.TENDER:
        return deny(f"预算达到 {as_yuan(county.tender_from)}，须公开招标")
    if method == Method.INQUIRY and budget > county.inquiry_up_to:
        return deny(f"预算超过 {as_yuan(county.inquiry_up_to)}，不能询价，请用竞争性磋商或公开招标")
    return ALLOW


def can_open_procurement(user: User, procurement: Procurement) -> Verdict:
    """Published once it is complete: method, criteria, evaluators, whom it asks."""
    if not user.holds(Role.COUNTY_STAFF, over=procurement):
        return deny("采购由县总工会工作人员办理")
    if not procurement.can_become(Status.OPEN):
        return deny(f"采购{procurement.get_status_display()}，不能发布")
    if not (verdict := method_fits(procurement)):
        return verdict
    if procurement.closes_at <= timezone.now():
        return deny("应标截止时间已过，请先修改")
    invited = procurement.invitations.count()
    if procurement.is_direct and invited != 1:
        return deny("直接委托请邀请且只邀请一家")
    if procurement.method in (Method.CONSULTATION, Method.INQUIRY) and invited < LEAST_BIDDERS:
        return deny(f"{procurement.get_method_display()}至少邀请 {LEAST_BIDDERS} 家，现在 {invited} 家")
    if not procurement.is_direct:
        if sum(item.weight for item in procurement.criteria.all()) != 100:
            return deny("评审标准的权重之和须为 100")
        if procurement.evaluators.count() < 3:
            return deny("评审人至少 3 位")
    return ALLOW


def can_close_bids(user: User, procurement: Procurement) -> Verdict:
    """After the closing, not before: until then nobody opens a bid."""
    if not user.holds(Role.COUNTY_STAFF, over=procurement):
        return deny("采购由县总工会工作人员办理")
    if not procurement.can_become(Status.SCORING):
        return deny(f"采购{procurement.get_status_display()}，不能开标")
    if procurement.closes_at > timezone.now() and not procurement.is_direct:
        return deny(f"应标截止于 {timezone.localtime(procurement.closes_at):%Y-%m-%d %H:%M}，之前不能开标")
    return ALLOW


def can_cancel_procurement(user: User, procurement: Procurement) -> Verdict:
    if not user.holds(Role.COUNTY_STAFF, over=procurement):
        return deny("采购由县总工会工作人员办理")
    if not procurement.can_become(Status.CANCELLED):
        return deny(f"采购{procurement.get_status_display()}，不能取消")
    return ALLOW


def can_bid(user: User, procurement: Procurement, organization: SocialOrganization) -> Verdict:
    """The leader of an invited organization, or of any linked one where it is a tender; until the closing."""
    if not user.holds(Role.ORG_LEADER, over=organization):
        return deny("由社会组织负责人应标")
    if procurement.status != Status.OPEN:
        return deny(f"采购{procurement.get_status_display()}，不能应标")
    if procurement.closes_at <= timezone.now():
        return deny("应标已经截止")
    if procurement.method != Method.TENDER and not procurement.invitations.filter(organization=organization).exists():
        return deny("这次采购没有邀请贵组织")
    return ALLOW if organization.is_linked else deny(f"{organization}尚未联系或已退出，不能应标")


def can_withdraw_bid(user: User, bid: Bid) -> Verdict:
    return can_bid(user, bid.procurement, bid.organization)


def can_evaluate(user: User, procurement: Procurement) -> Verdict:
    """Named as evaluator, not finished, without interest in any bidder."""
    evaluator = procurement.evaluators.filter(user=user).first()
    if evaluator is None:
        return deny("您不是这次采购的评审人")
    if procurement.status != Status.SCORING:
        return deny(f"采购{procurement.get_status_display()}，不能评分")
    if evaluator.finished_at is not None:
        return deny("您已提交评分，不能再改")
    for bid in procurement.bids.standing().select_related("organization"):
        if has_interest(user, bid.organization_id):
            return deny(f"您在{bid.organization}任过职，须回避")
    return ALLOW


def can_be_evaluator(user: User, procurement: Procurement) -> Verdict:
    if not works_for_union(user, procurement.area_id, *EVALUATING):
        return deny(f"{user}不是工会人员，不能做评审人")
    for invitation in procurement.invitations.select_related("organization"):
        if has_interest(user, invitation.organization_id):
            return deny(f"{user}在{invitation.organization}任过职，须回避")
    return ALLOW


def can_replace_evaluator(user: User, procurement: Procurement) -> Verdict:
    if not user.holds(Role.COUNTY_STAFF, over=procurement):
        return deny("采购由县总工会工作人员办理")
    if procurement.status != Status.SCORING:
        return deny(f"采购{procurement.get_status_display()}，不能更换评审人")
    return ALLOW


def can_read_scores(user: User, procurement: Procurement) -> Verdict:
    """Not before all are in: nobody scores by what others gave."""
    if not works_for_union(user, procurement.area_id, *EVALUATING, Role.AUDITOR):
        return deny("评分由工会掌握")
    if procurement.evaluators.filter(finished_at__isnull=True).exists() and not procurement.is_direct:
        return deny("评审人提交齐后公布评分")
    return ALLOW


def can_decide(user: User, procurement: Procurement) -> Verdict:
    """County staff, once all scores are in; never somebody with an interest in a bidder."""
    if not user.holds(Role.COUNTY_STAFF, over=procurement):
        return deny("定标由县总工会工作人员办理")
    if not procurement.can_become(Status.DECIDED):
        return deny(f"采购{procurement.get_status_display()}，不能定标")
    bids = list(procurement.bids.standing().select_related("organization"))
    if not procurement.is_direct:
        if procurement.evaluators.filter(finished_at__isnull=True).exists():
            return deny("还有评审人没有提交评分")
        if len(bids) < LEAST_BIDDERS:
            return deny(f"应标不足 {LEAST_BIDDERS} 家，只能流标")
    for bid in bids:
        if has_interest(user, bid.organization_id):
            return deny(f"您在{bid.organization}任过职，须回避")
    return ALLOW


def can_fail(user: User, procurement: Procurement) -> Verdict:
    if not user.holds(Role.COUNTY_STAFF, over=procurement):
        return deny("采购由县总工会工作人员办理")
    if procurement.status == Status.OPEN and procurement.closes_at > timezone.now():
        return deny("应标还没有截止")
    return ALLOW if procurement.can_become(Status.FAILED) else deny(f"采购{procurement.get_status_display()}，不能流标")


def can_contract_from(user: User, procurement: Procurement) -> Verdict:
    """A contract follows from a decision, once."""
    if not user.holds(Role.COUNTY_STAFF, over=procurement):
        return deny("合同由县总工会工作人员起草")
    if procurement.status != Status.DECIDED:
        return deny("定标后才能起草合同")
    if procurement.contracts.exclude(status=ServiceContract.Status.TERMINATED).exists():
        return deny("已经有合同")
    return ALLOW


def can_file_bid(user: User, bid: Bid) -> Verdict:
    """Documents of a bid: its organization, until the closing."""
    return can_bid(user, bid.procurement, bid.organization)


def can_file_procurement(user: User, procurement: Procurement) -> Verdict:
    return ALLOW if user.holds(Role.COUNTY_STAFF, over=procurement) else deny("采购文件由县总工会工作人员上传")
