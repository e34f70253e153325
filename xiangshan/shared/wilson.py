"""The Wilson score interval of a rate (E. B. Wilson, 1927): honest also for few answers and rates near 0 or 1."""

from math import sqrt

from xiangshan.core import limits

Z95 = 1.959963984540054
LEAST_ANSWERS = limits.LEAST_ANSWERS


def wilson(satisfied: int, answered: int, z: float = Z95) -> tuple[float, float] | None:
    """The 95 % interval, lower and upper bound as shares; None without answers, and of what is no share: more of something than there is."""
    if not 0 <= satisfied <= answered or not answered:
        return None
    share = satisfied / answered
    middle = (share + z * z / (2 * answered)) / (1 + z * z / answered)
    half = z / (1 + z * z / answered) * sqrt(share * (1 - share) / answered + z * z / (4 * answered * answered))
    return max(0.0, middle - half), min(1.0, middle + half)
