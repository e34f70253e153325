"""What a leader shows, prints or types so that workers can sign in and say how it was."""

import time
from typing import Any
from urllib.parse import urlencode

import segno
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from services import codes
from services.actions import surveys
from services.forms.surveys import SignInListForm
from services.models import ActivitySession
from services.rules import sessions as session_rules
from services.views.sessions import _session
from xiangshan.core.accounts.requests import PortalRequest
from xiangshan.core.rules import require
from xiangshan.shared.responses import form_page


def _address(request: PortalRequest, session: ActivitySession, **query: str) -> str:
    page = reverse("survey_answer", args=[session.code])
    return request.build_absolute_uri(f"{page}?{urlencode(query)}" if query else page)


def _drawing(address: str) -> SafeString:
    drawn = segno.make(address, error="m").svg_inline(scale=6, border=2, svgclass="qr", omitsize=True)
    return mark_safe(drawn)  # noqa: S308  (made by segno, from an address of our own)


def _live(request: PortalRequest, session: ActivitySession) -> dict[str, Any]:
    verdict = session_rules.can_sign_in(session, timezone.localdate())
    address = _address(request, session, k=codes.changing_code(session.pk, time.time())) if verdict else ""
    return {
        "session": session,
        "verdict": verdict,
        "address": address,
        "drawing": _drawing(address) if verdict else "",
        "seconds": codes.STEP - int(time.time()) % codes.STEP,
    }


@never_cache
@require_GET
def session_code(request: PortalRequest, pk: int) -> HttpResponse:
    """The changing code, full screen, for a projector or the leader's phone, with how many have signed in."""
    session = _session(request, pk)
    require(session_rules.can_show_code(request.user, session))
    return render(request, "services/session_code.html", _live(request, session))


@never_cache
@require_GET
def session_code_live(request: PortalRequest, pk: int) -> HttpResponse:
    """What of it changes."""
    session = _session(request, pk)
    require(session_rules.can_show_code(request.user, session))
    return render(request, "services/_session_code_live.html", _live(request, session))


@require_GET
def session_paper(request: PortalRequest, pk: int) -> HttpResponse:
    """To print: the paper code for signing in where there is no screen, and the code that opens the survey."""
    session = _session(request, pk)
    require(session_rules.can_show_code(request.user, session))
    signs, rates = _address(request, session, p=codes.paper_code(session.pk)), _address(request, session)
    context = {
        "session": session,
        "signs": _drawing(signs),
        "signs_address": signs,
        "rates": _drawing(rates),
        "rates_address": rates,
        "closes_on": session_rules.survey_closes_on(session),
    }
    return render(request, "services/session_paper.html", context)


@require_GET
def session_hand(request: PortalRequest, pk: int) -> HttpResponse:
    """轮流评价: the leader's phone goes round among those who cannot scan."""
    session = _session(request, pk)
    require(session_rules.can_show_code(request.user, session))
    if not (verdict := session_rules.can_answer(session, timezone.localdate())):
        messages.error(request, verdict.reason)
        return redirect("services:session_detail", pk)
    return redirect(_address(request, session, h=codes.handed_pass(session.pk)))


@require_http_methods(["GET", "POST"])
def session_sign_ins(request: PortalRequest, pk: int) -> HttpResponse:
    """A paper list, typed or pasted."""
    session = _session(request, pk)
    require(session_rules.can_list_sign_ins(request.user, session))
    form = SignInListForm(request.POST or None)

    def act(data: dict[str, Any]) -> None:
        new, known = surveys.list_sign_ins(session, data["names"].splitlines(), by=request.user)
        messages.info(request, f"新录入 {new} 人" + (f"，{known} 行已有" if known else ""))

    return form_page(
        request,
        form,
        act,
        done="签到名单已录入",
        to=reverse("services:session_detail", args=[pk]),
        session=session,
        is_late=timezone.localdate() - session.held_on > session_rules.REPORT_WITHIN,
        template="services/session_sign_ins.html",
    )
