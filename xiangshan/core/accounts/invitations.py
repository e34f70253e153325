"""A link by which somebody named to a post sets the first password; good for a week, and once."""

from django.core import signing
from django.urls import reverse

from xiangshan.core import limits
from xiangshan.core.accounts.models import User

SALT = "xiangshan.invitation"
GOOD_FOR = limits.INVITATION_DAYS * 24 * 3600  # seconds


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
