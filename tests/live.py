"""The real portal for tests that need one: its own database, queue, web server and worker, as separate processes."""

import fcntl
import os
import secrets
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PASSWORD = "lighthouse-2020"  # noqa: S105


def with_path(address: str, path: str) -> str:
    return urlunsplit(urlsplit(address)._replace(path=path))


class Portal:
    """Where DATABASE_URL is set, a PostgreSQL database of its own (and a Redis database of its own), else SQLite and files."""

    def __init__(self, var: Path) -> None:
        self.var, self.name = var, f"portal_{secrets.token_hex(6)}"
        self.env = {
            **os.environ,
            "VAR": str(var),
            "DEMO_PASSWORD": PASSWORD,
            "DEBUG": "false",
            "PYTHONWARNINGS": "default",
        }
        self.server = os.environ.get("DATABASE_URL", "")
        self.lock: IO[str] | None = None
        if self.server:
            self._psql(f'CREATE DATABASE "{self.name}"')
            self.env["DATABASE_URL"] = with_path(self.server, f"/{self.name}")
        if redis_url := os.environ.get("REDIS_URL"):
            import redis

            self.env["REDIS_URL"] = with_path(redis_url, f"/{self._hold_redis()}")
            with redis.Redis.from_url(self.env["REDIS_URL"]) as client:
                client.flushdb()
        self.processes: list[subprocess.Popen[bytes]] = []
        self.manage("migrate", "--verbosity", "0")

    def _hold_redis(self) -> int:
        """A Redis database no other portal has: of two on one, each takes the other's jobs. Held until it stops."""
        for number in range(10, 16):
            lock = (Path(tempfile.gettempdir()) / f"portal-redis-{number}").open("w")
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.close()
            else:
                self.lock = lock
                return number
        raise RuntimeError("every Redis database for tests is held by another portal")

    def _psql(self, sql: str) -> None:
        import psycopg

        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(sql)

    def manage(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", *words], cwd=ROOT, env=self.env, check=check, capture_output=True, text=True
        )

    def look(self, sql: str) -> tuple[Any, ...]:
        """One row straight from the database: at once, where another process would take seconds."""
        if self.server:
            import psycopg

            with psycopg.connect(self.env["DATABASE_URL"]) as connection:
                row = connection.execute(sql).fetchone()
        else:
            with closing(sqlite3.connect(self.var / "portal.sqlite3", timeout=20)) as connection:
                row = connection.execute(sql).fetchone()
        assert row is not None
        return tuple(row)

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        with (self.var / "processes.log").open("ab") as log:
            process = subprocess.Popen(
                [str(BIN / command[0]), *command[1:]],
                cwd=ROOT,
                env=self.env,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.processes.append(process)
        return process

    def start_worker(self) -> subprocess.Popen[bytes]:
        beat = str(self.var / "beat")
        return self.start(
            "celery",
            "--app",
            "xiangshan",
            "worker",
            "--beat",
            "--pool",
            "threads",
            "--concurrency",
            "2",
            "--schedule",
            beat,
        )

    def start_web(self) -> str:
        self.manage("collectstatic", "--noinput", "--verbosity", "0")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.start(
            "granian",
            "--interface",
            "wsgi",
            "xiangshan.wsgi:application",
            "--port",
            str(port),
            "--blocking-threads",
            "8",
        )
        address = f"http://127.0.0.1:{port}"

        def answers() -> bool:
            try:
                return urllib.request.urlopen(f"{address}/healthz", timeout=2).status == 200  # noqa: S310
            except OSError:
                return False

        wait_for(answers, 30)
        return address

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """kill -9, the whole group: no farewell."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)

    def stop(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
                try:
                    process.wait(10)
                except subprocess.TimeoutExpired:
                    self.kill(process)
        if self.server:
            self._psql(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')
        if self.lock:
            self.lock.close()


def wait_for(condition: Callable[[], bool], seconds: float, every: float = 0.1) -> float:
    """How long it took. Fails when the time is up."""
    begun = time.monotonic()
    while time.monotonic() - begun < seconds:
        if condition():
            return time.monotonic() - begun
        time.sleep(every)
    raise AssertionError(f"not within {seconds} s")


def shell(portal: Portal, code: str) -> subprocess.Popen[str]:
    """A process of its own, with a connection of its own, that runs this against the portal's database."""
    words = [sys.executable, "manage.py", "shell", "--verbosity", "0", "--no-imports", "--command", code]
    return subprocess.Popen(words, cwd=ROOT, env=portal.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def said(process: subprocess.Popen[str]) -> str:
    out, errors = process.communicate(timeout=90)
    assert process.returncode == 0, errors
    return out
