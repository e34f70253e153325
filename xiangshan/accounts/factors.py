"""The second factor: a changing code of an authenticator app (TOTP, RFC 6238), by django-allauth."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from xiangshan.accounts.models import SecondFactor, User

TRIES, WITHIN = 5, 300  # so many wrong codes within so many seconds
ROLES_KEPT_FOR = 60  # seconds


def has_code(user: User) -> bool:
    return is_mfa_enabled(user)


def needs_code(user: User) -> bool:
    """Whether one of the user's roles asks for a second factor, as the administrator set it."""
    return bool({post.role for post in user.posts_today} & set(SecondFactor.objects.values_list("role", flat=True)))


def code_is_due(user: User) -> bool:
    """Whoever set it up is asked for it; whoever must have it is too."""
    return has_code(user) or needs_code(user)


def is_good_code(user: User, code: str) -> bool:
    """A code of the app as it is now, or a recovery code, which is good once. After five wrong ones none is good for five minutes."""
    key = f"second-factor:{user.pk}"
    if cache.get(key, 0) >= TRIES:
        return False
    kinds = Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.WEBAUTHN)
    if any(one.wrap().validate_code(code.strip()) for one in kinds):
        cache.delete(key)
        return True
    cache.set(key, cache.get(key, 0) + 1, WITHIN)
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
            messages.warning(request, "您的角色须用动态验证码,请先启用")
            return redirect("mfa_activate_totp")
        return self.get_response(request)
