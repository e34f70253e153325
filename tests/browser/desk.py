"""Where browser tests sit: a real Chromium at desk or phone size, logged in as somebody of the demo data."""

import re
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page

from tests.live import Portal, wait_for
from tests.prepared import PASSWORD

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
DESK = {"viewport": {"width": 1440, "height": 900}}


def stranger_page(browser: Browser, address: str, shape: dict) -> Page:
    """A page of nobody logged in, which keeps what the browser complains about."""
    context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", base_url=address, **shape)
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.complaints = []
    page.on("console", lambda message: message.type in ("error", "warning") and page.complaints.append(message.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    return page


def page_of(browser: Browser, address: str, role: str, shape: dict) -> Page:
    page = stranger_page(browser, address, shape)
    log_in(page, role)
    return page


def log_in(page: Page, role: str) -> None:
    page.goto("/")
    page.get_by_label("用户名或手机号").fill(role)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(lambda url: "/accounts/" not in url)


def choose(page: Page, name: str) -> None:
    """What stands under 更多 of a record."""
    page.locator("details.more > summary").click()
    page.locator("details.more").get_by_text(name, exact=True).click()


def pick(page: Page, name: str, text: str) -> None:
    """Types into the box that a long list becomes as soon as one turns to the form, and takes what is offered."""
    page.mouse.move(200, 300)
    page.mouse.move(210, 310)
    box = page.locator(
        f"main [role=combobox]#{page.locator(f'select[name={name}]').get_attribute('id').removesuffix('-select')}"
    )
    box.fill(text)
    page.get_by_role("option", name=text).first.click()


def unfold(page: Page, part: str) -> None:
    """Opens a part of a record's page, by its id."""
    fold = page.locator(f"details#{part}")
    if fold.get_attribute("open") is None:
        fold.locator("summary").first.click()


def here(page: Page, pattern: str) -> str:
    """The address the page has come to."""
    page.wait_for_url(re.compile(pattern))
    found = re.search(pattern, page.url)
    assert found, page.url
    return found[0]


def manage_shell(portal: Portal, code: str) -> str:
    """What somebody else does meanwhile, or what time does."""
    return portal.run(code)


PLAN = """
from django.utils import timezone
from orgs.models import SocialOrganization, Venue
from services.actions import sessions
from services.models import ServiceCategory
from xiangshan.core.accounts.models import User
team = SocialOrganization.objects.get(short_name="心理学习小组")
venue = Venue.objects.filter(kind="home").order_by("pk").first()
print(sessions.plan(
    by=User.objects.get(username="leader"), organization=team, title={title!r}, held_on=timezone.localdate(),
    category=ServiceCategory.objects.get(code="psychology"), venue=venue, area=venue.area, employer=venue.employer,
).pk)
"""


def plan_today(portal: Portal, title: str) -> int:
    """A session of the leader's organization on this very day, by the same action as the page: its key."""
    return int(portal.run(PLAN.format(title=title)))


def settled(portal: Portal) -> None:
    """Waits until the worker has added up what the tests before did."""
    wait_for(lambda: portal.look("SELECT COUNT(*) FROM metrics_stalemark")[0] == 0, 60)


def violations(page: Page) -> list[dict]:
    """What axe finds wrong with a page. What it finds right it does not send: that is a thousand times as much."""
    return Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]


def refused(page: Page, path: str, **data: str) -> str:
    """Why a person may not: the sentence of the 403 an action of theirs is answered with."""
    token = next(one["value"] for one in page.context.cookies() if one["name"] == "csrftoken")
    answer = page.request.post(path, form=data, headers={"X-CSRFToken": token})
    assert answer.status == 403, (path, answer.status)
    return re.sub(r"<[^>]+>|\s+", " ", answer.text())


def photo(folder: Path, number: int) -> str:
    """A picture with something on it, like no other."""
    image = Image.new("RGB", (1280, 960), (40 * number % 255, 90, 120))
    draw = ImageDraw.Draw(image)
    for n in range(12):
        at = (n * 97 * number) % 1100, (n * 61 * number) % 800
        draw.ellipse((*at, at[0] + 60 + 13 * n, at[1] + 90), fill=(n * 20, 255 - n * 17, 30 * number % 255))
    path = folder / f"photo{number}.jpg"
    image.save(path, "JPEG")
    return str(path)
