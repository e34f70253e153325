"""Emergency call-outs: one tap when the team goes, a few fields when it is back, and the year's list."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from services import tables
from services.actions import call_outs
from services.forms.findings import CallOutFilterForm, FinishForm, StartForm
from services.models import CallOut
from services.rules import call_outs as call_out_rules
from services.rules import sessions as session_rules
from xiangshan.core.accounts.requests import PortalRequest
from xiangshan.core.rules import require
from xiangshan.shared.formatting import moment
from xiangshan.shared.forms import ReasonForm
from xiangshan.shared.responses import form_page, get_or_post, list_page


def _call_out(request: PortalRequest, pk: int) -> CallOut:
    rows = CallOut.objects.visible_to(request.user).select_related("session__organization", "session__area")
    return get_object_or_404(rows, pk=pk)


@require_GET
def call_out_list(request: PortalRequest) -> HttpResponseBase:
    """A year's call-outs, with what they add up to."""
    require(call_out_rules.can_read_call_outs(request.user))
    wanted = request.GET.copy()
    wanted.setdefault("year", str(timezone.localdate().year))
    form = CallOutFilterForm(wanted, user=request.user)
    rows = CallOut.objects.visible_to(request.user).matching(**form.wanted)
    can_start = call_out_rules.can_start_call_outs(request.user)
    start = StartForm(user=request.user) if can_start else None
    context = {
        "form": form,
        "sums": rows.totals(),
        "can_start": can_start,
        "start": start,
        "only_team": start.only_team if start else None,
        "running": rows.running().select_related("session__organization"),
    }
    return list_page(request, "services/call_out_list.html", tables.CALL_OUTS, rows, **context)


@require_POST
def call_out_start(request: PortalRequest) -> HttpResponse:
    """出勤: one tap. What is asked comes when the team is back."""
    require(call_out_rules.can_start_call_outs(request.user))
    form = StartForm(request.POST, user=request.user)
    if not form.is_valid():
        return render(request, "services/call_out_start.html", {"form": form}, status=422)
    call_out = call_outs.start(form.cleaned_data["organization"], by=request.user)
    return redirect("services:call_out_finish", call_out.pk)


@get_or_post
def call_out_finish(request: PortalRequest, pk: int) -> HttpResponse:
    call_out = _call_out(request, pk)
    require(call_out_rules.can_finish_call_out(request.user, call_out))
    form = FinishForm(
        request.POST or None,
        initial={
            "kind": call_out.kind,
            "place": call_out.place,
            "people": call_out.people,
            "people_helped": call_out.people_helped,
        },
    )
    return form_page(
        request,
        form,
        lambda data: call_outs.finish(call_out, by=request.user, **data),
        done="出勤已上报，等待工会核实",
        to=reverse("services:session_detail", args=[call_out.session_id]),
        call_out=call_out,
        heading="归队上报",
        button="归队，提交上报",
        back=reverse("services:call_out_list"),
        template="services/call_out_finish.html",
    )


@get_or_post
def call_out_cancel(request: PortalRequest, pk: int) -> HttpResponse:
    call_out = _call_out(request, pk)
    require(session_rules.can_cancel(request.user, call_out.session))
    return form_page(
        request,
        ReasonForm(request.POST or None),
        lambda data: call_outs.cancel(call_out, by=request.user, **data),
        done="出勤已取消",
        to=reverse("services:call_out_list"),
        heading="取消出勤",
        button="取消出勤",
        about=call_out.session.organization,
        hint=f"{moment(call_out.started_at)} 出发",
    )
