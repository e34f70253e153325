"""Pages by key, not by offset: the thousandth page costs what the first does, and millions of rows are never counted."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DataError
from django.db.models import Q, QuerySet

SIZE = 50
COUNTED_UP_TO = 1_000


@dataclass(frozen=True)
class Page:
    rows: list[dict[str, Any]]
    after: str  # the key the next page starts behind; empty on the last
    before: str  # the key the page before ends ahead of; empty on the first
    count: int  # of all rows, up to COUNTED_UP_TO

    def __iter__(self) -> Any:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def is_counted(self) -> bool:
        """Whether the count is of all rows."""
        return self.count <= COUNTED_UP_TO

    @property
    def count_text(self) -> str:
        return f"{self.count:,}" if self.count <= COUNTED_UP_TO else f"超过 {COUNTED_UP_TO:,}"


def paginate(rows: QuerySet[Any], params: Any, counted: QuerySet[Any], size: int = SIZE) -> Page:
    """One page of rows as values, in an order whose last name is unique. `params` holds `after` or `before`; a broken key is page one.

    `counted` are the same rows before anything was joined to show them.
    """
    order = [str(name) for name in rows.query.order_by or ()]
    names = [name.lstrip("-") for name in order]
    forward, key = True, _decode(params.get("after", ""), len(names))
    if not key and (key := _decode(params.get("before", ""), len(names))):
        forward = False
    try:
        wanted = rows.filter(_beyond(order, key, forward)) if key else rows
        if not forward:
            wanted = wanted.order_by(*(name[1:] if name.startswith("-") else f"-{name}" for name in order))
        items = list(wanted[: size + 1])
    except (
        ValidationError,
        ValueError,
        TypeError,
        OverflowError,
        DataError,
    ):  # a key of the right shape with nonsense in it
        return paginate(rows, {}, counted, size)
    more, items = len(items) > size, items[:size]
    if not forward:
        items.reverse()
    has_next, has_previous = (more, bool(key)) if forward else (True, more)
    return Page(
        rows=items,
        after=_encode(items[-1], names) if items and has_next else "",
        before=_encode(items[0], names) if items and has_previous else "",
        count=counted.order_by().values("pk")[: COUNTED_UP_TO + 1].count(),
    )


def _beyond(order: list[str], key: list[Any], forward: bool) -> Q:
    """Rows behind the key. The first name alone bounds the scan, so an index on it is used from the right place."""
    condition = Q(pk__in=[])
    equal = Q()
    for name, value in zip(order, key, strict=True):
        descending = name.startswith("-")
        name = name.lstrip("-")
        op = "lt" if descending == forward else "gt"
        condition |= equal & Q(**{f"{name}__{op}": value})
        equal &= Q(**{name: value})
    first = order[0].lstrip("-")
    bound = "lte" if order[0].startswith("-") == forward else "gte"
    return Q(**{f"{first}__{bound}": key[0]}) & condition


def _encode(row: dict[str, Any], names: list[str]) -> str:
    values = []
    for name in names:
        value = row[name]
        values.append(value if isinstance(value, int) else str(value))
    return urlsafe_b64encode(json.dumps(values, ensure_ascii=False).encode()).decode().rstrip("=")


def _decode(text: str, length: int) -> list[Any]:
    try:
        values = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except ValueError:
        return []
    whole = (
        isinstance(values, list) and len(values) == length and all(isinstance(value, (int, str)) for value in values)
    )
    return values if whole else []
