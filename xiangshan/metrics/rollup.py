"""Cells follow from facts by grouped SQL. The database adds up: rows of facts into small cells, small cells into areas.

The same queries serve a refresh of a few cells, a whole month and the check for drift; INSERT ... SELECT keeps the rows in the database.
"""

import logging
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.db import connection, transaction
from django.db.models import Case, CharField, F, IntegerField, Q, QuerySet, Sum, Value, When
from django.utils import timezone

from services.models import ActivitySession
from xiangshan.core.areas.models import Area, ancestors
from xiangshan.metrics.facts import addresses, mark_months
from xiangshan.metrics.models import VALUES, Cell, Kind, RollupState, StaleMark
from xiangshan.metrics.periods import MonthOf, first_day, last_day, month_of, next_month
from xiangshan.metrics.sources import BY_NUMBER, SOURCES, Source

log = logging.getLogger(__name__)

COLUMNS = ("kind", "scope", "month", "source", "split", "evidence", "area_id", *VALUES)
MARKS_AT_ONCE = 5_000
MONTHS_A_STATEMENT = 12
Wanted = dict[int, set[int]]  # month -> scopes


# What the cells should be --------------------------------------------------------------------------------------------


def cells_from_facts(source: Source, kind: Kind, wanted: Wanted | None, months: list[int]) -> QuerySet[Any]:
    """The cells of one source and kind in some months; of these scopes only, where `wanted` says which."""
    scope = source.all_scopes[kind]
    rows, chosen = source.rows(), Q(pk__in=[])
    if wanted is None:
        for run in _runs(months):
            chosen |= Q(**{f"{source.day}__range": (first_day(run[0]), last_day(run[-1]))})
    else:
        for month in months:
            chosen |= Q(**{f"{source.day}__range": (first_day(month), last_day(month))}) & scope.having(wanted[month])
    if kind != Kind.PLACE:
        rows = rows.filter(**{f"{scope.path}__isnull": False})
    keys: dict[str, Any] = {
        "c_kind": Value(kind.value, CharField()),
        "c_scope": F(scope.path),
        "c_month": MonthOf(source.day),
        "c_source": Value(source.number, IntegerField()),
        "c_split": F(source.split) if source.split else Value(0, IntegerField()),
        "c_evidence": F(source.evidence) if source.evidence else Value("", CharField()),
        "c_area": F(source.place) - F(source.place) % 1000,
    }
    return rows.filter(chosen).order_by().values(**keys).annotate(**source.sums())


def _runs(months: list[int]) -> list[list[int]]:
    """Months that follow each other, together: one range instead of many."""
    items: list[list[int]] = []
    for month in sorted(months):
        if items and next_month(items[-1][-1]) == month:
            items[-1].append(month)
        else:
            items.append([month])
    return items


def cells_from_cells(areas: int | Wanted, months: list[int], of: set[int] | None = None) -> QuerySet[Any]:
    """The cells of the areas of a level, or of these areas: what happened there itself, and the areas below."""
    rows = Cell.objects.filter(kind__in=(Kind.PLACE, Kind.AREA))
    if of is not None:
        rows = rows.filter(source__in=of)
    if isinstance(areas, int):  # a list and no join: SQLite finds area and month together, however many years there are
        chosen = Q(month__in=months, area__in=Area.objects.filter(level=areas).values("pk"))
    else:
        chosen = Q(scope__in=[])
        for month in months:
            chosen |= Q(month=month, area__in=areas[month])
    keys = {
        "c_kind": Value(Kind.AREA.value, CharField()),
        "c_scope": F("area"),
        "c_month": F("month"),
        "c_source": F("source"),
        "c_split": F("split"),
        "c_evidence": F("evidence"),
        "c_area": Case(When(area__parent__isnull=False, then=F("area__parent")), default=Value(0)),
    }
    return rows.filter(chosen).order_by().values(**keys).annotate(**{f"c_{name}": Sum(name) for name in VALUES})


def _insert(cells: QuerySet[Any]) -> None:
    sql, params = cells.query.get_compiler(connection=connection).as_sql()
    table, columns = (
        connection.ops.quote_name(Cell._meta.db_table),
        ", ".join(connection.ops.quote_name(name) for name in COLUMNS),
    )
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({columns}) {sql}", params)  # noqa: S608  (both parts are compiled by Django)


# Refreshing what is stale --------------------------------------------------------------------------------------------


def refresh() -> int:
    """Brings every stale figure up to date; returns how many marks it cleared. Safe to run twice, late, or beside another."""
    cleared = 0
    for year in sorted(
        {month // 100 for month in StaleMark.objects.filter(kind="").values_list("month", flat=True).distinct()}
    ):
        cleared += _refresh_year(year)
    while True:
        with transaction.atomic():
            state = _hold()
            _mark_days_passed(state)
            marks = list(
                StaleMark.objects.exclude(kind="")
                .order_by("pk")[:MARKS_AT_ONCE]
                .values_list("pk", "source", "kind", "scope", "month")
            )
            for number, wanted in _by_source(marks).items():
                _refresh_cells(BY_NUMBER[number], wanted)
            _clear([pk for pk, *_ in marks])
            _release(state, written=bool(marks))
        cleared += len(marks)
        if len(marks) < MARKS_AT_ONCE:
            return cleared


def _hold() -> RollupState:
    RollupState.objects.get_or_create(pk=1)
    return RollupState.objects.select_for_update().get(pk=1)


def _release(state: RollupState, *, written: bool) -> None:
    state.refreshed_at = timezone.now()
    if written:
        state.edition = uuid4()
    state.save(update_fields=["refreshed_at", "days_passed_until", "edition"])


def draw_anew() -> None:
    """What was drawn from the cells is drawn again: something beside them changed, a target or a signature."""
    RollupState.objects.update(edition=uuid4())


def _clear(pks: list[int]) -> None:
    for start in range(0, len(pks), 5000):
        StaleMark.objects.filter(pk__in=pks[start : start + 5000]).delete()


def _mark_days_passed(state: RollupState) -> None:
    """A planned session becomes due by the passing of a day, which no record announces."""
    today = timezone.localdate()
    if state.days_passed_until == today:
        return
    passed = Q(status__in=ActivitySession.OPEN, reported_on__isnull=True, held_on__lt=today)
    if state.days_passed_until:
        passed &= Q(held_on__gte=state.days_passed_until)
    source = BY_NUMBER[1]
    StaleMark.objects.bulk_create(
        StaleMark(source=number, kind=kind, scope=scope, month=month)
        for number, kind, scope, month in addresses(source, passed)
    )
    state.days_passed_until = today


def _by_source(marks: list[tuple[int, int, str, int, int]]) -> dict[int, dict[Kind, Wanted]]:
    result: dict[int, dict[Kind, Wanted]] = {}
    for _, source, kind, scope, month in marks:
        result.setdefault(source, {}).setdefault(Kind(kind), defaultdict(set))[month].add(scope)
    return result


def _refresh_cells(source: Source, wanted: dict[Kind, Wanted]) -> None:
    for kind, scopes in wanted.items():
        for months in _chunks(scopes):
            _delete(source, kind, scopes, months)
            _insert(cells_from_facts(source, kind, scopes, months))
    for scopes in _areas_above(wanted.get(Kind.PLACE, {})):
        for months in _chunks(scopes):
            _delete(source, Kind.AREA, scopes, months)
            _insert(cells_from_cells(scopes, months, {source.number}))


def _areas_above(places: Wanted) -> list[Wanted]:
    """Level by level, the lowest first: the areas that add up what changed in these places."""
    levels = dict(
        Area.objects.filter(
            pk__in={area for scopes in places.values() for place in scopes for area in ancestors(place)}
        )
        .exclude(level=Area.Level.COMMUNITY)
        .values_list("pk", "level")
    )
    result: dict[int, Wanted] = {}
    for month, scopes in places.items():
        for area in {area for place in scopes for area in ancestors(place)} & levels.keys():
            result.setdefault(levels[area], defaultdict(set))[month].add(area)
    return [result[level] for level in sorted(result, reverse=True)]


def _chunks(wanted: Wanted) -> Iterator[list[int]]:
    months = sorted(wanted)
    for start in range(0, len(months), MONTHS_A_STATEMENT):
        yield months[start : start + MONTHS_A_STATEMENT]


def _delete(source: Source, kind: Kind, wanted: Wanted, months: list[int]) -> None:
    chosen = Q(scope__in=[])
    for month in months:
        chosen |= Q(month=month, scope__in=wanted[month])
    _raw_delete(Cell.objects.filter(chosen, source=source.number, kind=kind))


def _raw_delete(cells: QuerySet[Any]) -> None:
    cells._raw_delete(cells.db)  # nothing hangs on a cell


# Whole months --------------------------------------------------------------------------------------------------------


def _refresh_year(year: int) -> int:
    """The marked months of a year, in a transaction of their own: a worker killed after it leaves the other years marked."""
    with transaction.atomic():
        state = _hold()
        whole = StaleMark.objects.filter(kind="", month__range=(year * 100 + 1, year * 100 + 12))
        marks = list(whole.values_list("pk", "source", "month"))
        months_of: dict[int, set[int]] = defaultdict(set)
        for _, number, month in marks:
            months_of[number].add(month)
        alike: dict[tuple[int, ...], set[int]] = defaultdict(set)
        for number, months in months_of.items():
            alike[tuple(sorted(months))].add(number)
        for together, numbers in alike.items():
            _rebuild(numbers, list(together))
        _clear([pk for pk, *_ in marks])
        _release(state, written=True)
    return len(marks)


def _rebuild(numbers: set[int], months: list[int]) -> None:
    _raw_delete(Cell.objects.filter(month__in=months, source__in=numbers))
    for number in sorted(numbers):
        for kind in BY_NUMBER[number].all_scopes:
            _insert(cells_from_facts(BY_NUMBER[number], kind, None, months))
    for level in _levels():
        _insert(cells_from_cells(level, months, numbers))


def _levels() -> list[int]:
    """Towns first, the province last: each adds up the one below."""
    return [level for level in (4, 3, 2, 1) if Area.objects.filter(level=level).exists()]


def months_of_facts(year: int | None = None) -> set[tuple[int, int]]:
    """(source, month) wherever there are facts or figures."""
    result = set(Cell.objects.order_by().values_list("source", "month").distinct())
    for source in SOURCES:
        rows = source.rows()
        if not rows.model._default_manager.exists():  # joined with a million sessions, nothing takes its time too
            continue
        days = rows.order_by().values_list(source.day, flat=True).distinct()
        result |= {(source.number, month_of(day)) for day in days if day is not None}
    return {(source, month) for source, month in result if year is None or month // 100 == year}


def roll_up(year: int | None = None) -> int:
    """Everything anew from the facts. The months are marked first, so that what a kill interrupts is finished by the next refresh."""
    months = months_of_facts(year)
    with transaction.atomic():
        mark_months(sorted(months))
        if year is None:  # what became due by a day's passing is in these months: it need not be looked for again
            _hold()
            RollupState.objects.update(days_passed_until=timezone.localdate())
    refresh()
    return len({month for _, month in months})


# Drift ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Drift:
    """A cell that differs from what its facts say: stored, and as it should be."""

    key: tuple[Any, ...]
    stored: tuple[int, ...] | None
    expected: tuple[int, ...] | None


def find_drift() -> list[Drift]:
    """Compares every stored cell with its facts, in the database. Returns the cells that differ: there must be none."""
    stored: dict[tuple[Any, ...], tuple[int, ...]] = {}
    expected: dict[tuple[Any, ...], tuple[int, ...]] = {}
    for should, have in _pairs(sorted(months_of_facts())):
        for rows, into in ((have.difference(should), stored), (should.difference(have), expected)):
            into.update({tuple(row[:7]): tuple(row[7:]) for row in rows})
    return [Drift(key, stored.get(key), expected.get(key)) for key in sorted(stored.keys() | expected.keys())]


def confirmed_drift() -> list[Drift]:
    """Looked at twice where some is found: what somebody changed while it was compared is no drift."""
    result = {item.key for item in find_drift()}
    if not result:
        return []
    refresh()
    return [item for item in find_drift() if item.key in result]


def _pairs(cells: list[tuple[int, int]]) -> Iterator[tuple[QuerySet[Any], QuerySet[Any]]]:
    """What should be stored beside what is, a year at a time."""
    wanted = [f"c_{name.removesuffix('_id')}" for name in COLUMNS]
    years: dict[tuple[int, int], list[int]] = defaultdict(list)
    for number, month in cells:
        years[number, month // 100].append(month)
    for (number, _), months in years.items():
        have = Cell.objects.filter(month__in=months, source=number).order_by().values_list(*COLUMNS)
        for kind in BY_NUMBER[number].all_scopes:
            yield cells_from_facts(BY_NUMBER[number], kind, None, months).values_list(*wanted), have.filter(kind=kind)
    for year in sorted({year for _, year in years}):
        months = sorted({month for _, month in cells if month // 100 == year})
        for level in _levels():
            areas = Area.objects.filter(level=level).values("pk")
            have = (
                Cell.objects.filter(month__in=months, kind=Kind.AREA, scope__in=areas).order_by().values_list(*COLUMNS)
            )
            yield cells_from_cells(level, months).values_list(*wanted), have


def rebuild() -> list[Drift]:
    """Nightly: waits for nothing stale, looks for drift, repairs the months where some is found, and keeps the count."""
    refresh()
    drift = confirmed_drift()
    if drift:
        log.error("figures drifted in %d cells: %s", len(drift), drift[:5])
        with transaction.atomic():
            mark_months({(item.key[3], item.key[2]) for item in drift})
        refresh()
    with transaction.atomic():
        state = _hold()
        state.rebuilt_at, state.drift_found = timezone.now(), len(drift)
        state.save(update_fields=["rebuilt_at", "drift_found"])
    return drift
