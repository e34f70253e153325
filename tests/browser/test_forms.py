"""Forms at a desk: a contract of five lines by keyboard alone, an organization in four keys, a warning before typing is lost."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk import DESK, page_of

pytestmark = pytest.mark.browser
LINES = ("心理讲座", "团体辅导", "个体咨询", "骨干培训", "读书沙龙")


def reach(page: Page, name: str) -> None:
    """Goes on by the tab key until the field has the focus."""
    for _ in range(120):
        if page.evaluate("document.activeElement.name || document.activeElement.id") == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{name} cannot be reached by the tab key")


def put(page: Page, name: str, text: str) -> None:
    reach(page, name)
    page.keyboard.press("Control+a")
    page.keyboard.type(text)


def put_day(page: Page, name: str, day: str) -> None:
    """A native box for a day takes digits in the order of the reader's language."""
    reach(page, name)
    page.evaluate(
        "day => { document.activeElement.value = day; document.activeElement.dispatchEvent(new Event('input', {bubbles: true})) }",
        day,
    )


def choose_first(page: Page, name: str) -> None:
    reach(page, name)
    page.keyboard.press("ArrowDown")


def press_button(page: Page, text: str) -> None:
    for _ in range(200):
        if (
            text in page.evaluate("document.activeElement.textContent")
            and page.evaluate("document.activeElement.tagName") == "BUTTON"
        ):
            page.keyboard.press("Enter")
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{text} cannot be reached by the tab key")


def test_a_contract_of_five_lines_by_keyboard_alone(browser, address):
    page = page_of(browser, address, "county", DESK)
    page.goto("/services/contracts/new/")
    put(page, "title", "职工心理健康服务")
    # The team by the initials of its short name: four keys, and it is the first one offered.
    reach(page, "id_organization")
    page.keyboard.type("xlxx")
    expect(page.get_by_role("option").first).to_contain_text("心理学习小组")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    choose_first(page, "department")
    put_day(page, "starts_on", "2026-01-01")
    put_day(page, "ends_on", "2026-12-31")
    put(page, "amount", "3e3")  # as no clerk writes it
    for n, title in enumerate(LINES):
        if n:
            press_button(page, "增加一行")
        put(page, f"lines-{n}-title", title)
        choose_first(page, f"lines-{n}-category")
        put(page, f"lines-{n}-quantity", "2")
        put(page, f"lines-{n}-unit_price", "333.33")
    expect(page.locator("[data-rowset] [data-sum]").first).to_have_text("合计 ¥3,333.30")
    press_button(page, "保存")
    # Refused: said on top, with the focus there, and nothing typed is lost.
    summary = page.locator("[data-errors]")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("请填写数字")
    expect(page.locator("[name=lines-4-title]")).to_have_value("读书沙龙")
    summary.get_by_role("link").press("Enter")
    expect(page.locator("[name=amount]")).to_be_focused()
    put(page, "amount", "3,333.30")
    press_button(page, "保存")
    page.wait_for_url(re.compile(r"/services/contracts/\d+/(#\w+)?$"))
    expect(page.locator("#lines")).to_contain_text("5 项")
    expect(page.locator("main")).to_contain_text("¥3,333.30")
    assert [text for text in page.complaints if "status of 422" not in text] == []


def test_what_is_missing_is_named_and_leads_there(browser, address):
    page = page_of(browser, address, "county", DESK)
    page.goto("/services/sessions/new/")
    page.get_by_role("button", name="保存").click()
    summary = page.locator("[data-errors]")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("请填写主题")
    summary.get_by_role("link", name=re.compile("主题")).click()
    expect(page.locator("[name=title]")).to_be_focused()


def test_leaving_what_is_unsaved_is_asked_about(browser, address):
    page = page_of(browser, address, "county", DESK)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto("/orgs/new/")
    page.goto("/orgs/")
    assert asked == [], "nothing was typed"
    page.goto("/orgs/new/")
    page.locator("[name=name]").press_sequentially("新队伍")
    page.get_by_role("link", name="返回").click()
    page.wait_for_url("**/orgs/")
    assert asked == ["beforeunload"]


def test_what_is_typed_is_taken_as_a_choice_of_the_list(browser, address):
    page = page_of(browser, address, "county", DESK)
    page.goto("/services/sessions/new/")
    page.mouse.move(200, 300)
    page.mouse.move(210, 310)
    box = page.locator("input#id_organization")
    box.fill("雄鹰")
    page.get_by_role("option", name=re.compile("雄鹰")).first.click()
    chosen = "document.querySelector('select[name=organization]').value"
    assert page.evaluate(chosen) != ""
    box.fill("")
    box.blur()
    expect(page.locator("select[name=organization]")).to_have_value("")


def test_the_box_comes_when_one_turns_to_the_form_and_takes_no_list_away(browser, address):
    page = page_of(browser, address, "county", DESK)
    fetched = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto("/services/sessions/new/", wait_until="networkidle")
    assert not [url for url in fetched if "autocomplete" in url], "a form that is only looked at stays light"
    plain = page.locator("select[name=organization]")
    with page.expect_response(lambda answer: "autocomplete" in answer.url):
        plain.focus()
    expect(page.locator("input#id_venue")).to_be_visible()  # the others became boxes
    expect(plain).to_be_visible()
    plain.select_option(index=2)
    plain.blur()
    box = page.locator("input#id_organization")
    expect(box).to_have_value(page.locator("select[name=organization] option:checked").text_content().strip())
