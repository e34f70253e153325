"""Whether a dispute was here before: by the same person, against the same employer, about the same time."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Q

from mediation.models import MediationCase, NotTheSame, Party
from mediation.models.cases import of_own_cases
from xiangshan.core.accounts.models import User

# Cases of one employer so close together may be one dispute.
CLOSE = timedelta(days=30)


@dataclass(frozen=True)
class Likeness:
    """Another case that may be about the same, and why it looks so."""

    case: MediationCase
    why: str


def _marks(case: MediationCase) -> Q:
    condition = Q(pk__in=[])
    for party in case.parties.all():
        if party.side in Party.WORKER_SIDE:
            condition |= Q(phone_index=party.phone_index) & ~Q(phone_index="")
            condition |= Q(id_index=party.id_index) & ~Q(id_index="")
    return condition


def _overlap(one: MediationCase, other: MediationCase) -> bool:
    (first, last), (begin, end) = one.period, other.period
    return first <= end and begin <= last


def same_dispute(case: MediationCase) -> list[MediationCase]:
    """Cases that are about the same for certain: same employer, a worker in common, and a time that overlaps."""
    if case.employer_id is None:
        return []
    shared = Party.objects.filter(_marks(case), side__in=Party.WORKER_SIDE, case__employer=case.employer_id)
    others = MediationCase.objects.filter(pk__in=shared.exclude(case=case).values("case")).order_by("pk")
    apart = told_apart(case)
    return [other for other in others if other.pk not in apart and _overlap(case, other)]


def told_apart(case: MediationCase) -> set[int]:
    """The keys of cases of which somebody said that they are another dispute."""
    pairs = NotTheSame.objects.filter(Q(one=case) | Q(other=case)).values_list("one", "other")
    return {key for pair in pairs for key in pair} - {case.pk}


def likenesses_of(case: MediationCase) -> list[Likeness]:
    """Cases a person should look at: a worker in common, or the same employer about the same time; of other disputes only."""
    apart = told_apart(case)
    others = MediationCase.objects.exclude(dispute=case.dispute_id).exclude(pk__in=apart).select_related("studio")
    result: dict[int, Likeness] = {}
    shared = Party.objects.filter(_marks(case), side__in=Party.WORKER_SIDE).values("case")
    for other in others.filter(pk__in=shared).order_by("-pk")[:10]:
        result[other.pk] = Likeness(other, "同一职工")
    if case.employer_id:
        first, last = case.received_on - CLOSE, case.received_on + CLOSE
        near = others.filter(employer=case.employer_id, kind=case.kind, received_on__range=(first, last))
        for other in near.order_by("-pk")[:10]:
            result.setdefault(other.pk, Likeness(other, "同一单位、同类争议、时间相近"))
    return list(result.values())


def employer_cases(case: MediationCase, user: User) -> Any:
    """Other cases of the employer that the reader sees."""
    if case.employer_id is None:
        return MediationCase.objects.none()
    return MediationCase.objects.visible_to(user).filter(employer=case.employer_id).exclude(pk=case.pk).for_list()


def earlier_with(user: User, phone: str = "", id_number: str = "") -> tuple[list[MediationCase], int]:
    """Earlier cases of whoever has this phone or ID number: those the reader may open, and how many are other studios'."""
    known: Any = Party.objects.all()
    keys = set(known.known_by(phone, id_number).values_list("case", flat=True))
    mine: Any = MediationCase.objects.filter(pk__in=keys)
    own = set(Party.objects.filter(of_own_cases(user), case__in=keys).values_list("case", flat=True))
    return list(mine.filter(pk__in=own).for_list()), len(keys - own)
