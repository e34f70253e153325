from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from xiangshan.core.accounts.models import User


class PortalRequest(HttpRequest):
    """What a view behind login_required is given: somebody is logged in."""

    user: User
    htmx: HtmxDetails
