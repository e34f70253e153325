"""Whose figures a page shows: from its address, within what its reader may see."""

from dataclasses import replace
from typing import Any

from django.db.models import F, Q
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from services.models import Department, ServiceCategory, ServiceContract
from services.models.findings import FEEDBACK_READERS
from xiangshan.core.accounts.models import AREA_READERS, Role, User
from xiangshan.core.accounts.requests import PortalRequest
from xiangshan.core.areas.models import Area, is_above_counties, is_above_towns, size
from xiangshan.metrics import figures, rules
from xiangshan.metrics.definitions import Metric
from xiangshan.metrics.figures import Scope
from xiangshan.metrics.forms.dashboards import DashboardForm
from xiangshan.metrics.models import Kind


def form_of(request: PortalRequest) -> DashboardForm:
    """Raises Http404 where whose figures are meant cannot be read, and for a download where anything cannot: it would be another's."""
    form = DashboardForm({"year": timezone.localdate().year, **request.GET.dict()}, user=request.user)
    if form.errors.keys() & {*form.kept} or (form.errors and request.GET.get("export")):
        raise Http404
    return form


def scope_of(user: User, wanted: dict[str, Any], *, counties: bool = True) -> tuple[Scope, list[Area]]:
    """The scope, and the areas it is broken down by. Another's figures answer 404.

    Without `counties`, an area above them stands alone: a page that does not list them need not read them all.
    """
    scope, areas = _asked(user, wanted, counties)
    return replace(scope, is_discreet=not user.holds(*FEEDBACK_READERS)), areas


def _asked(user: User, wanted: dict[str, Any], counties: bool) -> tuple[Scope, list[Area]]:
    category = wanted.get("category")
    if category and not ServiceCategory.objects.filter(pk=category).exists():
        raise Http404
    if pk := wanted.get("organization"):
        organization = get_object_or_404(rules.visible_organizations(user), pk=pk)
        return Scope(Kind.ORGANIZATION, organization.pk, str(organization), category, over=organization), []
    if pk := wanted.get("contract"):
        contract = get_object_or_404(ServiceContract.objects.visible_to(user).select_related("organization"), pk=pk)
        return Scope(Kind.CONTRACT, contract.pk, contract.title, category, over=contract), []
    if pk := wanted.get("studio"):
        studio = get_object_or_404(rules.visible_studios(user), pk=pk)
        return Scope(Kind.STUDIO, studio.pk, str(studio), over=studio), []
    if pk := wanted.get("department"):
        # A department is the county's: in a town there are only some of its contracts.
        if not any(is_above_towns(area) for area in user.areas):
            raise Http404
        department = get_object_or_404(Department.objects.visible_to(user), pk=pk)
        contracts = ServiceContract.objects.visible_to(user).filter(department=department).values_list("pk", flat=True)
        over = rules.Place(_home(user)) if user.holds(*AREA_READERS) else None
        return Scope(Kind.DEPARTMENT, department.pk, department.name, category, tuple(sorted(contracts)), over), []
    asked = wanted.get("area")
    if not asked and not user.holds(*AREA_READERS):
        own, studios = sorted(user.scope(Role.ORG_LEADER)), sorted(user.scope(Role.MEDIATOR))
        return _asked(
            user,
            {"category": category} | ({"organization": own[0]} if own else {"studio": studios[0] if studios else -1}),
            counties,
        )
    area_id = int(asked) if asked else _home(user)
    seen = rules.visible_areas(user).annotate(parent_name=F("parent__name"))
    alone = is_above_counties(area_id) and not counties
    areas = list(seen.filter(pk=area_id) if alone else seen.filter(Q(pk=area_id) | Q(parent=area_id)).order_by("pk"))
    here = next((area for area in areas if area.pk == area_id), None)
    if here is None:
        raise Http404
    return replace(Scope.of_area(here, category), over=rules.Place(here.pk)), areas


def _home(user: User) -> int:
    """The widest area somebody works over."""
    return min(user.scope(*AREA_READERS), key=lambda pk: (size(pk) < 10**3, not is_above_towns(pk), pk))


def own_scopes(user: User) -> list[tuple[str, str, int]]:
    """What somebody leads, where that is more than one: name, kind and key."""
    organizations, studios = user.scope(Role.ORG_LEADER), user.scope(Role.MEDIATOR)
    if user.holds(*AREA_READERS) or len(organizations) + len(studios) < 2:
        return []
    rows = [
        (str(organization), "organization", organization.pk)
        for organization in rules.visible_organizations(user).filter(pk__in=organizations)
    ]
    return rows + [(str(studio), "studio", studio.pk) for studio in rules.visible_studios(user).filter(pk__in=studios)]


def metrics_of(user: User, scope: Scope) -> list[Metric]:
    """Those of the scope that the reader reads."""
    return [metric for metric in figures.metrics_for(scope) if rules.can_read_metric(user, metric, scope.over)]
