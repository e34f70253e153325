"""A guard calls about his wages: answered, met, agreed on in three instalments, the second late and chased, fulfilled, closed, rewarded."""

import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.desk import DESK, PHONE, here, log_in, manage_shell, page_of, pick, refused, settled, unfold
from tests.live import wait_for

pytestmark = pytest.mark.browser
CHASE = "from mediation.tasks import chase_instalments, warn_of_silence; chase_instalments()"
NAME, PHONE_NUMBER = "郜长青", "057400012345"


FIGURES = ("cases_received", "cases_closed", "people_received", "amount_involved", "amount_recovered")


def figures(portal, years):
    """Of the studio, in these years together: what was received at a year's end is closed in the next."""
    read = [
        json.loads(portal.manage("figures", "--year", str(year), "--scope", "studio:1", "--json").printed)["figures"]
        for year in sorted(years)
    ]
    return {code: sum(one[code]["value"] or 0 for one in read) for code in FIGURES}


def test_from_the_call_to_the_reward(browser, address, portal):
    today = timezone.localdate()
    day = today - timedelta(days=30)
    settled(portal)
    years = {day.year, today.year}
    before = figures(portal, years)
    phone = page_of(browser, address, "mediator", PHONE)
    supervisor, finance, leadership = (
        page_of(browser, address, name, DESK) for name in ("supervisor", "finance", "leadership")
    )

    # 09:00 the call: one screen on a phone.
    phone.goto("/mediation/cases/new/")
    assert phone.evaluate("document.documentElement.scrollHeight") <= 844, "the first save is on the first screen"
    phone.get_by_label("谁来的").fill(NAME)
    phone.get_by_label("电话").fill(PHONE_NUMBER)
    phone.get_by_label("什么事").select_option(label="拖欠工资")
    phone.get_by_label("记一笔").fill("一年工资没有结清，说今天就要堵厂门")
    phone.get_by_text("不是刚接的电话").tap()
    phone.get_by_label("接案时间").fill(f"{day}T09:00")
    phone.get_by_role("button", name="接案").tap()
    case = here(phone, r"/mediation/cases/\d+/")
    number = phone.get_by_role("heading", level=1).inner_text()
    expect(phone.locator("#parties")).to_contain_text("郜**")
    expect(phone.locator("#parties")).not_to_contain_text(NAME)
    expect(phone.locator("#clock")).to_contain_text("已等")
    assert "先记录首次响应" in refused(phone, f"{case}accept/", accepted_on=f"{day}")

    # 09:06 answered, 09:40 there.
    for step, moment, button in (("respond", "09:06", "记录响应"), ("arrive", "09:40", "记录到达")):
        phone.goto(f"{case}{step}/")
        phone.get_by_label("时间").fill(f"{day}T{moment}")
        phone.get_by_role("button", name=button).tap()
        here(phone, rf"{case}(#\w+)?$")
    expect(phone.locator("#clock")).to_contain_text("用时 6 分钟")
    phone.goto(f"{case}accept/")
    phone.get_by_label("受理日期").fill(f"{day}")
    phone.get_by_role("button", name="受理").tap()
    here(phone, rf"{case}(#\w+)?$")
    expect(phone.locator("#deadlines")).to_contain_text("劳动争议调解仲裁法第十四条")
    phone.goto(f"{case}edit/")
    pick(phone, "employer", "象山丹东建筑有限公司")
    phone.get_by_label("涉及金额").fill("43200")
    phone.get_by_label("争议期间自").fill(f"{day - timedelta(days=360)}")
    phone.get_by_label("争议期间至").fill(f"{day - timedelta(days=5)}")
    phone.get_by_role("button", name="保存").tap()
    here(phone, rf"{case}(#\w+)?$")

    # Two meetings, then the agreement.
    for n, text in ((1, "双方核对考勤，老板认 12 个月"), (2, "商定分三期付清")):
        phone.goto(f"{case}event/")
        phone.get_by_label("种类").select_option(label="调解会")
        phone.get_by_label("时间").fill(f"{day + timedelta(days=n)}T14:00")
        phone.get_by_label("做了什么").fill(text)
        phone.get_by_role("button", name="保存").tap()
        here(phone, rf"{case}(#\w+)?$")
    phone.goto(f"{case}agree/")
    phone.get_by_label("协议内容").fill(f"用人单位分三期付给{NAME}工资 43,200 元")
    phone.get_by_label("签订日期").fill(f"{day + timedelta(days=2)}")
    phone.get_by_label("生效日期").fill(f"{day + timedelta(days=2)}")
    due = [day + timedelta(days=5), today - timedelta(days=3), today]
    for n, one in enumerate(due):
        phone.locator(f"[name=instalments-{n}-due_on]").fill(f"{one}")
        phone.locator(f"[name=instalments-{n}-amount]").fill("14400")
    phone.get_by_role("button", name="登记协议").tap()
    here(phone, rf"{case}(#\w+)?$")
    expect(phone.locator("#agreement")).to_contain_text("¥14,400")
    expect(phone.locator("main")).to_contain_text("¥43,200")
    for name in ("agreement.docx", "agreement.pdf", "confirmation.pdf", "payment-order.docx"):
        assert phone.request.get(f"{case}{name}").status == 200, name
        assert leadership.request.get(f"{case}{name}").status == 403, name
    assert supervisor.request.get(f"{case}summary.pdf").body()[:4] == b"%PDF"

    def pay(row, paid_on):
        phone.goto(case)
        unfold(phone, "agreement")
        phone.locator("#agreement tbody tr").nth(row).get_by_role("link", name="登记付款").tap()
        phone.get_by_label("付款日期").fill(f"{paid_on}")
        phone.get_by_role("button", name="保存").tap()
        here(phone, rf"{case}(#\w+)?$")

    pay(0, due[0])
    # The second is late: chased by the clock, shown to whoever looks after it.
    manage_shell(portal, CHASE)
    phone.goto("/notices/")
    expect(phone.locator("main")).to_contain_text(f"{number} 的协议付款已逾期 3 天")
    phone.goto("/?kind=instalment")
    expect(phone.locator("section", has_text="协议付款逾期").first).to_contain_text(number)
    phone.goto(case)
    expect(phone.locator("#agreement")).to_contain_text("逾期 3 天")
    expect(phone.locator("#deadlines")).to_contain_text("申请支付令")
    assert (
        "没有履行" in phone.request.post(f"{case}close/", form={}, headers={"X-CSRFToken": token_of(phone)}).text()
    ), "not closed before it is fulfilled"
    pay(1, today)
    pay(2, today)
    expect(phone.locator(".title .badge").first).to_have_text("已履行")

    # Looked at by somebody else, graded, closed.
    leadership.goto(case)
    expect(leadership.locator("#parties")).to_contain_text("只有承办工作室")
    expect(leadership.locator("main")).not_to_contain_text("堵厂门")
    phone.goto(f"{case}grade/")
    phone.get_by_label("等级").select_option(label="疑难")
    phone.get_by_label("理由").fill("两次调解，核对考勤")
    phone.get_by_role("button", name="提出").tap()
    here(phone, rf"{case}(#\w+)?$")
    assert "由权益保障部门确认" in refused(phone, f"{case}grade/confirm/")
    supervisor.goto(case)
    supervisor.get_by_role("button", name="确认等级").click()
    expect(supervisor.locator("#grade")).to_contain_text("疑难")
    phone.goto(f"{case}close/")
    phone.get_by_label("职工方满意度").select_option("5")
    phone.get_by_label("单位方满意度").select_option("4")
    phone.get_by_label("经验与启示").fill("先核对考勤再谈钱")
    phone.get_by_role("button", name="结案").tap()
    expect(phone.locator(".title .badge").first).to_have_text("已结案")
    expect(phone.locator("#parties")).to_contain_text("办案人员以外的人看过")

    # The figures and the statement follow.
    wanted = {
        "cases_received": 1,
        "cases_closed": 1,
        "people_received": 1,
        "amount_involved": 43_200,
        "amount_recovered": 43_200,
    }
    wait_for(lambda: figures(portal, years) == {code: before[code] + n for code, n in wanted.items()}, 60, every=1)
    supervisor.goto("/mediation/statements/new/")
    supervisor.get_by_label("年度").fill(f"{today.year}")
    supervisor.get_by_label("季度").select_option(f"{(today.month + 2) // 3}")
    supervisor.get_by_label("工作室").select_option(label="老周工作室")
    supervisor.get_by_role("button", name="生成").click()
    expect(supervisor.get_by_role("status")).to_contain_text("已生成")
    supervisor.get_by_role("link", name=re.compile("象工奖补")).first.click()
    row = supervisor.locator("tr", has_text=number)
    expect(row).to_contain_text("疑难案件 ¥500")
    expect(row).to_contain_text("追回 43,200.00 元的 5‰ ¥216")
    expect(row.locator("td.n")).to_have_text("¥716")
    statement = here(supervisor, r"/mediation/statements/\d+/")
    assert "季度还没有结束" in refused(supervisor, f"{statement}submit/")
    assert "不能审批" in refused(finance, f"{statement}approve/")
    expected = re.compile("403|404|422")
    for page in (phone, supervisor, finance, leadership):
        assert [text for text in page.complaints if not expected.search(text)] == []


def token_of(page):
    return next(one["value"] for one in page.context.cookies() if one["name"] == "csrftoken")


def test_an_intake_without_a_network_arrives_once(browser, address):
    phone = page_of(browser, address, "mediator", PHONE)
    phone.goto("/field/")
    expect(phone.get_by_role("link", name="接案")).to_be_visible()
    phone.evaluate("navigator.serviceWorker.ready.then(() => true)")
    phone.reload()
    expect(phone.get_by_role("link", name="接案")).to_be_visible()
    phone.context.set_offline(True)
    phone.goto("/field/")
    phone.get_by_role("link", name="接案").tap()
    assert phone.evaluate("document.documentElement.scrollHeight") <= 844
    phone.get_by_label("谁来的").fill("简海波")
    phone.get_by_label("电话").fill("057400054321")
    phone.get_by_label("什么事").select_option("injury")
    expect(phone.locator("[data-saved]")).to_contain_text("已存在本机")
    phone.get_by_role("button", name="提交上报").tap()
    expect(phone.locator("[data-list=drafts]")).to_contain_text("等待发送")
    phone.context.set_offline(False)
    expect(phone.locator("[data-list=sent]")).to_contain_text("接案", timeout=30_000)
    phone.locator("[data-list=sent] a", has_text="接案").first.tap()
    case = here(phone, r"/mediation/cases/\d+/")
    expect(phone.locator("#parties")).to_contain_text("简**")
    # The same key again is answered, not done again; and the phone keeps no name.
    phone.goto("/field/")
    kept = phone.evaluate("""async () => JSON.stringify(await (await idb.openDB("field", 1)).getAll("drafts"))""")
    assert "简海波" not in kept
    [key] = [one["key"] for one in json.loads(kept) if one["kind"] == "case"]
    again = phone.request.post(
        "/field/send/", data={"kind": "case", "key": key, "values": {}}, headers={"X-CSRFToken": token_of(phone)}
    )
    assert (again.status, again.json()["page"]) == (200, case)


def test_a_worker_asks_for_help_on_a_phone(browser, address):
    worker = browser.new_context(base_url=address, locale="zh-CN", **PHONE).new_page()
    worker.goto("/ask/")
    worker.get_by_role("link", name=re.compile("求助")).tap()
    worker.get_by_label("怎么称呼您").fill("花春生")
    worker.get_by_label("电话").fill("0574-00098765")
    worker.get_by_label("单位在哪个镇街").select_option(label="丹东街道")
    worker.get_by_label("说说情况").fill("手受伤了，厂里不管")
    numbers = "零一二三四五六七八九"
    label = worker.get_by_text(re.compile("等于多少")).first.inner_text()
    left, right = re.findall(f"[{numbers}]", label)[:2]
    worker.get_by_label(re.compile("等于多少")).fill(str(numbers.index(left) + numbers.index(right)))
    worker.wait_for_timeout(3200)  # nobody reads the page faster
    worker.get_by_role("button", name="提交求助").tap()
    expect(worker.get_by_role("heading", level=1)).to_have_text("已收到您的求助")
    expect(worker.locator("body")).to_contain_text("老周工作室")
    mediator = browser.new_context(base_url=address, locale="zh-CN", **PHONE).new_page()
    log_in(mediator, "mediator")
    mediator.locator("section", has_text="有人求助").get_by_role("link").first.tap()
    expect(mediator.locator("main")).to_contain_text("丹东街道")
