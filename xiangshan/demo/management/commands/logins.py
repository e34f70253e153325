import os
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from xiangshan.demo.loading import LOGINS


class Command(BaseCommand):
    help = "Prints where the portal answers and the demo logins."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"\nhttp://127.0.0.1:{os.environ.get('PORT', '8000')}/")
        self.stdout.write(f"logins: {', '.join(login for login, *_ in LOGINS)}; password: {settings.DEMO_PASSWORD}\n")
