from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse

from xiangshan.core.accounts import lockout
from xiangshan.core.accounts.mfa import needs_code
from xiangshan.core.accounts.models import Role
from xiangshan.core.areas.counties import county_at
from xiangshan.core.encryption import decrypt, encrypt


class ClosedAdapter(DefaultAccountAdapter):
    """Accounts are made by the administrator; nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Where one was going; leadership that was going nowhere begins with the figures."""
        user: Any = request.user
        return reverse("dashboard") if user.holds(Role.LEADERSHIP) else super().get_login_redirect_url(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Wrong passwords are counted by django-axes, by name and address. Raises ValidationError where one is tried on many names."""
        if lockout.is_tried_on_many(credentials.get("password", "")):
            raise ValidationError("这个密码被反复试过，暂时不能用它登录。请一小时后再试，或重设密码")

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        lockout.note_failure(lockout.account_of(request, credentials), credentials.get("password", ""))


class EncryptedFactors(DefaultMFAAdapter):
    """The secrets of second factors are encrypted with keys outside the database."""

    def encrypt(self, text: str) -> str:
        return encrypt(text)

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """Not the last one of somebody whose role needs it."""
        return not needs_code(authenticator.user)

    def get_totp_issuer(self) -> str:
        """Under which name the app on the phone shows the account."""
        user: Any = context.request.user
        return f"{county_at(min(user.counties))}社会组织工作平台" if user.counties else "社会组织工作平台"

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt(encrypted_text)
