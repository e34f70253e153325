from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from xiangshan.core.areas import updating
from xiangshan.core.areas.models import Area
from xiangshan.metrics import rollup
from xiangshan.portal.setup import division


class Command(BaseCommand):
    help = "Loads or updates the towns and communities of any county, with official codes; nothing that hangs on old codes is lost."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--county", required=True, help="six digits, like 330226")
        parser.add_argument("--file", type=Path, help="a list of your own: code,name,kind,parent_code")
        parser.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")

    def handle(self, *args: Any, county: str, file: Path | None, dry_run: bool, **options: Any) -> None:
        try:
            rows = division.rows_of_file(file) if file else division.rows_of_county(county)
        except division.DivisionError as error:
            raise CommandError(str(error)) from error
        if not any(row.code == county for row in rows):
            raise CommandError(f"表里没有代码为 {county} 的县（市、区）")
        result = updating.compare(rows, Area.id_of(county)) if dry_run else updating.update(rows, Area.id_of(county))
        self.stdout.write(f"{county}：{result}")
        for before, row in result.renamed:
            self.stdout.write(f"  改名 {row.code} {before} → {row.name}")
        for area, row in result.moved:
            self.stdout.write(f"  换码 {area.name} {area.code} → {row.code}")
        for area in result.closed:
            self.stdout.write(f"  撤销 {area.code} {area.name}（已有记录保留，不再可选）")
        if result.moved and not dry_run:
            self.stdout.write(f"重算指标 {rollup.roll_up()} 个月")
