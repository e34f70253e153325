"""Who may do what with payments and acceptances."""

from services.models import Acceptance, Payment, PaymentTerm, ServiceContract
from services.progress import delivered_share
from xiangshan.accounts.models import Role, User
from xiangshan.money import as_yuan
from xiangshan.rules import ALLOW, Verdict, deny

Contract = ServiceContract.Status
Party = {"union": Role.COUNTY_STAFF, "organization": Role.ORG_LEADER}


def can_request_payments(user: User) -> Verdict:
    return (
        ALLOW if user.holds(Role.COUNTY_STAFF, Role.ORG_LEADER) else deny("付款由承接组织负责人或县总工会工作人员申请")
    )


def condition_holds(term: PaymentTerm) -> Verdict:
    """Whether the day of a term has come."""
    contract = term.contract
    if contract.status in (Contract.DRAFT, Contract.TERMINATED):
        return deny(f"合同{contract.get_status_display()},不能付款")
    if term.when == PaymentTerm.When.DELIVERED:
        needed, done = term.delivered_share or 0, delivered_share(contract)
        if done * 100 < needed:
            return deny(f"约定完成 {needed}% 场次后付款,现在核实了 {done:.0%}")
    if term.when == PaymentTerm.When.ACCEPTANCE and contract.status not in (Contract.ACCEPTED, Contract.SETTLED):
        return deny("约定验收后付款,合同还没有验收")
    return ALLOW


def can_override_condition(user: User, term: PaymentTerm) -> Verdict:
    """County staff may ask before the condition holds, with a reason that finance reads; an organization may not."""
    if term.contract.status in (Contract.DRAFT, Contract.TERMINATED):
        return deny(f"合同{term.contract.get_status_display()},不能付款")
    if not user.holds(Role.COUNTY_STAFF, over=term):
        return deny("付款条件尚未满足;确需提前付款,请县总工会工作人员说明理由后申请")
    return ALLOW


def can_request_payment(user: User, term: PaymentTerm) -> Verdict:
    """The organization's leader, or county staff; once a term; never above the contract."""
    if not user.holds(Role.COUNTY_STAFF, Role.ORG_LEADER, over=term):
        return deny("付款由承接组织负责人或县总工会工作人员申请")
    if term.payments.live().exists():
        return deny("这一期已经申请过付款,不能重复申请")
    if not term.amount:
        return deny("这一期没有应付的金额")
    asked = sum(payment.amount for payment in term.contract.payments.live())
    if asked + term.amount > term.contract.payable:
        return deny(f"累计申请将超过应付总额 {as_yuan(term.contract.payable)}")
    return condition_holds(term) or can_override_condition(user, term)


def can_revise_payment(user: User, payment: Payment) -> Verdict:
    """Returned to who asked for it: mended and sent again by the same side."""
    if not user.holds(Role.COUNTY_STAFF, Role.ORG_LEADER, over=payment):
        return deny("付款由承接组织负责人或县总工会工作人员申请")
    if not payment.can_become(Payment.Status.REQUESTED):
        return deny(f"该付款{payment.get_status_display()},不能重新提交")
    return ALLOW


def can_withdraw_payment(user: User, payment: Payment) -> Verdict:
    if not (user == payment.requested_by or user.holds(Role.COUNTY_STAFF, over=payment)):
        return deny("只有申请人或县总工会工作人员可以撤回")
    if not payment.can_become(Payment.Status.WITHDRAWN):
        return deny(f"该付款{payment.get_status_display()},不能撤回")
    return ALLOW


def can_approve_payment(user: User, payment: Payment) -> Verdict:
    """Finance; never who asked for it."""
    if not user.holds(Role.FINANCE, over=payment):
        return deny("付款由财务审批")
    if user == payment.requested_by:
        return deny("不能审批自己申请的付款")
    if not payment.can_become(Payment.Status.APPROVED):
        return deny(f"该付款{payment.get_status_display()},不能审批")
    if not payment.override_reason and not (verdict := condition_holds(payment.term)):
        return verdict
    return ALLOW


def can_return_payment(user: User, payment: Payment) -> Verdict:
    if not user.holds(Role.FINANCE, over=payment):
        return deny("付款由财务退回")
    if not payment.can_become(Payment.Status.RETURNED):
        return deny(f"该付款{payment.get_status_display()},不能退回")
    return ALLOW


def can_pay(user: User, payment: Payment) -> Verdict:
    """Finance records what was paid, after approval."""
    if not user.holds(Role.FINANCE, over=payment):
        return deny("付款由财务登记")
    if not payment.can_become(Payment.Status.PAID):
        return deny(f"该付款{payment.get_status_display()},不能登记付款")
    return ALLOW


def can_file_payment(user: User, payment: Payment) -> Verdict:
    """Receipts and invoices: the organization, county staff, finance."""
    if user.holds(Role.COUNTY_STAFF, Role.ORG_LEADER, Role.FINANCE, over=payment):
        return ALLOW
    return deny("收据和凭证由承接组织、县总工会工作人员或财务上传")


def can_open_acceptance(user: User, contract: ServiceContract) -> Verdict:
    if not user.holds(Role.COUNTY_STAFF, over=contract):
        return deny("验收由县总工会工作人员发起")
    if contract.status != Contract.RUNNING:
        return deny(f"合同{contract.get_status_display()},不能验收")
    if contract.acceptances.filter(status__in=("open", "decided")).exists():
        return deny("这份合同还有一次验收没有完成")
    return ALLOW


def can_choose_sessions(user: User, acceptance: Acceptance) -> Verdict:
    """Which sessions a batch takes over, while it is not decided."""
    if not user.holds(Role.COUNTY_STAFF, over=acceptance):
        return deny("验收由县总工会工作人员办理")
    if acceptance.status != Acceptance.Status.OPEN:
        return deny(f"验收{acceptance.get_status_display()},不能再改场次")
    return ALLOW


def can_decide_acceptance(user: User, acceptance: Acceptance) -> Verdict:
    """County staff, and not who reported one of its sessions."""
    if not (verdict := can_choose_sessions(user, acceptance)):
        return verdict
    if not acceptance.items.exists():
        return deny("还没有选择要验收的场次")
    if acceptance.items.filter(session__submitted_by=user).exists():
        return deny("这次验收中有您上报的场次,请由他人决定")
    return ALLOW


def can_cancel_acceptance(user: User, acceptance: Acceptance) -> Verdict:
    if not user.holds(Role.COUNTY_STAFF, over=acceptance):
        return deny("验收由县总工会工作人员办理")
    if acceptance.status not in (Acceptance.Status.OPEN, Acceptance.Status.DECIDED):
        return deny(f"验收{acceptance.get_status_display()},不能作废")
    return ALLOW


def can_sign_acceptance(user: User, acceptance: Acceptance, party: str) -> Verdict:
    """The union by county staff, the organization by its leader; each once, and nobody for both."""
    if party not in Party or not user.holds(Party[party], over=acceptance):
        return deny("由县总工会工作人员和承接组织负责人分别签字")
    if acceptance.status != Acceptance.Status.DECIDED:
        return deny(f"验收{acceptance.get_status_display()},不能签字")
    signatures = list(acceptance.signatures.all())
    if any(one.party == party for one in signatures):
        return deny("这一方已经签字")
    if any(one.signed_by_id == user.pk for one in signatures):
        return deny("您已代表另一方签字")
    return ALLOW


def can_file_acceptance(user: User, acceptance: Acceptance) -> Verdict:
    if user.holds(Role.COUNTY_STAFF, Role.ORG_LEADER, over=acceptance):
        return ALLOW
    return deny("验收材料由县总工会工作人员或承接组织上传")
