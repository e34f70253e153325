"""The dashboard: of a county, a town, an organization, a contract, a studio or a department; at a desk, on a wall, shared."""

from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from xiangshan.core.accounts.models import User
from xiangshan.core.accounts.requests import PortalRequest
from xiangshan.core.areas.models import Area
from xiangshan.core.rules import require
from xiangshan.metrics import figures, rules
from xiangshan.metrics.figures import Scope
from xiangshan.metrics.periods import Period
from xiangshan.metrics.scoping import form_of, metrics_of, own_scopes, scope_of
from xiangshan.metrics.selectors.attention import attention
from xiangshan.metrics.selectors.overview import closing_of, organizations_of, overview, second_part
from xiangshan.metrics.selectors.restated import is_frozen, restated_of

KEPT_FOR = 300  # seconds: how long a town, category or organization may still go by the name it had


def drawn(template: str, key: Any, build: Any, request: Any = None) -> str:
    """A part of a page as it was drawn from this edition of the figures; drawn anew where it was not yet."""
    kept = f"dashboard:{template}:{sha256(repr(key).encode()).hexdigest()}"
    text: Any = cache.get_or_set(kept, lambda: render_to_string(template, build(), request), KEPT_FOR)
    return text


@require_GET
def dashboard(request: PortalRequest) -> HttpResponse:
    """The year at a glance: read from cells alone, every number a link to exactly its rows.

    Figures stay as they are until the next refresh writes cells, so the drawn part is kept for that long.
    """
    user = request.user
    require(rules.can_read_figures(user))
    form = form_of(request)
    on_wall = request.GET.get("screen") == "1"
    scope, areas = scope_of(user, form.wanted, counties=on_wall)
    wanted, period = metrics_of(user, scope), form.period
    freshness = figures.freshness()

    def build() -> dict[str, Any]:
        until = min(period.ends_on, timezone.localdate())
        links = {
            "register_link": f"{reverse('orgs:register_overview')}?on={until}&area={scope.id}" if areas else "",
            "opens_closing": bool(user.areas),
        }
        return {**links, **overview(scope, areas, period, wanted, later=not on_wall)}

    seen_by = sorted({area.pk for area in areas}), [metric.code for metric in wanted]
    key = (
        freshness.edition,
        timezone.localdate(),
        scope,
        scope.place,
        seen_by,
        bool(user.areas),
        request.GET.urlencode(),
    )
    context = {
        "scope": scope,
        "period": period,
        "freshness": freshness,
        "trail": trail_of(user, scope, areas, period),
        "can_share": bool(areas) and rules.can_share(user, areas[0]),
        "can_set": bool(areas) and rules.can_set_target(user, areas[0]),
        # The filters stay while the figures change.
        "filters": drawn(
            "metrics/_period.html",
            (request.GET.urlencode(), sorted(user.areas), timezone.localdate()),
            lambda: {"form": form},
            request,
        ),
        "overview": drawn("metrics/_wall.html" if on_wall else "metrics/_overview.html", key, build, request),
        "on_wall": on_wall,
    }
    return render(request, "metrics/dashboard_screen.html" if on_wall else "metrics/dashboard.html", context)


def trail_of(user: User, scope: Scope, areas: list[Area], period: Period) -> list[tuple[str, str]]:
    """The way back up: from a town to its county, from an organization, a contract or a studio to where it is."""
    here = next((area for area in areas if area.pk == scope.id), None)
    above = here.parent_id if here is not None else scope.place
    if above is not None and rules.can_see_area(user, above):
        name: Any = here.parent_name if here is not None else Area.objects.get(pk=above).name  # type: ignore[attr-defined]
        return [(f"回到{name}", f"{reverse('dashboard')}?{urlencode({**period.params, 'area': above})}")]
    others = [(name, key, pk) for name, key, pk in own_scopes(user) if (key, pk) != (scope.kind.name.lower(), scope.id)]
    return [(name, f"{reverse('dashboard')}?{urlencode({**period.params, key: pk})}") for name, key, pk in others]


@require_GET
def dashboard_more(request: PortalRequest) -> HttpResponse:
    """The second part, a moment later: what needs attention, organizations, restatements of a signed year."""
    user = request.user
    require(rules.can_read_figures(user))
    form = form_of(request)
    scope, areas = scope_of(user, form.wanted)
    period = form.period
    closing: Any = closing_of(scope, period)
    fragment = request.htmx and not request.htmx.history_restore_request
    context = {
        "form": form,
        "fragment": fragment,
        "attention": attention(user, scope),
        "closing": closing,
        "opens_closing": bool(user.areas),
        "is_frozen": is_frozen(scope),
        "moved": [item for item in restated_of(closing, scope) if rules.can_read_metric(user, item.metric, scope.over)],
        "effect_link": f"{reverse('projects:effect_list')}?year={period.first // 100}" if areas else "",
        **second_part(user, scope, areas, period),
    }
    return render(request, "metrics/_more.html" if fragment else "metrics/dashboard_more.html", context)


@require_GET
def figure_organizations(request: PortalRequest) -> HttpResponse:
    """All organizations of the period, where the dashboard shows the first ten."""
    user = request.user
    require(rules.can_read_figures(user))
    form = form_of(request)
    scope, areas = scope_of(user, form.wanted)
    lines = organizations_of(user, scope, areas, form.period)
    return render(
        request,
        "metrics/figure_organizations.html",
        {"form": form, "scope": scope, "period": form.period, "lines": lines},
    )
