"""The pages of the field: a shell any phone may keep, the data of whoever is logged in, and the doors for what is sent later."""

import hashlib
import json
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.request import RawPostDataException
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from xiangshan.core import limits
from xiangshan.core.accounts.requests import PortalRequest
from xiangshan.portal.field import actions
from xiangshan.portal.field.forms import phone_forms
from xiangshan.portal.field.selectors import taken_along

# What the shell needs to open without a network.
KEPT = ("vendor/bootstrap.min.css", "vendor/umd.js", "bundles/portal.css", "bundles/field.js", "img/icon.svg")


@login_not_required
@require_GET
def field_home(request: HttpRequest) -> HttpResponse:
    """Nothing of anybody stands in it: it is kept on the phone, and filled there."""
    return render(request, "field/field_home.html", _shell())


def _shell() -> dict[str, Any]:
    forms = phone_forms()
    return {"forms": forms, "others": list(forms.items())[1:], "sent_kept_days": limits.SENT_KEPT_DAYS}


@login_not_required
@require_GET
def field_manifest(request: HttpRequest) -> HttpResponse:
    result = {
        "name": "工会 · 现场",
        "short_name": "工会现场",
        "lang": "zh-CN",
        "start_url": reverse("field:field_home"),
        "scope": reverse("field:field_home"),
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#b3141f",
        "icons": [{"src": static("img/icon.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}],
    }
    return HttpResponse(json.dumps(result, ensure_ascii=False), content_type="application/manifest+json")


@login_not_required
@never_cache
@require_GET
def field_worker(request: HttpRequest) -> HttpResponse:
    """The service worker: another version as soon as one of the files it keeps is another."""
    files = [static(name) for name in KEPT]
    shell = render(request, "field/field_home.html", _shell()).content
    version = hashlib.sha256(b"".join([shell, *(name.encode() for name in files)])).hexdigest()[:12]
    context = {"version": version, "files": json.dumps([reverse("field:field_home"), *files])}
    return render(request, "field/worker.js", context, content_type="text/javascript")


def _logged_in(request: HttpRequest) -> bool:
    return request.user.is_authenticated


@login_not_required
@never_cache
@require_GET
def field_data(request: PortalRequest) -> JsonResponse:
    if not _logged_in(request):
        return JsonResponse({"reason": "请先登录"}, status=401)
    return JsonResponse({**taken_along(request.user), "token": get_token(request)})


@login_not_required
@require_POST
def field_send(request: PortalRequest) -> JsonResponse:
    """One report, strength report, call-out or reception, with the key its phone gave it."""

    def act() -> dict[str, Any]:
        try:
            kind, key, values = actions.read_values(request.body)
        except (
            RawPostDataException
        ) as error:  # a form, read already by whoever looked for its token: no phone sends one
            raise ValidationError("发送的内容不完整，请重新填写") from error
        return {"page": actions.receive(request.user, kind, key, values).page}

    return _answer(request, act)


@login_not_required
@require_POST
def field_photo(request: PortalRequest) -> JsonResponse:
    def act() -> dict[str, Any]:
        file = request.FILES.get("photo")
        try:
            key = UUID(request.POST.get("key", ""))
        except ValueError as error:
            raise ValidationError("照片没有编号") from error
        if file is None:
            raise ValidationError("没有收到照片")
        actions.receive_photo(request.user, request.POST.get("session"), key, file, request.POST.get("taken_at", ""))
        return {}

    return _answer(request, act)


def _answer(request: PortalRequest, act: Any) -> JsonResponse:
    """What the phone makes of it: 200 arrived; 401 log in; 409 somebody was there before; 422 refused, because ..."""
    if not _logged_in(request):
        return JsonResponse({"reason": "登录已过期，请重新登录"}, status=401)
    try:
        return JsonResponse(act())
    except actions.Conflict as conflict:
        return JsonResponse({"reason": "这一场在您填写期间已被改动", "theirs": conflict.theirs}, status=409)
    except ValidationError as error:
        return JsonResponse({"reason": "；".join(error.messages)}, status=422)
    except PermissionDenied as error:
        return JsonResponse({"reason": str(error)}, status=422)
    except (Http404, ValueError):
        return JsonResponse({"reason": "找不到这条记录，可能已经作废"}, status=422)
