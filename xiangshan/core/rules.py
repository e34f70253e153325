"""A rule answers with a Verdict: yes, or no and why. The missing button, the 403 page and an import's error share its sentence."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError


@dataclass(frozen=True)
class Verdict:
    allowed: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.allowed


ALLOW = Verdict(True)


def deny(reason: str) -> Verdict:
    """No, because ... (Chinese, for the reader)."""
    return Verdict(False, reason)


def require(verdict: Verdict) -> None:
    """Raises PermissionDenied with the reason where the verdict is no."""
    if not verdict:
        raise PermissionDenied(verdict.reason)


def require_reason(reason: str, text: str = "请写明原因") -> None:
    """Raises ValidationError where nothing was given."""
    if not reason.strip():
        raise ValidationError({"reason": text})
