"""The real portal for tests that need one: its own database, queue, web server and worker, as separate processes."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.prepared import ROOT, SQLITE_FILE, STATIC, Prepared, environment, with_path

BIN = Path(sys.executable).parent
REDIS_HELD_FROM = 47300


class Run:
    """A piece of code at work in a process of its own."""

    def __init__(self, into: Path) -> None:
        self.into = into

    @property
    def code(self) -> int | None:
        file = self.into.with_suffix(".code")
        return int(file.read_text()) if file.exists() else None

    def output(self, seconds: float = 90) -> str:
        """What it printed, once it has ended well."""
        code = self.ended(seconds)
        assert code == 0, self.into.with_suffix(".err").read_text()
        return self.printed

    def ended(self, seconds: float = 600) -> int:
        """Its exit code."""
        wait_for(lambda: self.code is not None, seconds, every=0.01)
        assert self.code is not None
        return self.code

    @property
    def printed(self) -> str:
        return self.into.with_suffix(".out").read_text()


class Portal:
    """A copy of a prepared database. Where DATABASE_URL is set, on PostgreSQL (with a Redis database of its own), else SQLite and files."""

    def __init__(self, var: Path, prepared: Prepared, kind: str = "empty") -> None:
        self.var, self.prepared = var, prepared
        self.held: socket.socket | None = None
        self.processes: list[subprocess.Popen[bytes]] = []
        self.url = prepared.copy(kind, var)
        self.env = environment(var, self.url)
        if (
            kind == "demo" and (STATIC / "staticfiles.json").exists()
        ):  # people look at it; and before a process of its own makes the folder
            self.link_static()
        if redis_url := os.environ.get("REDIS_URL"):
            self.env["REDIS_URL"] = with_path(redis_url, f"/{self._hold_redis()}")
            self._empty_redis()
        self.address = ""  # of its web server, once started
        self.runs = 0
        self.runner: subprocess.Popen[str] | None = None

    def _hold_redis(self) -> int:
        """A Redis database no other portal has: of two on one, each takes the other's jobs.

        It is held by a port, which the system frees when this process ends, however it ends.
        """
        until = time.monotonic() + 300
        while time.monotonic() < until:
            for number in range(10, 16):
                held = socket.socket()
                try:
                    held.bind(("127.0.0.1", REDIS_HELD_FROM + number))
                except OSError:
                    held.close()
                else:
                    self.held = held
                    return number
            time.sleep(0.5)
        raise RuntimeError("every Redis database for tests is held by another portal")

    def _empty_redis(self) -> None:
        import redis

        with redis.Redis.from_url(self.env["REDIS_URL"]) as client:
            client.flushdb()

    def begin(self, **request: Any) -> Run:
        """Starts `code=` (Python) or `manage=` (words of manage.py) against this portal, in a process and with a connection of its own."""
        if self.runner is None:
            with (self.var / "runner.log").open("ab") as log:
                self.runner = subprocess.Popen(
                    [sys.executable, "-m", "tests.runner"],
                    cwd=ROOT,
                    env={**self.env, "DJANGO_SETTINGS_MODULE": "xiangshan.settings"},
                    stdin=subprocess.PIPE,
                    stderr=log,
                    text=True,
                )
        self.runs += 1
        run = Run(self.var / f"run{self.runs}")
        assert self.runner.stdin is not None
        self.runner.stdin.write(json.dumps({"into": str(run.into), **request}) + "\n")
        self.runner.stdin.flush()
        return run

    def run(self, code: str) -> str:
        """What this code prints, run to its end."""
        return self.begin(code=code).output(300)

    def manage(self, *arguments: str, check: bool = True) -> Run:
        run = self.begin(manage=arguments)
        if run.ended() and check:
            raise AssertionError(run.into.with_suffix(".err").read_text())
        return run

    def look(self, sql: str) -> tuple[Any, ...]:
        """One row straight from the database: at once, where another process would take seconds."""
        if self.url:
            import psycopg

            with psycopg.connect(self.url) as connection:
                row = connection.execute(sql).fetchone()
        else:
            with closing(sqlite3.connect(self.var / SQLITE_FILE, timeout=20)) as connection:
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

    def link_static(self) -> None:
        """The assets as they are served: collected once for all portals."""
        (self.var / "static").symlink_to(STATIC)

    def start_web(self) -> None:
        if not (STATIC / "staticfiles.json").exists():
            raise FileNotFoundError("no collected assets: make var/static/staticfiles.json")
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
        self.address = f"http://127.0.0.1:{port}"

        def answers() -> bool:
            try:
                return urllib.request.urlopen(f"{self.address}/healthz", timeout=2).status == 200  # noqa: S310
            except OSError:
                return False

        wait_for(answers, 60)

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """kill -9, the whole group: no farewell."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)

    def stop(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                self.kill(process)
        if self.runner is not None and self.runner.stdin is not None:
            self.runner.stdin.close()
            self.runner.wait(10)
        self.prepared.drop(self.url)
        if self.held:
            self._empty_redis()
            self.held.close()


def wait_for(condition: Callable[[], bool], seconds: float, every: float = 0.1) -> float:
    """How long it took. Fails when the time is up."""
    begun = time.monotonic()
    while time.monotonic() - begun < seconds:
        if condition():
            return time.monotonic() - begun
        time.sleep(every)
    raise AssertionError(f"not within {seconds} s")
