"""The public pages a worker reaches by a session's code: to sign in, and to say how it was. No login, no script, no trace."""

import secrets
import time

from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from services import codes
from services.actions import surveys
from services.forms.surveys import SurveyForm
from services.models import ActivitySession, SignIn
from services.rules import sessions as session_rules

SALT = "survey"
ANSWERED, DEVICE, TICKET = "answered", "device", "ticket"
FOR_DAYS = 60
PASS_FOR = 600  # seconds from scanning to pressing the button


def _session(code: str) -> ActivitySession:
    rows = ActivitySession.objects.exclude(status=ActivitySession.Status.DELETED)
    return get_object_or_404(rows.select_related("organization", "venue", "contract_line__contract"), code=code.lower())


def _source(request: HttpRequest) -> str:
    """The network and the kind of phone: of use only as a digest, for a minute (actions/surveys.py)."""
    meta = request.META
    return "|".join(meta.get(name, "") for name in ("REMOTE_ADDR", "HTTP_USER_AGENT", "HTTP_ACCEPT_LANGUAGE"))


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def survey_answer(request: HttpRequest, code: str) -> HttpResponse:
    """What a code opens. `k` is the changing code, `p` the paper one: both sign in first. `h` is a phone handed round."""
    session = _session(code)
    if request.method == "GET" and ("k" in request.GET or "p" in request.GET):
        return _welcome(request, session)
    is_handed = codes.is_handed_pass(request.GET.get("h", ""), session.pk)
    if _kept(request, ANSWERED, session) and not is_handed:
        return redirect("survey_thanks", code)
    verdict = session_rules.can_answer(session, timezone.localdate())
    if not verdict:
        return render(request, "services/survey_closed.html", {"session": session, "reason": verdict.reason})
    return _ask(request, session, is_handed)


def _ask(request: HttpRequest, session: ActivitySession, is_handed: bool) -> HttpResponse:
    ticket = "" if is_handed else _kept(request, TICKET, session)
    fresh = signing.dumps([session.pk, ticket or secrets.token_urlsafe(12), bool(ticket)], salt=SALT)
    posted = {name: str(value).replace("\x00", "") for name, value in request.POST.items()}
    form = SurveyForm(posted or None, initial={"token": fresh})
    if request.method == "POST" and form.is_valid():
        answers = dict(form.cleaned_data)
        token = _of(session, answers.pop("token"))
        if token is not None:
            nonce, has_signed_in = token
            try:
                source = "" if has_signed_in else _source(request)
                surveys.answer(session, token=nonce, source=source, is_handed=is_handed, **answers)
            except surveys.TooMany as error:
                form.add_error(None, error)
            else:
                return _thank(request, session, is_handed)
        else:
            form = SurveyForm({**posted, "token": fresh})
            form.add_error(None, "页面已过期，请再按一次提交")
    context = {
        "session": session,
        "form": form,
        "has_signed_in": bool(_kept(request, DEVICE, session)),
        "is_handed": is_handed,
    }
    return render(request, "services/survey_answer.html", context, status=422 if request.method == "POST" else 200)


def _welcome(request: HttpRequest, session: ActivitySession) -> HttpResponse:
    """A scanned code: looked at here, taken only when the button is pressed."""
    if verdict := session_rules.can_sign_in(session, timezone.localdate()):
        how = _how(request, session)
        if how is None:
            return render(request, "services/sign_in_expired.html", {"session": session}, status=410)
        device = _kept(request, DEVICE, session)
        if device.startswith("in:"):
            return redirect("survey_answer", session.code)
        device = device or secrets.token_urlsafe(16)
        admission = signing.dumps([session.pk, how, device], salt="admission")
        response = render(request, "services/sign_in.html", {"session": session, "admission": admission})
        return _keep(request, response, DEVICE, session, device)
    return render(request, "services/survey_closed.html", {"session": session, "reason": verdict.reason})


def _how(request: HttpRequest, session: ActivitySession) -> str | None:
    if codes.is_changing_code(request.GET.get("k", ""), session.pk, time.time()):
        return SignIn.How.CHANGING_CODE
    return SignIn.How.PAPER_CODE if codes.is_paper_code(request.GET.get("p", ""), session.pk) else None


@login_not_required
@never_cache
@require_POST
def survey_sign_in(request: HttpRequest, code: str) -> HttpResponse:
    """签到: once a phone. The page that asked for it stays good for ten minutes, on this phone only."""
    session = _session(code)
    device = _kept(request, DEVICE, session)
    try:
        pk, how, meant = signing.loads(request.POST.get("admission", ""), salt="admission", max_age=PASS_FOR)
    except (signing.BadSignature, ValueError, TypeError):
        pk, how, meant = 0, "", ""
    if device.startswith("in:"):
        return redirect("survey_answer", code)
    if pk != session.pk or not device or meant != device:
        return render(request, "services/sign_in_expired.html", {"session": session}, status=410)
    if not (verdict := session_rules.can_sign_in(session, timezone.localdate())):
        return render(request, "services/survey_closed.html", {"session": session, "reason": verdict.reason})
    try:
        surveys.sign_in(session, how=how, device=device, source=_source(request))
    except surveys.TooMany as error:
        context = {"session": session, "admission": request.POST["admission"], "error": error.messages[0]}
        return render(request, "services/sign_in.html", context, status=429)
    response = redirect("survey_answer", code)
    # The one-time token of the answer is made here and kept on the phone alone: nothing stored says whose it is.
    _keep(request, response, TICKET, session, secrets.token_urlsafe(12))
    return _keep(request, response, DEVICE, session, f"in:{device}")


def _of(session: ActivitySession, token: str) -> tuple[str, bool] | None:
    """The one-time part of a form's token of this session, and whether it was given for signing in."""
    try:
        pk, nonce, has_signed_in = signing.loads(token, salt=SALT, max_age=86400)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return (str(nonce), bool(has_signed_in)) if pk == session.pk else None


def _kept(request: HttpRequest, what: str, session: ActivitySession) -> str:
    """What this phone remembers of this session: signed, and not stored here."""
    return request.get_signed_cookie(f"{what}-{session.code}", default="", salt=SALT) or ""


def _keep(
    request: HttpRequest, response: HttpResponse, what: str, session: ActivitySession, value: str
) -> HttpResponse:
    response.set_signed_cookie(
        f"{what}-{session.code}",
        value,
        salt=SALT,
        max_age=FOR_DAYS * 86400,
        path=reverse("survey_answer", args=[session.code]),
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )
    return response


def _thank(request: HttpRequest, session: ActivitySession, is_handed: bool) -> HttpResponse:
    if is_handed:
        return redirect(f"{reverse('survey_thanks', args=[session.code])}?h={request.GET['h']}")
    return _keep(request, redirect("survey_thanks", session.code), ANSWERED, session, "1")


@login_not_required
@require_GET
def survey_thanks(request: HttpRequest, code: str) -> HttpResponse:
    session = _session(code)
    handed = request.GET.get("h", "")
    handed = handed if codes.is_handed_pass(handed, session.pk) else ""
    return render(request, "services/survey_thanks.html", {"session": session, "handed": handed})
