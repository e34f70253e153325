"""How a reported number is proven: which mark it gets from the sign-ins behind it. No database, no clock."""

from collections.abc import Mapping

from services.models.sessions import ActivitySession
from services.models.surveys import SignIn

Evidence = ActivitySession.Evidence
How = SignIn.How
# The strongest mark whose sign-ins, with all stronger ones, stand for at least this share of the reported number.
# A few always have no phone at hand; more than a fifth unaccounted for is a head count.
PROVEN_FROM = 0.8
STRONGEST_FIRST = [
    (How.CHANGING_CODE, Evidence.CHANGING_CODE),
    (How.PAPER_CODE, Evidence.PAPER_CODE),
    (How.PAPER_LIST, Evidence.PAPER_LIST),
]


def evidence_for(workers: int, sign_ins: Mapping[str, int]) -> Evidence:
    """The evidence mark of a number of workers, given how many signed in by which way. What was entered late proves nothing."""
    together = 0
    for how, evidence in STRONGEST_FIRST:
        together += sign_ins.get(how, 0)
        if together and together >= workers * PROVEN_FROM:
            return evidence
    return Evidence.HEAD_COUNT


def in_words(workers: int | None, sign_ins: Mapping[str, int]) -> list[tuple[str, int]]:
    """What a number rests on, way by way; what nothing stands for is counted by head."""
    items = [(label, sign_ins[how]) for how, label in How.choices if sign_ins.get(how)]
    rest = (workers or 0) - sum(n for _, n in items)
    return [*items, ("点数（没有签到）", rest)] if rest > 0 else items
