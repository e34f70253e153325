"""Figures one by one: all of them with their definitions, one in detail, one by two dimensions; kept at hand, taken along."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from xiangshan.core.accounts.requests import PortalRequest
from xiangshan.core.keys import key_of
from xiangshan.core.rules import require
from xiangshan.metrics import breakdowns, exports, figures, pivot, rules
from xiangshan.metrics.actions import sharing
from xiangshan.metrics.definitions import Metric
from xiangshan.metrics.documents import brief
from xiangshan.metrics.models import Favourite, Kind, StaleMark
from xiangshan.metrics.movements import HEADLINES, MOVEMENTS
from xiangshan.metrics.periods import Period
from xiangshan.metrics.registry import BY_CODE
from xiangshan.metrics.scoping import form_of, metrics_of, scope_of
from xiangshan.metrics.selectors.aims import Aim, elapsed_of, targets_of
from xiangshan.metrics.selectors.overview import ShownFigure, shown_of
from xiangshan.shared.responses import answer_action

SESSIONS = ("sessions_held", "workers_served", "satisfaction_rate", "response_rate")


def _asked(request: PortalRequest) -> tuple[Any, Any, Any, Period]:
    require(rules.can_read_figures(request.user))
    form = form_of(request)
    scope, areas = scope_of(request.user, form.wanted)
    return form, scope, areas, form.period


def _metric(request: PortalRequest, code: str, scope: figures.Scope) -> Metric:
    """The metric, if this reader reads it and the scope has it."""
    metric = BY_CODE.get(code)
    if metric is None or metric not in metrics_of(request.user, scope):
        raise Http404
    return metric


@require_GET
def figure_list(request: PortalRequest) -> HttpResponseBase:
    """Every figure of a scope and period with what it means; ?export= takes them along with their definitions."""
    form, scope, _, period = _asked(request)
    wanted = metrics_of(request.user, scope)
    if kind := request.GET.get("export"):
        return exports.answer(kind, scope, period, wanted)
    before = period.year_before()
    sums = figures.read_sums(scope, before.first, period.last)
    now, then = (figures.figures(scope, item, sums, wanted) for item in (period, before))
    targets, elapsed = targets_of(scope, period), elapsed_of(period)
    order = [("活动与评价", [*HEADLINES, "response_rate"]), *((name, codes) for name, _, codes in MOVEMENTS)]
    groups = [(name, shown_of(codes, now, then, targets, elapsed)) for name, codes in order]
    context = {
        "form": form,
        "scope": scope,
        "period": period,
        "groups": [(name, lines) for name, lines in groups if lines],
        "favourites": Favourite.objects.filter(user=request.user),
        "freshness": figures.freshness(),
    }
    return render(request, "metrics/figure_list.html", context)


@require_GET
def figure_detail(request: PortalRequest, code: str) -> HttpResponse:
    """One figure: what it means, what it rests on, month by month beside last year and another scope, and its rows."""
    form, scope, areas, period = _asked(request)
    metric = _metric(request, code, scope)
    before = period.year_before()
    sums = figures.read_sums(scope, before.first, period.last)
    other = _versus(request, metric, scope.category)
    other_sums = figures.read_sums(other, period.first, period.last) if other else {}

    def of(one: Period, whose: Any = scope, added: Any = sums) -> Any:
        return figures.figures(whose, one, added, [metric])[metric.code]

    months = [
        (
            month,
            of(Period.month(month)),
            of(Period.month(month - 100)),
            of(Period.month(month), other, other_sums) if other else None,
        )
        for month in period.months
    ]
    targets = targets_of(scope, period)
    figure = of(period)
    context = {
        "form": form,
        "metric": metric,
        "scope": scope,
        "period": period,
        "figure": figure,
        "shown": ShownFigure(
            figure, of(before), Aim(targets[code], figure, elapsed_of(period)) if code in targets else None
        ),
        "other": of(period, other, other_sums) if other else None,
        "versus": request.GET.get("versus", ""),
        "months": months,
        "evidence": breakdowns.by_evidence_and_category(scope, period)[0] if code in SESSIONS else [],
        "attended": figures.figures(scope, period, sums, [BY_CODE["response_rate"]])["response_rate"]
        if code == "satisfaction_rate"
        else None,
        "comparable": [
            area
            for area in rules.visible_areas(request.user).filter(level__lte=4).order_by("pk")
            if area.pk != scope.id
        ]
        if request.user.areas and Kind.AREA in metric.scopes
        else [],
        "can_pivot": pivot.can_pivot(metric),
        "freshness": figures.freshness(),
        "waiting": StaleMark.objects.filter(
            source__in={term.source.number for term in metric.terms}, month__lte=period.last
        ).count(),
    }
    return render(request, "metrics/figure_detail.html", context)


def _versus(request: PortalRequest, metric: Metric, category: int | None) -> figures.Scope | None:
    """Another area to compare with, of those the reader reads."""
    asked = key_of(request.GET.get("versus"))
    if not asked or Kind.AREA not in metric.scopes:
        return None
    area = rules.visible_areas(request.user).filter(pk=asked).first()
    if area is None or not rules.can_read_metric(request.user, metric, rules.Place(area.pk)):
        raise Http404
    return figures.Scope.of_area(area, category)


@require_GET
def figure_pivot(request: PortalRequest) -> HttpResponseBase:
    """交叉表: a figure by two dimensions."""
    form, scope, areas, period = _asked(request)
    offered = [metric for metric in metrics_of(request.user, scope) if pivot.can_pivot(metric)]
    code = request.GET.get("metric") or "workers_served"
    metric = next((item for item in offered if item.code == code), offered[0] if offered else None)
    if metric is None:
        raise Http404
    dimensions = pivot.dimensions_of(metric, scope)
    row = request.GET.get("row") if request.GET.get("row") in dimensions else next(iter(reversed(dimensions)))
    others = pivot.beside(row or "", dimensions, scope)
    column = request.GET.get("column") if request.GET.get("column") in others else others[0]
    table = pivot.pivot(metric, scope, areas, period, row or "", column or "")
    if kind := request.GET.get("export"):
        return exports.answer_pivot(kind, metric, scope, period, table, dimensions[row or ""])
    context = {
        "form": form,
        "scope": scope,
        "period": period,
        "metric": metric,
        "offered": offered,
        "dimensions": dimensions,
        "row": row,
        "column": column,
        "pivot": table,
        "freshness": figures.freshness(),
    }
    return render(request, "metrics/figure_pivot.html", context)


@require_POST
def favourite_new(request: PortalRequest) -> HttpResponse:
    """收藏 this figure, under a name."""
    name, address = (request.POST.get(field, "").replace("\x00", "").strip() for field in ("name", "address"))
    back = address if address.startswith("/dashboard/") else reverse("figure_list")
    return answer_action(
        request, lambda: sharing.keep_favourite(name, address, by=request.user), done="已收藏", to=back
    )


@require_POST
def favourite_drop(request: PortalRequest, pk: int) -> HttpResponse:
    sharing.drop_favourite(pk, by=request.user)
    return redirect("figure_list")


@require_GET
def figure_brief(request: PortalRequest, kind: str) -> HttpResponse:
    """月报、季报: of the figures as they are now."""
    _, scope, areas, period = _asked(request)
    return brief.answer(kind, scope, areas, period, metrics_of(request.user, scope))
