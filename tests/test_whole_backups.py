"""A backup while people write, restored elsewhere: the same figures to the digit, the same files, parties that open, a statement byte for byte.

Run by `make test-faults`: it takes a whole county and eight clients.
"""

import gzip
import json
import os
import shutil
import time
from urllib.parse import urlsplit

import pytest
from cryptography.fernet import Fernet

from tests.live import Portal

pytestmark = pytest.mark.faults

STATE = """
import hashlib, json
from django.conf import settings
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from mediation.models import Party
from services.models import ActivitySession
from xiangshan.metrics.models import Cell, YearClosing
from xiangshan.metrics.figures import Scope, figures
from xiangshan.metrics.periods import Period
from xiangshan.core.areas.models import Area
from xiangshan.portal.backups.actions import uploaded
from xiangshan.core.accounts.models import User
county = Area.objects.get(code="330225")
settings.ALLOWED_HOSTS = ["*"]
client = Client()
client.force_login(User.objects.get(username="leadership"), backend="xiangshan.core.accounts.backends.UsernameOrPhoneBackend")
closing = YearClosing.objects.filter(status="signed").first()
statement = client.get(reverse("closing_statement", args=[closing.pk, "pdf"])) if closing else None
print(json.dumps({
    "figures": {str(year): {code: str(figure.value) for code, figure in figures(Scope.of_area(county), Period.year(year)).items()}
                for year in (2019, 2020, 2021)},
    "sessions": ActivitySession.objects.count(),
    "cells": Cell.objects.count(),
    "parties": [[p.name, p.phone, p.id_number] for p in Party.objects.order_by("pk")[:20]],
    "files": {name: hashlib.sha256(default_storage.open(name).read()).hexdigest() for name in sorted(set(uploaded()))},
    "logins": User.objects.count(),
    "statement": hashlib.sha256(b"".join(statement) if statement.streaming else statement.content).hexdigest() if statement else "",
    "digest": closing.digest if closing else "",
}))
"""
SIGN = """
from xiangshan.core.accounts.models import User
from xiangshan.core.areas.models import Area
from xiangshan.metrics.actions import closings
closing = closings.compile_year(Area.objects.get(code="330225"), 2020, remarks="十二月一场未上报,不计入", by=User.objects.get(username="county"))
print(closings.sign_year(closing, opinion="同意", by=User.objects.get(username="leadership")).pk)
"""
WRITER = """
import time
from orgs.actions import organizations
from orgs.models import SocialOrganization
from xiangshan.core.accounts.models import User
by = User.objects.get(username="county")
until, n = time.time() + {seconds}, 0
while time.time() < until:
    one = SocialOrganization.objects.order_by("pk")[{n} + n % 20]
    organizations.edit(one, by=by, address="{n}号" + str(n))
    n += 1
print(n)
"""


def state(portal):
    return json.loads(portal.run(STATE))


@pytest.fixture(scope="module")
def county(tmp_path_factory, prepared):
    """A portal with the demo county, and a backup that was written while eight clients wrote."""
    portal = Portal(tmp_path_factory.mktemp("county"), prepared, "demo")
    portal.run(SIGN)
    folder = tmp_path_factory.mktemp("backups")
    writers = [Portal.__new__(Portal) for _ in range(8)]
    runs = []
    for n, writer in enumerate(writers):  # each a process of its own on the same database
        writer.__dict__.update({**portal.__dict__, "runner": None, "runs": 100 * (n + 1)})
        runs.append(writer.begin(code=WRITER.format(seconds=6, n=n * 20)))
    time.sleep(2)
    printed = portal.manage("backup", str(folder)).printed
    written = [int(run.output(120)) for run in runs]
    for writer in writers:
        writer.runner.stdin.close()
        writer.runner.wait(10)
    (place,) = folder.glob("portal-*")
    yield {"portal": portal, "place": place, "printed": printed, "written": written, "before": state(portal)}
    portal.stop()


def test_it_is_written_while_people_write_and_read_again(county):
    assert min(county["written"]) > 0, "each of the eight went on"
    assert "已读回核对" in county["printed"]
    assert "指标与事实相符" in county["printed"]


def restored(tmp_path, prepared, place, **env):
    portal = Portal(tmp_path / "elsewhere", prepared, "empty")
    portal.env.update(env)
    found = portal.manage("restore", str(place), check=False)
    assert found.code == 0, found.printed + found.into.with_suffix(".err").read_text()
    return portal, found


def test_restored_elsewhere_everything_is_the_same(county, tmp_path, prepared):
    portal, found = restored(tmp_path, prepared, county["place"])
    try:
        assert "指标与事实相符" in found.printed
        there, before = state(portal), county["before"]
        for name in ("figures", "sessions", "files", "parties", "logins", "statement", "digest"):
            assert there[name] == before[name], name
        assert len(there["parties"]) == 20
        assert all(name and "无法解读" not in name for name, _, _ in there["parties"])
        assert there["digest"]
        assert portal.manage("reconcile", check=False).code == 0
        assert portal.manage("verify_year", "--year", "2020", check=False).code == 0
        again = portal.manage("restore", str(county["place"]), check=False)
        assert again.code == 1
        assert "这里已经有数据" in again.into.with_suffix(".err").read_text()
    finally:
        portal.stop()


@pytest.mark.skipif(
    not os.environ.get("DATABASE_URL"), reason="从 SQLite 搬到 PostgreSQL 需要一台 PostgreSQL:make test-services 运行它"
)
def test_the_same_pair_moves_sqlite_to_postgresql(tmp_path, prepared, monkeypatch):
    server = prepared.server
    prepared.server = ""
    monkeypatch.delenv("DATABASE_URL")
    prepared.folder = prepared.folder / "sqlite"
    prepared.folder.mkdir(exist_ok=True)
    try:
        small = Portal(tmp_path / "small", prepared, "demo")
        before = state(small)
        small.manage("backup", str(tmp_path / "backups"))
        small.stop()
    finally:
        prepared.folder, prepared.server = prepared.folder.parent, server
    monkeypatch.setenv("DATABASE_URL", server)
    (place,) = (tmp_path / "backups").glob("portal-*")
    large, _ = restored(tmp_path, prepared, place)
    try:
        assert urlsplit(large.url).scheme.startswith("postgres")
        assert state(large) == before
        # A new record follows the last: the sequences went with the rows.
        large.run("from xiangshan.core.accounts.models import User; User.objects.create(username='new')")
    finally:
        large.stop()


@pytest.mark.parametrize("damage", ["cut", "changed", "gone", "manifest"])
def test_a_damaged_backup_is_refused(county, tmp_path, prepared, damage):
    place = tmp_path / "copy"
    shutil.copytree(county["place"], place)
    victim = place / "data" / "services_activitysession.jsonl.gz"
    content = victim.read_bytes()
    if damage == "cut":
        victim.write_bytes(content[: len(content) // 2])
    elif damage == "changed":
        victim.write_bytes(content[:200] + bytes([content[200] ^ 1]) + content[201:])
    elif damage == "gone":
        victim.unlink()
    else:
        manifest = place / "manifest.json"
        manifest.write_text(
            manifest.read_text()
            .replace('ActivitySession\\": {\\"rows', 'ActivitySession\\": {\\"lost', 1)
            .replace("rows", "rowz", 1)
        )
    portal = Portal(tmp_path / "elsewhere", prepared, "empty")
    try:
        found = portal.manage("restore", str(place), check=False)
        assert found.code == 1
        assert "没有恢复" in found.into.with_suffix(".err").read_text()
        assert portal.look("SELECT COUNT(*) FROM accounts_user") == (0,), "nothing was written"
    finally:
        portal.stop()


def test_with_other_keys_it_says_so_and_writes_nothing(county, tmp_path, prepared):
    portal = Portal(tmp_path / "elsewhere", prepared, "empty")
    portal.env["PARTY_KEYS"] = Fernet.generate_key().decode()
    try:
        found = portal.manage("restore", str(county["place"]), check=False)
        assert found.code == 1
        assert "缺少作备份时的密钥" in found.into.with_suffix(".err").read_text()
        assert portal.look("SELECT COUNT(*) FROM accounts_user") == (0,)
    finally:
        portal.stop()


def test_no_party_stands_in_plain_text_in_any_file(county):
    names = {name for name, _, _ in county["before"]["parties"] if len(name) > 1}
    assert names
    packed = gzip.decompress((county["place"] / "data" / "mediation_party.jsonl.gz").read_bytes()).decode()
    assert packed.count("gAAAA") >= 20
    assert not [name for name in names if name in packed]


def test_a_backup_that_could_not_be_written_leaves_nothing(county, tmp_path):
    portal, folder = county["portal"], tmp_path / "small"
    portal.run(
        "from django.core.files.storage import default_storage as s\n"
        "from xiangshan.portal.backups.actions import uploaded\n"
        "import shutil; name = sorted(set(uploaded()))[0]\n"
        "shutil.move(s.path(name), s.path(name) + '.away')"
    )
    try:
        found = portal.manage("backup", str(folder), check=False)
        assert found.code == 1
        assert "缺少上传的文件" in found.into.with_suffix(".err").read_text()
        assert list(folder.glob("*")) == []
        assert portal.look("SELECT COUNT(*) FROM backups_backup WHERE is_whole") != (0,)
    finally:
        portal.run(
            "from django.core.files.storage import default_storage as s\n"
            "from xiangshan.portal.backups.actions import uploaded\n"
            "import shutil; name = sorted(set(uploaded()))[0]\n"
            "shutil.move(s.path(name) + '.away', s.path(name))"
        )
