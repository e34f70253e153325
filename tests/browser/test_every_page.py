"""Every page, found by its links: accessible, headings in order, heads of tables with a scope; no sideways scrolling when enlarged."""

import os
from collections import deque
from urllib.parse import urljoin, urlsplit

import pytest
from django.urls import Resolver404, resolve
from playwright.sync_api import Error

from tests.browser.desk import DESK, page_of, violations
from tests.crawling import OTHER
from tests.test_crawl import LOGINS

pytestmark = pytest.mark.browser
# A page is opened by the first who finds it; by each role in the long gate (make test-junk), where each sees it a little differently.
BY_EACH = bool(os.environ.get("EVERY_ROLE"))
LINKS = "[...document.querySelectorAll('main a[href], nav a[href]')].map((link) => link.getAttribute('href'))"
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
UNSCOPED = "[...document.querySelectorAll('th:not([scope])')].map((head) => head.textContent.trim())"
LEVELS = """[...document.querySelectorAll(':is(h1, h2, h3, h4)')].filter((one) => one.checkVisibility())
  .map((one) => Number(one.tagName[1]))"""
# The portal's own pages only: the library's for login and the look-up tables' are not drawn here.
FOREIGN = ("/admin/", "/accounts/", "/api/", "/static/", "/files/")


def headings_wrong(levels: list[int]) -> bool:
    """One h1, first; no level left out on the way down."""
    return (
        levels.count(1) != 1
        or levels[0] != 1
        or any(after > before + 1 for before, after in zip(levels, levels[1:], strict=False))
    )


def test_every_page_is_accessible_and_can_be_enlarged(browser, address, portal):
    seen: set[str] = set()
    wrong, opened = [], 0
    for role in LOGINS:
        page = page_of(browser, address, role, DESK)
        seen = set() if BY_EACH else seen
        waiting, known = deque(["/"]), {"/"}
        first = True
        while waiting:
            path = waiting.popleft()
            try:
                name = resolve(urlsplit(path).path).view_name
            except Resolver404:
                continue
            if name in seen and not first:
                continue
            first = False
            seen.add(name)
            page.complaints.clear()
            page.set_viewport_size(DESK["viewport"])
            try:
                answer = page.goto(path)
            except Error as error:
                if "Download is starting" in str(error):
                    continue
                raise
            if answer.status != 200:
                continue  # that links open is asked by the crawl of test_crawl.py
            opened += 1
            found = [item["id"] for item in violations(page) if item["impact"] in ("serious", "critical")]
            found += [f"th {head}" for head in page.evaluate(UNSCOPED)[:2]]
            page.wait_for_selector("h1")  # the field's pages are drawn by their script
            if headings_wrong(levels := page.evaluate(LEVELS)):
                found.append(f"headings {levels}")
            page.set_viewport_size({"width": DESK["viewport"]["width"] // 2, "height": 450})  # 200 %
            if (by := page.evaluate(OVERFLOW)) > 0:
                found.append(f"at 200 % {by} px too wide")
            page.set_viewport_size({"width": 390, "height": 844})
            page.evaluate("document.documentElement.classList.add('large'); window.dispatchEvent(new Event('resize'))")
            if (by := page.evaluate(OVERFLOW)) > 0:
                found.append(f"with large text {by} px too wide")
            if found + page.complaints:
                wrong.append(f"{role} {path}: {found + page.complaints}")
            for link in page.evaluate(LINKS):
                link = urljoin(path, link).split("#")[0]
                if (
                    link.startswith("/")
                    and link not in known
                    and not OTHER.search(link)
                    and not link.startswith(FOREIGN)
                ):
                    known.add(link)
                    waiting.append(link)
        page.context.close()
    assert opened > 100
    assert not wrong, "\n".join(wrong)
