"""Databases made once per run and copied by whoever needs one: migrated and empty, or with the demo data. Workers of xdist share them."""

import fcntl
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "lighthouse-2020"  # noqa: S105
AREAS = ROOT / "xiangshan" / "core" / "areas" / "data" / "xiangshan-areas.csv"
SQLITE_FILE = "portal.sqlite3"
# The assets as they are served: compressing them takes half a minute, so the Makefile keeps them.
STATIC = ROOT / "var" / "static"


def with_path(address: str, path: str) -> str:
    return urlunsplit(urlsplit(address)._replace(path=path))


def environment(var: Path, database_url: str = "") -> dict[str, str]:
    """Of a process that works on this folder and database."""
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {
        **inherited,
        "VAR": str(var),
        "DATABASE_URL": database_url,
        "REDIS_URL": "",
        "DEMO_PASSWORD": PASSWORD,
        "DEBUG": "false",
        "PYTHONWARNINGS": "default",
    }


@contextmanager
def held(lock: Path) -> Iterator[None]:
    """One process at a time."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


class Prepared:
    """The databases of one run, in a folder of that run; on PostgreSQL they bear its name."""

    # Of the commands that make it. The empty one has the areas of a county, and nothing else.
    KINDS = {
        "empty": (("migrate", "--verbosity", "0"), ("areas", "--county", "330225", "--file", str(AREAS))),
        "demo": (("demo", "--force"),),
    }

    def __init__(self, folder: Path, run: str, *, autovacuum: bool = False) -> None:
        self.folder, self.run, self.autovacuum = folder, run, autovacuum
        self.server = os.environ.get("DATABASE_URL", "")
        folder.mkdir(parents=True, exist_ok=True)

    def copy(self, kind: str, var: Path) -> str:
        """A copy of what is prepared, with its files, in `var`. Its DATABASE_URL; empty where it is the SQLite file in `var`."""
        return self._copy(self._prepared(kind), kind, var, f"{self.run}_{secrets.token_hex(5)}")

    def drop(self, database_url: str) -> None:
        if database_url:
            self.sql(f'DROP DATABASE IF EXISTS "{urlsplit(database_url).path[1:]}" WITH (FORCE)')

    def drop_all(self) -> None:
        """Once, when every worker has finished: nothing of this run stays."""
        shutil.rmtree(self.folder, ignore_errors=True)
        if self.server:
            names = self.sql(f"SELECT datname FROM pg_database WHERE datname LIKE '{self.run}\\_%'")
            for (name,) in names:
                self.sql(f'DROP DATABASE "{name}" WITH (FORCE)')

    def sql(self, sql: str) -> list[Any]:
        import psycopg

        with psycopg.connect(self.server, autocommit=True) as connection:
            cursor = connection.execute(sql)
            return cursor.fetchall() if cursor.description else []

    def _prepared(self, kind: str) -> Path:
        var = self.folder / kind
        with held(self.folder / f"{kind}.lock"):
            if not var.exists():
                before = None if kind == "empty" else self._prepared("empty")
                making = self.folder / f"{kind}-making"
                url = self._copy(before, "empty", making, f"{self.run}_{kind}")
                for command in self.KINDS[kind]:
                    self._manage(making, url, *command)
                if url:
                    self._settle(url, kind)
                making.rename(var)
        return var

    def _copy(self, template: Path | None, kind: str, var: Path, name: str) -> str:
        var.mkdir(parents=True, exist_ok=True)
        if template is not None and (template / "files").exists():
            shutil.copytree(template / "files", var / "files")
        if not self.server:
            if template is not None:
                shutil.copyfile(template / SQLITE_FILE, var / SQLITE_FILE)
            return ""
        source = f'TEMPLATE "{self.run}_{kind}"' if template is not None else ""
        # PostgreSQL copies a template for one at a time.
        with held(self.folder / "copy.lock"):
            self.sql(f'CREATE DATABASE "{name}" {source}')
        return with_path(self.server, f"/{name}")

    def _settle(self, url: str, kind: str) -> None:
        """Statistics of what is prepared, and no others.

        What a test writes is rolled back, and between two of them the tables look empty to whoever would count them. Planned for
        nothing, a question about a test's ten thousand rows takes minutes; without statistics the size of the file counts.
        """
        import psycopg

        with psycopg.connect(url, autocommit=True) as connection:
            if kind != "empty":
                connection.execute("ANALYZE")
                return
            if self.autovacuum:
                return
            tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            for (table,) in tables:
                connection.execute(f'ALTER TABLE "{table}" SET (autovacuum_enabled = false)')

    def _manage(self, var: Path, url: str, *arguments: str) -> None:
        # Without the garbage collector, which takes a sixth of the time of so many short-lived models.
        command = "import gc, runpy; gc.disable(); runpy.run_path('manage.py', run_name='__main__')"
        subprocess.run(
            [sys.executable, "-c", command, *arguments],
            cwd=ROOT,
            env=environment(var, url),
            check=True,
            capture_output=True,
            text=True,
        )
