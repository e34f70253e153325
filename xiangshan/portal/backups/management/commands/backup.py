from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from xiangshan.portal.backups import actions
from xiangshan.portal.backups.archive import NotWhole


class Command(BaseCommand):
    help = "Writes database and files below DIR while the portal runs, reads them again, and exits 1 in words where they are not whole."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("dir", type=Path)
        parser.add_argument(
            "--encrypt", action="store_true", help="with BACKUP_KEY, a Fernet key that is kept elsewhere"
        )
        parser.add_argument("--prune", action="store_true", help="then keep 7 daily, 4 weekly, 12 monthly ones")

    def handle(self, *args: Any, dir: Path, encrypt: bool, prune: bool, **options: Any) -> None:
        if encrypt and not settings.BACKUP_KEY:
            raise CommandError("BACKUP_KEY 没有设置")
        try:
            target = actions.write(dir, settings.BACKUP_KEY if encrypt else "")
        except (NotWhole, OSError) as error:
            raise CommandError(f"备份没有完成：{error}") from error
        manifest = actions.verify(target, settings.BACKUP_KEY if encrypt else "")
        self.stdout.write(
            f"{target}：{manifest.rows:,} 条记录，{len(manifest.files):,} 个文件；{manifest.reconcile}；已读回核对"
        )
        if prune:
            try:
                gone = actions.prune(dir)
            except OSError as error:
                raise CommandError(str(error)) from error
            for name in gone:
                self.stdout.write(f"删除旧备份 {name}")
