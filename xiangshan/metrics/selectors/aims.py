"""What was aimed at, how far it is reached, and what lies furthest behind, with why: from cells and targets alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import ceil
from typing import Any

from django.utils import timezone

from xiangshan.core.money import as_yuan
from xiangshan.metrics.breakdowns import BreakdownRow
from xiangshan.metrics.definitions import made_of
from xiangshan.metrics.figures import Figure, Scope
from xiangshan.metrics.models import Kind, Target
from xiangshan.metrics.periods import Period
from xiangshan.shared.tags import percent

WORST = 3
# What a breakdown by area says of a metric: the areas with the least of it are named as a reason.
BY_AREA = {"sessions_held": "sessions", "workers_served": "workers"}


@dataclass(frozen=True)
class Aim:
    """A target beside what was reached, and what would be on course today."""

    target: Target
    figure: Figure
    elapsed: float  # how far the year is gone, 0 to 1

    @property
    def goal(self) -> Any:
        """In the figure's own measure: a share as a share."""
        return float(self.target.value) / 100 if self.figure.metric.is_rate else self.target.value

    @property
    def goal_text(self) -> str:
        """As it was set: 90%, ¥1,000,000, 25,000."""
        value, metric = self.target.value, self.figure.metric
        if metric.is_money:
            return as_yuan(value)
        return f"{value.normalize():,f}{'%' if metric.is_rate else ''}"

    @property
    def reached(self) -> float | None:
        """Actual / target."""
        return None if self.figure.value is None else float(self.figure.value) / float(self.goal)

    @property
    def pace(self) -> float:
        """The share of the target that would be on course: what adds up grows with the year, the rest is due all the time."""
        return self.elapsed if self.figure.metric.adds_up and not self.figure.metric.is_rate else 1.0

    @property
    def is_behind(self) -> bool:
        return self.reached is None or self.reached < self.pace


def elapsed_of(period: Period, today: date | None = None) -> float:
    """How far a period is gone on a day: 0 before it, 1 after it."""
    today = today or timezone.localdate()
    days = (period.ends_on - period.starts_on).days + 1
    return min(1.0, max(0.0, ((today - period.starts_on).days + 1) / days))


def targets_of(scope: Scope, period: Period) -> dict[str, Target]:
    """Those of an area and a whole year: nothing else has any."""
    if scope.declared_kind != Kind.AREA or scope.category or period != Period.year(period.first // 100):
        return {}
    # By hand, as read_sums is, and for the same reason; so is overview.closing_of.
    sql = f"SELECT * FROM {Target._meta.db_table} WHERE area_id = %s AND year = %s"  # noqa: S608
    return {target.metric: target for target in Target.objects.raw(sql, [scope.id, period.first // 100])}


@dataclass(frozen=True)
class Shortfall:
    """A target that is behind, and why: what is missing, and where the least of it is."""

    aim: Aim
    missing: str
    least: Sequence[BreakdownRow] = ()


def shortfalls(aims: Iterable[Aim], areas: Sequence[BreakdownRow]) -> list[Shortfall]:
    """The three targets furthest behind where they would be on course, the worst first."""
    behind = sorted((aim for aim in aims if aim.is_behind), key=lambda aim: (aim.reached or 0) / (aim.pace or 1))
    return [Shortfall(aim, missing_of(aim), _least(aim, areas)) for aim in behind[:WORST]]


def missing_of(aim: Aim) -> str:
    """What is missing to be on course, in the metric's own unit; of a share, what it is made of and the points to its goal."""
    figure, metric = aim.figure, aim.figure.metric
    if figure.value is None:
        return "还没有数据"
    if metric.is_rate:
        # Not how many more: with a new answer or report the denominator grows too.
        # Of the shares as they are shown: a reader subtracts them.
        goal, reached = (Decimal(percent(share).rstrip("%")) for share in (aim.goal, figure.value))
        return f"{made_of(figure.numerator, figure.denominator)}，离目标还差 {goal - reached} 个百分点"
    due = float(aim.goal) * aim.pace
    gap = ceil(due - float(figure.value))
    due_text, gap_text = (
        as_yuan(amount) if metric.is_money else f"{amount:,} {metric.unit}" for amount in (ceil(due), gap)
    )
    return f"按已过的日子应有 {due_text}，差 {gap_text}" if aim.pace < 1 else f"差 {gap_text}"


def _least(aim: Aim, areas: Sequence[BreakdownRow]) -> Sequence[BreakdownRow]:
    measure = BY_AREA.get(aim.figure.metric.code)
    if not measure or len(areas) < 2:
        return ()
    return sorted(areas, key=lambda line: getattr(line, measure))[:2]
