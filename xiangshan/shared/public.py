"""Forms that nobody logged in sends: a question a robot fails, without any outside service; and who sends too much."""

import hashlib
import hmac
import secrets
from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from xiangshan.core.areas.counties import County, county_at, only_county
from xiangshan.core.areas.models import Area
from xiangshan.core.forms import explain_all
from xiangshan.core.keys import key_of

SALT = "ask"
OPEN_FOR = 4 * 3600  # seconds a form may stay open
NUMBERS = "零一二三四五六七八九十"


class PersonForm(forms.Form):
    """The fields by which a person is told from a robot; a form that has them calls `ask_person` and `check_person`."""

    answer = forms.CharField(label="", max_length=8)
    # Filled by robots only: people do not see it.
    website = forms.CharField(label="请留空", required=False, max_length=200)
    token = forms.CharField(widget=forms.HiddenInput, max_length=300)

    def ask_person(self) -> None:
        explain_all(self)
        left, right = secrets.randbelow(9) + 1, secrets.randbelow(9) + 1
        self.initial["token"] = signing.dumps([left, right, secrets.token_hex(4)], salt=SALT)
        asked = _asked(self.data.get("token", "")) if self.is_bound else None
        self.fresh_question = _question(left, right)
        self.fields["answer"].label = _question(*asked) if asked else self.fresh_question
        self.fields["answer"].widget.attrs |= {"inputmode": "numeric", "autocomplete": "off"}

    def check_person(self, data: dict[str, Any]) -> dict[str, Any]:
        """Raises ValidationError. What is left is what the action takes."""
        token = data.pop("token", "")
        asked = _asked(token)
        if data.pop("website", "") or asked is None or _too_soon(token):
            raise forms.ValidationError("页面已过期，请再按一次提交")
        given = data.pop("answer", "").strip()
        if given not in (str(sum(asked)), _in_words(sum(asked))):
            self.add_error("answer", "算得不对，请再试一次")
        return data


def _question(left: int, right: int) -> str:
    return f"{NUMBERS[left]}加{NUMBERS[right]}等于多少？"


def _asked(token: str) -> tuple[int, int] | None:
    """What was asked with a token of our own, opened a while ago and not too long ago."""
    try:
        left, right, _ = signing.loads(token, salt=SALT, max_age=OPEN_FOR)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return left, right


def _too_soon(token: str) -> bool:
    """Sent sooner than a person can read the page."""
    if not settings.ASK_FILLED_AFTER:
        return False
    try:
        signing.loads(token, salt=SALT, max_age=settings.ASK_FILLED_AFTER)
    except signing.SignatureExpired:
        return False
    return True


def _in_words(number: int) -> str:
    return NUMBERS[number] if number <= 10 else f"十{NUMBERS[number - 10]}"


def sent_by(request: HttpRequest) -> dict[str, str] | None:
    """What was posted, without the character no database takes; None where nothing was."""
    if request.method != "POST":
        return None
    return {name: str(value).replace("\x00", "") for name, value in request.POST.items()}


def asked_again(form: Any) -> Any:
    """The same answers with a fresh question: one that was answered is not good for a second try."""
    again: Any = type(form)({**form.data, "token": form.initial["token"], "answer": ""}, county=form.county)
    again._errors = form.errors
    again.fields["answer"].label = form.fresh_question
    return again


def source_of(address: str) -> str:
    """A keyed digest of a network address that is of use for one day only: too many from one are noticed, who it was is not kept."""
    key = f"{settings.SECRET_KEY}:{timezone.localdate():%Y%m%d}".encode()
    return hmac.new(key, address.encode(), hashlib.sha256).hexdigest()[:32]


def asked_county(request: HttpRequest) -> County | None:
    """Of which county a public form is: the only one, or the one its address names (?county=330226)."""
    return only_county() or _county(key_of(request.GET.get("county")))


def _county(code: int | None) -> County | None:
    known = Area.objects.counties().filter(code=str(code)).values_list("pk", flat=True).first() if code else None
    return county_at(known) if known else None


def choose_county(request: HttpRequest) -> HttpResponse:
    """Where several counties share a portal, nobody is asked for a town among all of theirs."""
    counties = [
        (county_at(area.pk), area.code) for area in Area.objects.counties().filter(is_current=True).order_by("pk")
    ]
    return render(request, "public/choose_county.html", {"counties": counties})
