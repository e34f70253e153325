"""Which cases are one dispute. It is rewarded once: what was paid twice before anybody knew is taken back."""

from operator import attrgetter

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from mediation.actions import course
from mediation.models import CaseEvent, Dispute, MediationCase, NotTheSame, RewardLine, RewardStatement
from mediation.rules import cases as case_rules
from mediation.selectors.disputes import same_dispute
from xiangshan.core.accounts.models import User
from xiangshan.core.records import change, create, lock, remove_many
from xiangshan.core.rules import require


def settle(case: MediationCase, *, by: User) -> None:
    """Cases of one employer with a worker in common and an overlapping time are one dispute, without anybody asking."""
    keys = [result.pk for result in same_dispute(case)]
    # One that somebody else is writing to at this moment is left for the next action: nobody waits in a circle.
    others = MediationCase.objects.select_for_update(skip_locked=True).filter(pk__in=keys)
    for key in others.order_by("pk").values_list("pk", flat=True):
        other = lock(MediationCase(pk=key))
        if other.dispute_id != case.dispute_id and not _told_apart(case, other):
            _merge(case, other, by)


def _told_apart(case: MediationCase, other: MediationCase) -> bool:
    """Whether somebody said of a case of the one dispute and a case of the other that they are two."""
    one, two = case.dispute_id, other.dispute_id
    pairs = Q(one__dispute=one, other__dispute=two) | Q(one__dispute=two, other__dispute=one)
    return NotTheSame.objects.filter(pairs).exists()


def _merge(case: MediationCase, other: MediationCase, by: User) -> None:
    """All cases of both disputes belong to the older from now on; both files and both studios are notified."""
    both = Dispute.objects.select_for_update().filter(pk__in=(case.dispute_id, other.dispute_id))
    kept, gone = both.order_by("pk")
    for moved in MediationCase.objects.select_for_update().filter(dispute=gone).order_by("pk"):
        change(moved, by=by, verb="并入同一争议", dispute=kept)
    _stop_paying(kept.pk, gone.pk)
    for line in RewardLine.objects.select_for_update().filter(dispute=gone).order_by("pk"):
        change(line, by=by, verb="并入同一争议", dispute=kept)
    _one_pays(kept, by)
    case.dispute = kept
    now = timezone.now()
    for one, second in ((case, other), (other, case)):
        course.record_event(one, CaseEvent.Kind.NOTE, by=by, text=f"与 {second.number} 归入同一争议")
        key = f"dispute-{one.pk}-{second.pk}-{now:%Y%m%d%H%M%S}"
        course.tell_studio(
            one, key, f"{one.number} 与 {second.number} 归入同一争议，只奖补一次；有异议请联系权益保障部门"
        )


def _frozen_lines(dispute: int) -> list[RewardLine]:
    """What statements paid for a dispute and nobody took back, the earliest first."""
    lines = RewardLine.objects.select_for_update(of=("self",)).filter(
        dispute=dispute, kind=RewardLine.Kind.CASE, amount__gt=0
    )
    lines = lines.filter(statement__status__in=RewardStatement.FROZEN)
    lines = lines.exclude(taken_back_by__statement__status__in=RewardStatement.FROZEN)
    return list(lines.order_by("statement__approved_at", "pk"))


def _stop_paying(*disputes: int) -> None:
    """While disputes are put together or apart nothing pays; which line does is settled right after."""
    RewardLine.objects.filter(dispute__in=disputes, pays=True).update(pays=False)


def _one_pays(dispute: Dispute, by: User) -> None:
    """Frozen amounts stay as they were; the earliest line pays for the dispute, every other is due to be taken back."""
    for n, line in enumerate(_frozen_lines(dispute.pk)):
        if n == 0:
            change(line, by=by, verb="计奖", pays=True)
        else:
            change(line, by=by, verb="同一争议已奖补，待追回", pays=False)


def _both(case: MediationCase, other: MediationCase) -> tuple[MediationCase, MediationCase]:
    """Held in the order of their keys: two people who put the same two together do not wait in a circle."""
    first, second = sorted((case, other), key=lambda one: one.pk)
    held = {one.pk: one for one in (lock(first), lock(second))}
    return held[case.pk], held[other.pk]


@transaction.atomic
def join(case: MediationCase, other: MediationCase, *, by: User) -> MediationCase:
    """是同一争议: somebody looked. Raises ValidationError."""
    if case.pk == other.pk:
        raise ValidationError("请选择另一件案件")
    case, other = _both(case, other)
    require(case_rules.can_join_dispute(by, case, other))
    first, second = sorted((case, other), key=lambda one: one.pk)
    apart = NotTheSame.objects.filter(one=first, other=second)
    if apart.exists():
        require(case_rules.can_tell_apart(by, case))
        remove_many(apart, by=by, verb="改为同一争议")
    if case.dispute_id != other.dispute_id:
        _merge(case, other, by)
    return case


@transaction.atomic
def tell_apart(case: MediationCase, other: MediationCase, *, by: User) -> None:
    """不是同一争议: said by the supervisor, for good: neither asked nor merged by itself again. Raises ValidationError."""
    case, other = _both(case, other)
    require(case_rules.can_tell_apart(by, case))
    if case.dispute_id == other.dispute_id:
        raise ValidationError("两件案件已归入同一争议，请先拆分")
    _apart(case, other, by)


def _apart(case: MediationCase, other: MediationCase, by: User) -> None:
    one, two = sorted((case, other), key=attrgetter("pk"))
    if not NotTheSame.objects.filter(one=one, other=two).exists():
        create(NotTheSame(one=one, other=two, said_by=by), by=by, verb="不是同一争议")


@transaction.atomic
def split(case: MediationCase, *, by: User) -> MediationCase:
    """拆分: this case is a dispute of its own after all, and stays apart from those it was put together with.

    Raises ValidationError.
    """
    case = lock(case)
    require(case_rules.can_tell_apart(by, case))
    former = Dispute.objects.select_for_update().get(pk=case.dispute_id)
    others = list(former.cases.exclude(pk=case.pk).order_by("pk"))
    if not others:
        raise ValidationError("这件案件没有归入别的争议")
    taken = RewardLine.objects.filter(dispute=former, taken_back_by__statement__status__in=RewardStatement.FROZEN)
    if taken.exists():
        raise ValidationError("这起争议重复发放的奖励已经追回，不能再拆分")
    own = Dispute.objects.create()
    _stop_paying(former.pk)
    for line in RewardLine.objects.select_for_update().filter(case=case, dispute=former).order_by("pk"):
        change(line, by=by, verb="拆分争议", dispute=own)
    change(case, by=by, verb="拆分争议", dispute=own)
    for other in others:
        _apart(case, other, by)
    for dispute in (former, own):
        _one_pays(dispute, by)
    course.record_event(case, CaseEvent.Kind.NOTE, by=by, text="拆分为独立的争议")
    return case
