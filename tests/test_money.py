"""Money is exact: parts add up, and words say the number."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xiangshan.core.money import in_capitals, split

AMOUNTS = st.decimals(min_value=0, max_value=Decimal("99999999999.99"), places=2)
WEIGHTS = st.lists(st.decimals(min_value=Decimal("0.01"), max_value=100, places=2), min_size=1, max_size=12)


@given(AMOUNTS, WEIGHTS)
def test_parts_add_up_to_the_fen(amount, weights):
    parts = split(amount, weights)
    assert sum(parts) == amount
    whole = sum(weights)
    for part, weight in zip(parts, weights, strict=True):
        assert part >= 0
        assert part == part.quantize(Decimal("0.01"))
        assert abs(part - amount * weight / whole) <= Decimal("0.01")


def test_nothing_to_split_by_is_said():
    with pytest.raises(ValueError, match="nothing to split by"):
        split(Decimal(1), [])
    assert split(Decimal(0), [Decimal(0)]) == [0]


KNOWN = {
    "0.05": "伍分",
    "0.10": "壹角",
    "1.00": "壹元整",
    "10.00": "壹拾元整",
    "10.50": "壹拾元伍角",
    "101.00": "壹佰零壹元整",
    "110.05": "壹佰壹拾元零伍分",
    "1005.00": "壹仟零伍元整",
    "10000.00": "壹万元整",
    "10005.00": "壹万零伍元整",
    "43200.00": "肆万叁仟贰佰元整",
    "64000.00": "陆万肆仟元整",
    "100000.01": "壹拾万元零壹分",
    "12880000.00": "壹仟贰佰捌拾捌万元整",
    "100000000.00": "壹亿元整",
}


@pytest.mark.parametrize(("amount", "text"), KNOWN.items())
def test_amounts_in_capitals_as_the_rule_writes_them(amount, text):
    assert in_capitals(Decimal(amount)) == text


DIGITS = {letter: n for n, letter in enumerate("零壹贰叁肆伍陆柒捌玖")}
UNITS = {"拾": 10, "佰": 100, "仟": 1000}


def read_back(text: str) -> Decimal:
    """The number that capitals say, read letter by letter: shares nothing with what wrote them."""
    text = text.removesuffix("整")
    whole, _, rest = text.partition("元") if "元" in text else ("", "", text)
    total = section = digit = 0
    for letter in whole:
        if letter in DIGITS:
            digit = DIGITS[letter]
        elif letter in UNITS:
            section, digit = section + digit * UNITS[letter], 0
        else:
            unit = {"万": 10**4, "亿": 10**8}[letter]
            total = (total + section + digit) * unit if letter == "亿" else total + (section + digit) * unit
            section = digit = 0
    fen = 0
    for letter in rest:
        if letter in DIGITS:
            digit = DIGITS[letter]
        else:
            fen, digit = fen + digit * {"角": 10, "分": 1}[letter], 0
    if whole and whole[-1] in DIGITS:
        section += DIGITS[whole[-1]]
    return Decimal(total + section) + Decimal(fen) / 100


def two_hundred_amounts() -> list[Decimal]:
    """Edges of every place, with and without zeros between, up to eleven digits."""
    found = [Decimal(fen) / 100 for fen in (1, 5, 10, 11, 19, 50, 99, 100, 101, 110, 111, 1001, 1010, 10001)]
    for power in range(1, 11):
        for n in (1, 2, 5, 9):
            base = Decimal(n * 10**power)
            found += [base, base + 1, base + Decimal("0.05"), base + Decimal("0.30"), base + 10 ** (power - 1)]
    return sorted(set(found))[:200]


def test_two_hundred_amounts_read_back():
    amounts = two_hundred_amounts()
    assert len(amounts) == 200
    wrong = [(amount, in_capitals(amount)) for amount in amounts if read_back(in_capitals(amount)) != amount]
    assert not wrong
