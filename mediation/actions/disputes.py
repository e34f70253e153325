"""Which cases are one dispute. It is rewarded once: what was paid twice before anybody knew is taken back."""

from django.core.exceptions import ValidationError
from django.db import transaction

from mediation import rules
from mediation.actions.course import record_event
from mediation.models import CaseEvent, Dispute, MediationCase, NotTheSame, RewardLine
from mediation.selectors import same_dispute
from xiangshan.accounts.models import User
from xiangshan.records import change, create, lock
from xiangshan.rules import require


def settle_dispute(case: MediationCase, *, by: User) -> None:
    """Cases of one employer with a worker in common and an overlapping time are one dispute, without anybody asking."""
    for found in same_dispute(case):
        other = lock(found)
        if other.dispute_id != case.dispute_id:
            _merge(case, other, by)


def _merge(case: MediationCase, other: MediationCase, by: User) -> None:
    """All cases of both disputes belong to the older from now on; one line goes on paying, the earliest."""
    both = Dispute.objects.select_for_update().filter(pk__in=(case.dispute_id, other.dispute_id))
    kept, gone = both.order_by("pk")
    for moved in MediationCase.objects.select_for_update().filter(dispute=gone).order_by("pk"):
        change(moved, by=by, verb="并入同一争议", dispute=kept)
    paying = RewardLine.objects.filter(dispute__in=(kept, gone), pays=True).order_by("statement__approved_at", "pk")
    for line in list(paying)[1:]:
        # Frozen amounts stay as they were; that it no longer pays is what makes it due to be taken back.
        change(lock(line), by=by, verb="同一争议已奖补,待追回", pays=False)
    for line in RewardLine.objects.select_for_update().filter(dispute=gone):
        change(line, by=by, verb="并入同一争议", dispute=kept)
    case.dispute = kept


@transaction.atomic
def join_dispute(case: MediationCase, other: MediationCase, *, by: User) -> MediationCase:
    """是同一争议: somebody looked. Raises ValidationError."""
    case = lock(case)
    require(rules.can_settle_dispute(by, case))
    other = lock(other)
    if case.pk == other.pk:
        raise ValidationError("请选择另一件案件")
    if case.dispute_id != other.dispute_id:
        _merge(case, other, by)
        record_event(case, CaseEvent.Kind.NOTE, by=by, words=f"与 {other.number} 是同一争议")
    return case


@transaction.atomic
def tell_apart(case: MediationCase, other: MediationCase, *, by: User) -> None:
    """不是同一争议: not asked again."""
    case = lock(case)
    require(rules.can_settle_dispute(by, case))
    if case.dispute_id == other.dispute_id:
        raise ValidationError("两件案件已归入同一争议")
    one, two = sorted((case, other), key=lambda found: found.pk)
    if not NotTheSame.objects.filter(one=one, other=two).exists():
        create(NotTheSame(one=one, other=two, said_by=by), by=by, verb="不是同一争议")
