from hashlib import sha256
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from orgs.querysets import AREA_READERS
from services.models import ServiceContract
from xiangshan.accounts.models import Role, User
from xiangshan.accounts.requests import PortalRequest
from xiangshan.areas.models import Area
from xiangshan.metrics import figures, growth, rules
from xiangshan.metrics.declaring import Metric
from xiangshan.metrics.forms import DashboardForm
from xiangshan.metrics.models import Kind
from xiangshan.metrics.movements import HEADLINES, MOVEMENTS
from xiangshan.metrics.periods import FIRST_YEAR, Period
from xiangshan.metrics.registry import BY_CODE
from xiangshan.rules import require

KEPT_FOR = 300  # seconds: how long a town, category or organization may still go by the name it had


def _form(request: PortalRequest) -> DashboardForm:
    years = range(FIRST_YEAR, timezone.localdate().year + 1)
    return DashboardForm({"year": timezone.localdate().year, **request.GET.dict()}, user=request.user, years=years)


def _scope(user: User, wanted: dict[str, Any]) -> tuple[figures.Scope, list[Area]]:
    """Whose figures the page shows, and the areas it breaks them down by. Another's figures answer 404."""
    category = wanted["category"].pk if wanted.get("category") else None
    if pk := wanted.get("organization"):
        organization = get_object_or_404(rules.visible_organizations(user), pk=pk)
        return figures.Scope(Kind.ORGANIZATION, organization.pk, str(organization), category), []
    if pk := wanted.get("contract"):
        contract = get_object_or_404(ServiceContract.objects.visible_to(user), pk=pk)
        return figures.Scope(Kind.CONTRACT, contract.pk, contract.title, category), []
    if pk := wanted.get("studio"):
        studio = get_object_or_404(rules.visible_studios(user), pk=pk)
        return figures.Scope(Kind.STUDIO, studio.pk, str(studio)), []
    asked = wanted.get("area")
    if not asked and not user.holds(*AREA_READERS):
        own, studios = sorted(user.scope(Role.ORG_LEADER)), sorted(user.scope(Role.MEDIATOR))
        return _scope(
            user,
            {"category": wanted.get("category")}
            | ({"organization": own[0]} if own else {"studio": studios[0] if studios else -1}),
        )
    area_id = (
        int(asked) if asked else min(user.scope(*AREA_READERS), key=lambda pk: (pk % 1000 > 0, pk % 10**6 > 0, pk))
    )
    areas = list(
        rules.visible_areas(user).filter(pk=area_id) | rules.visible_areas(user).filter(parent=area_id).order_by("pk")
    )
    here = next((area for area in areas if area.pk == area_id), None)
    if here is None:
        raise Http404
    return figures.Scope.of_area(here, category), areas


@login_required
@require_GET
def dashboard(request: PortalRequest) -> HttpResponse:
    """The year at a glance: read from cells alone, every number a link to exactly its rows.

    Figures stay as they are until the next refresh writes cells, so the drawn part is kept for that long.
    """
    user = request.user
    require(rules.can_read_figures(user))
    form = _form(request)
    scope, areas = _scope(user, form.wanted)
    wanted = [metric for metric in figures.metrics_for(scope) if rules.can_read_metric(user, metric)]
    freshness = figures.freshness()

    def draw() -> str:
        context = {"form": form, **_overview(scope, areas, form.period, wanted)}
        return render_to_string("metrics/_overview.html", context, request)

    seen_by = sorted({area.pk for area in areas}), [metric.code for metric in wanted]
    asked = f"{freshness.edition} {timezone.localdate()} {scope} {seen_by} {bool(user.areas)} {request.GET.urlencode()}"
    context = {
        "scope": scope,
        "period": form.period,
        "freshness": freshness,
        "overview": cache.get_or_set(f"dashboard:{sha256(asked.encode()).hexdigest()}", draw, KEPT_FOR),
    }
    return render(request, "metrics/dashboard.html", context)


def _overview(scope: figures.Scope, areas: list[Area], period: Period, wanted: list[Metric]) -> dict[str, Any]:
    before = period.year_before()
    sums = figures.read_sums(scope, before.first, period.last)
    now = figures.figures(scope, period, sums, wanted)
    then = figures.figures(scope, before, sums, [metric for metric in wanted if not metric.quantile])
    evidence, categories = figures.by_evidence_and_category(scope, period)
    until = min(period.ends_on, timezone.localdate())
    return {
        "period": period,
        "register_link": f"{reverse('orgs:register_overview')}?on={until}&area={scope.id}" if areas else "",
        "headlines": [(now[code], then.get(code)) for code in HEADLINES if code in now],
        "movements": [
            (title, words, [(now[code], then.get(code)) for code in codes if code in now])
            for title, words, codes in MOVEMENTS
            if any(code in now for code in codes)
        ],
        "trend": figures.by_month(sums, period, before),
        "evidence": evidence,
        "categories": categories,
        "towns": figures.by_area(scope, areas, period) if areas else [],
        "organizations": figures.by_organization(scope, areas, period) if areas else [],
        "growth": growth.growth(areas, period),
        "growth_ends": growth.ends_of(period),
        "effect_link": f"{reverse('projects:effect_list')}?year={period.first // 100}" if areas else "",
        "answered": now.get("response_rate"),
    }


@login_required
@require_GET
def figure_detail(request: PortalRequest, code: str) -> HttpResponse:
    """One figure: what it means, what it is made of, month by month, and its rows."""
    user = request.user
    require(rules.can_read_figures(user))
    metric = BY_CODE.get(code)
    if metric is None or not rules.can_read_metric(user, metric):
        raise Http404
    form = _form(request)
    scope, _ = _scope(user, form.wanted)
    if scope.declared_kind not in metric.scopes:
        raise Http404
    period = form.period
    context = {
        "form": form,
        "metric": metric,
        "scope": scope,
        "period": period,
        "figure": figures.figures(scope, period, metrics=[metric])[code],
        "before": figures.figures(scope, period.year_before(), metrics=[metric])[code],
        "months": [
            (month, figures.figures(scope, Period.month(month), metrics=[metric])[code]) for month in period.months
        ],
        "freshness": figures.freshness(),
    }
    return render(request, "metrics/figure_detail.html", context)


@login_required
@require_GET
def figure_organizations(request: PortalRequest) -> HttpResponse:
    """All organizations of the period, where the dashboard shows the first ten."""
    user = request.user
    require(rules.can_read_figures(user))
    form = _form(request)
    scope, areas = _scope(user, form.wanted)
    lines = figures.by_organization(scope, areas, form.period, limit=None) if areas else []
    return render(
        request,
        "metrics/figure_organizations.html",
        {"form": form, "scope": scope, "period": form.period, "lines": lines},
    )
