"""Text that only the portal reads: encrypted before it goes to the database, with keys that are never there (settings.PARTY_KEYS).

Fernet (AES-128-CBC with HMAC-SHA256) of the `cryptography` package. The first key encrypts; every key decrypts, so that keys change while
the portal runs. Equal texts look different when encrypted; they are found by a blind index, a keyed hash of the text.
"""

import hashlib
import hmac
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models

SEALED = "sealed:"  # before what stands encrypted in a file
LOST = "（无法解读：密钥已更换）"


@lru_cache(maxsize=8)
def _fernets(keys: tuple[str, ...]) -> tuple[Fernet, MultiFernet]:
    try:
        items = [Fernet(key) for key in keys]
    except ValueError as error:
        raise ImproperlyConfigured("PARTY_KEYS: each key is 32 bytes in url-safe base64") from error
    if not items:
        raise ImproperlyConfigured("PARTY_KEYS names no key")
    return items[0], MultiFernet(items)


def _keys() -> tuple[str, ...]:
    return tuple(settings.PARTY_KEYS)


def encrypt(text: str) -> str:
    return _fernets(_keys())[0].encrypt(text.encode()).decode()


def decrypt(encrypted: str) -> str:
    """What was encrypted with any of the keys. Where none fits, words that say so: a page shows the rest of the record."""
    try:
        return _fernets(_keys())[1].decrypt(encrypted.encode()).decode()
    except InvalidToken:
        return LOST


def is_current(encrypted: str) -> bool:
    """Whether the first key encrypted it."""
    try:
        _fernets(_keys())[0].decrypt(encrypted.encode())
    except InvalidToken:
        return False
    return True


def blind_indexes(text: str) -> list[str]:
    """The marks of a text under every key, the newest first: what was marked before a change of keys is found too."""
    plain = text.strip().upper().encode()
    return [hmac.new(b"mark:" + key.encode(), plain, hashlib.sha256).hexdigest() for key in _keys()] if plain else []


def blind_index(text: str) -> str:
    """Empty for an empty text."""
    return next(iter(blind_indexes(text)), "")


class EncryptedField(models.TextField):  # type: ignore[type-arg]
    """Text encrypted in the database and plain in the program. It cannot be searched, and no history shows it."""

    is_sealed = True

    def get_prep_value(self, value: Any) -> Any:
        return encrypt(str(value)) if value else ""

    def value_to_string(self, obj: Any) -> str:
        """`dumpdata` and its like write it down encrypted."""
        value = self.value_from_object(obj)
        return f"{SEALED}{encrypt(str(value))}" if value else ""

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and value.startswith(SEALED):
            return decrypt(value.removeprefix(SEALED))
        return super().to_python(value)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return decrypt(value) if value else ""


def encrypted_fields(model: type[models.Model]) -> list[str]:
    return [field.name for field in model._meta.fields if getattr(field, "is_sealed", False)]
