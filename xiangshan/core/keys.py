"""Keys of records as somebody else wrote them: in an address, a form, a message of a phone."""

import re
from collections.abc import Iterable
from typing import Any

# Plain digits, and no more than fit a key of both databases: isdecimal() takes digits of other scripts, isdigit() even "²".
KEY = re.compile(r"[0-9]{1,18}", re.ASCII)


def key_of(text: Any) -> int | None:
    """The number a text says; nothing where it says none that could be a key."""
    return int(text) if KEY.fullmatch(str(text)) else None


def keys_of(texts: Iterable[Any]) -> list[int]:
    """The keys among them, in their order."""
    return [key for text in texts if (key := key_of(text)) is not None]
