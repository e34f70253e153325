"""What pages need that no queryset returns, by noun."""

from mediation.selectors.deadlines import Law, deadlines_of, known_law, next_due
from mediation.selectors.disputes import Likeness, earlier_with, employer_cases, likenesses_of, same_dispute, told_apart
from mediation.selectors.files import Completeness, completeness_of
from mediation.selectors.overview import overview_of
from mediation.selectors.rewards import (
    differences_of,
    earned_before,
    facts_of,
    quarter_days,
    reckoned,
    rules_of,
    what_if,
)

__all__ = [
    "Completeness",
    "Law",
    "Likeness",
    "completeness_of",
    "deadlines_of",
    "differences_of",
    "earlier_with",
    "earned_before",
    "employer_cases",
    "facts_of",
    "known_law",
    "likenesses_of",
    "next_due",
    "overview_of",
    "quarter_days",
    "reckoned",
    "rules_of",
    "same_dispute",
    "told_apart",
    "what_if",
]
