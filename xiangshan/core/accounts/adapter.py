from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

from xiangshan.core.accounts.mfa import needs_code
from xiangshan.core.encryption import decrypt, encrypt


class ClosedAdapter(DefaultAccountAdapter):
    """Accounts are made by the administrator; nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class EncryptedFactors(DefaultMFAAdapter):
    """The secrets of second factors are encrypted with keys outside the database."""

    def encrypt(self, text: str) -> str:
        return encrypt(text)

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """Not the last one of somebody whose role needs it."""
        return not needs_code(authenticator.user)

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt(encrypted_text)
