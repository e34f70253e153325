"""The queue of files for a portal without Redis: kombu's, with messages that are written whole or not at all.

A message is only a bell (xiangshan/celery.py): one that cannot be written or read is set aside, and nobody stops because of it.
"""

import json
import logging
import os
import uuid
from pathlib import Path
from queue import Empty
from time import time_ns
from typing import Any

from kombu.transport import filesystem
from kombu.utils.encoding import bytes_to_str, str_to_bytes
from kombu.utils.json import dumps, loads

log = logging.getLogger(__name__)
TAKEN, BROKEN = "taken", "broken"
KEPT_BROKEN = 50


def write_whole(path: Path, content: bytes) -> None:
    """Appears at once with all of it; raises OSError, and then nothing is there."""
    making = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        with making.open("wb") as file:
            file.write(content)
        making.replace(path)
    except OSError:
        making.unlink(missing_ok=True)
        raise


class Channel(filesystem.Channel):
    """Writes by renaming; reads what is whole."""

    def _put(self, queue: Any, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]
        name = f"{time_ns() // 1_000_000}_{uuid.uuid4()}.{queue}.msg"
        try:
            write_whole(Path(self.data_folder_out) / name, str_to_bytes(dumps(payload)))
        except OSError as error:  # a full disk: the work is a row, and the beat rings again
            log.error("a message could not be written: %s", error)

    def _get(self, queue: Any, timeout: Any = None) -> Any:
        folder = Path(self.data_folder_in)
        for name in sorted(entry for entry in os.listdir(folder) if entry.partition(".")[2] == f"{queue}.msg"):
            taken = folder / TAKEN / name
            taken.parent.mkdir(exist_ok=True)
            try:
                (folder / name).rename(taken)
            except OSError:
                continue  # another worker has it
            content = taken.read_bytes()
            taken.unlink()
            try:
                return loads(bytes_to_str(content))
            except ValueError:
                self._set_aside(folder, name, content)
        raise Empty

    def _set_aside(self, folder: Path, name: str, content: bytes) -> None:
        log.error("a broken message was set aside: %s (%d bytes)", name, len(content))
        broken = folder / BROKEN
        try:
            broken.mkdir(exist_ok=True)
            (broken / name).write_bytes(content)
            for old in sorted(broken.iterdir())[:-KEPT_BROKEN]:
                old.unlink(missing_ok=True)
        except OSError:
            return

    def get_table(self, exchange: str) -> Any:
        """Who listens to an exchange; one that was half written is written anew by the next worker."""
        try:
            return super().get_table(exchange)
        except ValueError:
            return []

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        """One queue for all: two workers that write it write the same."""
        self.control_folder.mkdir(exist_ok=True)
        known = [list(entry) for entry in self.get_table(exchange)]
        wanted = [routing_key or "", pattern or "", queue or ""]
        if wanted not in known:
            write_whole(self._exchange_file(exchange), json.dumps([wanted, *known]).encode())


class Transport(filesystem.Transport):
    Channel = Channel
