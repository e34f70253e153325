"""Letters."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse

from services.models import ServiceRequest


def letter_to_asker(request: ServiceRequest, text: str) -> EmailMessage:
    page = settings.PORTAL_ADDRESS + reverse("ask_state", args=[request.code])
    return EmailMessage(text, f"{text}。\n\n查询和评价:{page}\n查询码:{request.code}\n", to=[request.email])
