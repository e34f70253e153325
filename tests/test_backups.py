"""What a backup keeps, refuses and reads, in small; tests/test_whole_backups.py writes and restores whole counties."""

import shutil
from datetime import datetime

import pytest
from cryptography.fernet import Fernet
from django.core import serializers

from mediation.models import Party
from tests import factories
from xiangshan.portal.backups.actions import kept, prune
from xiangshan.portal.backups.archive import Archive, Manifest, NotWhole
from xiangshan.portal.backups.checks import keys_open_parties


def named_party():
    case = factories.CaseFactory(studio=factories.StudioFactory())
    return Party.objects.create(case=case, name="欧阳秘密", phone="13800000001")


def test_no_party_stands_in_plain_text_in_a_dump(db):
    dumped = serializers.serialize("json", [named_party()], ensure_ascii=False)
    assert "欧阳秘密" not in dumped
    (again,) = serializers.deserialize("json", dumped)
    assert again.object.name == "欧阳秘密"


def test_keys_that_open_nothing_are_said(db, settings):
    named_party()
    assert keys_open_parties(None) == []
    settings.PARTY_KEYS = [Fernet.generate_key().decode()]
    (said,) = keys_open_parties(None)
    assert "打不开数据库里的" in said.msg


def test_an_encrypted_member_opens_with_its_key_alone(tmp_path):
    key = Fernet.generate_key().decode()
    archive = Archive(tmp_path, key)
    said = archive.write("files/a", [b"x" * 3_000_000, "秘密".encode()])
    assert "秘密".encode() not in (tmp_path / "files" / "a").read_bytes()
    assert b"".join(archive.checked("files/a", said)).endswith("秘密".encode())
    with pytest.raises(NotWhole):
        list(Archive(tmp_path, Fernet.generate_key().decode()).checked("files/a", said))


def test_a_manifest_that_was_changed_is_refused(tmp_path):
    archive = Archive(tmp_path)
    archive.write_manifest(Manifest("2026-11-30", "sqlite", [], {}))
    assert archive.manifest().engine == "sqlite"
    file = tmp_path / "manifest.json"
    file.write_text(file.read_text().replace("sqlite", "sqlitf"))
    with pytest.raises(NotWhole):
        archive.manifest()


def test_seven_days_four_weeks_and_twelve_months_are_kept():
    nights = [datetime(2026, month, day, 1, 30) for month in range(1, 12) for day in range(1, 29)]  # noqa: DTZ001
    keep = sorted(kept(nights))
    assert [at.day for at in keep if at.month == 11][-7:] == [22, 23, 24, 25, 26, 27, 28]
    assert {at.month for at in keep} == set(range(1, 12))
    assert kept(keep) == set(keep), "asked again, the same are kept"
    assert len(keep) <= 7 + 4 + 12


def test_an_old_backup_that_cannot_be_taken_away_is_named(tmp_path, monkeypatch):
    for day in range(1, 30):
        (tmp_path / f"portal-202601{day:02}-013000").mkdir()
    away = shutil.rmtree
    # root may take away all: what another user wrote stays for the portal's
    monkeypatch.setattr(shutil, "rmtree", lambda path, **how: path.name.endswith("03-013000") or away(path, **how))
    with pytest.raises(OSError, match="portal-20260103-013000"):
        prune(tmp_path)
    assert not (tmp_path / "portal-20260102-013000").exists(), "the others are gone"
