"""All figures of all months as the dashboards read them, for whoever wants to compare them with something else."""

from django.db.models import Sum

from xiangshan.metrics import figures
from xiangshan.metrics.figures import Scope
from xiangshan.metrics.models import VALUES, Cell, Kind
from xiangshan.metrics.periods import Period
from xiangshan.metrics.registry import METRICS

KINDS = {Kind.ORGANIZATION: "organization", Kind.CONTRACT: "contract", Kind.STUDIO: "studio"}


def text(response) -> str:
    """A page as text."""
    return response.content.decode()


def monthly() -> dict[tuple[str, str, int, int], tuple[int, int]]:
    """(metric, dimension, scope, month) -> numerator in whole fen or pieces, denominator (0 where there is none)."""
    found: dict[tuple[str, str, int, int], tuple[int, int]] = {}
    for (dimension, kind, scope, category), by_month in _sums().items():
        of = Scope(kind, scope, "", category)
        wanted = [one for one in figures.metrics_for(of) if one.adds_up and one.quantile is None]
        for month, sums in by_month.items():
            for code, figure in figures.figures(of, Period.month(month), sums, wanted).items():
                n = int(figure.numerator * 100) if figure.metric.is_money else int(figure.numerator)
                d = figure.denominator if figure.metric.is_rate else 0
                if n or d:
                    key = code, dimension, category or scope, month
                    others_n, others_d = found.get(key, (0, 0))  # a category of several counties
                    found[key] = (others_n + n, others_d + d)
    assert {code for code, *_ in found} <= {metric.code for metric in METRICS}
    return found


def _sums():
    found = {}
    rows = (
        Cell.objects.exclude(kind=Kind.PLACE)
        .order_by()
        .values_list("kind", "scope", "month", "source", "evidence", "split")
        .annotate(**{f"sum_{name}": Sum(name) for name in VALUES})
    )
    for kind, scope, month, source, evidence, split, *values in rows.iterator():
        if kind == Kind.AREA and scope % 1_000_000 == 0 and scope % 100_000_000 == 0:
            continue  # provinces
        dimension = KINDS.get(kind) or ("county" if scope % 1_000_000 == 0 else "town")
        places = [(dimension, Kind(kind), scope, None)]
        if dimension == "county" and source == 1:
            places.append(("category", Kind.AREA, scope, split))
        for place in places:
            sums = found.setdefault(place, {}).setdefault(month, {})
            key = (source, evidence, month)
            sums[key] = [a + b for a, b in zip(sums.get(key, [0] * len(values)), values, strict=True)]
    return found
