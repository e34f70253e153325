from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from xiangshan.demo import loading


class Command(BaseCommand):
    help = "Loads the demo data; running it again changes nothing. Refuses outside debug without --force."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--force", action="store_true", help="also where DEBUG is off")
        parser.add_argument("--if-empty", action="store_true", help="say nothing where there is data")

    def handle(self, *args: Any, **options: Any) -> None:
        if loading.is_loaded():
            if not options["if_empty"]:
                self.stdout.write("the database already holds data; nothing changed")
            return
        if not settings.DEBUG and not options["force"]:
            raise CommandError(
                "demo data is for trying the portal out: refused where DEBUG is off; --force loads it all the same"
            )
        if not settings.DEMO_PASSWORD:
            raise CommandError("set DEMO_PASSWORD: the password of the demo logins")
        self.stdout.write("loading the demo data ...")
        made = loading.load(settings.DEMO_PASSWORD)
        self.stdout.write(", ".join(f"{count:,} {name}" for name, count in made.items()))
