from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from xiangshan.core.accounts.models import User


class UsernameOrPhoneBackend(ModelBackend):
    """Eleven digits are looked up as a phone first: what people remember."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> Any:
        if username and username.isdecimal():
            by_phone = User.objects.filter(phone=username).values_list("username", flat=True).first()
            username = by_phone or username
        return super().authenticate(request, username=username, password=password, **kwargs)
