"""A process that has the portal loaded and forks one for each piece of code it is sent: what costs seconds to start costs a blink.

Reads one JSON object a line: {"into": path, "code": Python} or {"into": path, "manage": words}. What was printed is written to
<path>.out and <path>.err, and when it is over its exit code to <path>.code. It holds no connection, so its children share none.
"""

import importlib
import json
import os
import signal
import sys
import traceback
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.management import execute_from_command_line
from factory import Factory

django.setup()
factories = importlib.import_module("tests.factories")


def run(request: dict[str, Any]) -> int:
    try:
        if "code" in request:
            exec(compile(request["code"], "<test>", "exec"), {"__name__": "__test__"})  # noqa: S102
        else:
            execute_from_command_line(["manage.py", *request["manage"]])
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else int(error.code is not None)
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def count_from(first: int) -> None:
    """The names that factories number: no two processes bring the same to one portal."""
    for made in vars(factories).values():
        if isinstance(made, type) and issubclass(made, Factory):
            made.reset_sequence(first, force=True)


def main() -> None:
    settings.PASSWORD_HASHERS = ["tests.factories.people.QuickHasher"]
    importlib.import_module(settings.ROOT_URLCONF)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for number, line in enumerate(sys.stdin):
        request = json.loads(line)
        if os.fork():
            continue
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        count_from(number * 100)
        into = request["into"]
        for stream, ending in ((1, "out"), (2, "err")):
            file = os.open(f"{into}.{ending}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(file, stream)
        code = run(request)
        sys.stdout.flush()
        sys.stderr.flush()
        making = Path(f"{into}.making")
        making.write_text(str(code))
        making.rename(f"{into}.code")
        os._exit(code)


if __name__ == "__main__":
    main()
