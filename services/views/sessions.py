from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from orgs.models import Venue
from services import heads, tables
from services.actions import sessions
from services.evidence import in_words
from services.feedback import feedback_on, tells_satisfied
from services.forms.sessions import (
    RehearsalForm,
    RehearsalPlanForm,
    SendBackForm,
    SessionFilterForm,
    SessionForm,
    SessionReportForm,
)
from services.models import ActivitySession, CallOut, Finding
from services.rules import follow_ups as follow_up_rules
from services.rules import sessions as session_rules
from services.verification_context import signs_of
from xiangshan.core.accounts.requests import PortalRequest
from xiangshan.core.keys import keys_of
from xiangshan.core.rules import require
from xiangshan.shared.attachments.models import Attachment
from xiangshan.shared.forms import ReasonForm
from xiangshan.shared.record_panels import panels_of
from xiangshan.shared.responses import action_button, answer_action, form_page, get_or_post, list_page

BATCH = 100  # verified together at most


def _session(request: PortalRequest, pk: int) -> ActivitySession:
    return get_object_or_404(ActivitySession.objects.visible_to(request.user).for_page(), pk=pk)


@require_GET
def session_list(request: PortalRequest) -> HttpResponseBase:
    form = SessionFilterForm(request.GET, user=request.user)
    wanted = dict(form.wanted)
    totals = wanted.pop("totals", False)
    rows: Any = ActivitySession.objects.visible_to(request.user).matching(**wanted)
    sums = rows.totals() if totals else None
    context = {
        "form": form,
        "can_add": session_rules.can_plan_sessions(request.user),
        "totals": sums,
        "tells_satisfied": sums and tells_satisfied(request.user, sums["answers"]),
    }
    # Counters that move with every answer would show an organization who gave the last one (services/feedback.py).
    table = tables.SESSIONS if follow_up_rules.can_read_feedback(request.user) else tables.SESSIONS.without("satisfied")
    return list_page(request, "services/session_list.html", table, rows, **context)


@require_GET
def session_detail(request: PortalRequest, pk: int) -> HttpResponse:
    session, user = _session(request, pk), request.user
    context = {
        "session": session,
        "dossier": panels_of(request.user, session),
        "rehearsals": session.rehearsals.all(),
        "feedback": feedback_on(user, session),
        "rests_on": in_words(session.workers_served, session.sign_in_rows.by_way()),
        "findings": Finding.objects.visible_to(user).filter(session=session).exclude(status=Finding.Status.GONE),
        "call_out": CallOut.objects.filter(session=session).first(),
        "can_list_sign_ins": session_rules.can_list_sign_ins(user, session),
        "can_edit": session_rules.can_edit_session(user, session),
        "can_show_code": session_rules.can_show_code(user, session),
        "can_report": session_rules.can_report(user, session),
        "can_rehearse": session_rules.can_rehearse(user, session),
        "can_verify": session_rules.can_verify(user, session),
        "can_return": session_rules.can_return(user, session),
        "can_cancel": session_rules.can_cancel(user, session),
        "can_delete": session_rules.can_delete(user, session),
    }
    context["head"] = heads.session_head(session, context)
    return render(request, "services/session_detail.html", context)


@get_or_post
def session_new(request: PortalRequest) -> HttpResponse:
    require(session_rules.can_plan_sessions(request.user))
    form = SessionForm(request.POST or None, user=request.user, initial=_like_last(request))

    def onwards(made: ActivitySession) -> str:
        reported_next = made.held_on <= timezone.localdate() and session_rules.can_report(request.user, made)
        return reverse("services:session_report" if reported_next else "services:session_detail", args=[made.pk])

    return form_page(
        request,
        form,
        lambda data: sessions.plan(by=request.user, **data),
        done="场次已登记",
        to=onwards,
        heading="登记场次",
        button="保存",
        back=reverse("services:session_list"),
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


@get_or_post
def session_edit(request: PortalRequest, pk: int) -> HttpResponse:
    session = _session(request, pk)
    require(session_rules.can_edit_session(request.user, session))
    form = SessionForm(request.POST or None, instance=session, user=request.user)
    return form_page(
        request,
        form,
        lambda data: sessions.edit(session, by=request.user, **data),
        done="已保存",
        to=reverse("services:session_detail", args=[pk]),
        template="services/session_edit.html",
    )


@get_or_post
def session_report(request: PortalRequest, pk: int) -> HttpResponse:
    """The phone's page: what it takes to report a planned session. Numbers and photos are stored together, or neither."""
    session = _session(request, pk)
    require(session_rules.can_report(request.user, session))
    submit = "draft" not in request.POST
    form = SessionReportForm(
        request.POST or None, request.FILES or None, instance=session, user=request.user, initial=_last_venue(session)
    )
    photos = [photo for photo in request.FILES.getlist("photos") if photo]

    def act(data: dict[str, Any]) -> None:
        data |= {"photos": photos, "taken": request.POST.get("taken", "").split()}
        sessions.report(session, by=request.user, submit=submit, **data)

    return form_page(
        request,
        form,
        act,
        done="已上报，等待工会核实" if submit else "已保存，还没有上报",
        to=reverse("services:session_detail", args=[pk]),
        session=session,
        rests_on=in_words(None, session.sign_in_rows.by_way()),
        photos=Attachment.objects.of(session).exclude(thumbnail=""),
        has_chosen=bool(photos),
        is_late=timezone.localdate() - session.held_on > session_rules.REPORT_WITHIN,
        template="services/session_report.html",
    )


def _last_venue(session: ActivitySession) -> dict[str, Any]:
    if session.venue_id:
        return {}
    last = Venue.objects.filter(sessions__organization=session.organization_id).order_by("-sessions__held_on").first()
    return {"venue": last.pk} if last else {}


@get_or_post
def session_rehearse(request: PortalRequest, pk: int) -> HttpResponse:
    session = _session(request, pk)
    require(session_rules.can_rehearse(request.user, session))
    form = RehearsalForm(
        request.POST or None, initial={"rehearsed_on": min(session.held_on, timezone.localdate()), "outcome": "passed"}
    )
    return form_page(
        request,
        form,
        lambda data: sessions.record_rehearsal(session, by=request.user, **data),
        done="试讲已登记",
        to=reverse("services:session_detail", args=[pk]),
        heading="登记试讲",
        button="保存",
        about=session.title,
        hint=f"{session.organization} · {session.held_on:%Y-%m-%d}",
    )


@get_or_post
def session_rehearse_plan(request: PortalRequest, pk: int) -> HttpResponse:
    session = _session(request, pk)
    require(session_rules.can_rehearse(request.user, session))
    return form_page(
        request,
        RehearsalPlanForm(request.POST or None),
        lambda data: sessions.plan_rehearsal(session, by=request.user, **data),
        done="试讲已安排",
        to=reverse("services:session_detail", args=[pk]),
        heading="安排试讲",
        button="保存",
        about=session.title,
        hint=f"{session.organization} · {session.held_on:%Y-%m-%d}",
    )


def _waiting(request: PortalRequest) -> Any:
    return ActivitySession.objects.visible_to(request.user).to_verify().exclude(submitted_by=request.user)


@require_GET
def session_queue(request: PortalRequest) -> HttpResponse:
    """What waits for the reader's verification, one at a time: verified or returned, the next one follows."""
    user = request.user
    require(session_rules.can_verify_sessions(user))
    waiting = _waiting(request)
    skipped = keys_of(request.GET.get("skip", "").split(","))
    session = waiting.exclude(pk__in=skipped).for_page().first()
    context = {
        "session": session,
        "count": waiting.count(),
        "unflagged": waiting.unflagged().count(),
        "can_verify": session_rules.can_verify(user, session) if session else None,
        "signs": signs_of(user, session) if session else None,
        "skip": ",".join(map(str, [*skipped, session.pk])) if session else "",
        "form": SendBackForm(),
    }
    return render(request, "services/session_queue.html", context)


@get_or_post
def session_verify_many(request: PortalRequest) -> HttpResponse:
    """批量核实, where no check found anything: picked from a list, all of them or none."""
    require(session_rules.can_verify_sessions(request.user))
    waiting = _waiting(request).unflagged().select_related("organization", "category", "venue", "area")[:BATCH]
    if request.method == "POST":
        picked = list(_waiting(request).filter(pk__in=keys_of(request.POST.getlist("pk"))))
        if not picked:
            messages.error(request, "请先勾选要核实的场次")
            return redirect("services:session_verify_many")
        return answer_action(
            request,
            lambda: sessions.verify_many(picked, by=request.user),
            done=f"已核实 {len(picked)} 场，计入服务场次",
            to=reverse("services:session_queue"),
        )
    return render(request, "services/session_verify_many.html", {"waiting": waiting})


def _next(request: PortalRequest, pk: int) -> str:
    """Back to the queue it was verified from, else to the session."""
    return (
        reverse("services:session_queue") if "queue" in request.POST else reverse("services:session_detail", args=[pk])
    )


@require_POST
def session_verify(request: PortalRequest, pk: int) -> HttpResponse:
    session = _session(request, pk)
    done = f"已核实“{session.title}”，计入服务场次"
    return action_button(request, session, sessions.verify, done=done, to=_next(request, pk))


@get_or_post
def session_return(request: PortalRequest, pk: int) -> HttpResponse:
    session = _session(request, pk)
    require(session_rules.can_return(request.user, session))
    form = SendBackForm(request.POST or None)
    return form_page(
        request,
        form,
        lambda data: sessions.send_back(session, by=request.user, **data),
        done="已退回，上报人会在待办中看到",
        to=_next(request, pk),
        heading="退回修改",
        button="退回",
        back=reverse("services:session_detail", args=[session.pk]),
        about=session.title,
        hint=f"{session.organization} · {session.held_on:%Y-%m-%d}",
    )


@get_or_post
def session_cancel(request: PortalRequest, pk: int) -> HttpResponse:
    session = _session(request, pk)
    require(session_rules.can_cancel(request.user, session))
    return form_page(
        request,
        ReasonForm(request.POST or None),
        lambda data: sessions.cancel(session, by=request.user, **data),
        done="场次已取消",
        to=reverse("services:session_detail", args=[pk]),
        heading="取消场次",
        button="确定取消",
        about=session.title,
        hint=f"{session.organization} · {session.held_on:%Y-%m-%d}",
    )


@get_or_post
def session_delete(request: PortalRequest, pk: int) -> HttpResponse:
    session = _session(request, pk)
    require(session_rules.can_delete(request.user, session))
    return form_page(
        request,
        ReasonForm(request.POST or None),
        lambda data: sessions.delete(session, by=request.user, **data),
        done="场次已作废，不再计入任何统计",
        to=reverse("services:session_list"),
        session=session,
        heading="作废场次",
        button="确定作废",
        back=reverse("services:session_detail", args=[session.pk]),
        template="services/session_delete.html",
    )
