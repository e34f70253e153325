"""Starts a command again whenever it dies, until it is told to stop; so that a worker's end is not the web's.

    python -m xiangshan.keep_running [--only FILE] command ...

With --only the file is held meanwhile: a second start on the same folder is refused in words.
"""

import fcntl
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

# After a death the next start waits longer, until it has lived a while.
PAUSE, LONGEST, HEALTHY = 1.0, 30.0, 60.0


class Keeper:
    """One command, kept running."""

    def __init__(self, command: list[str]) -> None:
        self.command = command
        self.process: subprocess.Popen[bytes] | None = None
        self.is_over = False

    def stop(self, number: int, frame: FrameType | None) -> None:
        self.is_over = True
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)

    def run(self) -> int:
        pause, code = PAUSE, 0
        while not self.is_over:
            begun = time.monotonic()
            self.process = subprocess.Popen(self.command)  # noqa: S603  (our own Procfile)
            code = self.process.wait()
            if self.is_over:
                break
            pause = PAUSE if time.monotonic() - begun > HEALTHY else min(pause * 2, LONGEST)
            print(f"{self.command[0]} ended with {code}; started again in {pause:.0f} s", file=sys.stderr, flush=True)
            self._wait(pause)
        return 0 if self.is_over else code

    def _wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self.is_over and time.monotonic() < until:
            time.sleep(0.1)


def main(words: list[str]) -> int:
    held = None
    if words[:1] == ["--only"]:
        held = Path(words[1]).open("a")  # noqa: SIM115  (held as long as this process lives)
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            print(f"这个目录的平台已在运行（{words[1]} 被占用）：请先停下它，或换一个 VAR", file=sys.stderr)
            return 1
        words = words[2:]
    keeper = Keeper(words)
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, keeper.stop)
    return keeper.run()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
