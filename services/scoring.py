"""How bids rank. No database, no clock."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from xiangshan.shared.scoring import mean_of, spread_of


@dataclass(frozen=True)
class RankedBid:
    """A bid's place: its mean of the evaluators' weighted scores, how far they lie apart, and whether coverage decided a tie."""

    bid: int
    place: int
    score: Decimal
    spread: Decimal
    is_covered: bool
    is_tied: bool
    preferred: bool


def rank(
    scores: Mapping[int, Iterable[Decimal]], covered: Mapping[int, bool], prices: Mapping[int, Decimal]
) -> list[RankedBid]:
    """Bids by mean score to two places; on equal terms (the same score) a unionised organization first, then the lower price.

    The preference on equal terms is a union rule elsewhere (淮安市总工会), taken over by the design.
    """
    result = {bid: list(given) for bid, given in scores.items()}
    means = {bid: mean_of(given) for bid, given in result.items()}
    order = sorted(result, key=lambda bid: (-means[bid], not covered[bid], prices[bid], bid))
    ranked = []
    for place, bid in enumerate(order, 1):
        equals = [other for other in order if means[other] == means[bid]]
        ranked.append(
            RankedBid(
                bid,
                place,
                means[bid],
                spread_of(result[bid]),
                covered[bid],
                len(equals) > 1,
                covered[bid] and any(not covered[other] for other in equals),
            )
        )
    return ranked
