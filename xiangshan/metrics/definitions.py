"""What a metric is made of; the metrics themselves stand in registry.py."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from xiangshan.metrics.models import Kind
from xiangshan.metrics.sources import Source
from xiangshan.shared.wilson import LEAST_ANSWERS


class When(Enum):
    """Which months a term adds up."""

    DURING = "of the period"
    UNTIL_END = "up to the period's end"
    BEFORE_START = "before the period"


@dataclass(frozen=True)
class Term:
    """A measure of a source, added up over months; `sign` -1 takes it away. `evidence` keeps one kind of proof."""

    source: Source
    measure: str
    when: When = When.DURING
    sign: int = 1
    evidence: str = ""


@dataclass(frozen=True)
class Rows:
    """The list behind a figure: a page, how it takes the period (first and last day, or one day), and fixed filters."""

    page: str
    first: str = "first"
    last: str = "last"
    on: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Metric:
    code: str
    name: str
    unit: str
    definition: str
    numerator: tuple[Term, ...]
    denominator: tuple[Term, ...] = ()
    rows: tuple[Rows, ...] = ()
    scopes: tuple[Kind, ...] = (Kind.AREA, Kind.ORGANIZATION, Kind.CONTRACT)
    is_money: bool = False
    # Whether months add up to the year: a stock is read at the period's end, a quantile from all values of the period.
    adds_up: bool = True
    quantile: float | None = None
    # Roles that read it: who may not see its rows does not read the figure. Empty: whoever reads the scope.
    readers: tuple[str, ...] = ()
    version: int = 1
    # Work that waits: nobody aims at more of it, and no target is set for it.
    is_backlog: bool = False

    @property
    def is_rate(self) -> bool:
        return bool(self.denominator)

    @property
    def terms(self) -> tuple[Term, ...]:
        return self.numerator + self.denominator


def made_of(numerator: Any, denominator: int) -> str:
    """What a share is made of, as it stands beside it: "3,979 / 4,214"."""
    return f"{int(numerator):,} / {denominator:,}"


def is_too_few(code: str, answered: int) -> bool:
    """Whether satisfaction rests on so few answers that it says nothing: 样本不足. No other rate asks anybody."""
    return code == "satisfaction_rate" and answered < LEAST_ANSWERS
