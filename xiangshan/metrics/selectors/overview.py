"""What a dashboard shows of a scope and a period: read from cells alone, in a handful of queries."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from orgs.maps import mapped
from orgs.tiles import placed
from xiangshan.core.accounts.models import User
from xiangshan.core.areas.counties import county_at
from xiangshan.core.areas.models import Area, county_of, is_above_counties, is_above_towns
from xiangshan.metrics import breakdowns, figures, growth, rules
from xiangshan.metrics.breakdowns import BreakdownRow
from xiangshan.metrics.definitions import Metric
from xiangshan.metrics.documents.formatting import change_of, definition_of
from xiangshan.metrics.figures import Figure, Scope, address_of
from xiangshan.metrics.models import Kind, Restatement, Target, YearClosing
from xiangshan.metrics.movements import HEADLINES, MOVEMENTS, SHOWN
from xiangshan.metrics.periods import Period
from xiangshan.metrics.selectors.aims import Aim, elapsed_of, shortfalls, targets_of

RANKED = 3


@dataclass(frozen=True)
class ShownFigure:
    """A figure as a dashboard shows it: with the year before, the change, and its target."""

    figure: Figure
    before: Figure | None
    aim: Aim | None

    @property
    def detail(self) -> str:
        """The page that says what it means."""
        return f"{address_of('figure_list')}{self.figure.metric.code}/"

    @property
    def change(self) -> str:
        if self.before is None or self.figure.metric.quantile is not None or self.figure.is_part:
            return ""
        text = change_of(
            definition_of(self.figure.metric),
            (self.figure.numerator, self.figure.denominator),
            (self.before.numerator, self.before.denominator),
        )
        return "" if text == "—" else text


def shown_of(
    codes: Sequence[str], now: dict[str, Figure], then: dict[str, Figure], targets: dict[str, Target], elapsed: float
) -> list[ShownFigure]:
    """Some figures in their order, each with the year before and its target; what the scope does not have is left out."""
    return [
        ShownFigure(now[code], then.get(code), Aim(targets[code], now[code], elapsed) if code in targets else None)
        for code in codes
        if code in now
    ]


def overview(
    scope: Scope, areas: list[Area], period: Period, wanted: Sequence[Metric], *, later: bool = False
) -> dict[str, Any]:
    """The first part of a dashboard. With `later` a second part follows, which lists the counties of an area above them."""
    before = period.year_before()
    sums = figures.read_sums(scope, before.first, period.last, minutes_of=period)
    now = figures.figures(scope, period, sums, wanted)
    then = figures.figures(scope, before, sums, [metric for metric in wanted if metric.quantile is None])
    targets, elapsed = targets_of(scope, period), elapsed_of(period)

    evidence, categories = breakdowns.by_evidence_and_category(scope, period)
    towns = breakdowns.by_area(scope, areas, period) if areas and not (later and has_counties(scope)) else []
    own = [line for line in towns if line.id == scope.id]
    below = [line for line in towns if line not in own]
    tiles = (
        placed(below, lambda line: int(line.id), lambda line: line.workers, county_at(scope.id).tiles)
        # Communities of a town have no place on the grid, nor have counties.
        if len(towns) > 1 and is_above_towns(scope.id) and not has_counties(scope)
        else []
    )
    aims = [Aim(target, now[code], elapsed) for code, target in targets.items() if code in now]
    return {
        "period": period,
        "scope": scope,
        "headlines": shown_of(HEADLINES, now, then, targets, elapsed),
        "movements": [
            (title, text, lines[:SHOWN], lines[SHOWN:])
            for title, text, codes in MOVEMENTS
            if (lines := shown_of(codes, now, then, targets, elapsed))
        ],
        "trend": breakdowns.by_month(scope, sums, period, before),
        "sessions_target": targets.get("sessions_held"),
        "aims": aims,
        "shortfalls": shortfalls(aims, below),
        "evidence": evidence,
        "categories": categories,
        "towns": [line for line in towns if line.sessions or line.pending],
        "idle": [line for line in towns if not (line.sessions or line.pending)],
        "tiles": tiles,
        "town_map": mapped(
            scope.id, tiles, lambda line: (int(line.id), line.name, f"{line.workers:,} 人次", line.drill)
        )
        if tiles
        else None,
        "answered": now.get("response_rate"),
        "closing": closing_of(scope, period),
    }


def has_counties(scope: Scope) -> bool:
    return scope.declared_kind == Kind.AREA and is_above_counties(scope.id)


def closing_of(scope: Scope, period: Period) -> YearClosing | None:
    """The year that was signed, of the county a dashboard speaks of, with how many facts were put right since; a reopened one
    until it is signed anew."""
    if scope.place is None or is_above_counties(scope.place):
        return None
    closing, restatement = YearClosing._meta.db_table, Restatement._meta.db_table
    sql = (
        "SELECT id, year, version, status, signed_at, area_id, signed_by_name, "  # noqa: S608
        f"(SELECT COUNT(*) FROM {restatement} WHERE closing_id = {closing}.id) AS restated FROM {closing} "
        "WHERE area_id = %s AND year = %s AND signed_at IS NOT NULL ORDER BY version DESC LIMIT 1"
    )
    return next(iter(YearClosing.objects.raw(sql, [county_of(scope.place), period.first // 100])), None)


def organizations_of(user: User, scope: Scope, areas: list[Area], period: Period) -> list[BreakdownRow]:
    """Who held them. Another's who came from elsewhere is named, and has no dashboard for this reader."""
    lines = breakdowns.by_organization(scope, areas, period, limit=None) if areas else []
    own = set(rules.visible_organizations(user).filter(pk__in=[line.id for line in lines]).values_list("pk", flat=True))
    return [line if line.id in own else replace(line, drill="") for line in lines]


def second_part(user: User, scope: Scope, areas: list[Area], period: Period) -> dict[str, Any]:
    """What comes a moment later: organizations, the best and the worst of them, and growth; above counties, the counties."""
    organizations = organizations_of(user, scope, areas, period)
    best, worst = ranked(organizations)
    return {
        "period": period,
        "scope": scope,
        "counties": breakdowns.by_area(scope, areas, period) if has_counties(scope) else [],
        "organizations": organizations[:10],
        "best": best,
        "worst": worst,
        "growth": growth.growth(areas, period),
        "growth_ends": growth.ends_of(period),
    }


def ranked(lines: list[BreakdownRow]) -> tuple[list[BreakdownRow], list[BreakdownRow]]:
    """The most and the least satisfying of those with enough answers; nobody stands in both."""
    enough = sorted(
        (line for line in lines if not line.too_few and line.rate is not None),
        key=lambda line: (-(line.rate or 0), -line.responses),
    )
    best = enough[:RANKED]
    return best, list(reversed(enough[len(best) :]))[:RANKED]
