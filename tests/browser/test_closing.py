"""The year is closed, the whole way: compiled, signed, put right with a reason, restated everywhere; what was signed stays byte for byte."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.desk import DESK, choose, here, manage_shell, page_of, refused
from tests.live import Portal
from tests.prepared import PASSWORD

pytestmark = pytest.mark.browser
DASHBOARD = "/dashboard/?year=2020"
FIND = """
from services.models import ActivitySession
print(ActivitySession.objects.verified().filter(held_on__year=2020, organization__short_name="心理学习小组").order_by("held_on")[0].pk)
"""


@pytest.fixture(scope="module")
def portal(tmp_path_factory, prepared):
    """Of its own: a signed year asks everybody for reasons."""
    portal = Portal(tmp_path_factory.mktemp("portal"), prepared, "demo")
    portal.start_worker()
    portal.start_web()
    yield portal
    portal.stop()


def test_a_year_is_signed_and_restated(browser, address, portal):
    staff, leadership, leader = (page_of(browser, address, role, DESK) for role in ("county", "leadership", "leader"))
    session = int(manage_shell(portal, FIND))

    staff.goto("/dashboard/closings/")
    staff.get_by_role("row", name=re.compile("2020 年")).get_by_role("link", name="检查并编制").click()
    expect(staff.get_by_text("1 项", exact=True)).to_be_visible()  # the session of December that nobody reported
    staff.get_by_role("button", name="编制，送领导签署").click()
    expect(staff.locator("form .invalid-feedback, form .text-danger").first).to_contain_text("请在编制说明中写明原因")
    staff.get_by_label("编制说明").fill("十二月一场活动没有上报，已经催办。")
    staff.get_by_role("button", name="编制，送领导签署").click()
    page = here(staff, r"/dashboard/closings/\d+/")
    assert "年度数据由县总工会领导签署" in refused(staff, f"{page}sign/", password=PASSWORD)

    leadership.goto("/notices/")
    leadership.get_by_role("link", name=re.compile("请签署")).first.click()
    leadership.get_by_role("link", name="签署").click()
    leadership.get_by_label("签署意见").fill("同意。")
    leadership.get_by_label("您的登录密码").fill(PASSWORD)
    leadership.get_by_role("button", name="签署").click()
    expect(leadership.get_by_text("已签署", exact=True).first).to_be_visible()
    signed = leadership.request.get(f"{page}statement.pdf").body()
    assert signed.startswith(b"%PDF-")
    leadership.goto(DASHBOARD)
    expect(leadership.get_by_text("签署（第 1 版）")).to_be_visible()
    expect(leadership.locator("[data-figure=sessions_held]")).to_contain_text("720")
    before = leadership.locator("[data-figure=workers_served]").inner_text()

    # The report goes back with its reason, and comes again with twenty more; the year is signed, so each says why.
    staff.goto(f"/services/sessions/{session}/")
    expect(staff.get_by_text(re.compile("2020 年度数据已由.*签署"))).to_be_visible()
    choose(staff, "退回修改")
    staff.locator("[name=reason]").fill("签到表漏记一页")
    staff.get_by_role("button", name=re.compile("退回")).click()
    leader.goto(f"/services/sessions/{session}/report/")
    more = int(leader.get_by_label("服务人次").input_value()) + 20
    leader.get_by_label("服务人次").fill(str(more))
    leader.get_by_role("button", name="上报").click()
    expect(leader.get_by_role("heading", name="这项修改会改变已签署的年度")).to_be_visible()
    leader.get_by_label("更正理由").fill("补上漏记的一页签到表")
    leader.get_by_role("button", name="写明理由并保存").click()
    expect(leader.get_by_text("待核实").first).to_be_visible()
    staff.goto(f"/services/sessions/{session}/")
    staff.get_by_role("button", name="核实").click()
    staff.get_by_label("更正理由").fill("与签到表核对无误")
    staff.get_by_role("button", name="写明理由并保存").click()
    expect(staff.get_by_text("已核实").first).to_be_visible()

    first = int(re.sub(r"\D", "", before))
    last = first + 20
    for _ in range(40):  # the worker counts it within its next round or two
        leadership.goto(DASHBOARD)
        if f"{last:,}" in leadership.locator("[data-figure=workers_served]").inner_text():
            break
        leadership.wait_for_timeout(1000)
    expect(leadership.locator("[data-figure=workers_served]")).to_contain_text(f"{last:,}")
    restated = leadership.locator("section", has=leadership.get_by_role("heading", name="签署后更正"))
    row = restated.get_by_role("row", name=re.compile(f"象山县.*服务人次.*{first:,}.*{last:,}"))
    expect(row).to_contain_text("签到表漏记一页；与签到表核对无误")
    assert leadership.request.get(f"{page}statement.pdf").body() == signed, "byte for byte"
    assert leadership.request.get(f"{page}statement.pdf?restated=1").body() != signed
    frozen = leadership.request.get(f"{page}frozen.json").json()
    assert any(one["metric"] == "workers_served" and "签到表漏记一页" in one["reasons"] for one in frozen["restated"])
    printed_lines = portal.manage("verify_year", "--year", "2020").printed
    assert "摘要相符" in printed_lines
    assert re.search(rf"已更正：2020 年 象山县 服务人次：{first:,} → {last:,}", printed_lines), printed_lines
