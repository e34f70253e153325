"""The head of a record's page: its steps with the present one, whose turn it is, one primary button, the rest under 更多."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from django.urls import reverse

from xiangshan.shared.curves import Curve
from xiangshan.shared.history.turns import turned_on

State = Literal["done", "now", "ahead"]


@dataclass(frozen=True)
class Step:
    """One state of a record's life, and the day it came where it is known."""

    label: str
    state: State
    day: date | None = None


@dataclass(frozen=True)
class Bar:
    """How much of something is reached: in words, and as a bar."""

    label: str
    done: Any
    whole: Any
    text: str


@dataclass(frozen=True)
class Action:
    """What the reader may do: by a form of its own, or by one press (`posts`)."""

    label: str
    href: str
    posts: bool = False
    icon: str = ""
    fields: tuple[tuple[str, str], ...] = ()  # what a press says besides


@dataclass(frozen=True)
class RecordHead:
    """What stands above every record."""

    title: str
    status: str
    status_text: str
    turn: str = ""
    since: date | None = None  # the day it came to this state, where somebody is waited for
    steps: list[Step] = field(default_factory=list)
    primary: Action | None = None
    more: list[Action] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)
    curve: Curve | None = None


def action(
    label: str,
    page: str,
    *args: Any,
    when: Any = True,
    posts: bool = False,
    icon: str = "",
    query: str = "",
    **fields: str,
) -> Action | None:
    """A button where `when` allows it, else nothing. A press says `fields`."""
    return Action(label, reverse(page, args=args) + query, posts, icon, tuple(fields.items())) if when else None


def head_of(
    title: Any,
    status: tuple[str, str],
    *,
    next_steps: Iterable[Action | None] = (),
    others: Iterable[Action | None] = (),
    turn: str = "",
    waits: Any = None,
    steps: Sequence[Step] = (),
    bars: Iterable[Bar] = (),
    curve: Curve | None = None,
) -> RecordHead:
    """The first of the next steps that the reader may take is the primary button; everything else stands under 更多.

    `waits` is the record where somebody is waited for: its head says since when.
    """
    since = turned_on(waits) if waits else None
    forward = [one for one in next_steps if one]
    rest = forward[1:] + [one for one in others if one]
    return RecordHead(
        str(title), *status, turn, since, list(steps), forward[0] if forward else None, rest, list(bars), curve
    )


def steps_of(
    choices: Any,
    order: Sequence[str],
    current: str,
    *,
    days: Mapping[str, date | None] | None = None,
    standing_at: Mapping[Any, str] | None = None,
    ends_with: Sequence[str] = (),
) -> list[Step]:
    """The steps in their order. `standing_at` says at which step a state beside the order stands (returned: submitted).

    A state of `ends_with` (terminated, cancelled) closes the line after the steps whose day is known.
    """
    labels, days = dict(choices), days or {}
    if current in ends_with:
        passed = [step for step in order if days.get(step)]
        return [*(Step(labels[step], "done", days[step]) for step in passed), Step(labels[current], "now")]
    at = order.index((standing_at or {}).get(current, current))
    last = len(order) - 1
    states: list[State] = [
        "done" if n < at or n == at == last else "now" if n == at else "ahead" for n in range(last + 1)
    ]
    text = [labels[current] if n == at else labels[step] for n, step in enumerate(order)]
    return [Step(text[n], states[n], days.get(step)) for n, step in enumerate(order)]
