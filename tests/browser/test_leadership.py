"""What the county's leaders look at: the dashboard on a tablet and a large screen in one look, and a wall read from four metres."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from tests.browser.desk import page_of

pytestmark = pytest.mark.browser
TABLET = {"viewport": {"width": 820, "height": 1180}, "has_touch": True}
LARGE = {"viewport": {"width": 1920, "height": 1080}}
FIRST_LOOK = [".headlines", ".at-behind", ".at-trend", ".at-towns"]
# Where a part ends, and where what can be seen ends: the bar at the foot of a tablet covers some of it.
BOTTOM = "(part) => part.getBoundingClientRect().bottom"
SEEN = "(document.querySelector('.bar')?.getBoundingClientRect().top || innerHeight)"
LETTERS = """[...document.querySelectorAll("main *")].filter((one) => one.checkVisibility() && !one.closest(".visually-hidden")
  && [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()))
  .map((one) => [Math.round(parseFloat(getComputedStyle(one).fontSize)), one.textContent.trim()])"""
# A screen of 55 inches has 0.63 mm a pixel; letters of 14 mm are read from four metres (distance / 300, as signs are made).
LEAST_ON_WALL = 22


@pytest.mark.parametrize("shape", [TABLET, LARGE], ids=["820", "1920"])
def test_the_first_look_is_one_screen(browser, address, shape):
    page = page_of(browser, address, "leadership", shape)
    page.goto("/dashboard/")
    page.wait_for_selector(".at-trend svg")
    seen = page.evaluate(SEEN) or shape["viewport"]["height"]
    below = [part for part in FIRST_LOOK if page.locator(part).evaluate(BOTTOM) > seen]
    assert not below, f"below {seen} px: {below}"
    assert page.locator(".headlines .aim-bar").count() >= 2
    assert page.locator(".shortfalls li").count() == 3


def test_a_wall_is_one_screen_and_reads_from_four_metres(browser, address):
    page = page_of(browser, address, "leadership", LARGE)
    page.goto("/dashboard/?screen=1")
    page.wait_for_selector(".at-trend svg")
    assert page.evaluate("[document.documentElement.scrollHeight, document.documentElement.scrollWidth]") == [
        1080,
        1920,
    ]
    small = [text for size, text in page.evaluate(LETTERS) if size < LEAST_ON_WALL]
    assert not small, small
    cut = page.evaluate(
        "[...document.querySelectorAll('.panel')].filter((one) => one.scrollHeight > one.clientHeight + 1).length"
    )
    assert cut == 0, "a panel of the wall is cut off"


def test_a_chart_is_saved_as_a_picture_for_a_document(browser, address):
    page = page_of(browser, address, "leadership", LARGE)
    page.goto("/dashboard/")
    with page.expect_download() as saved:
        page.locator(".at-trend").get_by_role("button", name="存为图片").click()
    assert saved.value.suggested_filename.endswith("逐月场次.png")
    picture = Image.open(BytesIO(Path(saved.value.path()).read_bytes()))
    assert picture.size == (1800, 840)
    assert picture.convert("RGB").getpixel((3, 3)) == (255, 255, 255)
    assert len(picture.convert("RGB").getcolors(1 << 24)) > 10, "an empty picture"
