from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from orgs import forms, rules, tables
from orgs.actions import places
from orgs.models import Employer, Venue
from xiangshan.core.accounts.requests import PortalRequest
from xiangshan.core.rules import require
from xiangshan.shared.record_panels import panels_of
from xiangshan.shared.responses import form_page, get_or_post, list_page


def _place_rights(request: PortalRequest) -> dict[str, Any]:
    return {"can_add": rules.can_add_places(request.user), "can_import": rules.can_bring_places(request.user)}


@require_GET
def venue_list(request: PortalRequest) -> HttpResponseBase:
    form = forms.VenueFilterForm(request.GET, user=request.user)
    rows: Any = Venue.objects.visible_to(request.user).matching(**form.wanted)
    return list_page(request, "orgs/venue_list.html", tables.VENUES, rows, form=form, **_place_rights(request))


@require_GET
def venue_detail(request: PortalRequest, pk: int) -> HttpResponse:
    venue = get_object_or_404(Venue.objects.visible_to(request.user).select_related("area", "employer"), pk=pk)
    sessions = venue.sessions.visible_to(request.user).for_list()[:20]
    return render(
        request,
        "orgs/venue_detail.html",
        {
            "venue": venue,
            "dossier": panels_of(request.user, venue),
            "can_edit": rules.can_edit_place(request.user, venue),
            "sessions": sessions,
        },
    )


@get_or_post
def venue_new(request: PortalRequest) -> HttpResponse:
    require(rules.can_add_places(request.user))
    form = forms.VenueForm(request.POST or None, user=request.user)
    return form_page(
        request,
        form,
        lambda data: places.add_venue(by=request.user, **data),
        done="已登记场地",
        to=lambda made: reverse("orgs:venue_detail", args=[made.pk]),
        heading="登记场地",
        button="保存",
        back=reverse("orgs:venue_list"),
    )


@get_or_post
def venue_edit(request: PortalRequest, pk: int) -> HttpResponse:
    venue = get_object_or_404(Venue.objects.visible_to(request.user), pk=pk)
    require(rules.can_edit_place(request.user, venue))
    form = forms.VenueForm(request.POST or None, instance=venue, user=request.user)
    return form_page(
        request,
        form,
        lambda data: places.edit_venue(venue, by=request.user, **data),
        done="已保存",
        to=reverse("orgs:venue_detail", args=[pk]),
        template="orgs/venue_edit.html",
    )


@require_GET
def employer_list(request: PortalRequest) -> HttpResponseBase:
    form = forms.PlaceFilterForm(request.GET, user=request.user)
    rows: Any = Employer.objects.visible_to(request.user).matching(**form.wanted)
    return list_page(request, "orgs/employer_list.html", tables.EMPLOYERS, rows, form=form, **_place_rights(request))


@require_GET
def employer_detail(request: PortalRequest, pk: int) -> HttpResponse:
    employer = get_object_or_404(Employer.objects.visible_to(request.user).select_related("area"), pk=pk)
    sessions = employer.sessions.visible_to(request.user).for_list()[:20]
    context = {
        "employer": employer,
        "dossier": panels_of(request.user, employer),
        "can_edit": rules.can_edit_place(request.user, employer),
        "venues": employer.venues.all(),
        "sessions": sessions,
    }
    return render(request, "orgs/employer_detail.html", context)


@get_or_post
def employer_new(request: PortalRequest) -> HttpResponse:
    require(rules.can_add_places(request.user))
    form = forms.EmployerForm(request.POST or None, user=request.user)
    return form_page(
        request,
        form,
        lambda data: places.add_employer(by=request.user, **data),
        done="已登记用人单位",
        to=lambda made: reverse("orgs:employer_detail", args=[made.pk]),
        heading="登记用人单位",
        button="保存",
        back=reverse("orgs:employer_list"),
    )


@get_or_post
def employer_edit(request: PortalRequest, pk: int) -> HttpResponse:
    employer = get_object_or_404(Employer.objects.visible_to(request.user), pk=pk)
    require(rules.can_edit_place(request.user, employer))
    form = forms.EmployerForm(request.POST or None, instance=employer, user=request.user)
    return form_page(
        request,
        form,
        lambda data: places.edit_employer(employer, by=request.user, **data),
        done="已保存",
        to=reverse("orgs:employer_detail", args=[pk]),
        template="orgs/employer_edit.html",
    )
