"""Moments at which a rule about days is most likely to be wrong: midnight, and the ends of weeks, months and years. In Shanghai."""

from datetime import datetime
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
