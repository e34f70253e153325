from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from xiangshan.core.accounts.models import User


class PortalRequest(HttpRequest):
    """What a view is given that is not marked login_not_required: somebody is logged in."""

    user: User
    htmx: HtmxDetails
