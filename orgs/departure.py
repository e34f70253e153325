"""What else happens when an organization leaves, told by the apps that own it: orgs lies below them and cannot know."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Consequence:
    """What stands in the way of leaving, in words; and what is done with the rest."""

    in_the_way: Callable[[Any], list[str]]
    carry_out: Callable[[Any, Any, date], Any]  # organization, by, on


CONSEQUENCES: list[Consequence] = []


def also(consequence: Consequence) -> None:
    CONSEQUENCES.append(consequence)
