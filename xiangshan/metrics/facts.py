"""What single records count for: the same sources as the cells, one record at a time. Closed years are frozen and guarded by it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q, Value
from django.db.models.fields import IntegerField

from xiangshan.core.areas.models import ancestors, county_of, town_of, within
from xiangshan.metrics.models import VALUES, Kind, StaleMark
from xiangshan.metrics.periods import month_of
from xiangshan.metrics.sources import BY_NUMBER, SOURCES, Source

AT_ONCE = 500


@dataclass(frozen=True)
class Fact:
    """A record of a source: its day, where it is counted, what it is split by, and its eight numbers."""

    source: int
    record: int
    day: date
    scopes: tuple[tuple[str, int], ...]  # kind of scope, its id
    split: int
    evidence: str
    values: tuple[int, ...]

    @property
    def month(self) -> int:
        return month_of(self.day)

    @property
    def county(self) -> int:
        return county_of(dict(self.scopes)[Kind.PLACE])

    def as_json(self) -> dict[str, Any]:
        """As it is kept with a closed year."""
        return {
            "record": self.record,
            "keys": [str(self.day), dict(self.scopes), self.split, self.evidence],
            "values": list(self.values),
        }

    @classmethod
    def from_json(cls, source: int, record: int, keys: list[Any], values: list[int]) -> "Fact":
        day, scopes, split, evidence = keys
        ordered = tuple(sorted((kind, int(pk)) for kind, pk in scopes.items()))
        return cls(source, record, date.fromisoformat(day), ordered, split, evidence, tuple(values))

    def counted_in(self) -> Iterator[tuple[Kind, int]]:
        """Every scope it counts for: where it happened and all areas above, its organization, contract, studio."""
        for kind, pk in self.scopes:
            if kind != Kind.PLACE:
                yield Kind(kind), pk
                continue
            for area in ancestors(pk):
                yield (Kind.AREA if town_of(area) == area else Kind.PLACE), area


def facts_of(source: Source, chosen: Q) -> Iterator[Fact]:
    """The records of a source for which `chosen` holds, each with what it counts for."""
    scopes = source.all_scopes
    keys: dict[str, Any] = {
        "k_day": F(source.day),
        "k_split": F(source.split) if source.split else Value(0, IntegerField()),
        "k_evidence": F(source.evidence) if source.evidence else Value(""),
        **{f"k_{kind.value}": F(scope.path) for kind, scope in scopes.items()},
    }
    rows = source.rows().filter(chosen).order_by().values("pk", **keys).annotate(**source.sums())
    names = [f"c_{name}" for name in VALUES]
    for row in rows.values(*keys, *names, "pk").iterator(chunk_size=2000):
        if row["k_day"] is None:
            continue
        ids = ((kind.value, row[f"k_{kind.value}"]) for kind in scopes)
        yield Fact(
            source.number,
            row["pk"],
            row["k_day"],
            tuple(sorted((kind, pk) for kind, pk in ids if pk is not None)),
            row["k_split"],
            row["k_evidence"],
            tuple(int(row[name] or 0) for name in names),
        )


def facts_behind(area_id: int, first: date, last: date, stocks: set[int]) -> Iterator[Fact]:
    """Every record of an area that a figure of these days rests on: of stocks, all that came before as well."""
    for source in SOURCES:
        days = Q(**{f"{source.day}__lte": last})
        if source.number not in stocks:
            days &= Q(**{f"{source.day}__gte": first})
        yield from facts_of(source, days & within(area_id, source.place))


AffectedRows = dict[int, list[Q]]  # source number -> which of its rows


def affected_rows(model: type, pks: list[Any], making: list[Any]) -> AffectedRows:
    """The rows of sources that may count differently when these rows of a model change, are made or go: their own, and what hangs
    together with them, where they are and where they will be (an organization's next strength report grows by less when one comes
    before it; the older coverage begins the covered time when the first one is taken away)."""
    result: AffectedRows = {}
    for source in SOURCES:
        path = source.watches.get(model)
        if path is None:
            continue
        chosen = [Q(**{f"{path}__in": pks[start : start + AT_ONCE]}) for start in range(0, len(pks), AT_ONCE)]
        field = _back_to_whole(source, path)
        if field is not None:
            rows = model._default_manager.order_by().values_list(field.attname, flat=True)  # type: ignore[attr-defined]
            there = {
                key for start in range(0, len(pks), AT_ONCE) for key in rows.filter(pk__in=pks[start : start + AT_ONCE])
            }
            wholes = sorted({getattr(record, field.attname) for record in making} | there)
            whole = path.rpartition("__")[0] or "pk"
            chosen += [
                Q(**{f"{whole}__in": wholes[start : start + AT_ONCE]}) for start in range(0, len(wholes), AT_ONCE)
            ]
        result[source.number] = chosen
    return result


def joined(one: AffectedRows, other: AffectedRows) -> AffectedRows:
    """Both, each row once asked for the same way."""
    return {
        number: one.get(number, []) + [chosen for chosen in other.get(number, []) if chosen not in one.get(number, [])]
        for number in one.keys() | other.keys()
    }


def keys_in(reach: AffectedRows) -> dict[int, set[int]]:
    return {
        number: {
            key
            for each in chosen
            for key in BY_NUMBER[number].rows().filter(each).order_by().values_list("pk", flat=True)
        }
        for number, chosen in reach.items()
    }


def _back_to_whole(source: Source, path: str) -> Any:
    """The field by which a watched row belongs to a whole, where a source reaches it from there; else it stands for itself."""
    model: Any = source.rows().model
    field: Any = None
    for name in path.split("__"):
        if name == "pk":
            return None
        field = model._meta.get_field(name)
        model = field.related_model
    return field.field if field is not None and field.auto_created else None


def facts_of_keys(sources: dict[int, set[int]], until: date) -> dict[tuple[int, int], Fact]:
    """What these records count for now, up to a day."""
    result: dict[tuple[int, int], Fact] = {}
    for number, keys in sources.items():
        source, ordered = BY_NUMBER[number], sorted(keys)
        for start in range(0, len(ordered), AT_ONCE):
            chosen = Q(pk__in=ordered[start : start + AT_ONCE], **{f"{source.day}__lte": until})
            result |= {(fact.source, fact.record): fact for fact in facts_of(source, chosen)}
    return result


def add_up(facts: Iterator[Fact] | list[Fact]) -> dict[tuple[Kind, int, int], dict[tuple[int, str, int], list[int]]]:
    """By scope and category (0: all): the sums figures are read from, the same shape as figures.read_sums returns."""
    result: dict[tuple[Kind, int, int], dict[tuple[int, str, int], list[int]]] = {}
    for fact in facts:
        source = BY_NUMBER[fact.source]
        kept = str(fact.split) if source.split == "response_minutes" else fact.evidence
        categories = (0, fact.split) if source.split == "category" else (0,)
        for kind, pk in fact.counted_in():
            for category in categories:
                sums = result.setdefault((kind, pk, category), {})
                total = sums.setdefault((fact.source, kept, fact.month), [0] * len(VALUES))
                for n, value in enumerate(fact.values):
                    total[n] += value
    return result


def addresses(source: Source, rows: Q) -> set[tuple[int, str, int, int]]:
    """(source, kind, scope, month) of every cell these rows stand in, by the very paths the roll-up groups by."""
    scopes = source.all_scopes
    paths = [scope.path for scope in scopes.values()]
    result: set[tuple[int, str, int, int]] = set()
    for day, *ids in source.rows().filter(rows).order_by().values_list(source.day, *paths):
        if day is not None:
            result |= {
                (source.number, kind, scope, month_of(day))
                for kind, scope in zip(scopes, ids, strict=True)
                if scope is not None
            }
    return result


def mark_months(months: Iterable[tuple[int, int]]) -> None:
    """Whole months of a source, (source, month), after rows were loaded in bulk."""
    StaleMark.objects.bulk_create([StaleMark(source=source, month=month) for source, month in months], batch_size=500)
