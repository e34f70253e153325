from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.template.loader import render_to_string

from xiangshan.core import limits
from xiangshan.core.middleware import TRY_AGAIN


class Command(BaseCommand):
    help = "Writes the pages a proxy shows where the portal cannot answer: VAR/error-pages."

    def handle(self, *args: Any, **options: Any) -> None:
        folder = settings.VAR / "error-pages"
        folder.mkdir(parents=True, exist_ok=True)
        reason = "系统正在启动或维护，请稍等。"
        pages = {
            "503": render_to_string("503.html", {"reason": reason, "again": TRY_AGAIN, "address": ""}),
            "413": render_to_string("413.html", {"megabytes": limits.FILE_MEGABYTES}),
        }
        for name, text in pages.items():
            (folder / f"{name}.html").write_text(text, encoding="utf-8")
        self.stdout.write(f"{folder}: {', '.join(sorted(pages))}")
