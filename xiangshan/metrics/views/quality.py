"""Data quality, and the jobs that keep figures fresh."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from orgs.models import SocialOrganization
from xiangshan.core.accounts.requests import PortalRequest
from xiangshan.core.areas.models import Area, county_of
from xiangshan.core.rules import require
from xiangshan.metrics import jobs, rules, tasks
from xiangshan.metrics.models import JobRun
from xiangshan.metrics.scoping import form_of, scope_of
from xiangshan.metrics.selectors import quality
from xiangshan.metrics.selectors.checklist import checklist

RUNNABLE = {"refresh": tasks.refresh_figures, "rebuild": tasks.rebuild_figures, "rollup": tasks.roll_up_figures}


@require_GET
def data_quality(request: PortalRequest) -> HttpResponse:
    """Completeness and timeliness by organization and town, open doubts, outliers, corrections, and what closing still lacks."""
    user = request.user
    require(rules.can_read_quality(user))
    form = form_of(request)
    for name in ("category", "department"):  # quality is asked of everything an area did
        form.fields.pop(name, None)
    scope, areas = scope_of(user, {"area": form.wanted.get("area")})
    area, period = next(row for row in areas if row.pk == scope.id), form.period
    held_by = quality.of_scope(user, area, period).values("organization")
    organizations = {
        organization.pk: str(organization) for organization in SocialOrganization.objects.filter(pk__in=held_by)
    }
    towns = {row.pk: row.name for row in Area.objects.filter(pk__in=[row.pk for row in areas])}
    returned, corrected = quality.corrections(user, area, period)
    year = period.first // 100
    county = Area.objects.filter(pk=county_of(area.pk)).first()
    sorting = request.GET.get("sort", "")
    lines = quality.by_group(user, area, period, "organization", organizations)
    if sorting == "timeliness":
        lines.sort(key=lambda line: (line.timeliness or 0, line.id))
    context = {
        "form": form,
        "area": area,
        "period": period,
        "seen": set(rules.visible_organizations(user).filter(pk__in=organizations).values_list("pk", flat=True)),
        "organizations": lines,
        "towns": quality.by_group(user, area, period, "town", towns) if len(areas) > 1 else [],
        "outliers": quality.outliers(user, area, period),
        "returned": returned,
        "corrected": corrected,
        "missing": [item for item in checklist(county, year) if item.open and item.is_open_to(user)]
        if county and area.pk == county.pk
        else [],
        "below": {row.pk for row in areas if row.pk != area.pk},
        "area_key": str(area.pk),
        "year": year,
        "first": str(period.starts_on),
        "last": str(period.ends_on),
    }
    return render(request, "metrics/data_quality.html", context)


@require_GET
def job_list(request: PortalRequest) -> HttpResponse:
    """What ran, how long, what waits, what drift was found; and what can be run again."""
    require(rules.can_read_jobs(request.user))
    context = {
        "jobs": jobs.newest(),
        "runs": JobRun.objects.exclude(text="").order_by("-pk")[:50],
        "failed": JobRun.objects.filter(outcome="failed").order_by("-pk")[:10],
        "waiting": jobs.waiting(),
        "state": jobs.state(),
    }
    return render(request, "metrics/job_list.html", context)


@require_POST
def job_run(request: PortalRequest, name: str) -> HttpResponse:
    """Rings the worker; what it did stands on the page when it is done."""
    require(rules.can_read_jobs(request.user))
    if name not in RUNNABLE:
        raise Http404
    try:
        RUNNABLE[name].apply_async(ignore_result=True)
    except Exception:
        messages.error(request, "作业队列现在没有响应，请稍后再试；没有数据丢失")
    else:
        messages.success(request, "已交给后台处理，稍后刷新本页查看结果")
    return redirect("job_list")
