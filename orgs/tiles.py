"""Where each town of the county lies, roughly, as a tile on a grid; towns of other counties follow each other."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

COLUMNS = 5


@dataclass(frozen=True)
class Tile:
    """A town on the grid; its shade says how much it has of what is counted, from 0 to 4."""

    row: int
    column: int
    shade: int
    line: Any


def placed(
    lines: list[Any],
    town: Callable[[Any], int] = lambda line: line.area.pk,
    amount: Callable[[Any], int] = lambda line: line.linked,
    places: Mapping[str, list[int]] = MappingProxyType({}),
) -> list[Tile]:
    """Towns at the places their county gave them (County.tiles), by the amount each line has; the others below, in the order given."""
    most = max((amount(line) for line in lines), default=0)
    free = max((row for row, _ in places.values()), default=0) + 1
    result, loose = [], 0
    for line in lines:
        place = places.get(str(town(line) // 1000))
        if place is None:
            place = [free + loose // COLUMNS, loose % COLUMNS + 1]
            loose += 1
        shade = 0 if not amount(line) else 1 + 3 * amount(line) // most
        result.append(Tile(place[0], place[1], shade, line))
    return sorted(result, key=lambda tile: (tile.row, tile.column))
