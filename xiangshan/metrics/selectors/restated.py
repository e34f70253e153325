"""What moved in a signed year since it was signed, by which restatement; and whether what is frozen is still what was signed."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from xiangshan.core.areas.models import county_of
from xiangshan.metrics import figures, freezing
from xiangshan.metrics.definitions import Metric, is_too_few, made_of
from xiangshan.metrics.facts import Fact, add_up
from xiangshan.metrics.models import VALUES, FrozenFigure, Kind, Restatement, YearClosing
from xiangshan.metrics.periods import Period
from xiangshan.metrics.registry import BY_CODE
from xiangshan.metrics.sources import RESPONSES

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

    @property
    def reasons(self) -> str:
        """Why, each said once."""
        return "；".join(dict.fromkeys(restatement.reason for restatement in self.restatements))

    @property
    def people(self) -> str:
        """Who; a worker's late rating has nobody."""
        return "、".join(dict.fromkeys(str(restatement.by or "自动") for restatement in self.restatements))


@dataclass(frozen=True)
class Value:
    """Numerator and denominator as a value, the way figures are read."""

    metric: Metric
    numerator: Decimal | int
    denominator: int
    quantile: int | None = None
    is_withheld = False

    @property
    def too_few(self) -> bool:
        return is_too_few(self.metric.code, self.denominator)

    @property
    def value(self) -> Any:
        if self.metric.quantile is not None:
            return self.quantile
        if self.metric.is_rate:
            return float(self.numerator) / self.denominator if self.denominator else None
        return self.numerator if self.metric.is_money else int(self.numerator)

    @property
    def sides(self) -> str:
        """What a rate is made of: rounded, one that moved may look as it did."""
        return made_of(self.numerator, self.denominator) if self.metric.is_rate else ""


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
        if row.metric in BY_CODE
    }
    names = {key[:3]: row.scope_name for key, row in signed.items()}
    moves: dict[Key, list[tuple[Restatement, Decimal | int, int]]] = {}
    for restatement in restatements:
        for key, (more, of) in _effect(closing, restatement, year).items():
            moves.setdefault(key, []).append((restatement, more, of))
    unknown = {(Kind(key[0]), key[1], key[2]) for key in moves if key[:3] not in names}
    if unknown:  # what the year did not know when it was signed: the first session of a category, a new organization
        for (kind, pk, category), name in freezing.names_of(closing.area, unknown).items():
            names.setdefault((kind.value, pk, category), name)
    moves = {key: steps for key, steps in moves.items() if key[:3] in names}
    items = []
    for key, steps in sorted(moves.items(), key=lambda item: (item[0][1] != closing.area_id, item[0][:3])):
        metric, row = BY_CODE[key[3]], signed.get(key)
        nothing = 0 if metric.is_rate else 1
        before = frozen_value(row) if row else Value(metric, 0, nothing)
        now = Value(
            metric,
            before.numerator + sum(more for _, more, _ in steps),
            before.denominator + sum(of for _, _, of in steps),
            _quantile_now(key, year) if metric.quantile is not None else None,
        )
        if now != before:
            items.append(
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
    return items


def is_frozen(scope: figures.Scope) -> bool:
    """Whether a closing keeps this scope's figures as such: the county and its towns, who, for which contract; categories of the county."""
    if scope.category:
        return scope.kind == Kind.AREA and scope.id == county_of(scope.id)
    return scope.kind not in (Kind.PLACE, Kind.DEPARTMENT)


def restated_of(closing: YearClosing | None, scope: figures.Scope) -> list[Moved]:
    """The figures of one scope that restatements moved; none of a year that is open again."""
    if closing is None or closing.status != closing.Status.SIGNED:
        return []
    here = (scope.kind.value, scope.id, scope.category or 0)
    return [
        item
        for item in restated(closing)
        if (item.kind, item.scope, item.category) == here
        and not (scope.is_discreet and (item.signed.too_few or item.now.too_few))
    ]


def _effect(closing: YearClosing, one: Restatement, year: Period) -> dict[Key, tuple[Decimal | int, int]]:
    """What a restatement adds to the numerator and denominator of every figure it moves."""
    sides: list[list[Fact]] = [[], []]
    for number, *facts in one.moved:
        for side, fact in zip(sides, facts, strict=True):
            if fact:
                side.append(Fact.from_json(number, fact["record"], fact["keys"], fact["values"]))
    were, are = (add_up(side) for side in sides)
    result: dict[Key, tuple[Decimal | int, int]] = {}
    for kind, pk, category in were.keys() | are.keys():
        difference: figures.Sums = {}
        for sums, sign in ((were.get((kind, pk, category), {}), -1), (are.get((kind, pk, category), {}), 1)):
            for key, values in sums.items():
                total = difference.setdefault(key, [0] * len(VALUES))
                difference[key] = [a + sign * b for a, b in zip(total, values, strict=True)]
        scope = figures.Scope(kind, pk, "", category or None)
        for code, figure in figures.figures(scope, year, difference).items():
            of = figure.denominator if figure.metric.is_rate else 0
            timed = figure.metric.quantile is not None and any(key[0] == RESPONSES.number for key in difference)
            if timed or (figure.metric.quantile is None and (figure.numerator or of)):
                result[kind.value, pk, category, code] = (figure.numerator, of)
    return result


def _quantile_now(key: Key, year: Period) -> int | None:
    scope = figures.Scope(Kind(key[0]), key[1])
    return freezing.quantile_of(figures.figures(scope, year, metrics=[BY_CODE[key[3]]])[key[3]])


@dataclass(frozen=True)
class Verification:
    """What a check of a closing found."""

    digest: str
    is_whole: bool  # the digest is the one that was signed
    wrong: list[str]  # figures that do not follow from the facts frozen beside them
    moved: list[str]  # figures that are others today
    unexplained: list[str]  # those of them no restatement accounts for


def verify(closing: YearClosing) -> Verification:
    """Digest anew, figures anew from the frozen facts, and both against today's facts.

    What restatements say is applied to the frozen facts one after the other: what is still another fact today nobody gave a reason for.
    """
    digest = freezing.digest_of(closing)
    rows = list(closing.figures.all())
    names = {(Kind(row.kind), row.scope, row.category): row.scope_name for row in rows}
    alike = {
        code for code, one in closing.definitions.items() if code in BY_CODE and BY_CODE[code].version == one["version"]
    }
    frozen = {_key(row): _numbers(row.numerator, row.denominator, row.quantile) for row in rows if row.metric in alike}
    signed = freezing.thaw(closing)
    again = _by_key(freezing.figures_of(closing.area, closing.year, signed, names), alike)
    now = freezing.facts_of_year(closing.area_id, closing.year)
    today = _by_key(freezing.figures_of(closing.area, closing.year, now), alike)
    expected = _restated_facts(closing, signed)
    explained = today
    if expected != now:
        explained = _by_key(freezing.figures_of(closing.area, closing.year, expected), alike)
    known = {key[:3]: name for key, name in ((_key(row), row.scope_name) for row in rows)}
    return Verification(
        digest,
        digest == closing.digest and closing.signature == (freezing.signature_of(closing) if closing.signed_at else ""),
        [_line(key, known, frozen.get(key), again.get(key)) for key in _differing(frozen, again)],
        [_line(key, known, frozen.get(key), today.get(key)) for key in _differing(frozen, today)],
        [_line(key, known, explained.get(key), today.get(key)) for key in _differing(explained, today)],
    )


def _restated_facts(closing: YearClosing, signed: list[Fact]) -> list[Fact]:
    """The frozen facts with every restatement applied."""
    facts = {(fact.source, fact.record): fact for fact in signed}
    for restatement in closing.restatements.order_by("pk"):
        for number, before, after in restatement.moved:
            if after is None:
                facts.pop((number, before["record"]), None)
            else:
                facts[number, after["record"]] = Fact.from_json(number, after["record"], after["keys"], after["values"])
    return [facts[key] for key in sorted(facts)]


FigureKey = tuple[str, int, int, int, int, str]
Numbers = tuple[Any, int, int | None]


def _key(row: FrozenFigure) -> FigureKey:
    return row.kind, row.scope, row.category, row.first, row.last, row.metric


def _numbers(numerator: Any, denominator: int, quantile: int | None) -> Numbers:
    return Decimal(numerator).quantize(Decimal("0.01")), denominator, quantile


def _by_key(rows: Any, alike: set[str]) -> dict[FigureKey, Numbers]:
    return {
        (
            item.scope.kind.value,
            item.scope.id,
            item.scope.category or 0,
            item.period.first,
            item.period.last,
            item.metric.code,
        ): _numbers(item.numerator, item.denominator, freezing.quantile_of(item))
        for item in rows
        if item.metric.code in alike
    }


def _differing(one: dict[FigureKey, Numbers], other: dict[FigureKey, Numbers]) -> list[FigureKey]:
    return [key for key in sorted(one.keys() | other.keys()) if one.get(key) != other.get(key)]


def _said(metric: Metric, numbers: Numbers | None) -> str:
    if numbers is None:
        return "—"
    numerator, denominator, quantile = numbers
    if metric.quantile is not None:
        return "—" if quantile is None else f"{quantile:,}"
    return f"{numerator:,.{2 if metric.is_money else 0}f}" + (f"/{denominator:,}" if metric.is_rate else "")


def _line(key: FigureKey, names: dict[Any, str], signed: Numbers | None, now: Numbers | None) -> str:
    metric = BY_CODE[key[5]]
    shown = [_said(metric, numbers) for numbers in (signed, now)]
    period = Period(key[3], key[4])
    where = names.get(key[:3], f"{Kind(key[0]).label} {key[1]}")
    return f"{period} {where} {metric.name}：{shown[0]} → {shown[1]}"
