import fcntl
import os
import socket
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "What make run needs before it starts: a free port and folder, tables, the demo data if there is none; then the address."

    def handle(self, *args: Any, **options: Any) -> None:
        self._refuse_a_second_start(int(os.environ.get("PORT", "8000")))
        call_command("migrate", verbosity=0)
        call_command("demo", if_empty=True)
        call_command("logins")

    def _refuse_a_second_start(self, port: int) -> None:
        with (settings.VAR / "running.lock").open("a") as held:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise CommandError(f"这个目录的平台已在运行（{settings.VAR}）：请先停下它，或换一个 VAR") from None
        with socket.socket() as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                tried.bind(("127.0.0.1", port))
            except OSError:
                raise CommandError(
                    f"端口 {port} 已被占用：请先停下占用它的程序，或用 make run PORT=... 换一个"
                ) from None
