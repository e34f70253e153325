"""A worker asks for help, logged in nowhere; and what the studio makes of it."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from mediation import tables
from mediation.actions import requests
from mediation.forms.requests import HelpFilterForm, HelpForm, TakeForm
from mediation.models import HelpRequest, Studio
from mediation.rules import cases as case_rules
from mediation.views.cases import confidential
from xiangshan.core.accounts.requests import PortalRequest
from xiangshan.core.rules import require
from xiangshan.shared.forms import ReasonForm
from xiangshan.shared.on_records import page_of
from xiangshan.shared.public import asked_again, asked_county, choose_county, sent_by
from xiangshan.shared.responses import add_errors, form_page, get_or_post, list_page


@login_not_required
@never_cache
@confidential
@get_or_post
def ask_help(request: HttpRequest) -> HttpResponse:
    """我要求助, public: it reaches the studio of the town at once. No code to find it by: the answer comes by phone."""
    county = asked_county(request)
    if county is None:
        return choose_county(request)
    form: Any = HelpForm(sent_by(request), county=county)
    if request.method == "POST" and form.is_valid():
        try:
            made = requests.ask(address=request.META.get("REMOTE_ADDR", ""), **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            request.session["helped_by"] = made.studio_id
            return redirect("ask_help_done")
    if form.is_bound:
        form = asked_again(form)
    return render(
        request, "mediation/ask_help.html", {"form": form, "union": county}, status=422 if form.is_bound else 200
    )


@login_not_required
@never_cache
@require_GET
def ask_help_done(request: HttpRequest) -> HttpResponse:
    studio = Studio.objects.filter(pk=request.session.get("helped_by") or 0).first()
    return render(request, "mediation/ask_help_done.html", {"studio": studio})


def _request(request: PortalRequest, pk: int) -> HelpRequest:
    seen = HelpRequest.objects.visible_to(request.user).select_related("area", "studio", "case", "settled_by")
    return get_object_or_404(seen, pk=pk)


@require_GET
def help_list(request: PortalRequest) -> HttpResponseBase:
    form = HelpFilterForm(request.GET, user=request.user)
    rows: Any = HelpRequest.objects.visible_to(request.user).matching(**form.wanted)
    return list_page(request, "mediation/help_list.html", tables.HELP, rows, form=form)


@never_cache
@require_GET
def help_detail(request: PortalRequest, pk: int) -> HttpResponse:
    asked = _request(request, pk)
    can_settle = case_rules.can_settle_help(request.user, asked)
    return render(request, "mediation/help_detail.html", {"asked": asked, "can_settle": can_settle})


def _page(asked: HelpRequest) -> str:
    return reverse("mediation:help_detail", args=[asked.pk])


@get_or_post
def help_take(request: PortalRequest, pk: int) -> HttpResponse:
    asked = _request(request, pk)
    require(case_rules.can_settle_help(request.user, asked))
    return form_page(
        request,
        TakeForm(request.POST or None, user=request.user, initial={"studio": asked.studio_id}),
        lambda data: requests.take(asked, by=request.user, studio=data["studio"]),
        done="已接案，请马上联系求助人",
        to=page_of,
        heading="接案",
        hint=str(asked),
        button="接案",
        back=_page(asked),
    )


@get_or_post
def help_decline(request: PortalRequest, pk: int) -> HttpResponse:
    asked = _request(request, pk)
    require(case_rules.can_settle_help(request.user, asked))
    return form_page(
        request,
        ReasonForm(request.POST or None),
        lambda data: requests.decline(asked, by=request.user, **data),
        done="已记录",
        to=_page(asked),
        heading="不接案",
        hint="先打电话联系过求助人；写明原因，不写姓名、电话",
        button="不接案",
    )
