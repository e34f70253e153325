"""Whether a number lies far outside the usual ones: by median and median absolute deviation, which a few odd values do not move.

Iglewicz and Hoaglin, How to Detect and Handle Outliers (ASQC, 1993): 0.6745 (x - median) / MAD, with 3.5 as the bound for one
value; twice that here, since many sessions are looked at and an unusual one is no fault.
"""

from collections.abc import Sequence
from statistics import median

LEAST_USUAL = 8  # fewer earlier values say nothing
BOUND = 7.0
LEAST_SPREAD = 0.15  # of the median: a team that always has 40 may have 50 without a question


def far_outside(value: float, usual: Sequence[float]) -> float:
    """The median of the usual values where `value` lies far outside them; 0 where it does not, or where too few are known."""
    if len(usual) < LEAST_USUAL:
        return 0
    middle = median(usual)
    spread = max(median(abs(item - middle) for item in usual), middle * LEAST_SPREAD)
    return middle if spread and abs(value - middle) * 0.6745 / spread > BOUND else 0
