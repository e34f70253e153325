"""Towns as a map, where their county brought outlines; else they are tiles (tiles.py)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from orgs.tiles import Tile
from xiangshan.core.areas.outlines import WIDE, CountyOutlines, outlines_at


@dataclass(frozen=True)
class TownShape:
    """A town on the map: its outline, its shade as a tile has it, what is said of it, and where it leads."""

    path: str
    x: int
    y: int
    shade: int
    name: str
    said: str
    href: str = ""


@dataclass(frozen=True)
class TownMap:
    """In units of its own: 1000 wide. `review_number` (审图号) is shown below it."""

    shapes: list[TownShape]
    height: int
    review_number: str
    width: int = WIDE


def mapped(area_id: int, tiles: Iterable[Tile], told: Callable[[Any], tuple[int, str, str, str]]) -> TownMap | None:
    """The tiles of a county as a map; None where it has no outlines, or not of each of these towns.

    `told` says a line's town, name, words and address.
    """
    outlines = outlines_at(area_id)
    if outlines is None:
        return None
    shapes = []
    for tile in tiles:
        town, name, said, href = told(tile.line)
        shape = outlines.shapes.get(str(town // 1000))
        if shape is None:
            return None
        path, x, y = shape
        shapes.append(TownShape(path, x, y, tile.shade, name, said, href))
    return TownMap(shapes, outlines.height, outlines.review_number)


def plain(outlines: CountyOutlines, names: dict[str, str]) -> TownMap:
    """As it was imported, with nothing counted, by the names of its towns."""
    shapes = [TownShape(path, x, y, 2, names.get(code, code), "") for code, (path, x, y) in outlines.shapes.items()]
    return TownMap(shapes, outlines.height, outlines.review_number)
