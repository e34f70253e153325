"""The codes workers scan: signed by the portal, so that none can be made up, and timed, so that none can be passed on.

- The changing code is good for the half minute it is shown and `SIGN_IN_TOLERANCE` seconds after (a queue at the door, a slow
  phone). A photo of it sent to a friend an hour later does not work.
- The paper code, for places without a screen, stays the same; signing in with it is possible on the session's day only.
- The pass for handing one phone round opens the survey to one after the other, for three hours.
"""

from django.conf import settings
from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

STEP = 30  # seconds
HANDED_FOR = 3 * 3600
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def changing_code(session_key: int, at: float) -> str:
    """What the screen shows at this moment (seconds since 1970)."""
    window = int(at) // STEP
    return f"{_in_letters(window)}-{_signature('changing', session_key, window)}"


def is_changing_code(code: str, session_key: int, at: float) -> bool:
    """Whether this code of this session is good at this moment: neither made up, nor too old, nor of the future."""
    letters, _, signature = code.partition("-")
    try:
        window = int(letters, 36) if len(letters) <= 8 else -1
    except ValueError:
        return False
    age = at - window * STEP
    return 0 <= age < STEP + settings.SIGN_IN_TOLERANCE and constant_time_compare(
        signature, _signature("changing", session_key, window)
    )


def paper_code(session_key: int) -> str:
    return _signature("paper", session_key, 0)


def is_paper_code(code: str, session_key: int) -> bool:
    return constant_time_compare(code, paper_code(session_key))


def handed_pass(session_key: int) -> str:
    return signing.dumps(session_key, salt="handed")


def is_handed_pass(code: str, session_key: int) -> bool:
    try:
        return signing.loads(code, salt="handed", max_age=HANDED_FOR) == session_key
    except signing.BadSignature:
        return False


def keyed_digest(purpose: str, *parts: object) -> str:
    """A keyed digest of 128 bits: of no use to anybody without the portal's key."""
    return salted_hmac(f"services.codes.{purpose}", ":".join(map(str, parts)), algorithm="sha256").hexdigest()[:32]


def _signature(kind: str, session_key: int, window: int) -> str:
    return keyed_digest(kind, session_key, window)[:16]


def _in_letters(number: int) -> str:
    letters = ""
    while number:
        number, digit = divmod(number, 36)
        letters = DIGITS[digit] + letters
    return letters or "0"
