"""What happens to a tranche: requested, approved by another, paid; or returned and sent again, or not needed."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from projects.models import Disbursement
from projects.notify import tell_leader, tell_union
from projects.rules import disbursements as disbursement_rules
from xiangshan.core.accounts.models import Role, User
from xiangshan.core.money import as_yuan
from xiangshan.core.records import change, lock
from xiangshan.core.rules import require, require_reason
from xiangshan.shared import approved_payments

Status = Disbursement.Status


def _held(disbursement: Disbursement) -> Disbursement:
    """As it is now, its project held first: always in this order, so that nobody waits in a circle."""
    project = lock(disbursement.project)
    disbursement = lock(disbursement)
    disbursement.project = project
    return disbursement


@transaction.atomic
def request(disbursement: Disbursement, *, by: User, note: str = "") -> Disbursement:
    """申请拨付, or what was returned again."""
    disbursement = _held(disbursement)
    require(disbursement_rules.can_request_disbursement(by, disbursement))
    change(
        disbursement,
        by=by,
        verb="申请拨付",
        status=Status.REQUESTED,
        note=note,
        return_reason="",
        requested_by=by,
        requested_at=timezone.now(),
        approved_by=None,
        approved_at=None,
    )
    key = f"disbursement-{disbursement.pk}-{disbursement.requested_at:%Y%m%d%H%M%S}"
    text = f"拨付待审批：{disbursement.project.title} {as_yuan(disbursement.amount)}"
    tell_union(disbursement.project, Role.FINANCE, key, text)
    return disbursement


@transaction.atomic
def approve(disbursement: Disbursement, *, by: User) -> Disbursement:
    disbursement = _held(disbursement)
    require(disbursement_rules.can_approve_disbursement(by, disbursement))
    return approved_payments.approve(disbursement, by=by)


@transaction.atomic
def send_back(disbursement: Disbursement, *, by: User, reason: str) -> Disbursement:
    """退回修改. Raises ValidationError."""
    disbursement = _held(disbursement)
    require(disbursement_rules.can_return_disbursement(by, disbursement))
    disbursement = approved_payments.send_back(disbursement, by=by, reason=reason)
    key = f"disbursement-{disbursement.pk}-back-{disbursement.requested_at:%Y%m%d%H%M%S}"
    tell_leader(disbursement.project, key, f"拨付申请退回：{disbursement.project.title}，{reason}")
    return disbursement


@transaction.atomic
def pay(disbursement: Disbursement, *, by: User, voucher_number: str, paid_on: date) -> Disbursement:
    """登记拨付 with voucher and day; kept beside the grant, which the database never lets it exceed. Raises ValidationError."""
    disbursement = _held(disbursement)
    require(disbursement_rules.can_pay_disbursement(by, disbursement))
    approved_payments.pay(disbursement, by=by, voucher_number=voucher_number, paid_on=paid_on, verb="拨付")
    project = disbursement.project
    change(project, by=by, verb="合计已拨付", paid_amount=project.paid_amount + disbursement.amount)
    tell_leader(
        project, f"disbursement-{disbursement.pk}-paid", f"已拨付 {as_yuan(disbursement.amount)}：{project.title}"
    )
    return disbursement


@transaction.atomic
def cancel(disbursement: Disbursement, *, by: User, reason: str) -> Disbursement:
    """取消一期: its money is free to be planned again. Raises ValidationError."""
    disbursement = _held(disbursement)
    require(disbursement_rules.can_cancel_disbursement(by, disbursement))
    require_reason(reason)
    change(disbursement, by=by, verb="取消拨付", reason=reason, status=Status.CANCELLED, note=reason)
    project = disbursement.project
    change(project, by=by, verb="合计拨付", committed_amount=project.committed_amount - disbursement.amount)
    return disbursement
