"""Links by which somebody sets a password: the first one, good for a week; another one where it was forgotten. Each works once."""

from django.core import signing
from django.urls import reverse

from xiangshan.core import limits
from xiangshan.core.accounts.models import User

SALT, RESET_SALT = "xiangshan.invitation", "xiangshan.reset"
GOOD_FOR = limits.INVITATION_DAYS * 24 * 3600  # seconds
RESET_GOOD_FOR = limits.RESET_HOURS * 3600


def invitation_for(user: User) -> str:
    """The address of the page. Only for somebody who never had a password: else it would be a way into another's account."""
    token = signing.dumps([user.pk, user.password[-12:]], salt=SALT)
    return reverse("account_invitation", args=[token])


def invited(token: str) -> User | None:
    """Whom a link is for; nobody where it is forged, too old or used."""
    try:
        pk, password_end = signing.loads(token, salt=SALT, max_age=GOOD_FOR)
    except signing.BadSignature:
        return None
    user = User.objects.filter(pk=pk, is_active=True).first()
    if user is None or user.has_usable_password() or user.password[-12:] != password_end:
        return None
    return user


def reset_for(user: User) -> str:
    """The address of the page on which a forgotten password is replaced; worth nothing once the password is another."""
    token = signing.dumps([user.pk, user.password[-12:]], salt=RESET_SALT)
    return reverse("password_reset", args=[token])


def resetting(token: str) -> User | None:
    """Whose password a link replaces; nobody's where it is forged, too old or used."""
    try:
        pk, password_end = signing.loads(token, salt=RESET_SALT, max_age=RESET_GOOD_FOR)
    except signing.BadSignature:
        return None
    user = User.objects.filter(pk=pk, is_active=True).first()
    return user if user is not None and user.password[-12:] == password_end else None


def link_for(user: User) -> str:
    """The one of the two that this person needs."""
    return reset_for(user) if user.has_usable_password() else invitation_for(user)
