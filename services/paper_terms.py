"""What ledgers of contracts say in words: a term (2017.3-2017.12) and what was paid when (2017.6付50%，2017.12付清). Pure."""

import re
from calendar import monthrange
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

FEN = Decimal("0.01")
A_DAY = r"(\d{4})\s*([年./-])\s*(\d{1,2})(?!\d)(?:\s*(?:月|\2)\s*(\d{1,2})(?!\d)日?)?月?"
DAY = re.compile(A_DAY)
MONTH_BEHIND = re.compile(r"(?:[-~至到]|—)+\s*(\d{1,2})\s*月?(?:底|末)?$")
PAID = re.compile(A_DAY + r"\s*(?:支?付)?\s*(?:(\d{1,3}(?:\.\d+)?)\s*%|(清|讫|完)|([\d.]+)\s*(万?)元)?")


def term(text: str) -> tuple[date, date] | None:
    """First and last day of a term; a month alone begins with its first and ends with its last day. None where it is no term."""
    found = DAY.findall(text)
    if len(found) == 1 and (behind := MONTH_BEHIND.search(DAY.sub("", text, count=1))):
        found.append((found[0][0], "", behind[1], ""))
    if len(found) != 2:
        return None
    try:
        first, last = _day(*found[0], last=False), _day(*found[1], last=True)
    except ValueError:
        return None
    return (first, last) if first <= last else None


def _day(year: str, separator: str, month: str, day: str, *, last: bool) -> date:
    """Raises ValueError for a day that is none."""
    length = monthrange(int(year), int(month))[1] if 1 <= int(month) <= 12 else 0
    return date(int(year), int(month), int(day) if day else (length if last else 1))


def paid(text: str, amount: Decimal, total: Decimal) -> list[tuple[date, Decimal]] | None:
    """What was paid on which day, in yuan, of a contract's `amount`: together exactly `total`. None where the words do not tell it."""
    parts: list[tuple[date, Decimal]] = []
    for year, separator, month, day, share, whole, yuan, wan in PAID.findall(text):
        try:
            on = _day(year, separator, month, day, last=True)
        except ValueError:
            return None
        left = total - sum(part for _, part in parts)
        if share:
            part = (amount * Decimal(share) / 100).quantize(FEN, ROUND_HALF_UP)
        elif yuan:
            if yuan.count(".") > 1 or yuan == ".":
                return None
            part = (Decimal(yuan) * (10_000 if wan else 1)).quantize(FEN, ROUND_HALF_UP)
        elif whole or "一次性" in text:
            part = left
        else:
            return None
        parts.append((on, part))
    if not parts or any(part <= 0 for _, part in parts) or sum(part for _, part in parts) != total:
        return None
    return parts
