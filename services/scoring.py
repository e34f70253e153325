"""How bids rank. No database, no clock."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from statistics import mean

TENTH = Decimal("0.01")


@dataclass(frozen=True)
class Ranked:
    """A bid's place: its mean of the evaluators' weighted scores, how far they lie apart, and whether coverage decided a tie."""

    bid: int
    place: int
    score: Decimal
    spread: Decimal
    is_covered: bool
    is_tied: bool
    preferred: bool


def weighted(points: Mapping[int, Decimal], weights: Mapping[int, int]) -> Decimal:
    """One evaluator's score for a bid, 0 to 100: points by criterion, weighted."""
    whole = sum((points[key] * weight for key, weight in weights.items()), Decimal(0))
    return whole / sum(weights.values())


def rank(
    scores: Mapping[int, Iterable[Decimal]], covered: Mapping[int, bool], prices: Mapping[int, Decimal]
) -> list[Ranked]:
    """Bids by mean score to two places; on equal terms (the same score) a unionised organization first, then the lower price.

    The preference on equal terms is a union rule elsewhere (淮安市总工会), taken over by the design.
    """
    found = {bid: list(given) for bid, given in scores.items()}
    means = {bid: mean(given).quantize(TENTH, ROUND_HALF_UP) if given else Decimal(0) for bid, given in found.items()}
    order = sorted(found, key=lambda bid: (-means[bid], not covered[bid], prices[bid], bid))
    ranked = []
    for place, bid in enumerate(order, 1):
        equals = [other for other in order if means[other] == means[bid]]
        spread = max(found[bid]) - min(found[bid]) if found[bid] else Decimal(0)
        ranked.append(
            Ranked(
                bid,
                place,
                means[bid],
                spread.quantize(TENTH, ROUND_HALF_UP),
                covered[bid],
                len(equals) > 1,
                covered[bid] and any(not covered[other] for other in equals),
            )
        )
    return ranked
