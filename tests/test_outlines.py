"""A county's own outlines: read from GeoJSON, town by town, and shown with the number under which the map was reviewed."""

import json

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from tests import factories
from tests.test_pages import client_of
from xiangshan.core.areas.counties import county_at
from xiangshan.core.areas.models import Area, within
from xiangshan.core.areas.outlines import CountyOutlines, draw
from xiangshan.metrics import rollup
from xiangshan.portal.setup import actions

PAGE = "/setup/outlines/"
NUMBER = "浙S（2024）12号"


def square(n, **properties):
    west, south = 121.5 + n % 5 * 0.1, 29.2 + n // 5 * 0.1
    ring = [[west, south], [west + 0.1, south], [west + 0.1, south + 0.1], [west, south + 0.1], [west, south]]
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def flat(name):
    ring = [[122, 29], [123, 30], [122, 29], [122, 29]]
    return {"type": "Feature", "properties": {"name": name}, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def towns():
    return Area.objects.filter(within(factories.COUNTY, "pk"), level=Area.Level.TOWN).order_by("pk")


def geojson(*features):
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def county_file():
    """Half of the towns by code, half by name, as such files are."""
    return geojson(
        *(
            square(n, **({"code": str(town.pk)} if n % 2 else {"adcode": 330225, "name": town.name}))
            for n, town in enumerate(towns())
        )
    )


@pytest.fixture
def administrator(db):
    return factories.somebody("administrator", factories.COUNTY)


def test_outlines_are_brought_shown_and_taken_away(
    administrator, county_staff, organization, django_capture_on_commit_callbacks
):
    factories.SessionFactory(organization=organization, verified=True, held_on="2020-05-05", workers_served=37)
    rollup.roll_up()
    client = client_of(administrator)
    assert "town-map" not in client_of(county_staff).get("/dashboard/?year=2020").content.decode()
    sent = {"review_number": NUMBER, "file": SimpleUploadedFile("towns.geojson", county_file())}
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(PAGE, sent).status_code == 302
    assert NUMBER in client.get(PAGE).content.decode()
    outlines = CountyOutlines.objects.get()
    assert len(outlines.shapes) == towns().count() == 18
    for path, x, y in outlines.shapes.values():
        assert path.startswith("M")
        assert 0 < x < 1000
        assert 0 < y < outlines.height
    reader = client_of(county_staff)
    for address in ("/dashboard/?year=2020", "/orgs/map/"):
        page = reader.get(address).content.decode()
        assert page.count("<path class=") == 18, address
        assert f"审图号：{NUMBER}" in page, address
    assert 'aria-label="丹东街道 37 人次"' in reader.get("/dashboard/?year=2020").content.decode()
    wall = reader.get("/dashboard/?year=2020&screen=1").content.decode()
    assert "town-map" not in wall, "names on a map are too small to be read from four metres: a wall keeps its tiles"
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(f"{PAGE}remove/").status_code == 302
    for address in ("/orgs/map/", "/dashboard/?year=2020"):
        assert "town-map" not in reader.get(address).content.decode(), "a map that comes down is gone at once"


def test_a_map_keeps_its_shape():
    pair = [Area(pk=330225001_000, name="东镇"), Area(pk=330225002_000, name="西镇")]
    drawn = draw(geojson(square(1, name="东镇"), square(0, name="西镇")), pair)
    (east, *_), (west, *_) = drawn.shapes["330225001"], drawn.shapes["330225002"]
    corners = {f"{x} {y}" for x in (0, 500) for y in (0, drawn.height)}
    assert set(west.strip("MZ").split("L")) == corners
    assert set(east.strip("MZ").split("L")) == {f"{x} {y}" for x in (500, 1000) for y in (0, drawn.height)}
    assert drawn.height == 573, "0.1 degrees north beside 0.2 east, at 29.25 degrees: 0.1 / (0.2 * cos 29.25)"


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"\x50\x4b\x03", "不是 GeoJSON"),
        (b"[]", "不是 GeoJSON"),
        (b'{"features": [{"geometry": null}]}', "不是 GeoJSON"),
        (geojson(square(0, name="东镇") | {"properties": [1]}), "不是 GeoJSON"),
        (geojson(square(0, name="东镇") | {"properties": "东镇"}), "不是 GeoJSON"),
        (geojson(square(0, name="东镇")).replace(b"121.5", b"1" * 400), "GeoJSON|经纬度"),
        (geojson(flat("东镇"), square(1, name="西镇")), "不是本县镇街的轮廓：东镇"),
        (geojson(square(0, name="东镇")), "没有这些镇街的轮廓：西镇"),
        (geojson(square(0, name="东镇"), square(1, name="西镇"), square(2, name="别处")), "不是本县镇街的轮廓：别处"),
        (geojson(square(0, name="东镇"), square(1, name="西镇")).replace(b"121.", b"512345."), "经纬度"),
    ],
)
def test_what_is_no_map_of_the_county_is_refused_by_name(content, word):
    pair = [Area(pk=330225001_000, name="东镇"), Area(pk=330225002_000, name="西镇")]
    with pytest.raises(ValidationError, match=word):
        draw(content, pair)


@pytest.mark.parametrize("number", ["12号", "浙S2024-12", "审图号：浙S（2024）12号"])
def test_a_map_without_a_review_number_is_not_shown(administrator, number):
    sent = {"review_number": number, "file": SimpleUploadedFile("towns.geojson", county_file())}
    page = client_of(administrator).post(PAGE, sent)
    assert page.status_code == 422
    assert "审图号应像" in page.content.decode()
    assert not CountyOutlines.objects.exists()


def test_a_crossing_ring_keeps_both_halves():
    ring = [[121, 29], [122, 30], [122, 29], [121, 30], [121, 29]]
    crossing = square(0, name="东镇")
    crossing["geometry"]["coordinates"] = [ring]
    path, *_ = draw(geojson(crossing), [Area(pk=330225001_000, name="东镇")]).shapes["330225001"]
    assert path.count("M") == 2


def test_a_town_that_is_no_more_is_not_asked_for(administrator):
    Area.objects.filter(pk=towns().last().pk).update(is_current=False)
    gone = towns().filter(is_current=False).get()
    features = [square(n, name=town.name) for n, town in enumerate(towns().exclude(pk=gone.pk))]
    sent = {"review_number": NUMBER, "file": SimpleUploadedFile("towns.json", geojson(*features))}
    assert client_of(administrator).post(PAGE, sent).status_code == 302


def test_one_countys_map_is_removed_not_anothers(db):
    everywhere = factories.somebody("administrator", 0)
    for county in (factories.COUNTY, 330226_000_000):
        Area.objects.get_or_create(pk=county, defaults={"name": "宁海县", "level": Area.Level.COUNTY, "code": "330226"})
        CountyOutlines.objects.create(area_id=county, review_number=NUMBER, shapes={}, height=100)
    client = client_of(everywhere)
    page = client.get(f"{PAGE}?county=330226000000").content.decode()
    assert f'action="{PAGE}remove/?county=330226000000"' in page
    assert client.post(f"{PAGE}remove/?county=330226000000").url == f"{PAGE}?county=330226000000"
    assert [one.area_id for one in CountyOutlines.objects.all()] == [factories.COUNTY]


def test_outlines_are_the_administrators_own(county_staff):
    sent = {"review_number": NUMBER, "file": SimpleUploadedFile("towns.geojson", county_file())}
    assert client_of(county_staff).post(PAGE, sent).status_code == 403
    foreign = factories.somebody("administrator", 330226_000_000)
    with pytest.raises(PermissionDenied, match="本县的系统管理员"):
        actions.draw_outlines(county_at(factories.COUNTY), content=county_file(), review_number=NUMBER, by=foreign)
