"""What each payment term of a contract comes to. No database, no clock; all amounts are yuan, exact to the fen."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from xiangshan.core.money import FEN, as_yuan, split


@dataclass(frozen=True)
class Part:
    """A term: a share in per cent, or an amount by itself. What is asked for or paid already is fixed at its amount."""

    share: Decimal | None = None
    amount: Decimal = Decimal(0)
    is_fixed: bool = False

    @property
    def follows(self) -> bool:
        return self.share is not None and not self.is_fixed


def amounts(total: Decimal, parts: Sequence[Part]) -> list[Decimal]:
    """The amount of each term, in order; together exactly the total.

    Raises ValueError with words for the reader where shares and amounts do not come to the total.
    """
    if not parts:
        return []
    given = sum((part.amount for part in parts if not part.follows), Decimal(0))
    shares = [part.share or Decimal(0) for part in parts if part.follows]
    rest = total - given
    if rest < 0:
        raise ValueError(f"付款条件合计 {as_yuan(given)}，超过合同金额 {as_yuan(total)}")
    if not any(part.is_fixed for part in parts):
        shared_out = sum(((total * share / 100) for share in shares), Decimal(0))
        if abs(shared_out - rest) > FEN * max(1, len(shares)):
            raise ValueError(
                f"付款条件合计 {as_yuan((given + shared_out).quantize(FEN))}，与合同金额 {as_yuan(total)} 不符"
            )
    if rest and not any(shares):
        raise ValueError(f"还有 {as_yuan(rest)} 没有付款条件，请加一期")
    following = iter(split(rest, shares))
    return [next(following) if part.follows else part.amount for part in parts]


def less(amounts: Sequence[Decimal], deduction: Decimal) -> list[Decimal]:
    """The open terms after a deduction, which is taken from the last first. Raises ValueError where they do not bear it."""
    left, after = deduction, []
    for amount in reversed(amounts):
        taken = min(amount, left)
        left -= taken
        after.append(amount - taken)
    if left:
        raise ValueError(f"未付的只有 {as_yuan(sum(amounts, Decimal(0)))}，不够扣减 {as_yuan(deduction)}")
    return after[::-1]
