"""How supported organizations grew beside the others: read from cells alone."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Q, Sum
from django.utils import timezone

from projects.effects import Growth, grown
from xiangshan.core.areas.models import Area, is_above_counties
from xiangshan.metrics import sources
from xiangshan.metrics.models import VALUES, Cell, Kind
from xiangshan.metrics.periods import Period
from xiangshan.metrics.sources import Source


def ends_of(period: Period) -> tuple[date, date]:
    """The day before a period, and its last day, or today while it runs."""
    return period.starts_on - timedelta(days=1), min(period.ends_on, timezone.localdate())


def growth(areas: list[Area], period: Period) -> list[Growth]:
    """Organizations with key support at the end of the period or a project in it, and the others that had reported before it.

    The areas are a scope's own and those right below it; above counties nobody is compared.
    """
    if not areas or is_above_counties(min(area.pk for area in areas)):
        return []
    until_end, before = Q(month__lte=period.last), Q(month__lt=period.first)
    last_year = period.year_before()
    then = Q(month__range=(last_year.first, last_year.last))
    during = Q(month__range=(period.first, period.last))
    sums = {
        "members_before": _sum(sources.STRENGTH, "formal_members", before),
        "members_after": _sum(sources.STRENGTH, "formal_members", until_end),
        "volunteers_before": _sum(sources.STRENGTH, "volunteers", before),
        "volunteers_after": _sum(sources.STRENGTH, "volunteers", until_end),
        "sessions_before": _sum(sources.SESSIONS, "verified", then),
        "sessions_after": _sum(sources.SESSIONS, "verified", during),
        "reports": _sum(sources.STRENGTH, "reports", before),
        "key": _sum(sources.KEY_FROM, "key", until_end),
        "key_over": _sum(sources.KEY_TO, "key", until_end),
        "running": _sum(sources.PROJECTS_FROM, "projects", until_end),
        "over": _sum(sources.PROJECTS_TO, "projects", before),
    }
    cells = Cell.objects.filter(kind=Kind.ORGANIZATION, area__in=[area.pk for area in areas])
    compared = (sources.STRENGTH, sources.SESSIONS, sources.KEY_FROM, sources.KEY_TO)
    result = cells.filter(
        until_end, source__in=[item.number for item in (*compared, sources.PROJECTS_FROM, sources.PROJECTS_TO)]
    )
    rows = result.order_by().values_list("scope").annotate(**sums).values_list(*sums)
    groups: dict[bool, list[Any]] = {True: [], False: []}
    for *numbers, reports, key, key_over, running, over in rows:
        if reports > 0:
            groups[key > key_over or running > over].append(numbers)
    return [grown("得到扶持的组织", groups[True]), grown("其他组织", groups[False])]


def _sum(source: Source, measure: str, when: Q) -> Sum:
    return Sum(VALUES[source.column(measure)], filter=when & Q(source=source.number), default=0)
