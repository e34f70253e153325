"""Letters."""

import hashlib

from django.conf import settings
from django.urls import reverse

from services.models import ServiceRequest
from xiangshan.core.areas.models import county_of
from xiangshan.shared.notifications import delivery, tasks


def tell_asker(request: ServiceRequest, text: str) -> None:
    """By mail, where an address was left; the page with the code says the same."""
    if not request.email:
        return
    page = settings.PORTAL_ADDRESS + reverse("ask_state", args=[request.code])
    body = f"{text}。\n\n查询和评价：{page}\n查询码：{request.code}\n"
    what = hashlib.sha256(text.encode()).hexdigest()[:12]
    delivery.post(
        f"request-{request.pk}-{request.status}-{what}", request.email, text, body, county=county_of(request.area_id)
    )
    tasks.send_messages.delay_on_commit()
