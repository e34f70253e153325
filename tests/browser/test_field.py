"""In the field, without a network: filled, kept over a closed browser, sent once, refused with its reason, never lost."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.desk import DESK, FLAGS, PHONE, choose, log_in, page_of, photo, plan_today

pytestmark = pytest.mark.browser

KEYS = """async () => {
  const db = await idb.openDB("field", 1);
  return (await db.getAll("drafts")).map(({ key, values, state, title, photos }) => ({ key, values, state, title, photos: photos.length }));
}"""
SEND_AGAIN = """async ({ key, values }) => {
  const { token } = await (await fetch("/field/data/")).json();
  const answers = [];
  for (let n = 0; n < 3; n++) {
    const response = await fetch("/field/send/", { method: "POST", headers: { "X-CSRFToken": token },
                                                   body: JSON.stringify({ kind: "report", key, values }) });
    answers.push([response.status, (await response.json()).page]);
  }
  return answers;
}"""


@pytest.fixture
def phone_of(chromium, address, tmp_path):
    """A phone of its own, whose storage outlives its browser: opened, closed and opened again."""
    opened = []

    def start():
        context = chromium.launch_persistent_context(
            str(tmp_path / "phone"),
            executable_path="/usr/bin/chromium",
            args=FLAGS,
            base_url=address,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            **PHONE,
        )
        context.set_default_timeout(15_000)
        opened.append(context)
        return context

    yield start
    for context in opened:
        context.close()


def open_field(context):
    page = context.pages[0]  # a tab behind another draws once a second, and each tap waits for it
    page.goto("/field/")
    expect(page.locator("#view section").first).to_be_visible()
    return page


def fill(page, title, workers, story):
    page.get_by_role("link", name=re.compile(title)).first.tap()
    page.get_by_label("服务人次").fill(str(workers))
    page.get_by_label("参与志愿者").fill("3")
    page.get_by_label("简况").fill(story)
    expect(page.locator("[data-saved]")).to_contain_text("已存在本机")


def test_a_report_without_network_arrives_once(browser, address, portal, phone_of, tmp_path):
    plan_today(portal, "渔港减压角")
    context = phone_of()
    log_in(context.pages[0], "leader")
    page = open_field(context)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()  # from now on the worker answers
    expect(page.get_by_role("link", name=re.compile("渔港减压角"))).to_be_visible()

    context.set_offline(True)
    page.goto("/field/")
    expect(page.locator("#net")).to_have_text("没有网络")
    fill(page, "渔港减压角", 42, "两百人的食堂，信号很弱")
    page.locator("#photos").set_input_files([photo(tmp_path, 1), photo(tmp_path, 2)])
    expect(page.locator("[data-photos] img")).to_have_count(2)
    page.get_by_role("button", name="提交上报").tap()
    expect(page.locator("[data-list=drafts]")).to_contain_text("等待发送")
    context.close()

    context = phone_of()
    context.set_offline(True)
    page = open_field(context)
    expect(page.locator("[data-list=drafts]")).to_contain_text("等待发送")
    [kept] = page.evaluate(KEYS)
    assert (kept["state"], kept["photos"], kept["values"]["summary"]) == ("waiting", 2, "两百人的食堂，信号很弱")
    context.set_offline(False)
    expect(page.locator("[data-list=sent]")).to_contain_text("渔港减压角")

    answers = page.evaluate(SEND_AGAIN, kept)
    assert {status for status, _ in answers} == {200}
    [where] = {found for _, found in answers}
    desk = page_of(browser, address, "county", DESK)
    desk.goto(where)
    expect(desk.locator(".badge.s-submitted").first).to_have_text("待核实")
    expect(desk.locator("#files img")).to_have_count(2)
    expect(desk.locator("dl.facts").first).to_contain_text("42 人次")
    desk.locator("#history > summary").click()
    assert desk.locator("#history").inner_text().count("沈知秋 上报") == 1
    desk.goto("/services/sessions/?q=渔港减压角&status=submitted")
    expect(desk.locator(".pager")).to_contain_text("共 1 条")


def test_what_is_refused_or_in_conflict_keeps_its_text(browser, address, portal, phone_of):
    desk = page_of(browser, address, "leader", DESK)
    for title in ("要取消的活动", "别人先报的活动"):
        plan_today(portal, title)

    context = phone_of()
    log_in(context.pages[0], "leader")
    page = open_field(context)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    expect(page.get_by_role("link", name=re.compile("要取消的活动"))).to_be_visible()
    context.set_offline(True)
    for title in ("要取消的活动", "别人先报的活动"):
        page.goto("/field/")
        fill(page, title, 30, f"{title}，我写的话")
        page.get_by_role("button", name="提交上报").tap()
        expect(page.locator("[data-list=drafts]")).to_contain_text(title)

    staff = page_of(browser, address, "county", DESK)
    staff.goto("/services/sessions/?q=要取消的活动")
    staff.get_by_role("link", name="要取消的活动").click()
    choose(staff, "取消活动")
    staff.get_by_label("原因").fill("台风")
    staff.get_by_role("button", name=re.compile("取消")).click()
    expect(staff.get_by_role("status")).to_contain_text("场次已取消")
    desk.goto("/services/sessions/?q=别人先报的活动")
    desk.get_by_role("link", name="别人先报的活动").click()
    desk.get_by_role("link", name="上报", exact=True).click()
    desk.get_by_label("服务人次").fill("25")
    desk.get_by_role("button", name="提交上报").click()
    expect(desk.locator(".badge.s-submitted").first).to_be_visible()

    context.set_offline(False)
    drafts = page.locator("[data-list=drafts]")
    expect(drafts).to_contain_text("没有被接收")
    expect(drafts).to_contain_text("有冲突")
    page.get_by_role("link", name=re.compile("要取消的活动")).tap()
    expect(page.locator("[data-reason]")).to_contain_text("该场次已取消（台风）")
    expect(page.get_by_label("简况")).to_have_value("要取消的活动，我写的话")
    page.get_by_role("link", name="返回").tap()
    page.get_by_role("link", name=re.compile("别人先报的活动")).tap()
    expect(page.locator("[data-conflict]")).to_contain_text("待核实")
    expect(page.locator("[data-conflict] tbody")).to_contain_text("25")
    expect(page.get_by_label("简况")).to_have_value("别人先报的活动，我写的话")
    page.get_by_role("link", name="返回").tap()

    # Leaving: kept by choice; whoever comes next sees none of it, not even by its address.
    [first, *_] = page.evaluate(KEYS)
    page.get_by_role("button", name="退出登录").tap()
    expect(page.get_by_text("还有 2 份没有送到")).to_be_visible()
    page.get_by_role("button", name="保留在本机").tap()
    page.wait_for_url("**/accounts/login/**")
    log_in(page, "mediator")
    page.goto("/field/")
    expect(page.get_by_role("link", name="登记一次接待")).to_be_visible()
    assert "我写的话" not in page.content()
    assert "别人先报的活动" not in page.content()
    page.goto(f"/field/#item/{first['key']}")
    page.reload()
    expect(page.get_by_role("link", name="登记一次接待")).to_be_visible()
    assert "我写的话" not in page.content()
    page.get_by_role("button", name="退出登录").tap()
    page.get_by_role("button", name="清空本机并退出").tap()
    page.wait_for_url("**/accounts/login/**")
    log_in(page, "leader")
    page.goto("/field/")
    expect(page.locator("[data-list=drafts]")).to_contain_text("别人先报的活动")
