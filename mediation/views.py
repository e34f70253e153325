from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Sum
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from mediation import actions, forms, rules, tables
from mediation.models import MediationCase, Reception, Studio
from xiangshan.accounts.requests import PortalRequest
from xiangshan.dossier.selectors import dossier_of
from xiangshan.pages.answers import form_page, list_page
from xiangshan.rules import require

asks = require_http_methods(["GET", "POST"])


@login_required
@require_GET
def case_list(request: PortalRequest) -> HttpResponseBase:
    form = forms.CaseFilterForm(request.GET, user=request.user)
    wanted = dict(form.wanted)
    totals = wanted.pop("totals", False)
    rows: Any = MediationCase.objects.visible_to(request.user).matching(**wanted)
    context = {"form": form, "can_add": rules.can_open_cases(request.user), "totals": rows.totals() if totals else None}
    return list_page(request, "mediation/case_list.html", tables.CASES, rows, **context)


@login_required
@require_GET
def case_detail(request: PortalRequest, pk: int) -> HttpResponse:
    case = get_object_or_404(MediationCase.objects.visible_to(request.user).for_list(), pk=pk)
    return render(
        request,
        "mediation/case_detail.html",
        {"case": case, "dossier": dossier_of(request.user, case), "can_edit": rules.can_edit_case(request.user, case)},
    )


@login_required
@asks
def case_new(request: PortalRequest) -> HttpResponse:
    require(rules.can_open_cases(request.user))
    form = forms.CaseForm(
        request.POST or None,
        user=request.user,
        initial={"received_at": timezone.localtime().replace(second=0, microsecond=0)},
    )
    return form_page(
        request,
        "mediation/case_new.html",
        form,
        lambda data: actions.open_case(by=request.user, **data),
        done="已接案",
        to=lambda made: reverse("mediation:case_detail", args=[made.pk]),
    )


@login_required
@asks
def case_edit(request: PortalRequest, pk: int) -> HttpResponse:
    case = get_object_or_404(MediationCase.objects.visible_to(request.user), pk=pk)
    require(rules.can_edit_case(request.user, case))
    form = forms.CaseProgressForm(request.POST or None, instance=case, user=request.user)
    return form_page(
        request,
        "mediation/case_edit.html",
        form,
        lambda data: actions.edit_case(case, by=request.user, **data),
        done="已保存",
        to=reverse("mediation:case_detail", args=[pk]),
    )


@login_required
@require_GET
def reception_list(request: PortalRequest) -> HttpResponseBase:
    form = forms.ReceptionFilterForm(request.GET, user=request.user)
    wanted = dict(form.wanted)
    totals = wanted.pop("totals", False)
    rows: Any = Reception.objects.visible_to(request.user).matching(**wanted)
    people = rows.aggregate(people=Sum("people", default=0))["people"] if totals else None
    can_add = rules.can_open_cases(request.user)
    return list_page(
        request,
        "mediation/reception_list.html",
        tables.RECEPTIONS if can_add else tables.RECEPTIONS.unlinked("received_on"),
        rows,
        form=form,
        can_add=can_add,
        people=people,
    )


@login_required
@asks
def reception_new(request: PortalRequest) -> HttpResponse:
    require(rules.can_open_cases(request.user))
    studios = forms.own_studios(request.user)
    initial = {"received_on": timezone.localdate()} | ({"studio": studios.get()} if studios.count() == 1 else {})
    form = forms.ReceptionForm(request.POST or None, user=request.user, initial=initial)
    return form_page(
        request,
        "mediation/reception_new.html",
        form,
        lambda data: actions.record_reception(by=request.user, **data),
        done="已登记接待",
        to=reverse("mediation:reception_list"),
    )


@login_required
@asks
def reception_edit(request: PortalRequest, pk: int) -> HttpResponse:
    reception = get_object_or_404(Reception.objects.visible_to(request.user), pk=pk)
    require(rules.can_edit_reception(request.user, reception))
    form = forms.ReceptionForm(request.POST or None, instance=reception, user=request.user)
    return form_page(
        request,
        "mediation/reception_edit.html",
        form,
        lambda data: actions.edit_reception(reception, by=request.user, **data),
        done="已保存",
        to=reverse("mediation:reception_list"),
    )


@login_required
@require_GET
def studio_list(request: PortalRequest) -> HttpResponseBase:
    rows: Any = Studio.objects.visible_to(request.user)
    return list_page(
        request,
        "mediation/studio_list.html",
        tables.STUDIOS,
        rows,
        can_add=rules.can_add_studios(request.user),
    )


@login_required
@require_GET
def studio_detail(request: PortalRequest, pk: int) -> HttpResponse:
    studio = get_object_or_404(Studio.objects.visible_to(request.user).select_related("area", "organization"), pk=pk)
    cases = MediationCase.objects.visible_to(request.user).filter(studio=studio).for_list()[:20]
    return render(
        request,
        "mediation/studio_detail.html",
        {
            "studio": studio,
            "dossier": dossier_of(request.user, studio),
            "cases": cases,
            "can_edit": rules.can_edit_studio(request.user, studio),
        },
    )


@login_required
@asks
def studio_new(request: PortalRequest) -> HttpResponse:
    require(rules.can_add_studios(request.user))
    return form_page(
        request,
        "mediation/studio_new.html",
        forms.StudioForm(request.POST or None),
        lambda data: actions.add_studio(by=request.user, **data),
        done="已登记工作室",
        to=lambda made: reverse("mediation:studio_detail", args=[made.pk]),
    )


@login_required
@asks
def studio_edit(request: PortalRequest, pk: int) -> HttpResponse:
    studio = get_object_or_404(Studio.objects.visible_to(request.user), pk=pk)
    require(rules.can_edit_studio(request.user, studio))
    return form_page(
        request,
        "mediation/studio_edit.html",
        forms.StudioForm(request.POST or None, instance=studio),
        lambda data: actions.edit_studio(studio, by=request.user, **data),
        done="已保存",
        to=reverse("mediation:studio_detail", args=[pk]),
    )
