"""What moved in a signed year since it was signed, by which restatement; and whether what is frozen is still what was signed."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from xiangshan.metrics import figures, freezing
from xiangshan.metrics.declaring import Metric
from xiangshan.metrics.facts import Fact, add_up
from xiangshan.metrics.models import VALUES, FrozenFigure, Kind, Restatement, YearClosing
from xiangshan.metrics.periods import Period
from xiangshan.metrics.registry import BY_CODE

Key = tuple[str, int, int, str]  # kind, scope, category, metric


@dataclass
class Moved:
    """A figure of a signed year that is another today: signed, now, and the restatements that moved it."""

    metric: Metric
    kind: str
    scope: int
    category: int
    scope_name: str
    is_county: bool
    signed: "Value"
    now: "Value"
    restatements: list[Restatement] = field(default_factory=list)


@dataclass(frozen=True)
class Value:
    """Numerator and denominator as a value, the way figures are read."""

    metric: Metric
    numerator: Decimal | int
    denominator: int
    quantile: int | None = None

    @property
    def value(self) -> Any:
        if self.metric.quantile is not None:
            return self.quantile
        if self.metric.is_rate:
            return float(self.numerator) / self.denominator if self.denominator else None
        return self.numerator if self.metric.is_money else int(self.numerator)


def frozen_value(row: FrozenFigure) -> Value:
    return Value(BY_CODE[row.metric], row.numerator, row.denominator, row.quantile)


def restated(closing: YearClosing) -> list[Moved]:
    """Every figure of the year that restatements moved, the county's first."""
    restatements = list(closing.restatements.select_related("by"))
    if not restatements:
        return []
    year = Period.year(closing.year)
    signed = {
        (row.kind, row.scope, row.category, row.metric): row
        for row in closing.figures.filter(first=year.first, last=year.last)
    }
    names = {key[:3]: row.scope_name for key, row in signed.items()}
    moves: dict[Key, list[tuple[Restatement, Decimal | int, int]]] = {}
    for one in restatements:
        for key, (more, of) in _effect(closing, one, year).items():
            if key[:3] in names:
                moves.setdefault(key, []).append((one, more, of))
    found = []
    for key, steps in sorted(moves.items(), key=lambda item: (item[0][1] != closing.area_id, item[0][:3])):
        metric, row = BY_CODE[key[3]], signed.get(key)
        nothing = 0 if metric.is_rate else 1
        before = frozen_value(row) if row else Value(metric, 0, nothing)
        now = Value(
            metric,
            before.numerator + sum(more for _, more, _ in steps),
            before.denominator + sum(of for _, _, of in steps),
            _quantile_now(closing, key, year) if metric.quantile is not None else None,
        )
        if now != before:
            found.append(
                Moved(
                    metric,
                    *key[:3],
                    names[key[:3]],
                    key[1:3] == (closing.area_id, 0),
                    before,
                    now,
                    [one for one, _, _ in steps],
                )
            )
    return found


def restated_of(closing: YearClosing, scope: figures.Scope) -> list[Moved]:
    """The figures of one scope that restatements moved."""
    here = (scope.kind.value, scope.id, scope.category or 0)
    return [item for item in restated(closing) if (item.kind, item.scope, item.category) == here]


def _effect(closing: YearClosing, one: Restatement, year: Period) -> dict[Key, tuple[Decimal | int, int]]:
    """What a restatement adds to the numerator and denominator of every figure it moves."""
    sides: list[list[Fact]] = [[], []]
    for number, *facts in one.moved:
        for side, fact in zip(sides, facts, strict=True):
            if fact:
                side.append(Fact.from_json(number, fact["record"], fact["keys"], fact["values"]))
    were, are = (add_up(side) for side in sides)
    found: dict[Key, tuple[Decimal | int, int]] = {}
    for kind, pk, category in were.keys() | are.keys():
        difference: figures.Sums = {}
        for sums, sign in ((were.get((kind, pk, category), {}), -1), (are.get((kind, pk, category), {}), 1)):
            for key, values in sums.items():
                total = difference.setdefault(key, [0] * len(VALUES))
                difference[key] = [a + sign * b for a, b in zip(total, values, strict=True)]
        scope = figures.Scope(kind, pk, "", category or None)
        for code, figure in figures.figures(scope, year, difference).items():
            of = figure.denominator if figure.metric.is_rate else 0
            if figure.numerator or of or figure.metric.quantile is not None:
                found[kind.value, pk, category, code] = (figure.numerator, of)
    return found


def _quantile_now(closing: YearClosing, key: Key, year: Period) -> int | None:
    scope = figures.Scope(Kind(key[0]), key[1])
    return figures.figures(scope, year, metrics=[BY_CODE[key[3]]])[key[3]].value  # type: ignore[return-value]


@dataclass(frozen=True)
class Verification:
    """What a check of a closing found."""

    digest: str
    is_whole: bool  # the digest is the one that was signed
    wrong: list[str]  # figures that do not follow from the facts frozen beside them
    moved: list[str]  # figures that are others today
    unexplained: list[str]  # those of them no restatement accounts for


def verify(closing: YearClosing) -> Verification:
    """Digest anew, figures anew from the frozen facts, and both against today's facts."""
    digest = freezing.digest_of(closing)
    frozen = {_key(row): (row.numerator, row.denominator, row.quantile) for row in closing.figures.all()}
    again = _by_key(freezing.figures_of(closing.area, closing.year, freezing.thaw(closing)))
    today = _by_key(
        freezing.figures_of(closing.area, closing.year, freezing.facts_of_year(closing.area_id, closing.year))
    )
    names = {_key(row)[:3]: row.scope_name for row in closing.figures.all()}
    explained = {(one.metric.code, one.kind, one.scope, one.category): one.now for one in restated(closing)}
    wrong = [_line(key, names, frozen.get(key), again.get(key)) for key in _differing(frozen, again)]
    moved, unexplained = [], []
    for key in _differing(frozen, today):
        line = _line(key, names, frozen.get(key), today.get(key))
        moved.append(line)
        if key[3:5] == (Period.year(closing.year).first, Period.year(closing.year).last):
            said = explained.get((key[5], *key[:3]))
            have = today.get(key, (0, 0, None))
            if said is None or (said.numerator, said.denominator) != (have[0], have[1]):
                unexplained.append(line)
    return Verification(digest, digest == closing.digest, wrong, moved, unexplained)


FigureKey = tuple[str, int, int, int, int, str]
Numbers = tuple[Any, int, int | None]


def _key(row: FrozenFigure) -> FigureKey:
    return row.kind, row.scope, row.category, row.first, row.last, row.metric


def _by_key(found: Any) -> dict[FigureKey, Numbers]:
    return {
        (
            one.scope.kind.value,
            one.scope.id,
            one.scope.category or 0,
            one.period.first,
            one.period.last,
            one.metric.code,
        ): (
            Decimal(one.numerator).quantize(Decimal("0.01")),
            one.denominator,
            one.value if one.metric.quantile is not None else None,
        )
        for one in found
    }


def _differing(one: dict[FigureKey, Numbers], other: dict[FigureKey, Numbers]) -> list[FigureKey]:
    return [key for key in sorted(one.keys() | other.keys()) if one.get(key) != other.get(key)]


def _line(key: FigureKey, names: dict[Any, str], signed: Numbers | None, now: Numbers | None) -> str:
    metric = BY_CODE[key[5]]
    shown = [
        "—" if numbers is None else f"{numbers[0]:,}/{numbers[1]:,}" if metric.is_rate else f"{numbers[0]:,}"
        for numbers in (signed, now)
    ]
    period = Period(key[3], key[4])
    return f"{period} {names.get(key[:3], f'{key[0]}:{key[1]}')} {metric.code} {metric.name}: {shown[0]} -> {shown[1]}"
