"""What several judges gave, drawn together. No database, no clock."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from statistics import mean

CENT = Decimal("0.01")


def weighted(points: Mapping[int, Decimal], weights: Mapping[int, int]) -> Decimal:
    """One judge's score, 0 to 100: points by criterion, weighted."""
    whole = sum((points[key] * weight for key, weight in weights.items()), Decimal(0))
    return whole / sum(weights.values())


def mean_of(scores: Sequence[Decimal]) -> Decimal:
    """To two places; 0 where nobody scored."""
    return mean(scores).quantize(CENT, ROUND_HALF_UP) if scores else Decimal(0)


def spread_of(scores: Sequence[Decimal]) -> Decimal:
    """How far the judges lie apart: the highest less the lowest."""
    return (max(scores) - min(scores)).quantize(CENT, ROUND_HALF_UP) if scores else Decimal(0)
