import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from xiangshan.metrics.models import YearClosing
from xiangshan.metrics.selectors.restated import verify
from xiangshan.shared.formatting import moment


class Command(BaseCommand):
    help = (
        "Recomputes the digest of a closed year, its figures from the facts frozen beside them, and names the figures that are "
        "others today. Exits 1 where the digest or a figure is wrong, or a change has no restatement."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--year", type=int, required=True)
        parser.add_argument("--area", help="the county's code, like 330225; all counties where it is left out")

    def handle(self, *args: Any, **options: Any) -> None:
        closings = (
            YearClosing.objects.filter(year=options["year"]).exclude(status=YearClosing.Status.COMPILED).for_page()
        )
        if options["area"]:
            closings = closings.filter(area__code=options["area"])
        if not closings:
            raise CommandError(f"{options['year']} 年没有签署的年度结账")
        failed = False
        closing: Any
        for closing in closings.order_by("area", "version"):
            result = verify(closing)
            in_force = closing.status == closing.Status.SIGNED
            self.stdout.write(
                f"{closing} {closing.get_status_display()}，{closing.signed_by_name} 签署于 {moment(closing.signed_at)}"
            )
            self.stdout.write(f"  摘要{'相符' if result.is_whole else '不符'}：{result.digest}")
            for line in result.wrong:
                self.stdout.write(f"  与封存记录不符：{line}")
            if in_force:
                open_ones = {line.rpartition(":")[0] for line in result.unexplained}
                for line in result.moved:
                    if line.rpartition(":")[0] not in open_ones:
                        self.stdout.write(f"  已更正：{line}")
                for line in result.unexplained:
                    self.stdout.write(f"  没有更正记录：{line}")
                if not result.moved:
                    self.stdout.write("  今天的数字与签署时相同")
            failed |= not result.is_whole or bool(result.wrong) or (in_force and bool(result.unexplained))
        if failed:
            sys.exit(1)
