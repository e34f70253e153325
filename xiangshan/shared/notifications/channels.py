"""How a message leaves the house. Mail today; another channel is one function more in CHANNELS."""

import smtplib
from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage

from xiangshan.core.text import one_line
from xiangshan.shared.notifications.models import Message


class Refused(Exception):  # noqa: N818  (what the other side says, not a fault of ours)
    """The other side will not take this message, however often it is tried; its word."""


class Later(Exception):  # noqa: N818
    """The other side does not take this message now; its word."""


class Away(Exception):  # noqa: N818
    """The other side does not answer at all: the next message need not be tried now."""


def send_by_mail(message: Message) -> str:
    """Raises Refused, Later or Away with the server's word. The Message-ID stays the same however often it is tried."""
    host = urlsplit(settings.PORTAL_ADDRESS).hostname or "localhost"
    letter = EmailMessage(
        one_line(message.subject),
        message.body,
        to=[message.address],
        headers={"Message-ID": f"<message-{message.pk}-{message.created_at:%Y%m%d%H%M%S}@{host}>"},
    )
    if message.document is not None:
        letter.attach(message.document_name, bytes(message.document), "application/pdf")
    try:
        letter.send()
    except smtplib.SMTPRecipientsRefused as error:
        code, text = next(iter(error.recipients.values()))
        raise (Refused if code >= 500 else Later)(_words(code, text)) from error
    except smtplib.SMTPDataError as error:
        raise (Refused if error.smtp_code >= 500 else Later)(_words(error.smtp_code, error.smtp_error)) from error
    except smtplib.SMTPResponseException as error:  # the server does not take us: no login, no sender
        raise Away(_words(error.smtp_code, error.smtp_error)) from error
    except OSError as error:
        raise Away(str(error) or type(error).__name__) from error
    return ""


def _words(code: int, text: bytes | str) -> str:
    return one_line(f"{code} {text.decode(errors='replace') if isinstance(text, bytes) else text}")


CHANNELS: dict[str, Callable[[Message], str]] = {Message.Channel.MAIL: send_by_mail}
