"""Plan against done over a term, drawn on the server: a straight line of what was planned, and steps of what was done."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

WIDE, HIGH = 600, 100  # the curve's own units


@dataclass(frozen=True)
class Curve:
    """So many of something within a term (both days included); `days` on which each one was done, in any order."""

    starts_on: date
    ends_on: date
    whole: int
    days: Iterable[date]
    today: date

    def _x(self, day: date) -> float:
        """The end of a day on the paper; what was done before the term or after it stands at its edge."""
        term = (self.ends_on - self.starts_on).days + 1
        return round(WIDE * min(max((day - self.starts_on).days + 1, 0), term) / term, 1)

    @property
    def _top(self) -> int:
        return max(self.whole, len(list(self.days)), 1)

    def _y(self, count: float) -> float:
        return round(HIGH - HIGH * count / self._top, 1)

    @property
    def plan(self) -> str:
        """The path of what would be on course."""
        return f"M0 {HIGH}L{WIDE} {self._y(self.whole)}"

    @property
    def done(self) -> str:
        """The path of what was done, until today or the term's end."""
        path, count = f"M0 {HIGH}", 0
        for day, more in sorted(Counter(self.days).items()):
            count += more
            path += f"H{self._x(day)}V{self._y(count)}"
        return f"{path}H{max(self._x(day) for day in (self.today, *self.days))}"

    @property
    def now(self) -> float | None:
        """Where today stands; None outside the term."""
        return self._x(self.today) if self.starts_on <= self.today <= self.ends_on else None

    @property
    def due(self) -> int:
        """How many would be on course by the end of today."""
        return int(self.whole * self._x(self.today) / WIDE)

    @property
    def spoken(self) -> str:
        return f"计划 {self.whole} 场，到今天应完成约 {self.due} 场，已完成 {len(list(self.days))} 场"
