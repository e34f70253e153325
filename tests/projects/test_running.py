"""A granted project from its plan to its archive: each step by the right person, each other one refused with its reason."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from projects.actions import applications, disbursements, in_kind, milestones, plan_changes, projects, reports
from projects.models import SupportProject
from tests import factories
from tests.projects import builders

NO, WRONG = PermissionDenied, ValidationError


@pytest.fixture
def planned(organization):
    return builders.project(organization, "approved", granted=10_000)


@pytest.fixture
def running(organization):
    return builders.project(organization, "running", granted=10_000)


def test_assigned_without_an_application_it_lives_as_any_other(county_staff, leader, organization):
    today = timezone.localdate()
    values = {
        "organization": organization,
        "title": "台风应急装备",
        "year": today.year,
        "starts_on": today,
        "ends_on": today + timedelta(days=100),
        "lines": [{"title": "对讲机", "amount": Decimal(9000), "requested": Decimal(8000)}],
        "supports": [{"kind": "money", "asked": "对讲机"}],
        "milestones": [{"title": "到货", "due_on": today + timedelta(days=20)}],
    }
    with pytest.raises(NO, match="县的总工会工作人员登记"):
        projects.assign(by=leader, **values)
    project = projects.assign(by=county_staff, **values)
    project.refresh_from_db()
    assert (project.status, project.granted_amount, project.programme) == ("approved", Decimal(8000), None)
    assert project.supports.get().is_granted
    project = projects.edit(project, by=county_staff, lines=[{"title": "电池", "amount": 500, "requested": 500}])
    assert SupportProject.objects.get(pk=project.pk).granted_amount == Decimal(8500)
    applied = builders.project(
        factories.OrganizationFactory(), "approved", programme=builders.programme(status="decided")
    )
    with pytest.raises(NO, match="以申报书为准"):
        projects.edit(applied, by=county_staff, title="别的")


def test_started_once_all_money_and_the_reports_are_planned(county_staff, planned):
    with pytest.raises(NO, match="还有 ¥10,000 没有安排拨付"):
        projects.start(planned, by=county_staff)
    with pytest.raises(WRONG, match=r"合计 ¥10,000.01，超过扶持金额 ¥10,000"):
        projects.plan_tranches(planned, [{"title": "首期", "amount": Decimal("10000.01")}], by=county_staff)
    projects.plan_tranches(planned, [{"title": "首期", "amount": Decimal(10_000)}], by=county_staff)
    with pytest.raises(NO, match="还没有安排报告"):
        projects.start(planned, by=county_staff)
    reports = projects.plan_reports(planned, by=county_staff, rhythm="quarterly", milestones=planned.milestones.all())
    assert reports[-1].is_final
    projects.plan_reports(planned, by=county_staff, rhythm="half")
    assert planned.reports.filter(is_final=True).count() == 1
    projects.start(planned, by=county_staff)
    planned.refresh_from_db()
    with pytest.raises(NO, match="实施中的请走计划变更"):
        projects.plan_reports(planned, by=county_staff)
    with pytest.raises(NO, match="已全部安排"):
        projects.add_tranche(planned, by=county_staff, title="二期", amount=Decimal(1))


def test_milestones_are_shown_and_confirmed_by_another(county_staff, colleague, leader, running):
    milestone, today = running.milestones.get(), timezone.localdate()
    shown = {"evidence": "十场都办了，照片见附件", "reached_on": today}
    with pytest.raises(WRONG, match="不能晚于今天"):
        milestones.report(milestone, by=leader, **shown | {"reached_on": today + timedelta(days=1)})
    milestones.report(milestone, by=county_staff, **shown)
    with pytest.raises(NO, match="不能确认自己上报的"):
        milestones.confirm(milestone, by=county_staff)
    with pytest.raises(WRONG, match="写明原因"):
        milestones.reopen(milestone, by=colleague, reason="")
    milestones.reopen(milestone, by=colleague, reason="只有九场")
    with pytest.raises(NO, match="未到期，不能确认"):
        milestones.confirm(milestone, by=colleague)
    milestones.report(milestone, by=leader, **shown)
    milestones.confirm(milestone, by=county_staff)
    with pytest.raises(NO, match="已确认，不能再改"):
        milestones.report(milestone, by=leader, **shown)
    over = builders.project(running.organization, "completed").milestones.get()
    with pytest.raises(NO, match="不能上报里程碑"):
        milestones.report(over, by=leader, **shown)


def test_reports_come_back_go_again_or_need_not_come(county_staff, leader, running):
    builders.tranche(running, 4000, "paid")
    report, final = builders.report(running), builders.report(running, is_final=True)
    with pytest.raises(NO, match="由受扶持组织的负责人提交"):
        reports.submit(report, by=county_staff, content="代写")
    with pytest.raises(WRONG, match="请写做了什么"):
        reports.submit(report, by=leader, content=" ")
    with pytest.raises(WRONG, match=r"不能超过已拨付的 4,000.00 元"):
        reports.submit(report, by=leader, content="三场", spent=Decimal("4000.01"))
    reports.submit(report, by=leader, content="三场", spent=Decimal(4000))
    with pytest.raises(NO, match="待审阅，不能提交"):
        reports.submit(report, by=leader, content="再来")
    with pytest.raises(WRONG, match="写明要修改什么"):
        reports.send_back(report, by=county_staff, reason="")
    reports.send_back(report, by=county_staff, reason="请补人数")
    reports.submit(report, by=leader, content="三场，九十人")
    reports.accept(report, by=county_staff)
    with pytest.raises(NO, match="已通过，不能免交"):
        reports.skip(report, by=county_staff, reason="不需要")
    with pytest.raises(NO, match="总结报告不能免交"):
        reports.skip(final, by=county_staff, reason="不需要")
    other = builders.report(running)
    with pytest.raises(WRONG, match="写明免交的原因"):
        reports.skip(other, by=county_staff, reason=" ")
    reports.skip(other, by=county_staff, reason="疫情停办")
    other.refresh_from_db()
    assert (other.status, other.remark) == ("skipped", "疫情停办")


def test_money_goes_out_by_four_hands(county_staff, leader, finance, running):
    milestone = running.milestones.get()
    tranche = builders.tranche(running, 4000, milestone=milestone)
    with pytest.raises(NO, match="未到期，确认达成后才能申请这一期"):
        disbursements.request(tranche, by=leader)
    milestones.report(milestone, by=leader, reached_on=timezone.localdate(), evidence="办完")
    milestones.confirm(milestone, by=county_staff)
    disbursements.request(tranche, by=leader, note="请拨付")
    for somebody in (leader, county_staff):
        with pytest.raises(NO, match="由财务审批"):
            disbursements.approve(tranche, by=somebody)
    with pytest.raises(NO, match="待审批，不能付款"):
        disbursements.pay(tranche, by=finance, voucher_number="记1", paid_on=timezone.localdate())
    with pytest.raises(WRONG, match="写明要修改什么"):
        disbursements.send_back(tranche, by=finance, reason="")
    disbursements.send_back(tranche, by=finance, reason="缺收据")
    disbursements.request(tranche, by=leader)
    disbursements.approve(tranche, by=finance)
    today = timezone.localdate()
    with pytest.raises(WRONG, match="不能晚于今天"):
        disbursements.pay(tranche, by=finance, voucher_number="记1", paid_on=today + timedelta(days=1))
    with pytest.raises(WRONG, match="不能早于审批日期"):
        disbursements.pay(tranche, by=finance, voucher_number="记1", paid_on=today - timedelta(days=1))
    disbursements.pay(tranche, by=finance, voucher_number="记1", paid_on=today)
    running.refresh_from_db()
    assert (running.committed_amount, running.paid_amount) == (4000, 4000)
    with pytest.raises(NO, match="已拨付，不能取消"):
        disbursements.cancel(tranche, by=county_staff, reason="不要了")


def test_nobody_approves_what_he_asked_for(running):
    both = factories.somebody("finance")
    factories.PostFactory(user=both, role="county_staff")
    tranche = builders.tranche(running, 1000)
    disbursements.request(tranche, by=both)
    with pytest.raises(NO, match="不能审批自己申请的拨付"):
        disbursements.approve(tranche, by=both)


def test_a_cancelled_tranche_may_be_planned_again_and_never_more_than_granted(county_staff, running):
    first = builders.tranche(running, 6000)
    builders.tranche(running, 4000)
    with pytest.raises(NO, match="已全部安排"):
        projects.add_tranche(running, by=county_staff, title="三期", amount=Decimal(1))
    disbursements.cancel(first, by=county_staff, reason="改为两期")
    with pytest.raises(WRONG, match="超过扶持金额"):
        projects.add_tranche(running, by=county_staff, title="一期", amount=Decimal("6000.01"))
    projects.add_tranche(running, by=county_staff, title="一期", amount=Decimal(6000))
    with pytest.raises(IntegrityError), transaction.atomic():
        SupportProject.objects.filter(pk=running.pk).update(committed_amount=Decimal("10000.01"))


def test_the_plan_changes_when_another_agrees(county_staff, colleague, leader, running):
    milestone, line = running.milestones.get(), running.lines.get()
    other = running.lines.create(title="宣传", amount=Decimal(1000), requested=Decimal(1000))
    final = builders.report(running, is_final=True)
    later = running.ends_on + timedelta(days=20)
    with pytest.raises(WRONG, match="请写明要变更什么"):
        plan_changes.ask(running, by=leader, because="台风")
    with pytest.raises(WRONG, match="延期须晚于"):
        plan_changes.ask(running, by=leader, because="台风", new_ends_on=running.ends_on)
    with pytest.raises(WRONG, match="里程碑不能晚于项目结束日期"):
        plan_changes.ask(running, by=leader, because="台风", milestone=milestone, new_due_on=later)
    with pytest.raises(WRONG, match="最多可调出不足"):
        plan_changes.ask(running, by=leader, because="涨价", line_from=other, line_to=line, moved=Decimal(1000))
    asked = plan_changes.ask(
        running,
        by=county_staff,
        because="台风",
        new_ends_on=later,
        milestone=milestone,
        new_due_on=later,
        line_from=line,
        line_to=other,
        moved=Decimal("999.99"),
    )
    with pytest.raises(NO, match="还有一项变更等待审批"):
        plan_changes.ask(running, by=leader, because="再来", new_ends_on=later)
    with pytest.raises(NO, match="不能审批自己提出的变更"):
        plan_changes.approve(asked, by=county_staff)
    plan_changes.approve(asked, by=colleague)
    for record in (running, milestone, line, other, final):
        record.refresh_from_db()
    assert (running.ends_on, milestone.due_on, final.due_on) == (later, later, later + timedelta(days=30))
    assert (line.requested, other.requested) == (Decimal("9000.01"), Decimal("1999.99"))
    again = plan_changes.ask(running, by=leader, because="又一次", new_ends_on=later + timedelta(days=1))
    with pytest.raises(WRONG, match="写明原因"):
        plan_changes.refuse(again, by=colleague, reason="")
    plan_changes.refuse(again, by=colleague, reason="已延期一次")
    running.refresh_from_db()
    assert running.ends_on == later


def test_completed_with_money_given_back_and_archived(county_staff, leader, finance, running):
    builders.tranche(running, 6000, "paid")
    asked = builders.tranche(running, 1000, "requested")
    builders.tranche(running, 3000)
    report = builders.report(running, is_final=True)
    paper = running.papers.create(title="决算表", due="completion")
    line = running.lines.get()
    text = {"reached": "十场都办了", "verdict": "passed", "opinion": "同意"}

    def complete(spent):
        return projects.complete(running, {line.pk: Decimal(spent)}, by=county_staff, **text)

    with pytest.raises(NO, match="还有报告没有办完"):
        complete(5000)
    reports.submit(report, by=leader, content="全年总结")
    reports.accept(report, by=county_staff)
    with pytest.raises(NO, match="还有拨付正在办理"):
        complete(5000)
    disbursements.send_back(asked, by=finance, reason="不拨了")
    disbursements.cancel(asked, by=county_staff, reason="用不完")
    with pytest.raises(NO, match="还缺材料：决算表"):
        complete(5000)
    file = SimpleUploadedFile("决算.jpg", factories.picture(), "image/jpeg")
    applications.file_paper(paper, file, by=leader)
    with pytest.raises(WRONG, match="超过已拨付 ¥6,000"):
        complete("6000.01")
    completion = complete("5000.50")
    running.refresh_from_db()
    assert (running.status, running.committed_amount) == ("completed", 6000)
    assert completion.to_return == Decimal("999.50")
    with pytest.raises(NO, match=r"还有 ¥999.50 没有退还"):
        projects.close(running, by=county_staff)
    back = {"returned_on": timezone.localdate(), "voucher_number": "退1"}
    with pytest.raises(NO, match="退款由财务登记"):
        projects.record_return(running, by=county_staff, amount=Decimal(1), **back)
    for amount in ("0", "999.51"):
        with pytest.raises(WRONG, match=r"不超过 ¥999.50"):
            projects.record_return(running, by=finance, amount=Decimal(amount), **back)
    projects.record_return(running, by=finance, amount=Decimal("999.50"), **back)
    with pytest.raises(NO, match="没有要退还的资金"):
        projects.record_return(running, by=finance, amount=Decimal(1), **back)
    lent = builders.loan(builders.equipment(), running.organization, project=running)
    with pytest.raises(NO, match="还没有归还"):
        projects.close(running, by=county_staff)
    in_kind.take_back(lent, by=county_staff, returned_on=timezone.localdate())
    booked = builders.booking(running.organization, project=running)
    with pytest.raises(NO, match="没用完的场地预约"):
        projects.close(running, by=county_staff)
    in_kind.cancel_booking(booked, by=leader, reason="不用了")
    projects.close(running, by=county_staff)
    with pytest.raises(NO, match="已归档，材料不再增减"):
        applications.file_paper(paper, file, by=leader)


def test_terminated_with_its_reason(county_staff, finance, leader, running):
    builders.tranche(running, 6000, "paid")
    approved = builders.tranche(running, 4000, "approved")
    line = running.lines.get()
    with pytest.raises(NO, match="由县总工会工作人员终止"):
        projects.terminate(running, {}, by=leader, reason="不做了")
    with pytest.raises(NO, match="还有批准未付的拨付"):
        projects.terminate(running, {}, by=county_staff, reason="团队解散")
    disbursements.send_back(approved, by=finance, reason="暂缓")
    with pytest.raises(WRONG, match="写明原因"):
        projects.terminate(running, {line.pk: Decimal(2000)}, by=county_staff, reason="")
    completion = projects.terminate(running, {line.pk: Decimal(2000)}, by=county_staff, reason="团队解散")
    running.refresh_from_db()
    assert (running.status, running.committed_amount, completion.to_return) == ("terminated", 6000, 4000)
