"""A mail server of our own, that takes letters or refuses them as a test wishes."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from typing import Any

from aiosmtpd.controller import Controller
from django.test import override_settings


class Post:
    """What arrived; and by address, what the server says instead of taking it."""

    def __init__(self, refuses: dict[str, str]) -> None:
        self.refuses = refuses
        self.letters: list[Any] = []

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@contextmanager
def mail_server(**refuses: str) -> Iterator[Post]:
    """Names stand for addresses: bad="550 no such user" refuses bad@example.org."""
    post = Post({f"{name}@example.org": answer for name, answer in refuses.items()})
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(post, hostname="127.0.0.1", port=port)
    controller.start()
    backend = "django.core.mail.backends.smtp.EmailBackend"
    with override_settings(EMAIL_BACKEND=backend, EMAIL_HOST="127.0.0.1", EMAIL_PORT=port, EMAIL_TIMEOUT=2):
        try:
            yield post
        finally:
            controller.stop()
