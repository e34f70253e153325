"""Where each town of the county lies, roughly, as a tile on a grid; towns of other counties follow each other."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

# (row, column) from the north-west, by area code: drawn by hand from where the towns lie to each other.
PLACES = {
    330225202: (1, 3),  # 黄避岙乡
    330225104: (1, 4),  # 贤庠镇
    330225108: (1, 5),  # 涂茨镇
    330225102: (2, 1),  # 西周镇
    330225105: (2, 3),  # 墙头镇
    330225109: (2, 4),  # 大徐镇
    330225106: (3, 1),  # 泗洲头镇
    330225203: (3, 2),  # 茅洋乡
    330225002: (3, 3),  # 丹西街道
    330225001: (3, 4),  # 丹东街道
    330225003: (3, 5),  # 爵溪街道
    330225110: (4, 2),  # 新桥镇
    330225107: (4, 3),  # 定塘镇
    330225200: (4, 4),  # 东陈乡
    330225201: (5, 3),  # 晓塘乡
    330225101: (5, 4),  # 石浦镇
    330225204: (6, 3),  # 高塘岛乡
    330225103: (6, 4),  # 鹤浦镇
}
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
) -> list[Tile]:
    """Towns at their places, by the amount each line has; those without a place below, in the order given."""
    most = max((amount(line) for line in lines), default=0)
    free = max((row for row, _ in PLACES.values()), default=0) + 1
    result, loose = [], 0
    for line in lines:
        place = PLACES.get(town(line) // 1000)
        if place is None:
            place = (free + loose // COLUMNS, loose % COLUMNS + 1)
            loose += 1
        shade = 0 if not amount(line) else 1 + 3 * amount(line) // most
        result.append(Tile(*place, shade, line))
    return sorted(result, key=lambda tile: (tile.row, tile.column))
