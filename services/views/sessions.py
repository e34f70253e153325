from typing import Any

import segno
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from orgs.models import Venue
from services import actions, forms, rules, tables
from services.models import ActivitySession
from xiangshan.accounts.requests import PortalRequest
from xiangshan.dossier.selectors import dossier_of
from xiangshan.pages.answers import deed, form_page, list_page
from xiangshan.pages.forms import ReasonForm
from xiangshan.rules import require

asks = require_http_methods(["GET", "POST"])


def _session(request: PortalRequest, pk: int) -> ActivitySession:
    return get_object_or_404(ActivitySession.objects.visible_to(request.user).for_page(), pk=pk)


@login_required
@require_GET
def session_list(request: PortalRequest) -> HttpResponseBase:
    form = forms.SessionFilterForm(request.GET, user=request.user)
    wanted = dict(form.wanted)
    totals = wanted.pop("totals", False)
    rows: Any = ActivitySession.objects.visible_to(request.user).matching(**wanted)
    context = {
        "form": form,
        "can_add": rules.can_plan_sessions(request.user),
        "totals": rows.totals() if totals else None,
    }
    return list_page(request, "services/session_list.html", tables.SESSIONS, rows, **context)


@login_required
@require_GET
def session_detail(request: PortalRequest, pk: int) -> HttpResponse:
    session, user = _session(request, pk), request.user
    context = {
        "session": session,
        "dossier": dossier_of(request.user, session),
        "rehearsals": session.rehearsals.all(),
        "stars": session.survey_responses.stars() if session.responses >= 5 else None,
        "can_edit": rules.can_edit_session(user, session),
        "can_show_code": rules.can_show_code(user, session),
        "can_report": rules.can_report(user, session),
        "can_rehearse": rules.can_rehearse(user, session),
        "can_verify": rules.can_verify(user, session),
        "can_return": rules.can_return(user, session),
        "can_cancel": rules.can_cancel(user, session),
        "can_delete": rules.can_delete(user, session),
    }
    return render(request, "services/session_detail.html", context)


@login_required
@asks
def session_new(request: PortalRequest) -> HttpResponse:
    require(rules.can_plan_sessions(request.user))
    form = forms.SessionForm(request.POST or None, user=request.user, initial=_like_last(request))

    def onwards(made: ActivitySession) -> str:
        reported_next = made.held_on <= timezone.localdate() and rules.can_report(request.user, made)
        return reverse("services:session_report" if reported_next else "services:session_detail", args=[made.pk])

    return form_page(
        request,
        "services/session_new.html",
        form,
        lambda data: actions.plan_session(by=request.user, **data),
        done="场次已登记",
        to=onwards,
    )


def _like_last(request: PortalRequest) -> dict[str, Any]:
    """Where and what the last session was: mostly the next one too."""
    last = (
        ActivitySession.objects.visible_to(request.user)
        .filter(submitted_by=request.user)
        .order_by("-submitted_at")
        .first()
    )
    initial: dict[str, Any] = {"held_on": timezone.localdate()}
    return initial | ({"venue": last.venue_id, "category": last.category_id} if last else {})


@login_required
@asks
def session_edit(request: PortalRequest, pk: int) -> HttpResponse:
    session = _session(request, pk)
    require(rules.can_edit_session(request.user, session))
    form = forms.SessionForm(request.POST or None, instance=session, user=request.user)
    return form_page(
        request,
        "services/session_edit.html",
        form,
        lambda data: actions.edit_session(session, by=request.user, **data),
        done="已保存",
        to=reverse("services:session_detail", args=[pk]),
    )


@login_required
@asks
def session_report(request: PortalRequest, pk: int) -> HttpResponse:
    """The phone's page: what it takes to report a planned session."""
    session = _session(request, pk)
    require(rules.can_report(request.user, session))
    submit = "draft" not in request.POST
    form = forms.ReportForm(request.POST or None, instance=session, user=request.user, initial=_last_venue(session))
    return form_page(
        request,
        "services/session_report.html",
        form,
        lambda data: actions.report_session(session, by=request.user, submit=submit, **data),
        done="已上报,等待工会核实" if submit else "已保存,还没有上报",
        to=reverse("services:session_detail", args=[pk]),
        session=ActivitySession.objects.for_page().get(pk=pk),
        is_late=timezone.localdate() - session.held_on > rules.REPORT_WITHIN,
    )


def _last_venue(session: ActivitySession) -> dict[str, Any]:
    if session.venue_id:
        return {}
    last = Venue.objects.filter(sessions__organization=session.organization_id).order_by("-sessions__held_on").first()
    return {"venue": last.pk} if last else {}


@login_required
@asks
def session_rehearse(request: PortalRequest, pk: int) -> HttpResponse:
    session = _session(request, pk)
    require(rules.can_rehearse(request.user, session))
    form = forms.RehearsalForm(
        request.POST or None, initial={"rehearsed_on": min(session.held_on, timezone.localdate()), "outcome": "passed"}
    )
    return form_page(
        request,
        "services/session_rehearse.html",
        form,
        lambda data: actions.record_rehearsal(session, by=request.user, **data),
        done="试讲已登记",
        to=reverse("services:session_detail", args=[pk]),
        session=session,
    )


@login_required
@require_GET
def session_queue(request: PortalRequest) -> HttpResponse:
    """What waits for the reader's verification, one at a time: verified or returned, the next one follows."""
    user = request.user
    require(rules.can_plan_sessions(user))
    waiting: Any = ActivitySession.objects.visible_to(user).to_verify().exclude(submitted_by=user)
    skipped = [pk for pk in request.GET.get("skip", "").split(",") if pk.isdigit()]
    session = waiting.exclude(pk__in=skipped).for_page().first()
    context = {
        "session": session,
        "count": waiting.count(),
        "can_verify": rules.can_verify(user, session) if session else None,
        "skip": ",".join([*skipped, str(session.pk)]) if session else "",
        "form": ReasonForm(),
    }
    return render(request, "services/session_queue.html", context)


def _next(request: PortalRequest, pk: int) -> str:
    """Back to the queue it was verified from, else to the session."""
    return (
        reverse("services:session_queue") if "queue" in request.POST else reverse("services:session_detail", args=[pk])
    )


@login_required
@require_POST
def session_verify(request: PortalRequest, pk: int) -> HttpResponse:
    session = _session(request, pk)
    return deed(
        request,
        lambda: actions.verify_session(session, by=request.user),
        done=f"已核实“{session.title}”,计入服务场次",
        to=_next(request, pk),
    )


@login_required
@asks
def session_return(request: PortalRequest, pk: int) -> HttpResponse:
    session = _session(request, pk)
    require(rules.can_return(request.user, session))
    form = ReasonForm(request.POST or None)
    return form_page(
        request,
        "services/session_return.html",
        form,
        lambda data: actions.return_session(session, by=request.user, **data),
        done="已退回,上报人会在待办中看到",
        to=_next(request, pk),
        session=session,
    )


@login_required
@asks
def session_cancel(request: PortalRequest, pk: int) -> HttpResponse:
    session = _session(request, pk)
    require(rules.can_cancel(request.user, session))
    return form_page(
        request,
        "services/session_cancel.html",
        ReasonForm(request.POST or None),
        lambda data: actions.cancel_session(session, by=request.user, **data),
        done="场次已取消",
        to=reverse("services:session_detail", args=[pk]),
        session=session,
    )


@login_required
@asks
def session_delete(request: PortalRequest, pk: int) -> HttpResponse:
    session = _session(request, pk)
    require(rules.can_delete(request.user, session))
    return form_page(
        request,
        "services/session_delete.html",
        ReasonForm(request.POST or None),
        lambda data: actions.delete_session(session, by=request.user, **data),
        done="场次已作废,不再计入任何统计",
        to=reverse("services:session_list"),
        session=session,
    )


@login_required
@require_GET
def session_code(request: PortalRequest, pk: int) -> HttpResponse:
    """The code a leader shows or prints: it opens the survey."""
    session = _session(request, pk)
    require(rules.can_show_code(request.user, session))
    address = request.build_absolute_uri(reverse("survey_answer", args=[session.code]))
    drawing = segno.make(address, error="m").svg_inline(scale=6, border=2, svgclass="qr", omitsize=True)
    drawn = mark_safe(drawing)  # noqa: S308  (made by segno, from an address of our own)
    return render(request, "services/session_code.html", {"session": session, "address": address, "drawing": drawn})
