"""A PostgreSQL of our own, stopped, absent, and taken back to a moment."""

import json
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.faults import POSTGRES, Cluster, get
from tests.live import Portal, wait_for

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif(POSTGRES is None, reason="没有 PostgreSQL 的程序：apt-get install postgresql"),
]


@pytest.fixture
def cluster(tmp_path_factory):
    folder = Path(tmp_path_factory.mktemp("cluster"))
    for parent in (folder, *folder.parents):
        if parent != Path("/") and parent != Path("/tmp"):  # noqa: S108
            parent.chmod(0o755)
    made = Cluster(folder / "pg")
    yield made
    if (made.folder / "data" / "postmaster.pid").exists():
        made.stop()


def test_the_database_stopped_for_a_while_is_told_and_comes_back(cluster, tmp_path, prepared, monkeypatch):
    monkeypatch.setattr(prepared, "copy", lambda kind, var: (var.mkdir(parents=True, exist_ok=True), cluster.url)[1])
    monkeypatch.setattr(prepared, "drop", lambda url: None)
    cluster.start()
    portal = Portal(tmp_path / "portal", prepared)
    portal.link_static()
    portal.manage("migrate", "--verbosity", "0")
    cluster.stop()
    portal.start_web()  # absent at start: the process is up, and says what is missing
    status, body, took = get(f"{portal.address}/accounts/login/")
    print(f"absent at start: {status} after {took:.2f} s")
    ready, missing, ready_took = get(f"{portal.address}/readyz")
    assert (ready, json.loads(missing)["database"]) == (503, False)
    assert ready_took < 2.5
    status, body, took = get(f"{portal.address}/ask/")
    assert (status, "数据库暂时没有应答" in body) == (503, True)
    assert took < 3
    cluster.start()
    back = wait_for(lambda: get(f"{portal.address}/ask/")[0] == 200, 20, every=0.2)
    print(f"back {back:.1f} s after the database")
    cluster.stop()
    seen = []
    until = time.monotonic() + 20
    while time.monotonic() < until:
        status, body, took = get(f"{portal.address}/ask/")
        seen.append(took)
        assert (status, "每 5 秒自动再试" in body) == (503, True), body[:300]
    print(f"stopped for 20 s: {len(seen)} pages of 503, the slowest after {max(seen):.2f} s")
    assert max(seen) < 3
    cluster.start()
    wait_for(lambda: get(f"{portal.address}/ask/")[0] == 200, 20, every=0.2)
    portal.stop()


def test_postgresql_goes_back_to_a_moment_by_its_own_archive(cluster, tmp_path):
    """docs/operations.md, section 6: a base copy, the log that was kept since, and a moment before the mistake."""
    wal, base = cluster.folder / "wal", cluster.folder / "base"
    for folder in (wal, base):
        folder.mkdir()
        shutil.chown(folder, "postgres", "postgres")
    config = cluster.folder / "data" / "postgresql.conf"
    with config.open("a") as file:
        file.write(
            f"wal_level = replica\narchive_mode = on\narchive_command = 'test ! -f {wal}/%f && cp %p {wal}/%f'\n"
        )
    cluster.start()

    def ask(sql: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(cluster.url, autocommit=True) as connection:
            cursor = connection.execute(sql)
            return cursor.fetchall() if cursor.description else []

    ask("CREATE TABLE kept (n int)")
    ask("INSERT INTO kept VALUES (1)")
    cluster._run("pg_basebackup", "-h", "127.0.0.1", "-p", str(cluster.port), "-D", str(base / "copy"), "-X", "fetch")
    ask("INSERT INTO kept VALUES (2)")
    time.sleep(1.1)
    (moment,) = ask("SELECT now()::text")[0]
    time.sleep(1.1)
    ask("DELETE FROM kept")  # the mistake
    ask("SELECT pg_switch_wal()")
    wait_for(lambda: ask("SELECT last_archived_wal FROM pg_stat_archiver")[0][0] is not None, 20)
    time.sleep(1)
    cluster.stop()
    shutil.rmtree(cluster.folder / "data")
    subprocess.run(["cp", "-a", str(base / "copy"), str(cluster.folder / "data")], check=True)
    with (cluster.folder / "data" / "postgresql.conf").open("a") as file:
        file.write(
            f"restore_command = 'cp {wal}/%f %p'\nrecovery_target_time = '{moment}'\nrecovery_target_action = 'promote'\n"
        )
    (cluster.folder / "data" / "recovery.signal").touch()
    cluster.start()
    wait_for(lambda: ask("SELECT pg_is_in_recovery()") == [(False,)], 30)
    assert ask("SELECT n FROM kept ORDER BY n") == [(1,), (2,)]
