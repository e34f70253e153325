"""Who may try a password: one name at one address so often, one password on so many names."""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from xiangshan.core.accounts.names import login_name, user_named

# The same wrong password on so many names within an hour is somebody who tries a list of people.
NAMES_A_PASSWORD = 8
COUNTED_FOR = 3600  # seconds


def account_of(request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> str:
    """Under which name failures are counted (django-axes): one account, whether its name or its number is typed."""
    typed = str((credentials or {}).get("username") or request.POST.get("login") or "")[:200]
    user = user_named(typed)
    return user.username if user else login_name(typed)


def is_tried_on_many(password: str) -> bool:
    return len(cache.get(_key(password), ())) >= NAMES_A_PASSWORD


def note_failure(name: str, password: str) -> None:
    """Neither the password nor the names are kept as they are."""
    tried: set[str] = cache.get(_key(password), set())
    if len(tried) < NAMES_A_PASSWORD:
        cache.set(_key(password), tried | {_digest(name)}, COUNTED_FOR)


def _key(password: str) -> str:
    return f"password-tried:{_digest(password)}"


def _digest(text: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(errors="replace"), hashlib.sha256).hexdigest()
