"""The project's own files, as git knows them: what is tracked, and what is new and not ignored."""

import subprocess
from pathlib import Path


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(  # noqa: S603
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],  # noqa: S607
        capture_output=True,
        text=True,
        check=True,
    )
    return [path for path in map(Path, listed.stdout.split()) if path.is_file()]
