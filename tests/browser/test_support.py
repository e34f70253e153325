"""A support programme, the whole way: eight applications, three reviewers, a decision, two tranches, a return, the archive.

By people of different roles, each with a browser of their own; whatever another must not do, or not yet, is tried and refused with its reason.
"""

import re
import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.desk import DESK, PHONE, choose, here, manage_shell, page_of, refused, unfold

pytestmark = pytest.mark.browser
CALL = "职工服务能力提升计划"
# Seven more organizations get a leader who can log in.
LEADERS = """
from django.contrib.auth.hashers import make_password
from orgs.models import SocialOrganization
from xiangshan.core.accounts.models import Post, User
from tests.prepared import PASSWORD
names = ("雄鹰应急救援队", "美容美发协会", "绿丝带志愿者协会", "县职工艺术团", "律师协会", "中医药服务队", "职工书画社")
for n, name in enumerate(names, 2):
    team = SocialOrganization.objects.get(short_name=name)
    user = User.objects.create(username=f"leader{n}", name=f"负责人{n}", password=make_password(PASSWORD))
    Post.objects.create(user=user, role="org_leader", scope_id=team.pk, starts_on="2018-01-01")
"""
# Six of the eight apply by the same actions as the page.
APPLY = """
from datetime import timedelta
from decimal import Decimal
from django.utils import timezone
from orgs.models import SocialOrganization
from projects.actions import applications
from projects.models import Programme
from xiangshan.core.accounts.models import Role, User
call, today = Programme.objects.get(title="职工服务能力提升计划"), timezone.localdate()
for n in range(3, 9):
    leader = User.objects.get(username=f"leader{n}")
    team = SocialOrganization.objects.get(pk=min(leader.scope(Role.ORG_LEADER)))
    draft = applications.begin(call, team, by=leader)
    applications.save(
        draft, by=leader, title=f"{team}进车间", goal="每月一次", plan="按月安排", starts_on=today,
        ends_on=today + timedelta(days=300), planned_sessions=12, planned_workers=400,
        lines=[{"title": "活动费", "amount": Decimal(12000), "requested": Decimal(10000)}],
        supports=[{"kind": "money", "asked": "活动费"}],
        milestones=[{"title": "办完一半", "due_on": today + timedelta(days=150)}],
    )
    applications.submit(draft, by=leader)
"""
# The days go by until applications are over.
DAYS_PASS = """
from datetime import timedelta
from django.utils import timezone
from projects.models import Programme
Programme.objects.filter(title="职工服务能力提升计划").update(closes_at=timezone.now() - timedelta(seconds=1))
"""
# The other sheets of a reviewer, by the same action as the page: who applied first is the best.
SCORE = """
from decimal import Decimal
from projects.actions import reviews
from projects.models import Review
mine = Review.objects.filter(project__programme__title="职工服务能力提升计划", reviewer__username="{reviewer}", status="assigned")
order = list(mine.first().project.programme.projects.order_by("pk").values_list("pk", flat=True))
for sheet in mine:
    points = {{one.pk: Decimal(95 - 5 * order.index(sheet.project_id)) for one in sheet.project.programme.criteria.all()}}
    reviews.save_sheet(sheet, points, by=sheet.reviewer, comment="可行", finish=True)
"""
# The milestone's day passes, and the morning after the clock strikes.
MISSED = """
from datetime import timedelta
from django.utils import timezone
from projects.models import Milestone
from projects.tasks import remind_leaders, remind_staff
Milestone.objects.filter(project__title="职工心理关爱进企业").update(due_on=timezone.localdate() - timedelta(days=1))
remind_leaders()
remind_staff()
"""


def apply(page: Page, title: str, amount: str) -> str:
    """An application filled in and sent, from the call on the to-do page or the list."""
    page.goto("/projects/programmes/")
    page.get_by_role("link", name=CALL).click()
    page.get_by_role("link", name="申报", exact=True).click()
    page.get_by_role("button", name="开始填写").click()
    form = here(page, r"/projects/\d+/application/")
    page.get_by_label("项目名称").fill(title)
    page.get_by_role("button", name="保存并提交").click()
    expect(page.locator("body")).to_contain_text("实施计划没有填写")
    page.goto(form)
    today = timezone.localdate()
    page.get_by_label("项目目标").fill("每月一场讲座，培养二十名关爱员")
    page.get_by_label("实施计划").fill("按季度安排，先调研后上课")
    page.get_by_label("开始日期").fill(f"{today}")
    page.get_by_label("结束日期").fill(f"{today + timedelta(days=300)}")
    page.get_by_label("计划活动场次").fill("12")
    page.locator("[name=supports-0-kind]").select_option(label="资金")
    page.locator("[name=supports-0-asked]").fill("课酬和教具")
    page.locator("[name=lines-0-title]").fill("课酬")
    page.locator("[name=lines-0-amount]").fill("15000")
    page.locator("[name=lines-0-requested]").fill(amount)
    page.locator("[name=milestones-0-title]").fill("首批关爱员结业")
    page.locator("[name=milestones-0-due_on]").fill(f"{today + timedelta(days=90)}")
    expect(page.locator("#typed")).to_contain_text("已自动保存", timeout=10_000)
    page.reload()  # the battery dies
    expect(page.locator("body")).to_contain_text("自动保存、还没有存成草稿")
    expect(page.locator("[name=lines-0-requested]")).to_have_value(amount)
    page.get_by_role("button", name="保存并提交").click()
    expect(page.locator(".title .badge")).to_have_text("已提交")
    return here(page, r"/projects/\d+/")


def sheet_of(page: Page, project: str) -> None:
    page.goto("/projects/reviews/")
    page.locator("tr", has_text=project).get_by_role("link", name="评分").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("评审")


def pay(finance: Page, asker: Page, tranche: str, voucher: str) -> None:
    """A tranche on its way: asked for by the leader, approved and paid by finance."""
    asker.goto(tranche)
    asker.get_by_role("link", name="申请拨付").click()
    asker.get_by_role("button", name="申请", exact=True).click()
    expect(asker.locator(".turn")).to_contain_text("等县总工会财务审批")
    assert "拨付由财务审批" in refused(asker, f"{tranche}approve/")
    assert "待审批，不能付款" in refused(finance, f"{tranche}pay/", voucher_number=voucher, paid_on="2020-01-01")
    finance.goto("/?kind=disbursement_approve")
    finance.locator(f"a[href='{tranche}']").click()
    finance.get_by_role("button", name="审批通过").click()
    finance.get_by_role("link", name="登记拨付").click()
    finance.get_by_label("凭证号").fill(voucher)
    finance.locator("button[type=submit]", has_text="保存").click()
    expect(finance.locator(".title .badge")).to_have_text("已拨付")


def test_from_the_call_to_the_archive(browser, address, portal):
    manage_shell(portal, LEADERS)
    county, town, finance, supervisor, leadership = (
        page_of(browser, address, name, DESK) for name in ("county", "town", "finance", "supervisor", "leadership")
    )
    leader = page_of(browser, address, "leader", PHONE)
    second = page_of(browser, address, "leader2", DESK)
    now = timezone.localtime()

    # The call.
    assert "县总工会" in refused(town, "/projects/programmes/new/", title="镇里的计划")
    county.goto("/projects/programmes/new/")
    county.get_by_label("计划名称").fill(CALL)
    county.get_by_label("主题").fill("服务进车间")
    county.get_by_label("总预算（元）").fill("60000")
    county.get_by_label("开始申报").fill(f"{now - timedelta(hours=1):%Y-%m-%dT%H:%M}")
    county.get_by_label("申报截止").fill(f"{now + timedelta(days=10):%Y-%m-%dT%H:%M}")
    county.get_by_label("申报通知").fill("请写清做什么、为谁做、花多少钱")
    county.get_by_role("button", name="保存").click()
    call = here(county, r"/projects/programmes/\d+/")
    assert leader.goto(call).status == 404, "a draft is nobody's but the union's"
    county.get_by_role("button", name="发布").click()
    expect(county.locator(".title .badge")).to_have_text("已发布")

    # Eight apply; one on a phone whose page is loaded anew in between.
    mine = apply(leader, "职工心理关爱进企业", "12000.50")
    apply(second, "水上救援进渔村", "10000")
    manage_shell(portal, APPLY)
    assert "申报已提交，不能修改" in refused(leader, f"{mine}application/", title="再改")
    assert second.goto(mine).status == 404, "nobody reads another's application"
    assert "之前不能开始评审" in refused(county, f"{call}review/")
    manage_shell(portal, DAYS_PASS)
    late = page_of(browser, address, "leader3", PHONE)
    assert "截止" in refused(late, f"{call}apply/")

    # Three reviewers, blind to each other; one stands back and is replaced, one is late.
    county.goto(call)
    county.get_by_role("button", name="开始评审").click()
    county.get_by_role("link", name="平均分配评审人").click()
    for name in ("陆小满", "钱守正", "何静宜"):
        county.locator("#div_id_reviewers .form-check", has_text=name).locator("input").check()
    county.get_by_role("button", name="分配").click()
    expect(county.locator("body")).to_contain_text("还有 24 份评审没有提交")
    sheet_of(supervisor, "水上救援进渔村")
    supervisor.get_by_role("link", name="回避").click()
    supervisor.get_by_label("原因").fill("曾任该队顾问")
    supervisor.locator("button[type=submit]", has_text="回避").click()
    expect(supervisor.get_by_role("status")).to_contain_text("回避")
    sheet_of(town, "职工心理关爱进企业")
    sheet = here(town, r"/projects/reviews/\d+/")
    town.get_by_role("button", name="提交评审").click()
    expect(town.locator("body")).to_contain_text("项没有评分")
    for field in town.locator("input[name^=p]").all():
        field.fill("96")
    town.get_by_label("评语").fill("目标清楚，团队可靠")
    town.get_by_role("button", name="提交评审").click()
    expect(town.get_by_role("status")).to_contain_text("已提交")
    assert leadership.goto(sheet).status == 404, "nobody reads another's sheet"
    for reviewer in ("town", "supervisor"):
        manage_shell(portal, SCORE.format(reviewer=reviewer))
    county.goto(call)
    expect(county.locator("body")).not_to_contain_text("平均分从高到低")
    assert "还有 8 份评审没有提交" in refused(county, f"{call}decide/")
    row = county.locator("tr", has_text="水上救援进渔村").filter(has=county.get_by_role("link", name="安排评审人"))
    row.get_by_role("link", name="安排评审人").click()
    county.get_by_label("评审人").select_option(label="顾明远")
    county.locator("button[type=submit]", has_text="安排").click()
    choose(county, "催办评审")
    expect(county.get_by_role("status")).to_contain_text("已催办 2 位评审人")
    finance.goto("/notices/")
    expect(finance.locator("main")).to_contain_text(f"还有评审没有提交：{CALL}")
    for reviewer in ("finance", "leadership"):
        manage_shell(portal, SCORE.format(reviewer=reviewer))

    # The meeting: the line where the money ends; all at once would be too much.
    county.goto(call)
    expect(county.locator("tr.below-line")).to_have_count(3)
    assert "县总工会" in refused(leadership, f"{call}decide/")
    county.get_by_role("link", name="开会决定").click()
    expect(county.locator("section.below-line")).to_have_count(3)
    for box in county.locator("section.below-line input[name$=approve]").all():
        box.check()
    county.get_by_role("button", name="公布结果").click()
    expect(county.get_by_role("alert").first).to_contain_text("超过总预算 ¥60,000")
    for panel in county.locator("section.below-line").all():
        panel.locator("input[name$=approve]").uncheck()
    county.get_by_role("button", name="公布结果").click()
    expect(county.get_by_role("alert").first).to_contain_text("不予立项请写明理由")
    for panel in county.locator("section.below-line").all():
        panel.locator("input[name$=reason]").fill("预算有限，排名在资金线以下")
    county.get_by_role("button", name="公布结果").click()
    expect(county.locator(".title .badge")).to_have_text("已公布")
    expect(county.locator("main")).to_contain_text("¥52,000.50")
    letters = county.request.get(f"{call}letters.zip")
    names = zipfile.ZipFile(BytesIO(letters.body())).namelist()
    assert len(names) == 16
    assert {name.rsplit(".")[-1] for name in names} == {"docx", "pdf"}
    assert leader.request.get(f"{mine}application/").status == 403
    assert leader.request.get(f"{mine}letter.pdf").body()[:4] == b"%PDF"

    # Planned: two tranches to the fen, the second tied to the milestone; then it starts.
    assert "还有 ¥12,000.50 没有安排拨付" in refused(county, f"{mine}start/")
    county.goto(f"{mine}tranches/")
    county.locator("[name=tranches-0-title]").fill("首期")
    county.locator("[name=tranches-0-amount]").fill("7000")
    county.locator("[name=tranches-1-title]").fill("二期")
    county.locator("[name=tranches-1-milestone]").select_option(label="首批关爱员结业")
    county.locator("[name=tranches-1-amount]").fill("5000.51")
    county.locator("button[type=submit]", has_text="保存").click()
    expect(county.locator("main")).to_contain_text("超过扶持金额 ¥12,000.50")
    county.locator("[name=tranches-1-amount]").fill("5000.50")
    county.locator("button[type=submit]", has_text="保存").click()
    here(county, r"/projects/\d+/$")
    assert "还没有安排报告" in refused(county, f"{mine}start/")
    county.goto(f"{mine}reports/")
    county.locator(".sticky-actions button[type=submit]").click()
    here(county, r"/projects/\d+/$")
    county.get_by_role("button", name="启动").click()
    expect(county.locator(".title .badge")).to_have_text("实施中")
    tranches = [
        one.get_attribute("href") for one in county.locator("a[href^='/projects/disbursements/']", has_text="期").all()
    ]
    assert "确认达成后才能申请这一期" in refused(leader, f"{tranches[1]}request/")
    pay(finance, leader, tranches[0], "记-0001")

    # The milestone is missed and chased, then reached and confirmed by another.
    manage_shell(portal, MISSED)
    leader.goto("/notices/")
    expect(leader.locator("main")).to_contain_text("“首批关爱员结业”已过期 1 天")
    county.goto("/notices/")
    expect(county.locator("main")).to_contain_text("个里程碑逾期")
    county.goto("/?kind=milestone_missed")
    expect(county.locator("main")).to_contain_text("首批关爱员结业")
    leader.goto(mine)
    unfold(leader, "milestones")
    leader.get_by_role("link", name="上报达成").first.click()
    milestone = here(leader, r"/projects/milestones/\d+/")
    leader.get_by_label("达成情况").fill("二十一人结业，名单在附件")
    leader.get_by_role("button", name="上报").click()
    assert "由县总工会工作人员确认" in refused(leader, f"{milestone}confirm/")
    assert "待确认，确认达成后才能申请" in refused(leader, f"{tranches[1]}request/")
    county.goto(mine)
    unfold(county, "milestones")
    county.get_by_role("button", name="确认").click()
    expect(county.locator("#milestones")).to_contain_text("已确认")
    pay(finance, leader, tranches[1], "记-0002")

    # The final report, the acceptance, what was not used comes back, the archive.
    assert "还有报告没有办完：总结报告" in refused(county, f"{mine}complete/")
    leader.goto(mine)
    unfold(leader, "reports")
    leader.get_by_role("link", name="总结报告").click()
    report = here(leader, r"/projects/reports/\d+/")
    assert "总结报告不能免交" in refused(county, f"{report}skip/", reason="不需要")
    leader.get_by_role("link", name="填写报告").click()
    leader.get_by_label("做了什么").fill("办了十二场，二十一人结业")
    leader.get_by_label("累计使用资助").fill("10000")
    leader.get_by_role("button", name="提交").click()
    assert "由县总工会工作人员审阅" in refused(leader, f"{report}accept/")
    county.goto(report)
    county.get_by_role("link", name="通过").click()
    county.locator("button[type=submit]", has_text="通过").click()
    county.goto(f"{mine}complete/")
    county.get_by_label("目标达成情况").fill("全部达成")
    county.get_by_label("结论").select_option(label="通过")
    county.get_by_label("验收意见").fill("同意")
    county.get_by_label(re.compile("实际使用资助")).fill("12000.51")
    county.locator(".sticky-actions button[type=submit]").click()
    expect(county.locator("main")).to_contain_text("超过已拨付 ¥12,000.50")
    county.get_by_label(re.compile("实际使用资助")).fill("10000")
    county.locator(".sticky-actions button[type=submit]").click()
    expect(county.locator("main")).to_contain_text("还应退 ¥2,000.50")
    assert "还有 ¥2,000.50 没有退还" in refused(county, f"{mine}close/")
    assert "退款由财务登记" in refused(leader, f"{mine}return/")
    finance.goto(f"{mine}return/")
    finance.get_by_label("退还金额").fill("2000.51")
    finance.get_by_label("到账日期").fill(f"{timezone.localdate()}")
    finance.get_by_label("凭证号").fill("退-0001")
    finance.locator(".sticky-actions button[type=submit]").click()
    expect(finance.locator("main")).to_contain_text("不超过 ¥2,000.50")
    finance.get_by_label("退还金额").fill("2000.50")
    finance.locator(".sticky-actions button[type=submit]").click()
    here(finance, r"/projects/\d+/$")
    county.goto(mine)
    county.get_by_role("button", name="归档").click()
    expect(county.locator(".title .badge")).to_have_text("已归档")
    assert county.request.get(f"{mine}summary.pdf").body()[:4] == b"%PDF"
    expected = re.compile("403|404|422")  # what was refused on purpose
    for page in (county, town, finance, supervisor, leadership, leader, second, late):
        assert [text for text in page.complaints if not expected.search(text)] == []
