"""The main job in a real browser: reported on a phone, verified at a desk, on leadership's dashboard within seconds."""

import re
import time

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk import DESK, PHONE, page_of, photo, plan_today, violations

pytestmark = pytest.mark.browser


def held_in_2020(page: Page) -> str:
    page.goto("/dashboard/?year=2020")
    return re.sub(r"\D", "", page.locator("[data-figure=sessions_held]").inner_text())


def test_a_session_logged_on_a_phone_becomes_a_figure(browser, address, tmp_path):
    leadership = page_of(browser, address, "leadership", DESK)
    assert held_in_2020(leadership) == "720"

    phone = page_of(browser, address, "leader", PHONE)
    phone.get_by_role("link", name=re.compile("年终减压沙龙")).tap()
    taps = 1  # what waits leads to its form
    expect(phone.get_by_label("服务人次")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollHeight") <= 844 * 1.5
    phone.get_by_label("服务人次").fill("36")
    phone.get_by_label("参与志愿者").fill("4")
    phone.get_by_label("照片").set_input_files(photo(tmp_path, 5))  # photos are not counted
    phone.get_by_role("button", name="提交上报").tap()
    taps += 3
    assert taps <= 6
    expect(phone.locator(".badge.s-submitted").first).to_have_text("待核实")

    desk = page_of(browser, address, "county", DESK)
    desk.goto("/services/sessions/queue/")
    while not desk.get_by_role("heading", name=re.compile("年终减压沙龙")).count():
        with desk.expect_navigation():
            desk.keyboard.press("n")
    desk.keyboard.press("v")
    expect(desk.get_by_role("status")).to_contain_text("已核实“年终减压沙龙”")

    verified_at = time.monotonic()
    while held_in_2020(leadership) != "721":
        assert time.monotonic() - verified_at < 5, "the dashboard did not say 721 within 5 s"
        leadership.wait_for_timeout(200)
    leadership.locator("[data-figure=sessions_held] a").click()
    expect(leadership.locator("#totals")).to_contain_text("合计 721 场")
    expect(leadership.locator(".pager")).to_contain_text("共 721 条")
    for page in (phone, desk, leadership):
        assert page.complaints == []


def test_phone_pages_weigh_at_most_100_kb_and_work_without_script(browser, address, portal):
    """Sign-in, survey, report: printed, within the budget, accessible, and usable before any script has run."""
    detail = f"/services/sessions/{plan_today(portal, '码头减压角')}/"
    leader = page_of(browser, address, "leader", PHONE)
    leader.goto(detail)
    state = leader.context.storage_state()
    leader.goto(f"{detail}code/")
    sign_in = leader.locator("[data-address]").get_attribute("data-address")
    survey = re.search(r"/s/\w+/", sign_in)[0]
    for name, path, needs_login in (
        ("sign-in", sign_in, False),
        ("survey", survey, False),
        ("report", f"{detail}report/", True),
    ):
        with_script = browser.new_context(
            base_url=address, storage_state=state if needs_login else None, locale="zh-CN", **PHONE
        )
        page, wire = with_script.new_page(), []
        page.on("requestfinished", lambda request, wire=wire: wire.append(request.sizes()["responseBodySize"]))
        page.goto(path, wait_until="networkidle")
        print(f"{name}: {sum(wire):,} bytes in {len(wire)} requests")
        assert sum(wire) <= 100_000, f"{name}: {sum(wire)} bytes"
        found = [item["id"] for item in violations(page)]
        assert found == [], f"{name}: {found}"
        with_script.close()

    worker = browser.new_context(base_url=address, java_script_enabled=False, **PHONE).new_page()
    worker.goto(sign_in)
    worker.get_by_role("button", name="签到").tap()
    expect(worker.get_by_role("status")).to_contain_text("签到成功")
    worker.get_by_text("非常满意").tap()
    worker.get_by_role("button", name="提交").tap()
    expect(worker.get_by_text("谢谢您的评价")).to_be_visible()
    worker.goto(survey)
    expect(worker.get_by_text("谢谢您的评价")).to_be_visible()
    expect(leader.locator(".screen-count")).to_contain_text("1 人已签到", timeout=10_000)
    reporter = browser.new_context(base_url=address, storage_state=state, java_script_enabled=False, **PHONE).new_page()
    reporter.goto(f"{detail}report/")
    expect(reporter.get_by_label("服务人次")).to_have_value("1")  # what the sign-ins say
    reporter.get_by_role("button", name="暂存").tap()
    expect(reporter.get_by_role("status")).to_contain_text("已保存")


def test_the_fields_pages_are_accessible_and_light(browser, address):
    leader = page_of(browser, address, "leader", PHONE)
    fresh = browser.new_context(base_url=address, storage_state=leader.context.storage_state(), locale="zh-CN", **PHONE)
    page, wire, complaints = fresh.new_page(), [], []
    page.on("requestfinished", lambda request: wire.append(request.sizes()["responseBodySize"]))
    page.on("console", lambda message: message.type in ("error", "warning") and complaints.append(message.text))
    page.goto("/field/", wait_until="networkidle")
    print(f"field: {sum(wire):,} bytes in {len(wire)} requests")
    assert sum(wire) <= 100_000
    page.get_by_role("link", name=re.compile("睡眠与自我照顾")).tap()
    expect(page.get_by_label("服务人次")).to_be_visible()
    assert [item["id"] for item in violations(page)] == []
    page.goto(
        "/field/#strength/"
        + page.evaluate("fetch('/field/data/').then(r => r.json()).then(d => String(d.teams[0].pk))")
    )
    page.reload()
    expect(page.get_by_label("正式队员")).to_be_visible()
    assert [item["id"] for item in violations(page)] == []
    assert complaints == []
