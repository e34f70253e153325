"""The second factor: a changing code of an authenticator app (TOTP, RFC 6238), by django-allauth."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from axes.handlers.proxy import AxesProxyHandler
from django.contrib import messages
from django.contrib.auth import authenticate
from django.contrib.auth.signals import user_login_failed
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from xiangshan.core.accounts.models import SecondFactor, User

ROLES_KEPT_FOR = 60  # seconds


def has_code(user: User) -> bool:
    return is_mfa_enabled(user)


def needs_code(user: User) -> bool:
    """Whether one of the user's roles asks for a second factor, as the administrator set it."""
    return bool({post.role for post in user.posts_today} & set(SecondFactor.objects.values_list("role", flat=True)))


def code_is_due(user: User) -> bool:
    """Whoever set it up is asked for it; whoever must have it is too."""
    return has_code(user) or needs_code(user)


def is_good_password(request: Any, password: str) -> bool:
    """The password of whoever is logged in; wrong ones are counted as wrong logins are, and lock out like them."""
    return authenticate(request, username=request.user.username, password=password) == request.user


def is_good_code(request: Any, code: str) -> bool:
    """A code of the app as it is now, or a recovery code, which is good once. Wrong ones are counted as wrong logins are."""
    credentials = {"username": request.user.username}
    if not AxesProxyHandler.is_allowed(request, credentials):
        return False
    kinds = Authenticator.objects.filter(user=request.user).exclude(type=Authenticator.Type.WEBAUTHN)
    if any(kind.wrap().validate_code(code.strip()) for kind in kinds):
        return True
    user_login_failed.send(sender=__name__, credentials=credentials, request=request)
    return False


class SecondFactorMiddleware:
    """Whose role needs a second factor sets it up before anything else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        roles: Any = cache.get_or_set(
            "second-factor-roles", lambda: set(SecondFactor.objects.values_list("role", flat=True)), ROLES_KEPT_FOR
        )
        if not roles or not user.is_authenticated or request.path.startswith("/accounts/"):
            return self.get_response(request)
        if {post.role for post in user.posts_today} & roles and not has_code(user):
            messages.warning(request, "您的角色须用动态验证码，请先启用")
            return redirect("mfa_activate_totp")
        return self.get_response(request)
