"""Payment terms add up to what is payable, whatever is split, changed or taken off."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.terms import Part, amounts, less
from xiangshan.core.money import split

MONEY = st.decimals(min_value=Decimal("0.01"), max_value=Decimal("9999999.99"), places=2)


@st.composite
def shares(draw):
    """Shares in per cent that make a whole."""
    cuts = sorted(draw(st.lists(st.integers(1, 99), min_size=0, max_size=5, unique=True)))
    return [Decimal(b - a) for a, b in zip([0, *cuts], [*cuts, 100], strict=True)]


@given(MONEY, shares())
def test_shares_make_the_whole(total, found):
    assert sum(amounts(total, [Part(share=share) for share in found])) == total


@given(MONEY, shares(), MONEY, st.data())
def test_an_amendment_and_a_deduction_leave_the_sum_right(total, found, new_total, data):
    """What is asked for stays; the rest is worked out anew; a deduction comes off the last first."""
    first = amounts(total, [Part(share=share) for share in found])
    asked = data.draw(st.integers(0, len(found)))
    fixed = sum(first[:asked], Decimal(0))
    parts = [Part(share, amount, n < asked) for n, (share, amount) in enumerate(zip(found, first, strict=True))]
    if new_total < fixed:
        with pytest.raises(ValueError, match="超过合同金额"):
            amounts(new_total, parts)
        return
    if asked == len(found) and new_total != fixed:
        with pytest.raises(ValueError, match="请加一期"):
            amounts(new_total, parts)
        return
    second = amounts(new_total, parts)
    assert sum(second) == new_total
    assert second[:asked] == first[:asked]
    deduction = data.draw(st.decimals(min_value=0, max_value=new_total, places=2))
    still_open = second[asked:]
    if deduction > sum(still_open, Decimal(0)):
        with pytest.raises(ValueError, match="不够扣减"):
            less(still_open, deduction)
        return
    after = less(still_open, deduction)
    assert all(amount >= 0 for amount in after)
    assert sum(second[:asked], Decimal(0)) + sum(after, Decimal(0)) == new_total - deduction


def test_shares_and_amounts_that_do_not_come_to_the_total_are_named():
    with pytest.raises(ValueError, match="¥50,000，与合同金额 ¥64,000 不符|合计 ¥51,200"):
        amounts(Decimal(64_000), [Part(share=Decimal(30)), Part(share=Decimal(50))])
    with pytest.raises(ValueError, match="超过合同金额"):
        amounts(Decimal(100), [Part(amount=Decimal(101))])
    assert amounts(Decimal(100), [Part(amount=Decimal(40)), Part(share=Decimal(60))]) == [40, 60]
    assert split(Decimal("100.00"), [Decimal(1)] * 3) == [Decimal("33.33"), Decimal("33.34"), Decimal("33.33")]
