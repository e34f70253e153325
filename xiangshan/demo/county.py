"""The county of the demo data: 象山县."""

from xiangshan.core.areas.counties import County, forget
from xiangshan.core.areas.loading import load_areas
from xiangshan.core.areas.models import Area
from xiangshan.core.records import create

COUNTY = 330225_000_000
# (row, column) from the north-west, by area code: drawn by hand from where the towns lie to each other.
TILES = {
    "330225202": [1, 3],  # 黄避岙乡
    "330225104": [1, 4],  # 贤庠镇
    "330225108": [1, 5],  # 涂茨镇
    "330225102": [2, 1],  # 西周镇
    "330225105": [2, 3],  # 墙头镇
    "330225109": [2, 4],  # 大徐镇
    "330225106": [3, 1],  # 泗洲头镇
    "330225203": [3, 2],  # 茅洋乡
    "330225002": [3, 3],  # 丹西街道
    "330225001": [3, 4],  # 丹东街道
    "330225003": [3, 5],  # 爵溪街道
    "330225110": [4, 2],  # 新桥镇
    "330225107": [4, 3],  # 定塘镇
    "330225200": [4, 4],  # 东陈乡
    "330225201": [5, 3],  # 晓塘乡
    "330225101": [5, 4],  # 石浦镇
    "330225204": [6, 3],  # 高塘岛乡
    "330225103": [6, 4],  # 鹤浦镇
}


def load() -> County:
    """Its areas, and what it calls itself."""
    load_areas(Area)
    county = County(area_id=COUNTY, name="象山县总工会", short_name="象工", telephone_code="0574", tiles=TILES)
    create(county, by=None, verb="演示数据")
    forget(county)
    return county
