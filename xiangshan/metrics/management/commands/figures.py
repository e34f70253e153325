import json
from decimal import Decimal
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from xiangshan.core.areas.models import Area
from xiangshan.metrics import figures
from xiangshan.metrics.models import Kind
from xiangshan.metrics.periods import Period

KINDS = {"organization": Kind.ORGANIZATION, "contract": Kind.CONTRACT, "studio": Kind.STUDIO}


class Command(BaseCommand):
    help = (
        "Prints the figures of a year: of the county, or of --scope area:330225, organization:7, contract:3, studio:1."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--year", type=int, required=True)
        parser.add_argument("--scope")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        label, scope = self.scope(options["scope"])
        result = figures.figures(scope, Period.year(options["year"]))
        if options["json"]:
            values = {
                code: {"value": plain(item.value), "numerator": plain(item.numerator), "denominator": item.denominator}
                for code, item in result.items()
            }
            self.stdout.write(
                json.dumps({"year": options["year"], "scope": label, "figures": values}, ensure_ascii=False, indent=2)
            )
            return
        for code, item in result.items():
            self.stdout.write(
                f"{code:24} {item.metric.name:12} {plain(item.value)} {item.metric.unit}  ({plain(item.numerator)} / {item.denominator})"
            )

    def scope(self, wanted: str | None) -> tuple[str, figures.Scope]:
        if wanted is None:
            county = Area.objects.counties().order_by("pk").first()
            if county is None:
                raise CommandError("there is no county")
            return f"area:{county.code}", figures.Scope.of_area(county)
        kind, _, value = wanted.partition(":")
        if not value.isdecimal():
            raise CommandError("--scope is kind:number, like area:330225")
        if kind == "area":
            area = Area.objects.filter(code=value).first()
            if area is None:
                raise CommandError(f"there is no area {value}")
            return wanted, figures.Scope.of_area(area)
        if kind not in KINDS:
            raise CommandError(f"a scope is an area, or one of {', '.join(KINDS)}")
        return wanted, figures.Scope(KINDS[kind], int(value))


def plain(value: Any) -> Any:
    return (
        float(value)
        if isinstance(value, Decimal) and value % 1
        else int(value)
        if isinstance(value, Decimal)
        else value
    )
