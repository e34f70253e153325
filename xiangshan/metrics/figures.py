"""Reading figures: sums of cells, never the facts."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cache, lru_cache
from math import ceil
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from xiangshan.core.areas.models import Area
from xiangshan.metrics import sources
from xiangshan.metrics.definitions import Metric, Term, When, is_too_few
from xiangshan.metrics.models import VALUES, Cell, Kind, RollupState, StaleMark
from xiangshan.metrics.periods import Period
from xiangshan.metrics.registry import METRICS
from xiangshan.shared.wilson import wilson


@dataclass(frozen=True)
class Scope:
    """Whose figures: an area, an organization, a contract, a studio, or a department by its contracts; all categories, or one."""

    kind: Kind
    id: int
    name: str = ""
    category: int | None = None
    contracts: tuple[int, ...] = ()  # of a department
    # What posts lie over, to ask who may read its figures.
    over: Any = field(default=None, compare=False, repr=False)
    # For somebody who may not read single answers: too few of them are not told at all (services/feedback.py).
    is_discreet: bool = False

    @classmethod
    def of_area(cls, area: Area, category: int | None = None) -> "Scope":
        """An area with nothing below it is read where it happened."""
        return cls(Kind.AREA if area.has_children else Kind.PLACE, area.pk, area.name, category)

    @property
    def declared_kind(self) -> Kind:
        return {Kind.PLACE: Kind.AREA, Kind.DEPARTMENT: Kind.CONTRACT}.get(self.kind, self.kind)

    @property
    def place(self) -> int | None:
        """The area it is, or lies in."""
        if self.declared_kind == Kind.AREA:
            return self.id
        return getattr(self.over.organization if self.kind == Kind.CONTRACT else self.over, "area_id", None)

    @property
    def key(self) -> str:
        """As the shell and the API name it: area:330225001000, organization:7."""
        return f"{self.declared_kind.name if self.kind == Kind.PLACE else self.kind.name}:{self.id}".lower()

    @property
    def _stored(self) -> tuple[Kind, tuple[int, ...]]:
        """As cells name it: a department is all its contracts."""
        return (Kind.CONTRACT, self.contracts) if self.kind == Kind.DEPARTMENT else (self.kind, (self.id,))

    def cells(self) -> QuerySet[Any]:
        kind, scopes = self._stored
        rows = Cell.objects.filter(kind=kind, scope__in=scopes)
        return rows.filter(split=self.category) if self.category else rows

    def condition(self) -> tuple[str, list[Any]]:
        """The same cells as a condition of SQL, with its values."""
        kind, scopes = self._stored
        result = f"kind = %s AND scope IN ({', '.join(['%s'] * len(scopes)) or 'NULL'})"
        values = [kind.value, *scopes]
        return (f"{result} AND split = %s", [*values, self.category]) if self.category else (result, values)

    @property
    def params(self) -> dict[str, str]:
        """The same scope as filters of a list."""
        name = {
            Kind.AREA: "area",
            Kind.PLACE: "area",
            Kind.ORGANIZATION: "organization",
            Kind.CONTRACT: "contract",
            Kind.STUDIO: "studio",
            Kind.DEPARTMENT: "department",
        }
        return {name[self.kind]: str(self.id)} | ({"category": str(self.category)} if self.category else {})

    def params_but(self, name: str) -> dict[str, str]:
        return {key: value for key, value in self.params.items() if key != name}


@dataclass(frozen=True)
class Figure:
    """A metric's value for a period and scope, with what it is made of."""

    metric: Metric
    numerator: int | Decimal
    denominator: int
    value: int | float | Decimal | None
    scope: Scope
    period: Period
    # Filters of a part of the scope: a cell of a pivot. None: no list has exactly this part.
    narrowed: tuple[tuple[str, Any], ...] | None = ()
    is_withheld: bool = False  # this reader is not told it: too few answered

    @property
    def rows(self) -> list[str]:
        """The addresses of the lists of exactly the records behind it."""
        return list(rows_of(self.metric, self.scope, self.period, dict(self.narrowed or ())))

    @property
    def interval(self) -> tuple[float, float] | None:
        return wilson(int(self.numerator), self.denominator) if self.metric.is_rate else None

    @property
    def too_few(self) -> bool:
        return is_too_few(self.metric.code, self.denominator)

    @property
    def is_part(self) -> bool:
        """What adds up, of a period that still runs: it says nothing beside a whole one."""
        return self.metric.adds_up and not self.metric.is_rate and self.period.ends_on >= timezone.localdate()

    @property
    def link(self) -> str:
        """One click to its rows; where two lists make it up, the page that shows both."""
        return self.rows[0] if len(self.metric.rows) == 1 and self.narrowed is not None else ""


# What was added up: (source number, evidence or minutes, month) -> values.
Sums = dict[tuple[int, str, int], list[int]]
STOCKS = {term.source.number for metric in METRICS for term in metric.terms if term.when != When.DURING}


def read_sums(scope: Scope, first: int, last: int, minutes_of: Period | None = None) -> Sums:
    """Everything headline figures of these months need, in one query: flows of the months, stocks from the beginning.

    Of what a source is split by, sessions keep their evidence and responses their minutes (as the key's second part). What came
    before the first month stands together under month 0. With `minutes_of`, the minutes of that period alone, all together under
    its last month: a dashboard asks for no other, and there are many.
    """
    # By hand: compiling this by the ORM takes as long as the database takes to answer it, on every dashboard.
    responses = sources.RESPONSES.number
    where, given = scope.condition()
    bucket, more = "", []
    if minutes_of is not None:
        bucket = f"WHEN source = {responses} THEN {minutes_of.last:d} "
        where, more = f"{where} AND (source <> {responses} OR month >= %s)", [minutes_of.first]
    stocks = ", ".join(map(str, sorted(STOCKS)))
    sums = ", ".join(f"CAST(SUM({name}) AS BIGINT)" for name in VALUES)
    sql = (
        f"SELECT source, CASE WHEN source = {responses} THEN CAST(split AS VARCHAR(20)) ELSE evidence END, "  # noqa: S608
        f"CASE WHEN month < %s THEN 0 {bucket}ELSE month END, {sums} FROM {Cell._meta.db_table} "
        # source + 0: one run through the scope's months; PostgreSQL would look up each source in each month on its own.
        f"WHERE {where} AND month <= %s AND (month >= %s OR source + 0 IN ({stocks})) GROUP BY 1, 2, 3"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [first, *given, *more, last, first])
        return {(source, kept, month): values for source, kept, month, *values in cursor.fetchall()}


def minutes_in(sums: Sums, period: Period) -> Counter[int]:
    """How many cases of the period were first responded to after how many minutes."""
    result: Counter[int] = Counter()
    for (source, minutes, month), values in sums.items():
        if source == sources.RESPONSES.number and period.first <= month <= period.last:
            result[int(minutes)] += values[0]
    return result


def quantile(minutes: Counter[int], share: float) -> int | None:
    """The smallest number of minutes within which this share of the cases was responded to."""
    rank = ceil(share * minutes.total())
    for value in sorted(minutes):
        rank -= minutes[value]
        if rank <= 0:
            return value
    return None


# Which ways of taking months a source is asked for, and by which evidence: nothing else is added up.
ASKED: dict[int, set[tuple[str, When]]] = {}
for _metric in METRICS:
    for _term in _metric.terms:
        if _term.source is not sources.RESPONSES:  # a quantile reads its values one by one
            ASKED.setdefault(_term.source.number, set()).add((_term.evidence, _term.when))


class Totals:
    """Sums by source and evidence, for each way in which a term takes months; added up once for all metrics."""

    def __init__(self, sums: Sums, period: Period) -> None:
        self.sums: dict[tuple[int, str, When], list[int]] = {}
        result, first, last = self.sums, period.first, period.last
        for (source, kept, month), values in sums.items():
            if month > last:
                continue
            for evidence, when in ASKED.get(source, ()):
                if (evidence and evidence != kept) or (
                    when is not When.UNTIL_END and (when is When.DURING) != (month >= first)
                ):
                    continue
                key = (source, evidence, when)
                total = result.get(key)
                result[key] = [a + b for a, b in zip(total, values, strict=False)] if total else values

    def of(self, terms: tuple[Term, ...]) -> int:
        return sum(
            term.sign * result[term.source.column(term.measure)]
            for term in terms
            if (result := self.sums.get((term.source.number, term.evidence, term.when)))
        )


def figure(metric: Metric, totals: Totals, scope: Scope, period: Period, minutes: Counter[int] | None = None) -> Figure:
    if metric.quantile is not None:
        minutes = minutes or Counter()
        return Figure(metric, minutes.total(), 1, quantile(minutes, metric.quantile), scope, period)
    numerator: int | Decimal = totals.of(metric.numerator)
    if metric.is_money:
        numerator = Decimal(numerator) / 100
    if not metric.is_rate:
        return Figure(metric, numerator, 1, numerator, scope, period)
    denominator = totals.of(metric.denominator)
    if scope.is_discreet and is_too_few(metric.code, denominator):
        return Figure(metric, 0, 0, None, scope, period, is_withheld=denominator > 0)
    return Figure(
        metric, numerator, denominator, float(numerator) / denominator if denominator else None, scope, period
    )


def metrics_for(scope: Scope) -> list[Metric]:
    """Those declared for this kind of scope; of one category only what sessions say."""
    items = [metric for metric in METRICS if scope.declared_kind in metric.scopes]
    if scope.category:
        items = [metric for metric in items if all(term.source is sources.SESSIONS for term in metric.terms)]
    return items


def figures(
    scope: Scope, period: Period, sums: Sums | None = None, metrics: Iterable[Metric] | None = None
) -> dict[str, Figure]:
    """Every metric of a scope and period."""
    wanted = list(metrics_for(scope) if metrics is None else metrics)
    sums = read_sums(scope, period.first, period.last) if sums is None else sums
    if metrics is not None:
        numbers = {term.source.number for metric in wanted for term in metric.terms}
        sums = {key: values for key, values in sums.items() if key[0] in numbers}
    minutes = minutes_in(sums, period)
    totals = Totals(sums, period)
    return {metric.code: figure(metric, totals, scope, period, minutes) for metric in wanted}


@cache
def address_of(page: str) -> str:
    return reverse(page)


@lru_cache(maxsize=2048)
def _encoded(pairs: tuple[tuple[str, Any], ...]) -> str:
    return urlencode(pairs)


def rows_of(
    metric: Metric, scope: Scope, period: Period, narrowed: Mapping[str, Any] = MappingProxyType({})
) -> Iterable[str]:
    """The addresses of the lists of exactly the records behind a figure. Hundreds stand on a dashboard, of few parts: each is encoded once."""
    where = {**scope.params, **narrowed}
    for rows in metric.rows:
        if rows.on:
            when: tuple[tuple[str, Any], ...] = ((rows.on, str(period.ends_on)),)
        else:
            when = ((rows.first, str(period.starts_on)), (rows.last, str(period.ends_on)))
        filters = tuple((name, value) for name, value in rows.filters.items() if name not in where)
        parts = (filters, when, tuple(where.items()))
        yield f"{address_of(rows.page)}?{'&'.join(_encoded(pairs) for pairs in parts if pairs)}"


@dataclass(frozen=True)
class Freshness:
    """When the figures were refreshed, which edition of the cells this is, and how many changes wait."""

    refreshed_at: datetime | None
    edition: UUID | None
    waiting: int


def freshness() -> Freshness:
    # By hand, as read_sums is, and for the same reason.
    waiting = f"SELECT COUNT(*) FROM {StaleMark._meta.db_table}"  # noqa: S608
    state: Any = next(
        iter(RollupState.objects.raw(f"SELECT *, ({waiting}) AS waiting FROM {RollupState._meta.db_table}")),  # noqa: S608
        None,
    )
    if state is None:
        return Freshness(None, None, StaleMark.objects.count())
    return Freshness(state.refreshed_at, state.edition, state.waiting)
