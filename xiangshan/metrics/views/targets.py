"""Targets of a year: set, changed and dropped with a reason."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from xiangshan.core.accounts.requests import PortalRequest
from xiangshan.core.areas.models import Area
from xiangshan.core.rules import require
from xiangshan.metrics import figures, rules
from xiangshan.metrics.actions import targets
from xiangshan.metrics.forms.sharing import TargetForm
from xiangshan.metrics.models import Target
from xiangshan.metrics.periods import Period
from xiangshan.metrics.registry import BY_CODE
from xiangshan.metrics.scoping import form_of, scope_of
from xiangshan.metrics.selectors.aims import Aim, elapsed_of
from xiangshan.shared.forms import ReasonForm
from xiangshan.shared.history.selectors import entries_of, lines
from xiangshan.shared.responses import form_page, get_or_post

asks = require_http_methods(["GET", "HEAD", "POST"])


def _list(area: Area, year: int) -> str:
    return f"{reverse('target_list')}?year={year}&area={area.pk}"


@require_GET
def target_list(request: PortalRequest) -> HttpResponse:
    """The targets of an area and a year: actual, target, pace, who set it and why."""
    user = request.user
    require(rules.can_read_quality(user))
    form = form_of(request)
    scope, areas = scope_of(user, {"area": form.wanted.get("area")})
    area = next(item for item in areas if item.pk == scope.id)
    year = form.wanted.get("year") or timezone.localdate().year
    period = Period.year(year)
    now = figures.figures(scope, period)
    rows = Target.objects.visible_to(user).filter(area=area, year=year).select_related("set_by")
    aims = [
        (Aim(item, now[item.metric], elapsed_of(period)), lines(entries_of(item), user))
        for item in rows
        if item.metric in now and rules.can_read_metric(user, BY_CODE[item.metric], scope.over)
    ]
    context = {
        "form": form,
        "area": area,
        "year": year,
        "aims": aims,
        "can_set": rules.can_set_target(user, area),
        "elapsed": elapsed_of(period),
    }
    return render(request, "metrics/target_list.html", context)


@require_GET
def target_detail(request: PortalRequest, pk: int) -> HttpResponse:
    """A target stands among those of its area and year."""
    target = get_object_or_404(Target.objects.visible_to(request.user).select_related("area"), pk=pk)
    return redirect(_list(target.area, target.year))


@get_or_post
def target_set(request: PortalRequest, area: int, year: int) -> HttpResponse:
    """制定或调整目标."""
    place = get_object_or_404(rules.visible_areas(request.user), pk=area)
    require(rules.can_set_target(request.user, place))
    code = request.GET.get("metric", "")
    if code and code not in BY_CODE:
        raise Http404
    before = Target.objects.filter(area=place, year=year, metric=code).first()
    initial: dict[str, Any] = {"metric": code} | ({"value": before.value} if before else {})
    return form_page(
        request,
        TargetForm(request.POST or None, initial=initial),
        lambda data: targets.set_target(
            place, year, data["metric"], data["value"], reason=data["reason"], by=request.user
        ),
        done="已保存目标",
        to=_list(place, year),
        heading=f"{place} {year} 年目标",
        hint="同一指标再次填写即为调整；每次的依据都留在变更记录里。",
    )


@get_or_post
def target_drop(request: PortalRequest, pk: int) -> HttpResponse:
    target = get_object_or_404(Target.objects.visible_to(request.user).select_related("area"), pk=pk)
    require(rules.can_set_target(request.user, target.area))
    area, year = target.area, target.year
    return form_page(
        request,
        ReasonForm(request.POST or None),
        lambda data: targets.drop_target(target, reason=data["reason"], by=request.user),
        done="已移除目标",
        to=_list(area, year),
        heading=f"移除目标：{BY_CODE[target.metric].name}",
        hint="变更记录仍然保留。",
        button="移除目标",
    )
