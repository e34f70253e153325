"""Figures one by one, by two dimensions, kept at hand and taken along."""

import json

from tests.metrics.reading import text
from tests.test_pages import client_of
from xiangshan.core.areas.models import Area
from xiangshan.metrics import figures, pivot
from xiangshan.metrics.models import Favourite
from xiangshan.metrics.periods import Period
from xiangshan.metrics.registry import BY_CODE


def test_a_figure_says_what_it_means_and_rests_on(year, leadership):
    page = text(client_of(leadership).get("/dashboard/figures/satisfaction_rate/?year=2020&versus=330225001000"))
    for piece in (
        "总体满意度 4 分及以上",
        "414 / 480",
        "评价 480 份 / 到场 1,266 人次",
        "靠什么证明",
        "口径版本",
        "丹东街道",
    ):
        assert piece in page, piece


def test_a_pivot_adds_up_to_the_figure(year, county):
    scope, period = figures.Scope.of_area(county), Period.year(2020)
    areas = [county, *Area.objects.filter(parent=county)]
    metric = BY_CODE["satisfaction_rate"]
    for row in pivot.dimensions_of(metric, scope):
        for column in pivot.dimensions_of(metric, scope):
            if row == column:
                continue
            table = pivot.pivot(metric, scope, areas, period, row, column)
            assert (table.total.numerator, table.total.denominator) == (414, 480), (row, column)
            assert sum(total.numerator for *_, total in table.rows) == 414
            cells = [cell for _, _, line, _ in table.rows for cell in line if cell]
            assert sum(cell.denominator for cell in cells) == 480


def test_figures_are_taken_along_with_their_definitions(year, leadership):
    client = client_of(leadership)
    sheet = b"".join(client.get("/dashboard/figures/?year=2020&export=csv").streaming_content).decode("utf-8-sig")
    head, *lines = sheet.splitlines()
    assert "口径版本" in head
    assert any(line.startswith("workers_served,") and ",1266,{},1266,1,".format("人次") in line for line in lines)
    found = json.loads(client.get("/dashboard/figures/?year=2020&export=json").content)
    assert found["figures"]["workers_served"]["value"] == 1266
    assert found["figures"]["workers_served"]["definition"]
    assert b"".join(client.get("/dashboard/figures/?year=2020&export=xlsx").streaming_content)[:2] == b"PK"
    assert client.get("/dashboard/figures/?year=2020&export=exe").status_code == 404


def test_a_favourite_is_ones_own_and_leads_to_figures_only(year, leadership, county_staff):
    client = client_of(leadership)
    address = "/dashboard/figures/workers_served/?year=2020"
    client.post("/dashboard/favourites/new/", {"name": "人次", "address": address})
    client.post("/dashboard/favourites/new/", {"name": "坏的", "address": "https://example.org/"})
    assert list(Favourite.objects.values_list("name", "address")) == [("人次", address)]
    assert "人次</a></span>" in text(client.get("/dashboard/figures/?year=2020"))
    kept = Favourite.objects.get()
    client_of(county_staff).post(f"/dashboard/favourites/{kept.pk}/drop/")
    assert Favourite.objects.exists()
    client.post(f"/dashboard/favourites/{kept.pk}/drop/")
    assert not Favourite.objects.exists()
