"""The nursery, its communities, and what support led to."""

from typing import Any

from django.db.models import Count
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from orgs.models import SocialOrganization
from projects import tables
from projects.actions import incubations
from projects.community import brought_into, communities_for, communities_open_to, matching
from projects.effects import ends_of, growth_of, supported
from projects.forms.in_kind import (
    CommunityFilterForm,
    EffectFilterForm,
    IncubationFilterForm,
    IncubationForm,
    IncubationMoveForm,
)
from projects.models import Incubation
from projects.rules import in_kind as in_kind_rules
from projects.rules import projects as project_rules
from xiangshan.core.accounts.requests import PortalRequest
from xiangshan.core.rules import require
from xiangshan.shared.on_records import link_to, page_of
from xiangshan.shared.record_panels import panels_of
from xiangshan.shared.responses import form_page, get_or_post, list_page

SHOWN = 10


@require_GET
def incubation_list(request: PortalRequest) -> HttpResponseBase:
    form = IncubationFilterForm(request.GET, user=request.user)
    rows: Any = Incubation.objects.visible_to(request.user).matching(**form.wanted)
    counted = dict(rows.order_by().values_list("stage").annotate(n=Count("pk")))
    stages = [(label, counted.get(value, 0)) for value, label in Incubation.Stage.choices]
    context = {"form": form, "stages": stages, "can_add": in_kind_rules.can_incubate(request.user)}
    return list_page(request, "projects/incubation_list.html", tables.INCUBATIONS, rows, **context)


def _incubation(request: PortalRequest, pk: int) -> Incubation:
    return get_object_or_404(Incubation.objects.visible_to(request.user).for_page(), pk=pk)


@require_GET
def incubation_detail(request: PortalRequest, pk: int) -> HttpResponse:
    """A team in the nursery, and what it received there."""
    incubation, user = _incubation(request, pk), request.user
    team: Any = incubation.team
    context = {
        "incubation": incubation,
        "dossier": panels_of(user, incubation),
        "team_link": link_to(user, team, "orgs:organization_detail"),
        "mentor_link": link_to(user, incubation.mentor, "orgs:organization_detail"),
        "can_edit": in_kind_rules.can_enter_nursery(user, team),
        "can_move": in_kind_rules.can_move_incubation(user, incubation),
        "projects": team.projects.visible_to(user).granted().order_by("-year", "-pk")[:SHOWN],
        "given": team.supports_given.visible_to(user)[:SHOWN],
        "loans": team.loans.visible_to(user).select_related("equipment")[:SHOWN],
        "bookings": team.bookings.visible_to(user).standing().select_related("venue").order_by("-starts_at")[:SHOWN],
        "strengths": team.strength_reports.visible_to(user).order_by("-as_of")[:SHOWN],
        "sessions": team.sessions.visible_to(user).for_list()[:SHOWN],
    }
    return render(request, "projects/incubation_detail.html", context)


@get_or_post
def incubation_new(request: PortalRequest) -> HttpResponse:
    require(in_kind_rules.can_incubate(request.user))
    asked = {name: request.GET[name] for name in ("team", "community") if name in request.GET}
    initial = {"entered_on": timezone.localdate(), **asked}
    return form_page(
        request,
        IncubationForm(request.POST or None, user=request.user, initial=initial),
        lambda data: incubations.enter(by=request.user, **data),
        done="已入驻",
        to=page_of,
        heading="团队入驻孵化",
        hint="团队要先登记为社会组织；带教组织可以以后再定",
        back=reverse("projects:incubation_list"),
    )


@get_or_post
def incubation_edit(request: PortalRequest, pk: int) -> HttpResponse:
    incubation = _incubation(request, pk)
    require(in_kind_rules.can_enter_nursery(request.user, incubation.team))
    return form_page(
        request,
        IncubationForm(request.POST or None, instance=incubation, user=request.user),
        lambda data: incubations.edit(incubation, by=request.user, **data),
        done="已保存",
        to=page_of(incubation),
        heading=f"修改孵化情况：{incubation.team}",
    )


@get_or_post
def incubation_move(request: PortalRequest, pk: int) -> HttpResponse:
    incubation = _incubation(request, pk)
    require(in_kind_rules.can_move_incubation(request.user, incubation))
    return form_page(
        request,
        IncubationMoveForm(request.POST or None, incubation=incubation, initial={"day": timezone.localdate()}),
        lambda data: incubations.move(incubation, by=request.user, **data),
        done="阶段已变更",
        to=page_of(incubation),
        heading=f"变更孵化阶段：{incubation.team}",
        hint=f"现在是{incubation.get_stage_display()}，{incubation.entered_on} 入驻{incubation.community}",
    )


@require_GET
def community_list(request: PortalRequest) -> HttpResponseBase:
    form = CommunityFilterForm(request.GET, user=request.user)
    rows = matching(communities_for(request.user), **form.wanted)
    return list_page(request, "projects/community_list.html", tables.COMMUNITIES, rows, form=form)


@require_GET
def community_detail(request: PortalRequest, pk: int) -> HttpResponse:
    """外结合 and 内孵化 of one community."""
    community, user = get_object_or_404(communities_open_to(request.user), pk=pk), request.user
    incubations: Any = Incubation.objects.visible_to(user).filter(community=community).for_page()
    counted = dict(incubations.order_by().values_list("stage").annotate(n=Count("pk")))
    context = {
        "community": community,
        "incubations": incubations,
        "stages": [(label, counted.get(value, 0)) for value, label in Incubation.Stage.choices],
        "brought_in": brought_into(community).filter(pk__in=SocialOrganization.objects.visible_to(user)),
        "sessions": community.sessions.visible_to(user).for_list()[:SHOWN],
        "can_add": in_kind_rules.can_incubate(user),
    }
    return render(request, "projects/community_detail.html", context)


@require_GET
def effect_list(request: PortalRequest) -> HttpResponseBase:
    """Before and after, by support received; and beside it those that received none."""
    user = request.user
    require(in_kind_rules.can_compare_effects(user))
    asked = {"year": timezone.localdate().year - 1, "support": "any", **request.GET.dict()}
    form = EffectFilterForm(asked, user=user)
    year = form.wanted.get("year") or timezone.localdate().year - 1
    organizations: Any = SocialOrganization.objects.visible_to(user).matching(area=form.wanted.get("area"))
    table = tables.effects(year)
    if not project_rules.can_see_projects_money(user):
        table = table.without("paid")
    rows = supported(organizations, year, form.wanted.get("support") or "any")
    whole = not request.htmx and not request.GET.get("export")
    context = {
        "form": form,
        "year": year,
        "ends": ends_of(year),
        "groups": growth_of(organizations, year) if whole else [],
    }
    return list_page(request, "projects/effect_list.html", table, rows, **context)
