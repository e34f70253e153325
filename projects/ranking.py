"""Applications by what their reviewers gave: mean, spread, ties, and where the money ends."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch

from projects.models import Programme, Review, SupportProject
from xiangshan.shared.scoring import mean_of, spread_of, weighted


@dataclass
class RankedProject:
    """One application in the ranking."""

    project: SupportProject
    mean: Decimal
    spread: Decimal
    scores: list[tuple[str, Decimal, str]] = field(default_factory=list)  # reviewer, score, comment
    place: int = 0
    is_tied: bool = False
    # Asked for by this one and all before it; whether the budget still carries that.
    together: Decimal = Decimal(0)
    within: bool = True


def score_of(review: Review) -> Decimal:
    """One sheet's score, 0 to 100, by the weights of its programme. Reads what was fetched with it."""
    points = {score.criterion_id: score.points for score in review.scores.all()}
    return weighted(points, {score.criterion_id: score.criterion.weight for score in review.scores.all()})


def ranking_of(programme: Programme) -> list[RankedProject]:
    """The best first; equal means share a place. Three queries, however many applications."""
    sheets = Review.objects.filter(status=Review.Status.SUBMITTED).select_related("reviewer").order_by("pk")
    sheets = sheets.prefetch_related("scores__criterion")
    judged: Any = programme.projects.filter(
        status__in=(SupportProject.Status.REVIEWING, SupportProject.Status.DECLINED, *SupportProject.GRANTED)
    )
    judged = judged.select_related("organization").prefetch_related(Prefetch("reviews", sheets, to_attr="sheets"))
    ranked = []
    for project in judged.order_by("pk"):
        scores = [(str(sheet.reviewer), score_of(sheet), sheet.comment) for sheet in project.sheets]
        given = [score for _, score, _ in scores]
        ranked.append(RankedProject(project, mean_of(given), spread_of(given), scores))
    return with_line(placed(ranked), programme.budget)


def sheets_of(programme: Programme) -> list[Review]:
    """Who judges what, and how far it is; never what was given."""
    sheets = Review.objects.filter(project__programme=programme).select_related("project__organization", "reviewer")
    return list(sheets.order_by("project", "pk"))


def placed(ranked: Iterable[RankedProject]) -> list[RankedProject]:
    """In order of the mean; who shares a mean shares the place, and the next place is skipped."""
    items = sorted(ranked, key=lambda one: (-one.mean, one.project.pk))
    for index, one in enumerate(items):
        before = items[index - 1] if index else None
        same = before is not None and before.mean == one.mean
        one.place = before.place if before is not None and same else index + 1
        if before is not None and same:
            one.is_tied = before.is_tied = True
    return items


def with_line(ranked: Sequence[RankedProject], budget: Decimal) -> list[RankedProject]:
    """Draws the line where the money ends: from the first that does not fit any more, all lie below it."""
    together, within = Decimal(0), True
    for item in ranked:
        together += item.project.requested_amount
        within = within and together <= budget
        item.together, item.within = together, within
    return list(ranked)


def spread_evenly(
    projects: Sequence[int], reviewers: Sequence[int], each: int, *, barred: set[tuple[int, int]], load: dict[int, int]
) -> tuple[list[tuple[int, int]], list[int]]:
    """Gives every project `each` reviewers, the least loaded first, none who is barred from it.

    `barred` holds (project, reviewer) that may not be, or already are. Returns the new pairs, and the projects for which there were
    too few.
    """
    load = {reviewer: load.get(reviewer, 0) for reviewer in reviewers}
    pairs, short = [], []
    for project in projects:
        free = sorted((one for one in reviewers if (project, one) not in barred), key=lambda one: (load[one], one))
        for reviewer in free[:each]:
            pairs.append((project, reviewer))
            load[reviewer] += 1
        if len(free) < each:
            short.append(project)
    return pairs, short
