from pathlib import Path

from celery import shared_task
from django.conf import settings

from xiangshan.portal.backups import actions


@shared_task
def back_up() -> str:
    """Every night, where BACKUP_DIR names a place."""
    if not settings.BACKUP_DIR:
        return "没有设置 BACKUP_DIR，没有备份"
    folder = Path(settings.BACKUP_DIR)
    target = actions.write(folder, settings.BACKUP_KEY)
    gone = actions.prune(folder)
    return f"已备份到 {target}" + (f"，删除旧备份 {len(gone)} 份" if gone else "")
