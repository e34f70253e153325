from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from services import heads, tables
from services.actions import requests
from services.forms.requests import (
    AskForm,
    MatchForm,
    ProcureForm,
    RatingForm,
    RequestFilterForm,
    RequestForm,
    ScheduleForm,
)
from services.models import ActivitySession, ServiceRequest
from services.rules import procurements as procurement_rules
from services.rules import requests as request_rules
from services.selectors import lines_for, suggestions_for
from xiangshan.core.accounts.requests import PortalRequest
from xiangshan.core.rules import require
from xiangshan.shared.forms import ReasonForm
from xiangshan.shared.on_records import page_of
from xiangshan.shared.public import asked_again, asked_county, choose_county, sent_by
from xiangshan.shared.record_panels import panels_of
from xiangshan.shared.responses import action_button, add_errors, answer_action, form_page, get_or_post, list_page


def _request(request: PortalRequest, pk: int) -> ServiceRequest:
    return get_object_or_404(ServiceRequest.objects.visible_to(request.user).for_page(), pk=pk)


@require_GET
def request_list(request: PortalRequest) -> HttpResponseBase:
    form = RequestFilterForm(request.GET, user=request.user)
    rows: Any = ServiceRequest.objects.visible_to(request.user).matching(**form.wanted)
    context = {"form": form, "can_add": request_rules.can_enter_requests(request.user)}
    return list_page(request, "services/request_list.html", tables.REQUESTS, rows, **context)


@require_GET
def request_detail(request: PortalRequest, pk: int) -> HttpResponse:
    wanted, user = _request(request, pk), request.user
    can_match = request_rules.can_match(user, wanted)
    context = {
        "wanted": wanted,
        "dossier": panels_of(user, wanted),
        "can_triage": request_rules.can_triage(user, wanted),
        "can_match": can_match,
        "can_schedule": request_rules.can_schedule(user, wanted),
        "can_procure": procurement_rules.can_procure(user),
        "suggestions": suggestions_for(wanted)[:8] if can_match else [],
    }
    context["head"] = heads.request_head(wanted, context)
    return render(request, "services/request_detail.html", context)


@get_or_post
def request_new(request: PortalRequest) -> HttpResponse:
    require(request_rules.can_enter_requests(request.user))
    form = RequestForm(request.POST or None, user=request.user)
    return form_page(
        request,
        form,
        lambda data: requests.enter(by=request.user, **data),
        done="点单已登记",
        to=page_of,
        heading="登记点单",
        button="保存",
        back=reverse("services:request_list"),
    )


@require_POST
def request_accept(request: PortalRequest, pk: int) -> HttpResponse:
    return action_button(request, _request(request, pk), requests.accept, done="已受理，请安排承接")


@get_or_post
def request_decline(request: PortalRequest, pk: int) -> HttpResponse:
    wanted = _request(request, pk)
    require(request_rules.can_triage(request.user, wanted))
    return form_page(
        request,
        ReasonForm(request.POST or None),
        lambda data: requests.decline(wanted, by=request.user, **data),
        done="已答复点单人",
        to=page_of(wanted),
        heading="不受理点单",
        button="答复点单人",
        about=wanted,
        hint="理由会显示给点单人",
    )


@require_POST
def request_match(request: PortalRequest, pk: int) -> HttpResponse:
    """下单 to one of the lines suggested on its page."""
    wanted = _request(request, pk)
    require(request_rules.can_match(request.user, wanted))
    form = MatchForm(request.POST, lines=lines_for(wanted))

    def act() -> None:
        if not form.is_valid():
            raise ValidationError("请选择有余量的合同明细")
        requests.match(wanted, form.cleaned_data["line"], by=request.user)

    return answer_action(request, act, done="已下单，承接组织会收到消息", to=page_of(wanted))


@get_or_post
def request_procure(request: PortalRequest, pk: int) -> HttpResponse:
    wanted = _request(request, pk)
    require(request_rules.can_triage(request.user, wanted))
    require(procurement_rules.can_procure(request.user))
    form = ProcureForm(request.POST or None, user=request.user, request=wanted)
    return form_page(
        request,
        form,
        lambda data: requests.put_into_procurement(wanted, data["procurement"], by=request.user),
        done="已列入采购",
        to=page_of(wanted),
        heading="列入采购",
        button="列入采购",
        about=wanted,
        hint="没有合同可以承接时，列入一次正在起草的采购",
    )


@get_or_post
def request_schedule(request: PortalRequest, pk: int) -> HttpResponse:
    wanted = _request(request, pk)
    require(request_rules.can_schedule(request.user, wanted))
    form = ScheduleForm(request.POST or None, initial={"held_on": wanted.wished_from})

    def onwards(session: ActivitySession) -> str:
        return reverse("services:session_detail", args=[session.pk])

    return form_page(
        request,
        form,
        lambda data: requests.schedule(wanted, by=request.user, **data),
        done="已排期，成为一场计划中的活动",
        to=onwards,
        heading="约定时间",
        button="排期",
        back=reverse("services:request_detail", args=[wanted.pk]),
        about=wanted,
        hint=f"希望 {wanted.wished_from:%Y-%m-%d} 至 {wanted.wished_until:%Y-%m-%d} · {wanted.people} 人",
    )


@login_not_required
@never_cache
@get_or_post
def ask(request: HttpRequest) -> HttpResponse:
    """职工点单, public: no login, no script; what was typed comes back with the error."""
    county = asked_county(request)
    if county is None:
        return choose_county(request)
    form: Any = AskForm(sent_by(request), county=county)
    if request.method == "POST" and form.is_valid():
        try:
            made = requests.ask(address=request.META.get("REMOTE_ADDR", ""), **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            return redirect(f"{reverse('ask_state', args=[made.code])}?new=1")
    if form.is_bound:
        form = asked_again(form)
    return render(request, "services/ask.html", {"form": form, "union": county}, status=422 if form.is_bound else 200)


@login_not_required
@never_cache
@require_GET
def ask_state(request: HttpRequest, code: str) -> HttpResponse:
    """What became of a request, for whoever has its code; without name or phone."""
    wanted = get_object_or_404(ServiceRequest.objects.for_page(), code=code.lower())
    context = {
        "wanted": wanted,
        "is_new": "new" in request.GET,
        "can_rate": request_rules.can_rate(wanted),
        "can_withdraw": request_rules.can_withdraw(wanted),
        "form": RatingForm(),
    }
    return render(request, "services/ask_state.html", context)


@login_not_required
@require_GET
def ask_find(request: HttpRequest) -> HttpResponse:
    """A code typed in by hand."""
    code = request.GET.get("code", "").strip().lower()
    if code.isalnum() and ServiceRequest.objects.filter(code=code).exists():
        return redirect("ask_state", code)
    return render(request, "services/ask_find.html", {"code": code}, status=404 if code else 200)


@login_not_required
@require_POST
def ask_rate(request: HttpRequest, code: str) -> HttpResponse:
    wanted = get_object_or_404(ServiceRequest, code=code.lower())
    form = RatingForm(request.POST)
    if form.is_valid() and request_rules.can_rate(wanted):
        requests.rate(wanted, **form.cleaned_data)
    return redirect("ask_state", code)


@login_not_required
@require_POST
def ask_withdraw(request: HttpRequest, code: str) -> HttpResponse:
    wanted = get_object_or_404(ServiceRequest, code=code.lower())
    if request_rules.can_withdraw(wanted):
        requests.withdraw(wanted)
    return redirect("ask_state", code)
