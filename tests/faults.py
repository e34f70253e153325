"""What tests of faults share: a look at a page with its time, a free port, a PostgreSQL of their own."""

import http.client
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

POSTGRES = next(Path("/usr/lib/postgresql").glob("*/bin"), None) if Path("/usr/lib/postgresql").exists() else None


def get(address: str, timeout: float = 15) -> tuple[int, str, float]:
    """Status, body, seconds."""
    begun = time.monotonic()
    try:
        with urllib.request.urlopen(address, timeout=timeout) as answer:  # noqa: S310
            return answer.status, answer.read().decode(), time.monotonic() - begun
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(), time.monotonic() - begun


def status_by_socket(door: str, path: str) -> int | str:
    """What a web process at this Unix socket answers, or what went wrong."""
    connection = http.client.HTTPConnection("127.0.0.1")
    connection.sock = socket.socket(socket.AF_UNIX)
    connection.sock.settimeout(15)
    try:
        connection.sock.connect(door)
        connection.request("GET", path)
        return connection.getresponse().status
    except OSError as error:
        return repr(error)
    finally:
        connection.close()


def answers_at(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class Cluster:
    """A PostgreSQL of our own, to be stopped as one likes."""

    def __init__(self, folder: Path) -> None:
        assert POSTGRES is not None
        self.folder, self.port = folder, free_port()
        folder.mkdir(mode=0o755)
        shutil.chown(folder, "postgres", "postgres")
        self._run("initdb", "-D", str(folder / "data"), "-A", "trust", "-U", "postgres", "--no-sync")

    def _run(self, program: str, *words: str) -> None:
        assert POSTGRES is not None
        command = ["runuser", "-u", "postgres", "--", str(POSTGRES / program), *words]
        subprocess.run(command, check=True, capture_output=True, cwd="/")

    def start(self) -> None:
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1"
        self._run(
            "pg_ctl", "-D", str(self.folder / "data"), "-o", options, "-l", str(self.folder / "log"), "-w", "start"
        )

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "-w", "stop")

    @property
    def url(self) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/postgres"
