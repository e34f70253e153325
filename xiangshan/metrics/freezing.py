"""A year as it is frozen: figures that follow from the facts beside them, and a digest of both."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from mediation.models import Studio
from orgs.models import SocialOrganization
from services.models import ServiceCategory, ServiceContract
from xiangshan.core.areas.models import Area, within
from xiangshan.metrics import figures
from xiangshan.metrics.documents.formatting import definition_of
from xiangshan.metrics.facts import Fact, add_up, facts_behind
from xiangshan.metrics.figures import Figure, Scope
from xiangshan.metrics.models import FrozenFact, FrozenFigure, Kind, Target, YearClosing
from xiangshan.metrics.periods import Period
from xiangshan.metrics.registry import BY_CODE, METRICS

TREND = [BY_CODE["sessions_held"], BY_CODE["workers_served"]]
NAMED: dict[Kind, Any] = {Kind.ORGANIZATION: SocialOrganization, Kind.CONTRACT: ServiceContract, Kind.STUDIO: Studio}


def definitions() -> dict[str, dict[str, Any]]:
    """The definitions of today, as a closing keeps them."""
    return {metric.code: {**definition_of(metric), "order": n} for n, metric in enumerate(METRICS)}


def compared_with(area: Area, year: int) -> dict[str, Any]:
    """What a statement compares with, as it stands: the county's year before, by month too, and the targets set for this one."""
    before = Period.year(year - 1)
    scope = figures.Scope.of_area(area)
    sums = figures.read_sums(scope, before.first, before.last)
    months = {
        str(month): {
            code: str(one.numerator) for code, one in figures.figures(scope, Period.month(month), sums, TREND).items()
        }
        for month in before.months
    }
    result = figures.figures(scope, before, sums)
    return {
        "before": {code: [str(one.numerator), one.denominator, quantile_of(one)] for code, one in result.items()},
        "months_before": months,
        "targets": {target.metric: str(target.value) for target in Target.objects.filter(area=area, year=year)},
    }


def facts_of_year(area_id: int, year: int) -> list[Fact]:
    """Everything the figures of a county's year rest on, as it is now."""
    return sorted(
        facts_behind(area_id, date(year, 1, 1), date(year, 12, 31), figures.STOCKS),
        key=lambda fact: (fact.source, fact.record),
    )


def periods_of(year: int) -> list[Period]:
    """The year, its quarters and its months."""
    return [
        Period.year(year),
        *(Period.quarter(year, n) for n in (1, 2, 3, 4)),
        *(Period.month(month) for month in Period.year(year).months),
    ]


def figures_of(
    area: Area, year: int, facts: Iterable[Fact], names: dict[tuple[Kind, int, int], str] | None = None
) -> Iterator[Figure]:
    """Every figure of the year: of the county by month, quarter and year; of towns, organizations, contracts, studios and
    categories for the year. What is nothing of nothing is left out."""
    sums = add_up(list(facts))
    names = names_of(area, set(sums)) if names is None else names
    for (kind, pk, category), added in sorted(sums.items()):
        if (kind, pk, category) not in names:
            continue
        scope = Scope(kind, pk, names[kind, pk, category], category or None)
        of_county = (pk, category) == (area.pk, 0)
        for period in periods_of(year) if of_county else [Period.year(year)]:
            for figure in figures.figures(scope, period, added).values():
                if figure.numerator or (figure.metric.is_rate and figure.denominator) or of_county:
                    yield figure


def names_of(area: Area, scopes: set[tuple[Kind, int, int]]) -> dict[tuple[Kind, int, int], str]:
    """The scopes a statement speaks of, by name: the county and its towns; who, for which contract, in which category."""
    categories = dict(ServiceCategory.objects.values_list("pk", "name"))
    areas = dict(Area.objects.filter(within(area.pk, "pk"), level__lte=Area.Level.TOWN).values_list("pk", "name"))
    result = {(Kind.AREA, pk, 0): name for pk, name in areas.items()}
    result |= {(Kind.AREA, area.pk, pk): name for pk, name in categories.items()}
    for kind, model in NAMED.items():
        keys = [pk for one, pk, category in scopes if one == kind and not category]
        for start in range(0, len(keys), 500):
            result |= {(kind, item.pk, 0): str(item) for item in model.objects.filter(pk__in=keys[start : start + 500])}
    return result


def freeze(closing: YearClosing, facts: list[Fact], drafted: list[Figure]) -> str:
    """Writes what was compiled beside its closing; returns the digest."""
    FrozenFact.objects.bulk_create(
        (FrozenFact(closing=closing, source=fact.source, **fact.as_json()) for fact in facts), batch_size=500
    )
    FrozenFigure.objects.bulk_create(
        (
            FrozenFigure(
                closing=closing,
                metric=item.metric.code,
                kind=item.scope.kind,
                scope=item.scope.id,
                scope_name=item.scope.name[:80],
                category=item.scope.category or 0,
                first=item.period.first,
                last=item.period.last,
                numerator=item.numerator,
                denominator=item.denominator,
                quantile=quantile_of(item),
            )
            for item in drafted
        ),
        batch_size=500,
    )
    return digest_of(closing)


def quantile_of(figure: Figure) -> int | None:
    """What cannot be divided out of numerator and denominator."""
    return None if figure.metric.quantile is None or figure.value is None else int(figure.value)


def thaw(closing: YearClosing) -> list[Fact]:
    """The facts as they were frozen."""
    rows = closing.facts.order_by("source", "record").values_list("source", "record", "keys", "values")
    return [Fact.from_json(*row) for row in rows]


def signature_of(closing: YearClosing) -> str:
    """SHA-256 over what was signed, by whom, when, and with which words."""
    signed_at = timezone.localtime(closing.signed_at).isoformat() if closing.signed_at else ""
    signed = [closing.digest, closing.signed_by_name, signed_at, closing.opinion]
    return hashlib.sha256(json.dumps(signed, ensure_ascii=False).encode()).hexdigest()


def digest_of(closing: YearClosing) -> str:
    """SHA-256 over everything frozen, in one fixed order and spelling: the same content, the same digest on every database."""
    digest = hashlib.sha256()

    def add(*what: Any) -> None:
        digest.update(json.dumps(what, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n")

    add("closing", closing.area_id, closing.area_name, closing.year, closing.version, closing.remarks)
    add("compiled", closing.compiled_by_name, timezone.localtime(closing.compiled_at).isoformat())
    add("checklist", closing.checklist)
    add("definitions", closing.definitions)
    add("compared", closing.before, closing.months_before, closing.targets)
    columns = ("kind", "scope", "category", "first", "last", "metric")
    for *key, name, numerator, denominator, quantile in (
        closing.figures.order_by(*columns)
        .values_list(*columns, "scope_name", "numerator", "denominator", "quantile")
        .iterator(chunk_size=2000)
    ):
        add(*key, name, f"{Decimal(numerator):.2f}", denominator, quantile)
    for row in (
        closing.facts.order_by("source", "record").values_list("source", "record", "keys", "values").iterator(2000)
    ):
        add(*row)
    return digest.hexdigest()
