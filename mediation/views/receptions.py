from typing import Any

from django.db.models import Sum
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from mediation import tables
from mediation.actions import cases
from mediation.forms.cases import ReceptionFilterForm, ReceptionForm, own_studios
from mediation.models import Reception
from mediation.rules import cases as case_rules
from xiangshan.core.accounts.requests import PortalRequest
from xiangshan.core.rules import require
from xiangshan.shared.responses import form_page, get_or_post, list_page


@require_GET
def reception_list(request: PortalRequest) -> HttpResponseBase:
    form = ReceptionFilterForm(request.GET, user=request.user)
    wanted = dict(form.wanted)
    totals = wanted.pop("totals", False)
    rows: Any = Reception.objects.visible_to(request.user).matching(**wanted)
    people = rows.aggregate(people=Sum("people", default=0))["people"] if totals else None
    can_add = case_rules.can_open_cases(request.user)
    return list_page(
        request,
        "mediation/reception_list.html",
        tables.RECEPTIONS if can_add else tables.RECEPTIONS.unlinked("received_on"),
        rows,
        form=form,
        can_add=can_add,
        people=people,
    )


@get_or_post
def reception_new(request: PortalRequest) -> HttpResponse:
    require(case_rules.can_open_cases(request.user))
    studios = own_studios(request.user)
    initial = {"received_on": timezone.localdate()} | ({"studio": studios.get()} if studios.count() == 1 else {})
    form = ReceptionForm(request.POST or None, user=request.user, initial=initial)
    return form_page(
        request,
        form,
        lambda data: cases.record_reception(by=request.user, **data),
        done="已登记接待",
        to=reverse("mediation:reception_list"),
        heading="登记接待",
        button="保存",
    )


@get_or_post
def reception_edit(request: PortalRequest, pk: int) -> HttpResponse:
    reception = get_object_or_404(Reception.objects.visible_to(request.user), pk=pk)
    require(case_rules.can_edit_reception(request.user, reception))
    form = ReceptionForm(request.POST or None, instance=reception, user=request.user)
    return form_page(
        request,
        form,
        lambda data: cases.edit_reception(reception, by=request.user, **data),
        done="已保存",
        to=reverse("mediation:reception_list"),
        heading="修改接待",
        button="保存",
    )
