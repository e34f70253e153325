"""What a case earns under a scheme (以奖代补, 一案一卷, 一案一补), part by part. No database, no clock.

The order of cases does not matter; lines sum to the statement; what a dispute has earned once, it does not earn again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

FEN = Decimal("0.01")
ZERO = Decimal(0)
GRADES = {"general": "一般", "hard": "疑难", "major": "重大"}


@dataclass(frozen=True)
class Rules:
    """A scheme's numbers: yuan, per cent, per mille, minutes."""

    bases: dict[str, Decimal]
    unagreed_share: int
    paid_per_mille: int
    paid_at_most: Decimal
    group_extra: Decimal
    late_after: int
    late_minus: Decimal
    case_at_most: Decimal
    studio_at_most: Decimal
    least_complete: int


@dataclass(frozen=True)
class Facts:
    """What is rewarded of one closed case."""

    case: int
    number: str
    dispute: int
    closed_on: date
    outcome: str
    grade: str  # as confirmed; empty where it is not
    paid: Decimal
    is_group: bool
    response_minutes: int | None
    complete: int  # per cent
    missing: Sequence[str] = field(default_factory=tuple)
    paid_in: str = ""  # the frozen statement that paid for its dispute already
    contradicted: bool = False  # by a call-back


@dataclass(frozen=True)
class EarnedReward:
    facts: Facts
    parts: tuple[tuple[str, Decimal], ...]
    why_not: str = ""

    @property
    def amount(self) -> Decimal:
        return sum((amount for _, amount in self.parts), ZERO)


def _rounded(amount: Decimal) -> Decimal:
    return amount.quantize(FEN, ROUND_HALF_UP)


def refusal(rules: Rules, facts: Facts) -> str:
    """Why a case earns nothing, whatever its numbers; empty where it may earn."""
    if facts.paid_in:
        return f"同一争议已在 {facts.paid_in} 计奖"
    if facts.outcome not in ("agreed", "failed"):
        return "撤回、转介和不予受理的不计奖"
    if facts.contradicted:
        return "抽查回访不实"
    if facts.complete < rules.least_complete:
        return f"卷宗完整度 {facts.complete}%，低于 {rules.least_complete}%：缺{'、'.join(facts.missing)}"[:200]
    if not facts.grade:
        return "等级没有确认"
    return ""


def line_of(rules: Rules, facts: Facts) -> EarnedReward:
    """One case by itself, each part with its words."""
    if why_not := refusal(rules, facts):
        return EarnedReward(facts, (), why_not)
    base = rules.bases[facts.grade]
    if facts.outcome == "failed":
        parts = [
            (
                f"{GRADES[facts.grade]}案件，调解不成按 {rules.unagreed_share}%",
                _rounded(base * rules.unagreed_share / 100),
            )
        ]
    else:
        parts = [(f"{GRADES[facts.grade]}案件", base)]
        earned = min(_rounded(facts.paid * rules.paid_per_mille / 1000), rules.paid_at_most)
        if earned:
            parts.append((f"追回 {facts.paid:,.2f} 元的 {rules.paid_per_mille}‰", earned))
    if facts.is_group and rules.group_extra:
        parts.append(("集体争议", rules.group_extra))
    so_far = sum((amount for _, amount in parts), ZERO)
    if facts.response_minutes is not None and facts.response_minutes > rules.late_after and rules.late_minus:
        minus = min(rules.late_minus, so_far)
        parts.append((f"响应 {facts.response_minutes} 分钟，超过 {rules.late_after} 分钟", -minus))
        so_far -= minus
    if so_far > rules.case_at_most:
        parts.append((f"每件封顶 {rules.case_at_most:,.2f} 元", rules.case_at_most - so_far))
    return EarnedReward(facts, tuple((label, amount) for label, amount in parts if amount))


def reckon(rules: Rules, facts: Iterable[Facts]) -> list[EarnedReward]:
    """A line for each case, in the order of their closing. Of a dispute's cases the one that earns most counts, the earliest of equals."""
    lines = [line_of(rules, one) for one in sorted(facts, key=lambda one: (one.closed_on, one.case))]
    best: dict[int, EarnedReward] = {}
    for line in lines:
        known = best.get(line.facts.dispute)
        if line.amount > 0 and (known is None or line.amount > known.amount):
            best[line.facts.dispute] = line
    return [
        line
        if line.amount <= 0 or best[line.facts.dispute] is line
        else EarnedReward(line.facts, (), f"同一争议已按 {best[line.facts.dispute].facts.number} 计奖")
        for line in lines
    ]


def cut(rules: Rules, lines: Iterable[EarnedReward], earned_before: Decimal) -> Decimal:
    """What a year's cap takes off this statement: never more than the statement has. A positive amount, or nothing."""
    here = sum((line.amount for line in lines), ZERO)
    return max(ZERO, min(here, earned_before + here - rules.studio_at_most))
