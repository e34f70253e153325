"""When reports are due: by a rhythm, on days of their own, after milestones; and the last one. No database, no clock."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from xiangshan.core import limits

RHYTHMS = [("", "不按周期"), ("monthly", "每月"), ("quarterly", "每季度"), ("half", "每半年")]
MONTHS = {"monthly": 1, "quarterly": 3, "half": 6}
# A milestone's report follows a week after it, the final report a month after the end.
AFTER_MILESTONE = timedelta(days=limits.MILESTONE_REPORT_DAYS)
AFTER_END = timedelta(days=limits.FINAL_REPORT_DAYS)


@dataclass(frozen=True)
class Due:
    title: str
    on: date
    milestone: int | None = None
    is_final: bool = False


def reports_due(
    rhythm: str,
    starts_on: date,
    ends_on: date,
    *,
    days: Iterable[date] = (),
    milestones: Sequence[tuple[int, str, date]] = (),
) -> list[Due]:
    """What has to come when, in order; the final report always. `milestones`: key, title and day of those with a report."""
    items = []
    for number in range(1, 200):
        day = starts_on + relativedelta(months=MONTHS[rhythm] * number) if rhythm else ends_on
        if day >= ends_on:
            break
        items.append(Due(f"第 {number} 期进展报告", day))
    items += [Due(f"{day:%Y-%m-%d} 专题报告", day) for day in days]
    items += [Due(f"“{title}”达成报告", day + AFTER_MILESTONE, key) for key, title, day in milestones]
    final = Due("总结报告", ends_on + AFTER_END, is_final=True)
    return [*sorted(items, key=lambda due: (due.on, due.title)), final]
