import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from xiangshan.metrics import rollup
from xiangshan.portal.backups import actions
from xiangshan.portal.backups.archive import NotWhole


class Command(BaseCommand):
    help = "Reads a backup into an empty installation, on either database; --force replaces what is there. Exits 1 where it is not whole."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("dir", type=Path)
        parser.add_argument("--force", action="store_true", help="replace the data that is here")

    def handle(self, *args: Any, dir: Path, force: bool, **options: Any) -> None:
        try:
            manifest = actions.restore(dir, settings.BACKUP_KEY, is_forced=force)
        except NotWhole as error:
            raise CommandError(f"没有恢复：{error}") from error
        self.stdout.write(
            f"已恢复 {manifest.created_at} 的备份：{manifest.rows:,} 条记录，{len(manifest.files):,} 个文件"
        )
        if drift := rollup.confirmed_drift():
            self.stdout.write(f"{len(drift)} 处指标与事实不符")
            sys.exit(1)
        self.stdout.write("指标与事实相符")
