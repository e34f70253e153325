from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from xiangshan.core.accounts.names import user_named


class UsernameOrPhoneBackend(ModelBackend):
    """By what people remember: their mobile number, or their user name however they write it."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> Any:
        user = user_named(username) if username else None
        return super().authenticate(request, username=user.username if user else username, password=password, **kwargs)
