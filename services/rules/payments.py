"""Who may do what with payments and acceptances."""

from services.models import Payment, PaymentTerm, ServiceContract
from services.progress import delivered_share
from xiangshan.core.accounts.models import Role, User
from xiangshan.core.money import as_yuan
from xiangshan.core.rules import ALLOW, Verdict, deny
from xiangshan.shared.approved_payments import can_finance

Contract = ServiceContract.Status
WHO_ASKS = "付款由承接组织负责人或县总工会工作人员申请"


def condition_holds(term: PaymentTerm) -> Verdict:
    """Whether the day of a term has come."""
    contract = term.contract
    if contract.status in (Contract.DRAFT, Contract.TERMINATED):
        return deny(f"合同{contract.get_status_display()}，不能付款")
    if term.when == PaymentTerm.When.DELIVERED:
        needed, done = term.delivered_share or 0, delivered_share(contract)
        if done * 100 < needed:
            return deny(f"约定完成 {needed}% 场次后付款，现在核实了 {done:.0%}")
    if term.when == PaymentTerm.When.ACCEPTANCE and contract.status not in (Contract.ACCEPTED, Contract.SETTLED):
        return deny("约定验收后付款，合同还没有验收")
    return ALLOW


def can_override_condition(user: User, term: PaymentTerm) -> Verdict:
    """County staff may ask before the condition holds, with a reason that finance reads; an organization may not."""
    if term.contract.status in (Contract.DRAFT, Contract.TERMINATED):
        return deny(f"合同{term.contract.get_status_display()}，不能付款")
    if not user.holds(Role.COUNTY_STAFF, over=term):
        return deny("付款条件尚未满足；确需提前付款，请县总工会工作人员说明理由后申请")
    return ALLOW


def can_request_payment(user: User, term: PaymentTerm) -> Verdict:
    """The organization's leader, or county staff; once a term; never above the contract."""
    if not user.holds(Role.COUNTY_STAFF, Role.ORG_LEADER, over=term):
        return deny(WHO_ASKS)
    if term.payments.live().exists():
        return deny("这一期已经申请过付款，不能重复申请")
    if not term.amount:
        return deny("这一期没有应付的金额")
    asked = sum(payment.amount for payment in term.contract.payments.live())
    if asked + term.amount > term.contract.payable:
        return deny(f"累计申请将超过应付总额 {as_yuan(term.contract.payable)}")
    return condition_holds(term) or can_override_condition(user, term)


def can_revise_payment(user: User, payment: Payment) -> Verdict:
    """Returned to who asked for it: mended and sent again by the same side."""
    if not user.holds(Role.COUNTY_STAFF, Role.ORG_LEADER, over=payment):
        return deny(WHO_ASKS)
    if not payment.can_become(Payment.Status.REQUESTED):
        return deny(f"该付款{payment.get_status_display()}，不能重新提交")
    return ALLOW


def can_withdraw_payment(user: User, payment: Payment) -> Verdict:
    if not (user == payment.requested_by or user.holds(Role.COUNTY_STAFF, over=payment)):
        return deny("只有申请人或县总工会工作人员可以撤回")
    if not payment.can_become(Payment.Status.WITHDRAWN):
        return deny(f"该付款{payment.get_status_display()}，不能撤回")
    return ALLOW


def can_approve_payment(user: User, payment: Payment) -> Verdict:
    """Finance; never who asked for it."""
    if not (verdict := can_finance(user, payment, Payment.Status.APPROVED, "付款", "审批")):
        return verdict
    return ALLOW if payment.override_reason else condition_holds(payment.term)


def can_return_payment(user: User, payment: Payment) -> Verdict:
    return can_finance(user, payment, Payment.Status.RETURNED, "付款", "退回")


def can_pay(user: User, payment: Payment) -> Verdict:
    """Finance records what was paid, after approval."""
    return can_finance(user, payment, Payment.Status.PAID, "付款", "登记付款")


def can_file_payment(user: User, payment: Payment) -> Verdict:
    """Receipts and invoices: the organization, county staff, finance."""
    if user.holds(Role.COUNTY_STAFF, Role.ORG_LEADER, Role.FINANCE, over=payment):
        return ALLOW
    return deny("收据和凭证由承接组织、县总工会工作人员或财务上传")
