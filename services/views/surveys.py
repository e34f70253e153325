"""The public page a worker reaches by the session's code. No login, no script, no trace."""

import secrets

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from services import actions, forms, rules
from services.models import ActivitySession

SALT = "survey"
COOKIE = "answered"
FOR_DAYS = 8


@never_cache
@require_http_methods(["GET", "POST"])
def survey_answer(request: HttpRequest, code: str) -> HttpResponse:
    session = get_object_or_404(
        ActivitySession.objects.exclude(status="deleted").select_related("organization", "venue"), code=code.lower()
    )
    if _answered(request, code):
        return redirect("survey_thanks", code)
    verdict = rules.can_answer(session, timezone.localdate())
    if not verdict:
        return render(request, "services/survey_closed.html", {"session": session, "reason": verdict.reason})
    fresh = signing.dumps([session.pk, secrets.token_urlsafe(12)], salt=SALT)
    form = forms.SurveyForm(request.POST or None, initial={"token": fresh})
    if request.method == "POST" and form.is_valid():
        answers = dict(form.cleaned_data)
        if _is_of(session, answers["token"]):
            actions.answer_survey(session, **answers)
            return _thank(request, code)
        form = forms.SurveyForm({**request.POST.dict(), "token": fresh})
        form.add_error(None, "页面已过期,请再按一次提交")
    return render(
        request,
        "services/survey_answer.html",
        {"session": session, "form": form},
        status=422 if request.method == "POST" else 200,
    )


def _is_of(session: ActivitySession, token: str) -> bool:
    try:
        pk, _ = signing.loads(token, salt=SALT, max_age=86400)
    except (signing.BadSignature, ValueError, TypeError):
        return False
    return pk == session.pk


def _answered(request: HttpRequest, code: str) -> bool:
    """Whether this phone has answered for this session: remembered on the phone, signed, not here."""
    return bool(request.get_signed_cookie(f"{COOKIE}-{code}", default="", salt=SALT))


def _thank(request: HttpRequest, code: str) -> HttpResponse:
    response = redirect("survey_thanks", code)
    response.set_signed_cookie(
        f"{COOKIE}-{code}",
        "1",
        salt=SALT,
        max_age=FOR_DAYS * 86400,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )
    return response


@require_GET
def survey_thanks(request: HttpRequest, code: str) -> HttpResponse:
    session = get_object_or_404(ActivitySession.objects.exclude(status="deleted"), code=code.lower())
    return render(request, "services/survey_thanks.html", {"session": session})
