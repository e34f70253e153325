from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from xiangshan.metrics import rollup


class Command(BaseCommand):
    help = "Rolls up the figures from the facts: all years, or one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--year", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        months = rollup.roll_up(options["year"])
        self.stdout.write(f"rolled up {months} months")
