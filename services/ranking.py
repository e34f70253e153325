"""The ranking of a procurement's bids, from what the evaluators gave."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import timezone

from orgs.models import BranchCoverage
from services.models import Bid, BidScore, Procurement
from services.scoring import RankedBid, rank
from xiangshan.core.querysets import in_force
from xiangshan.shared.scoring import weighted


@dataclass(frozen=True)
class PlacedBid:
    """A bid in its place, with each evaluator's score."""

    bid: Bid
    ranked: RankedBid
    by_evaluator: list[tuple[str, Decimal]]


def ranking_of(procurement: Procurement) -> list[PlacedBid]:
    """All standing bids, the best first. Coverage is that of the day on which the time for bids ended."""
    bids = {bid.pk: bid for bid in procurement.bids.standing().select_related("organization")}
    weights = {item.pk: item.weight for item in procurement.criteria.all()}
    given: dict[tuple[int, int], dict[int, Decimal]] = defaultdict(dict)
    names: dict[int, str] = {}
    rows = BidScore.objects.filter(evaluator__procurement=procurement, bid__in=bids).select_related("evaluator__user")
    for row in rows:
        given[row.bid_id, row.evaluator_id][row.criterion_id] = row.points
        names[row.evaluator_id] = str(row.evaluator.user)
    scores: dict[int, list[tuple[str, Decimal]]] = {pk: [] for pk in bids}
    for (bid, evaluator), points in sorted(given.items()):
        if points.keys() == weights.keys():
            scores[bid].append((names[evaluator], weighted(points, weights)))
    covered = covered_on(timezone.localdate(procurement.closes_at), {bid.organization_id for bid in bids.values()})
    result = rank(
        {pk: [score for _, score in given] for pk, given in scores.items()},
        {pk: bid.organization_id in covered for pk, bid in bids.items()},
        {pk: bid.price for pk, bid in bids.items()},
    )
    return [PlacedBid(bids[item.bid], item, scores[item.bid]) for item in result]


def covered_on(day: date, organizations: set[int]) -> set[int]:
    """Which of these organizations a union branch covered on a day."""
    spans = BranchCoverage.objects.filter(in_force(day), organization__in=organizations)
    return set(spans.values_list("organization_id", flat=True))
