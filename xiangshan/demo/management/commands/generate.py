from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from xiangshan.core.areas.models import Area
from xiangshan.demo import generating


class Command(BaseCommand):
    help = "Loads synthetic data of a given size for benchmarks, in an area of its own. Run rollup afterwards."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--sessions", type=int, required=True)
        parser.add_argument("--responses-per-session", type=int, default=0)
        parser.add_argument("--counties", type=int, default=1)
        parser.add_argument("--years", type=int, default=10)
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        if Area.objects.filter(pk=generating.PROVINCE).exists():
            raise CommandError("this database holds generated data already")
        size = generating.Size(
            options["sessions"],
            options["responses_per_session"],
            options["counties"],
            options["years"],
            options["seed"],
        )
        if (
            size.sessions < 1
            or not 1 <= size.counties <= 90
            or not 1 <= size.years <= 30
            or not 0 <= size.responses <= 100
        ):
            raise CommandError("sessions from 1, counties 1 to 90, years 1 to 30, responses a session 0 to 100")
        made = generating.generate(size)
        self.stdout.write(", ".join(f"{count:,} {name}" for name, count in made.items()))
