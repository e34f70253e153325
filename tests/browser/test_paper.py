"""What is printed is what one would file: no buttons, no change log; a table begins under its heading and repeats its head."""

import json
from io import BytesIO
from unicodedata import normalize

import pytest
from pypdf import PdfReader

from tests.browser.desk import DESK, page_of
from tests.browser.test_records import RECORDS

pytestmark = pytest.mark.browser
# What can be pressed or filled in, seen on paper.
PRESSED = """[...document.querySelectorAll("main :is(.btn, button, input, select, textarea)")].filter((one) => one.checkVisibility())
  .map((one) => one.textContent.trim() || one.name)"""


def printed(page, path):
    page.goto(path, wait_until="networkidle")
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    pressed, paper = page.evaluate(PRESSED), page.pdf(format="A4")
    page.emulate_media(media="screen")
    return pressed, [normalize("NFKC", sheet.extract_text()) for sheet in PdfReader(BytesIO(paper)).pages]


def test_records_are_printed_as_they_are_filed(browser, address, portal):
    pages = {role: page_of(browser, address, role, DESK) for role in ("county", "supervisor")}
    wrong = []
    for base, keys in json.loads(portal.run(RECORDS)).items():
        path = f"{base}{keys[0]}/"
        page = pages["supervisor" if base.startswith("/mediation/") else "county"]
        pressed, sheets = printed(page, path)
        text = "".join(sheets)
        left = [word for word in ("变更记录", "写批注", "选择文件", "更多", "收起", "退出", "搜索") if word in text]
        if pressed or left or not text.strip():
            wrong.append(f"{path}: {pressed} {left}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("path", ["/services/sessions/", "/orgs/", "/services/contracts/", "/services/payments/"])
def test_a_list_begins_under_its_heading_and_repeats_its_head(browser, address, path):
    page = page_of(browser, address, "county", DESK)
    _, sheets = printed(page, path)
    heads = page.locator("main thead th").all_inner_texts()
    head = next(text.strip(" ↑↓") for text in heads if text.strip())
    assert all(head in sheet for sheet in sheets[:-1] or sheets), [sheet[:80] for sheet in sheets]
    assert len(sheets[0].splitlines()) > 15, "the first sheet holds the heading alone"
