"""Moments at which a rule about days is most likely to be wrong: midnight, and the ends of weeks, months and years. In Shanghai."""

import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
EDGES = [
    datetime(*parts, tzinfo=SHANGHAI)
    for parts in (
        (2026, 11, 29, 0, 0),  # a Sunday
        (2026, 11, 30, 0, 0),  # a Monday
        (2026, 12, 1, 0, 0),
        (2026, 12, 31, 23, 55),
        (2027, 1, 1, 0, 0),
        (2027, 2, 28, 23, 50),
        (2027, 3, 1, 0, 0),
        (2027, 10, 1, 9, 0),
        (2028, 2, 29, 0, 0),
        (2028, 2, 29, 12, 0),
        (2028, 3, 1, 0, 0),
        (2029, 1, 1, 0, 0),
    )
]


def clear_of_midnight(seconds: int = 150) -> None:
    """Waits for the new day where less than so many seconds are left of this one."""
    now = datetime.now(SHANGHAI)
    left = (datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), SHANGHAI) - now).total_seconds()
    if left < seconds:
        time.sleep(left + 1)
