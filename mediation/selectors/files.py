"""一案一卷: what a case's file has, and what it lacks."""

from dataclasses import dataclass
from typing import Any

from mediation.models import CaseEvent, MediationCase, Party
from xiangshan.shared.attachments.models import Attachment

Kind = CaseEvent.Kind


@dataclass(frozen=True)
class Completeness:
    """Each thing a file should have, and whether it is there."""

    items: list[tuple[str, bool]]

    @property
    def per_cent(self) -> int:
        return round(100 * sum(there for _, there in self.items) / len(self.items))

    @property
    def missing(self) -> list[str]:
        return [text for text, there in self.items if not there]


def completeness_of(cases: list[MediationCase]) -> dict[int, Completeness]:
    """By case; three queries for any number of them."""
    keys = [case.pk for case in cases]
    parties: dict[int, list[Party]] = {}
    for party in Party.objects.filter(case__in=keys):
        parties.setdefault(party.case_id, []).append(party)
    kinds: dict[int, set[str]] = {}
    for key, kind in CaseEvent.objects.filter(case__in=keys).values_list("case", "kind").distinct():
        kinds.setdefault(key, set()).add(kind)
    files: set[int] = set(Attachment.objects.of_many(MediationCase, keys).values_list("object_id", flat=True))
    return {
        case.pk: Completeness(_items(case, parties.get(case.pk, []), kinds.get(case.pk, set()), case.pk in files))
        for case in cases
    }


def _items(case: MediationCase, parties: list[Any], kinds: set[str], has_files: bool) -> list[tuple[str, bool]]:
    workers = [party for party in parties if party.side in Party.WORKER_SIDE]
    # Those of an anonymised case were looked at when it was closed: their marks stay.
    identified = bool(case.anonymised_on) or any(worker.id_index or worker.phone_index for worker in workers)
    items = [
        ("职工当事人", bool(workers)),
        ("当事人电话或证件", identified),
        ("用人单位", case.employer_id is not None),
        ("争议期间", case.dispute_from is not None),
        ("首次响应", case.first_response_at is not None),
        ("受理", case.accepted_on is not None),
        ("调解记录", bool(kinds & {Kind.MEETING, Kind.VISIT, Kind.CALL})),
        ("材料附件", has_files),
        ("双方满意度", bool(case.worker_satisfaction and case.employer_satisfaction)),
        ("经验与启示", bool(case.lessons)),
    ]
    if case.outcome == MediationCase.Outcome.AGREED:
        items += [("调解协议", Kind.AGREEMENT in kinds), ("履行跟进", bool(kinds & {Kind.PAYMENT, Kind.FOLLOW_UP}))]
    return items
