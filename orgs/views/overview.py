"""The register as a whole: on any day by town and mode, on a map of towns, and the unions as a tree."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from orgs import forms, maps, rules, selectors, tiles
from orgs.models import UnionBranch
from xiangshan.core.accounts.models import AREA_READERS
from xiangshan.core.accounts.requests import PortalRequest
from xiangshan.core.areas.counties import county_at
from xiangshan.core.areas.models import Area, within
from xiangshan.core.rules import require
from xiangshan.shared.tags import percent


def _asked(request: PortalRequest) -> tuple[Any, Any, Area]:
    """The form, the day, and the area: the one asked for, or the largest the reader works over."""
    require(rules.can_read_register(request.user))
    form = forms.RegisterDayForm(request.GET, user=request.user)
    mine = request.user.scope(*AREA_READERS)
    areas = Area.objects.filter(within(mine, "pk")).order_by("level", "pk")
    asked = form.wanted.get("area")
    area = areas.filter(pk=asked.pk).first() if asked else areas.first()
    if area is None:
        raise Http404
    return form, form.wanted.get("on") or timezone.localdate(), area


@require_GET
def register_overview(request: PortalRequest) -> HttpResponse:
    """引进来 on any day: the funnel, coverage by town and mode, and strength; each number leads to its rows."""
    form, day, area = _asked(request)
    register = selectors.register_on(request.user, day, area)
    context = {"form": form, "register": register, "area": area, "modes": UnionBranch.Mode.choices}
    return render(request, "orgs/register_overview.html", context)


@require_GET
def organization_map(request: PortalRequest) -> HttpResponse:
    """Towns as tiles about where they lie: maps of China need an approval number, tiles do not."""
    form, day, area = _asked(request)
    register = selectors.register_on(request.user, day, area)
    placed = tiles.placed(register.towns, places=county_at(area.pk).tiles)
    rows = f"{reverse('orgs:organization_list')}?linked_on={register.on}"

    def told(line: Any) -> tuple[int, str, str, str]:
        return (
            line.area.pk,
            str(line.area),
            f"{line.linked} 家，覆盖 {percent(line.rate)}",
            f"{rows}&area={line.area.pk}",
        )

    context = {
        "form": form,
        "register": register,
        "area": area,
        "tiles": placed,
        "town_map": maps.mapped(area.pk, placed, told),
    }
    return render(request, "orgs/organization_map.html", context)


@require_GET
def branch_tree(request: PortalRequest) -> HttpResponse:
    """County, towns, communities, organizations: who stands under whom."""
    branches = UnionBranch.objects.visible_to(request.user).with_covered().select_related("area")
    return render(request, "orgs/branch_tree.html", {"roots": selectors.tree(branches.order_by("area", "name"))})
