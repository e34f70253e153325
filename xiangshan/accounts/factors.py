"""The second factor: a changing code of an authenticator app (TOTP, RFC 6238), by django-allauth."""

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled

from xiangshan.accounts.models import SecondFactor, User


def has_code(user: User) -> bool:
    return is_mfa_enabled(user)


def needs_code(user: User) -> bool:
    """Whether one of the user's roles asks for a second factor, as the administrator set it."""
    return bool({post.role for post in user.posts_today} & set(SecondFactor.objects.values_list("role", flat=True)))


def code_is_due(user: User) -> bool:
    """Whoever set it up is asked for it; whoever must have it is too."""
    return has_code(user) or needs_code(user)


def is_good_code(user: User, code: str) -> bool:
    """A code of the app as it is now, or a recovery code, which is good once."""
    kinds = Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.WEBAUTHN)
    return any(one.wrap().validate_code(code.strip()) for one in kinds)
