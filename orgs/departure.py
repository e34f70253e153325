"""What else happens when an organization leaves (退出): said by the apps that own it, since orgs lies below them.

settings.CONSEQUENCES_OF_DEPARTURE names them; `organizations.change_stage` asks all of them before, and carries all of them out.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True)
class Departure:
    """What stands in the way of leaving, in words; and what is done with the rest."""

    in_the_way: Callable[[Any], list[str]]
    carry_out: Callable[[Any, Any, date], Any]  # organization, by, on


@cache
def departures() -> tuple[Departure, ...]:
    return tuple(import_string(path) for path in settings.CONSEQUENCES_OF_DEPARTURE)
