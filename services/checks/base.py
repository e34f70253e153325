"""What a check is. Each is declared once, beside what it looks for; adding one is one declaration and its test."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from services.models import ActivitySession, Finding

Severity = Finding.Severity
Status = ActivitySession.Status
# Reported, whatever became of it: what a report is compared with.
REPORTED = (Status.HELD, Status.SUBMITTED, Status.RETURNED, Status.VERIFIED)


@dataclass(frozen=True)
class Hit:
    """What a check found about a session: how bad, in words, about which other sessions. `key` tells two hits apart."""

    session: ActivitySession
    severity: str
    text: str
    key: str = ""
    others: tuple[int, ...] = ()


@dataclass(frozen=True)
class Check:
    """`find` gets reported sessions with organization, venue, category and contract at hand, and asks the database for many at once."""

    code: str
    name: str
    looks_for: str  # in words, for the reader
    find: Callable[[Sequence[ActivitySession]], Iterable[Hit]]


def check(
    code: str, name: str, looks_for: str
) -> Callable[[Callable[[Sequence[ActivitySession]], Iterable[Hit]]], Check]:
    """Makes a check of the function that finds."""
    return lambda find: Check(code, name, looks_for, find)
