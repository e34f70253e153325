"""A backup on disk: a folder with a manifest, a file a table, and the uploaded files; written whole, or not at all."""

import gzip
import hashlib
import io
import json
import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from cryptography.fernet import Fernet, InvalidToken

FORMAT = 1
MANIFEST = "manifest.json"
CHUNK = 1 << 20  # bytes encrypted at once


class NotWhole(Exception):
    """What is missing or damaged, in words."""


@dataclass
class Manifest:
    """What a backup holds, so that whoever reads it knows whether all of it is there."""

    created_at: str
    engine: str
    migrations: list[str]
    settings: dict[str, str]  # fingerprints: which keys were in use, never the keys
    encrypted: bool = False
    reconcile: str = ""
    tables: dict[str, dict[str, Any]] = field(default_factory=dict)  # rows, sha256
    files: dict[str, dict[str, Any]] = field(default_factory=dict)  # size, sha256
    format: int = FORMAT

    @property
    def rows(self) -> int:
        return sum(table["rows"] for table in self.tables.values())


class Archive:
    """One folder. With a key every member is encrypted in pieces, so that a large file needs little memory."""

    def __init__(self, folder: Path, key: str = "") -> None:
        self.folder = folder
        self.fernet = Fernet(key) if key else None

    def write(self, name: str, chunks: Iterable[bytes]) -> dict[str, Any]:
        """Writes a member; returns the size and digest of what it says."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        digest, size = hashlib.sha256(), 0
        with path.open("wb") as raw:
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                if self.fernet is not None:
                    sealed = self.fernet.encrypt(chunk)
                    raw.write(struct.pack(">I", len(sealed)))
                    chunk = sealed  # noqa: PLW2901
                raw.write(chunk)
        return {"size": size, "sha256": digest.hexdigest()}

    def read(self, name: str) -> Iterator[bytes]:
        """Raises NotWhole where it is missing, cut off, or of another key."""
        path = self.folder / name
        try:
            with path.open("rb") as raw:
                yield from self._chunks(raw, name)
        except FileNotFoundError as error:
            raise NotWhole(f"缺少 {name}") from error

    def _chunks(self, raw: IO[bytes], name: str) -> Iterator[bytes]:
        if self.fernet is None:
            while chunk := raw.read(CHUNK):
                yield chunk
            return
        while head := raw.read(4):
            if len(head) < 4:
                raise NotWhole(f"{name} 不完整")
            try:
                yield self.fernet.decrypt(raw.read(struct.unpack(">I", head)[0]))
            except InvalidToken as error:
                raise NotWhole(f"{name} 打不开：密钥不对，或内容损坏") from error

    def checked(self, name: str, said: dict[str, Any]) -> Iterator[bytes]:
        """What a member says; raises NotWhole at its end where it is not what the manifest says."""
        digest = hashlib.sha256()
        for chunk in self.read(name):
            digest.update(chunk)
            yield chunk
        if digest.hexdigest() != said["sha256"]:
            raise NotWhole(f"{name} 与备份时不一致")

    def write_lines(self, name: str, lines: Iterable[str]) -> dict[str, Any]:
        counted = [0]

        def packed() -> Iterator[bytes]:
            buffer = io.BytesIO()
            with gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0) as zipped:
                for line in lines:
                    counted[0] += 1
                    zipped.write(line.encode() + b"\n")
                    if buffer.tell() > CHUNK:
                        yield buffer.getvalue()
                        buffer.seek(0)
                        buffer.truncate()
            yield buffer.getvalue()

        return {**self.write(name, packed()), "rows": counted[0]}

    def lines(self, name: str, said: dict[str, Any]) -> Iterator[str]:
        """Raises NotWhole."""
        try:
            with gzip.open(_Stream(self.checked(name, said)), "rt", encoding="utf-8", newline="\n") as text:
                for line in text:
                    yield line.rstrip("\n")
        except (OSError, EOFError, UnicodeDecodeError, zlib.error) as error:
            raise NotWhole(f"{name} 损坏：{error}") from error

    def write_manifest(self, manifest: Manifest) -> None:
        text = json.dumps(vars(manifest), ensure_ascii=False, indent=1, sort_keys=True)
        sealed = hashlib.sha256(text.encode()).hexdigest()
        (self.folder / MANIFEST).write_text(json.dumps({"sha256": sealed, "manifest": text}), encoding="utf-8")

    def manifest(self) -> Manifest:
        """Raises NotWhole."""
        try:
            outer = json.loads((self.folder / MANIFEST).read_text(encoding="utf-8"))
            text = outer["manifest"]
            if hashlib.sha256(text.encode()).hexdigest() != outer["sha256"]:
                raise NotWhole("备份清单被改动过")
            return Manifest(**json.loads(text))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise NotWhole(f"{self.folder} 不是一份完整的备份：{error}") from error


class _Stream(io.RawIOBase):
    """Pieces, read as a file."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self.chunks, self.rest = chunks, b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self.rest:
            chunk = next(self.chunks, None)
            if chunk is None:
                return 0
            self.rest = chunk
        size = min(len(buffer), len(self.rest))
        buffer[:size], self.rest = self.rest[:size], self.rest[size:]
        return size
