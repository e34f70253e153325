"""The days of a series of sessions. No database, no clock."""

import re
from datetime import date
from itertools import takewhile

from dateutil.relativedelta import relativedelta

RHYTHMS = [("weekly", "每周"), ("fortnightly", "每两周"), ("monthly", "每月同一日"), ("list", "按日期清单")]


STEPS = {"weekly": relativedelta(weeks=1), "fortnightly": relativedelta(weeks=2), "monthly": relativedelta(months=1)}


def days_of(rhythm: str, first: date, count: int, until: date) -> list[date]:
    """As many days as asked for, from the first on, none after `until`.

    A monthly series keeps its day of the month; where a month has no such day, it takes the month's last.
    """
    days = (first + STEPS[rhythm] * n for n in range(count))
    return list(takewhile(lambda day: day <= until, days))


def read_days(text: str) -> list[date]:
    """Days as people write them (2026-3-5, 2026/3/5, 2026年3月5日), each once, in order. Raises ValueError naming what is no day."""
    result = set()
    for word in re.split(r"[\s,,、;;]+", text.strip()):
        if not word:
            continue
        match = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", word)
        try:
            if match is None:
                raise ValueError
            result.add(date(*(int(part) for part in match.groups())))
        except ValueError:
            raise ValueError(f"“{word[:20]}”不是日期，请写成 2026-03-05") from None
    return sorted(result)
