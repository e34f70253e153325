"""Writing a backup, reading one back, and which to keep."""

import hashlib
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection, models, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from xiangshan.metrics import rollup
from xiangshan.portal.backups import tables
from xiangshan.portal.backups.archive import CHUNK, Archive, Manifest, NotWhole
from xiangshan.portal.backups.models import Backup

NAME = "portal-%Y%m%d-%H%M%S"
UNFINISHED = ".unfinished"


def write(folder: Path, key: str = "") -> Path:
    """Writes one backup below a folder while the portal runs, reads it again, and says where it is. Raises NotWhole, OSError."""
    started = timezone.now()
    target = folder / timezone.localtime(started).strftime(NAME)
    making = target.with_name(target.name + UNFINISHED)
    making.mkdir(parents=True)
    try:
        manifest = _write(making, key, started)
        verify(making, key)
        making.rename(target)
    except BaseException as error:
        shutil.rmtree(making, ignore_errors=True)
        _note(started, str(target), text=str(error) or type(error).__name__)
        raise
    size = sum(path.stat().st_size for path in target.rglob("*") if path.is_file())
    _note(started, str(target), manifest, size)
    return target


def _note(started: datetime, place: str, manifest: Manifest | None = None, size: int = 0, text: str = "") -> None:
    Backup.objects.create(
        started_at=started,
        ended_at=timezone.now(),
        place=place[:300],
        rows=manifest.rows if manifest else 0,
        files=len(manifest.files) if manifest else 0,
        size=size,
        is_whole=manifest is not None,
        text=(manifest.reconcile if manifest else text)[:300],
    )


def _write(folder: Path, key: str, started: datetime) -> Manifest:
    rollup.refresh()
    drift = len(rollup.confirmed_drift())
    archive = Archive(folder, key)
    manifest = Manifest(
        started.isoformat(),
        connection.vendor,
        migrations(),
        fingerprints(),
        bool(key),
        f"有 {drift} 处指标与事实不符" if drift else "指标与事实相符",
    )
    with tables.snapshot():
        tables.hold_still()
        for model in tables.tables():
            name = f"data/{model._meta.db_table}.jsonl.gz"
            manifest.tables[model._meta.label] = archive.write_lines(name, tables.rows_of(model))
        names = sorted(set(uploaded()))
    for name in names:
        manifest.files[name] = archive.write(f"files/{name}", _content(name))
    archive.write_manifest(manifest)
    return manifest


def uploaded() -> Iterator[str]:
    """The name of every file some record leads to."""
    for model in tables.tables():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.FileField):
                yield from model._base_manager.exclude(**{field.name: ""}).values_list(field.name, flat=True)


def _content(name: str) -> Iterator[bytes]:
    """Raises NotWhole where a record leads to a file that is not there."""
    if not default_storage.exists(name):
        raise NotWhole(f"缺少上传的文件 {name}")
    with default_storage.open(name, "rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def migrations() -> list[str]:
    """What has been applied here, of the apps that are installed."""
    labels = {config.label for config in apps.get_app_configs()}
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{label}.{name}" for label, name in applied if label in labels)


def fingerprints() -> dict[str, str]:
    """Which secrets were in use: enough to know them again, and nothing to open a lock with."""
    keys = {f"PARTY_KEYS[{n}]": key for n, key in enumerate(settings.PARTY_KEYS)}
    return {
        name: hashlib.sha256(f"fingerprint:{value}".encode()).hexdigest()[:16]
        for name, value in {"SECRET_KEY": settings.SECRET_KEY, **keys}.items()
    }


def verify(folder: Path, key: str = "") -> Manifest:
    """Reads everything again and compares it with the manifest. Raises NotWhole."""
    archive = Archive(folder, key)
    manifest = archive.manifest()
    if manifest.encrypted and not key:
        raise NotWhole("这份备份是加密的，请给出 BACKUP_KEY")
    for label, said in manifest.tables.items():
        rows = sum(1 for _ in archive.lines(_table_name(label), said))
        if rows != said["rows"]:
            raise NotWhole(f"{label} 应有 {said['rows']} 条，读到 {rows} 条")
    for name, said in manifest.files.items():
        for _ in archive.checked(f"files/{name}", said):
            pass
    return manifest


def _table_name(label: str) -> str:
    try:
        return f"data/{apps.get_model(label)._meta.db_table}.jsonl.gz"
    except LookupError as error:
        raise NotWhole(f"备份里有本程序不认识的 {label}，请用作备份时的版本恢复") from error


def restore(folder: Path, key: str = "", *, is_forced: bool = False) -> Manifest:
    """Everything of a backup into this installation, all or nothing. Raises NotWhole."""
    manifest = verify(folder, key)
    call_command("migrate", verbosity=0)
    if missing := sorted(set(manifest.migrations) ^ set(migrations())):
        raise NotWhole(f"备份与本程序的版本不同（{missing[0]} 等 {len(missing)} 处），请用作备份时的版本恢复，再升级")
    if not is_forced and not is_empty():
        raise NotWhole("这里已经有数据。确要全部替换，请加 --force")
    if said := keys_missing(manifest):
        raise NotWhole(said)
    archive = Archive(folder, key)
    every = tables.tables()
    with connection.constraint_checks_disabled(), transaction.atomic():
        tables.empty(every)
        for model in every:
            said_of = manifest.tables.get(model._meta.label)
            if said_of is None:
                raise NotWhole(f"备份里没有 {model._meta.label}")
            tables.load(model, archive.lines(_table_name(model._meta.label), said_of))
        tables.count_on(every)
        connection.check_constraints()
        for name, said_file in manifest.files.items():
            _bring(archive, name, said_file)
    return manifest


def keys_missing(manifest: Manifest) -> str:
    """Parties stay unreadable without the keys that were in use; empty where they are all here."""
    here = set(fingerprints().values())
    lost = [name for name, mark in manifest.settings.items() if name.startswith("PARTY_KEYS") and mark not in here]
    return (
        f"缺少作备份时的密钥（{'、'.join(lost)}）：请先把原来的 PARTY_KEYS 写进设置，否则当事人信息打不开"
        if lost
        else ""
    )


def _bring(archive: Archive, name: str, said: dict[str, Any]) -> None:
    temporary = settings.VAR / f"restoring-{hashlib.sha256(name.encode()).hexdigest()[:16]}"
    try:
        with temporary.open("wb") as raw:
            for chunk in archive.checked(f"files/{name}", said):
                raw.write(chunk)
        if default_storage.exists(name):
            default_storage.delete(name)
        with temporary.open("rb") as raw:
            saved = default_storage.save(name, File(raw))
        if saved != name:
            raise NotWhole(f"{name} 存成了 {saved}")
    finally:
        temporary.unlink(missing_ok=True)


def is_empty() -> bool:
    """Nobody has an account here yet."""
    users = apps.get_model(settings.AUTH_USER_MODEL)
    return not users._base_manager.exists()


DAILY, WEEKLY, MONTHLY = 7, 4, 12


def kept(moments: list[datetime]) -> set[datetime]:
    """Of each of the last 7 days, 4 weeks and 12 months that have one, the newest."""
    result: set[datetime] = set()
    rules = (
        (DAILY, lambda at: at.date()),
        (WEEKLY, lambda at: at.isocalendar()[:2]),
        (MONTHLY, lambda at: (at.year, at.month)),
    )
    for count, span_of in rules:
        newest: dict[Any, datetime] = {}
        for at in sorted(moments):
            newest[span_of(at)] = at
        result |= set(sorted(newest.values())[-count:])
    return result


def prune(folder: Path) -> list[str]:
    """Takes away what the rule no longer keeps, and what was never finished; returns the names. Raises OSError for what stays."""
    found: dict[datetime, Path] = {}
    gone = [path for path in folder.glob(f"portal-*{UNFINISHED}") if path.is_dir()]
    for path in folder.glob("portal-*"):
        try:
            found[datetime.strptime(path.name, NAME)] = path  # noqa: DTZ007  (names are local)
        except ValueError:
            continue
    keep = kept(list(found))
    gone += [path for at, path in found.items() if at not in keep]
    for path in gone:
        shutil.rmtree(path, ignore_errors=True)
    if left := sorted(path.name for path in gone if path.exists()):
        raise OSError(f"旧备份删不掉（是不是没有权限？）：{'、'.join(left)}")
    return sorted(path.name for path in gone)


def last_good() -> Backup | None:
    return Backup.objects.filter(is_whole=True).order_by("-ended_at").first()
