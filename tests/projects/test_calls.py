"""From the call to the decision: each step in its turn, each other one refused with its reason."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from projects.actions import applications, programmes, reviews
from projects.models import ProjectPaper, Review
from projects.ranking import ranking_of
from projects.rules import reviews as review_rules
from tests import factories
from tests.projects import builders
from xiangshan.shared.attachments.models import Attachment
from xiangshan.shared.notifications.models import Notice

NO = PermissionDenied


def photo():
    return SimpleUploadedFile("章程.jpg", factories.picture(), "image/jpeg")


WRONG = ValidationError


def rows(**more):
    """An application's rows, complete."""
    today = timezone.localdate()
    return {
        "title": "职工课堂",
        "goal": "十场课",
        "plan": "每月一场",
        "planned_sessions": 10,
        "planned_workers": 300,
        "starts_on": today,
        "ends_on": today + timedelta(days=200),
        "lines": [{"title": "课酬", "amount": Decimal(8000), "requested": Decimal("6000.50")}],
        "supports": [{"kind": "money", "asked": "课酬"}],
        "milestones": [{"title": "开课", "due_on": today + timedelta(days=30)}],
        **more,
    }


def test_a_call_is_published_complete_and_stays_as_it_is(county_staff, leader, town_staff):
    now = timezone.now()
    values = {
        "title": "年度扶持",
        "year": 2026,
        "theme": "强队伍",
        "budget": Decimal(50_000),
        "call": "请申报",
        "opens_at": now - timedelta(hours=1),
        "closes_at": now + timedelta(days=3),
    }
    for somebody in (leader, town_staff):
        with pytest.raises(NO, match="县总工会工作人员"):
            programmes.prepare(by=somebody, **values)
    with pytest.raises(WRONG, match="权重之和须为 100，现在是 90"):
        programmes.prepare(by=county_staff, criteria=[{"title": "需求", "weight": 90}], **values)
    call = programmes.prepare(by=county_staff, **values)
    with pytest.raises(NO, match="权重之和须为 100"):
        programmes.open(call, by=county_staff)
    programmes.edit(call, by=county_staff, criteria=[{"title": "需求", "weight": 100}], **values)
    programmes.open(call, by=county_staff)
    assert Notice.objects.filter(user=leader, text__startswith="可以申报：年度扶持").exists()
    with pytest.raises(NO, match="计划已发布，不能修改"):
        programmes.edit(call, by=county_staff, **values)
    with pytest.raises(NO, match="之前不能开始评审"):
        programmes.start_review(call, by=county_staff)
    with pytest.raises(WRONG, match="须晚于原来的"):
        programmes.extend(call, by=county_staff, closes_at=now + timedelta(days=1), reason="台风")
    with pytest.raises(WRONG, match="写明原因"):
        programmes.cancel(call, by=county_staff, reason=" ")


def test_it_closes_to_the_second_and_keeps_what_was_typed(leader, organization):
    call = builders.programme()
    with time_machine.travel(call.opens_at - timedelta(seconds=1), tick=False), pytest.raises(NO, match="开始申报"):
        applications.begin(call, organization, by=leader)
    draft = applications.begin(call, organization, by=leader)
    assert applications.begin(call, organization, by=leader) == draft
    with time_machine.travel(call.closes_at - timedelta(seconds=1), tick=False):
        applications.save(draft, by=leader, **rows())
    with time_machine.travel(call.closes_at, tick=False):
        with pytest.raises(NO, match="截止；写好的内容保留为草稿"):
            applications.submit(draft, by=leader)
        applications.keep_typed(draft, {"goal": ["写到一半"]}, by=leader)
        again = rows(goal="截止后还在改", lines=[], supports=[], milestones=[])
        applications.save(draft, by=leader, **again)
    draft.refresh_from_db()
    assert (draft.status, draft.goal, draft.typed) == ("draft", "截止后还在改", {})
    with time_machine.travel(call.closes_at - timedelta(seconds=1), tick=False):
        applications.submit(draft, by=leader)
    draft.refresh_from_db()
    assert draft.status == "submitted"


def test_what_is_missing_is_named_all_at_once(leader, organization):
    call = builders.programme(budget=Decimal(5000))
    call.papers.create(title="团队章程")
    draft = applications.begin(call, organization, by=leader)
    with pytest.raises(WRONG) as refused:
        applications.submit(draft, by=leader)
    reasons = ";".join(refused.value.messages)
    for text in (
        "项目目标没有填写",
        "实施计划没有填写",
        "起止日期没有填写",
        "至少要有一个里程碑",
        "没有写需要哪种扶持",
        "材料“团队章程”没有上传",
    ):
        assert text in reasons
    applications.save(draft, by=leader, **rows())
    with pytest.raises(WRONG, match="申请金额超过计划总预算"):
        applications.submit(draft, by=leader)
    early = [{"title": "开课", "due_on": timezone.localdate() - timedelta(days=1)}]
    gone = [{"row": draft.supports.get(), "gone": True}]
    applications.save(
        draft, by=leader, **rows(milestones=early, supports=[{"kind": "venue", "asked": "活动室"}, *gone])
    )
    with pytest.raises(WRONG) as refused:
        applications.submit(draft, by=leader)
    reasons = ";".join(refused.value.messages)
    assert "里程碑“开课”不在项目期内" in reasons
    assert "请在“需要的扶持”里加一行资金" in reasons


def test_what_is_asked_for_is_the_sum_of_the_lines(leader, organization):
    draft = applications.begin(builders.programme(), organization, by=leader)
    lines = [
        {"title": "课酬", "amount": Decimal("0.30"), "requested": Decimal("0.10")},
        {"title": "场地", "amount": Decimal("0.20"), "requested": Decimal("0.20")},
    ]
    applications.save(draft, by=leader, **rows(lines=lines))
    draft.refresh_from_db()
    assert draft.requested_amount == Decimal("0.30")
    greedy = [{"title": "课酬", "amount": Decimal(1), "requested": Decimal(2)}]
    with pytest.raises(WRONG, match="不能超过金额"):
        applications.save(draft, by=leader, **rows(lines=greedy))


def test_last_years_project_is_copied_a_year_on(leader, organization):
    old = builders.project(organization, "closed", planned_sessions=12, year=timezone.localdate().year - 1)
    call = builders.programme()
    draft = applications.begin(call, organization, by=leader, copied=old)
    assert (draft.title, draft.planned_sessions, draft.year) == (old.title, 12, call.year)
    assert (draft.starts_on.year, draft.lines.count(), draft.supports.count()) == (old.starts_on.year + 1, 1, 1)
    draft.refresh_from_db()
    assert draft.requested_amount == old.requested_amount
    other = builders.project(factories.OrganizationFactory(), "closed")
    with pytest.raises(WRONG, match="只能复制本组织的项目"):
        applications.begin(builders.programme(), organization, by=leader, copied=other)


def test_withdrawn_and_sent_again_but_not_once_decided(leader, county_staff, organization):
    draft = applications.begin(builders.programme(), organization, by=leader)
    applications.save(draft, by=leader, **rows())
    applications.submit(draft, by=leader)
    with pytest.raises(NO, match="不能修改；申报截止前可先撤回"):
        applications.save(draft, by=leader, **rows())
    with pytest.raises(NO, match="由申报的社会组织负责人撤回"):
        applications.withdraw(draft, by=county_staff)
    applications.withdraw(draft, by=leader)
    applications.submit(draft, by=leader)
    decided = builders.project(organization, "declined", programme=builders.programme(status="decided"))
    with pytest.raises(NO, match="不能撤回"):
        applications.withdraw(decided, by=leader)


def judged_call(county_staff, *asked):
    """A call under review with applications of these amounts, each from an organization of its own."""
    past = {"opens_at": timezone.now() - timedelta(days=9), "closes_at": timezone.now() - timedelta(seconds=1)}
    call = builders.programme(budget=Decimal(10_000), **past)
    made = [
        builders.project(factories.OrganizationFactory(), "submitted", amount, programme=call, decided_on=None)
        for amount in asked
    ]
    call = programmes.start_review(call, by=county_staff)
    for project in made:
        project.refresh_from_db()
    return call, made


def score(review, by, points=80, finish=True):
    criteria = review.project.programme.criteria.all()
    return reviews.save_sheet(
        review, {one.pk: Decimal(points) for one in criteria}, by=by, comment="可行", finish=finish
    )


def test_reviewers_never_judge_their_own_nor_see_each_other(county_staff, colleague, finance):
    call, [one, two] = judged_call(county_staff, 4000, 5000)
    adviser = factories.somebody("finance")
    factories.PostFactory(user=adviser, role="org_leader", scope_id=one.organization_id, ends_on=timezone.localdate())
    with pytest.raises(WRONG, match="任过职，须回避"):
        reviews.assign_reviewer(one, adviser, by=county_staff)
    outsider = factories.somebody("org_leader", two.organization_id)
    with pytest.raises(WRONG, match="不是工会人员"):
        reviews.assign_reviewer(one, outsider, by=county_staff)
    with pytest.raises(WRONG, match="可用的评审人不够"):
        reviews.assign_evenly(call, [adviser, finance], 2, by=county_staff)
    assert not Review.objects.exists()
    sheets = reviews.assign_evenly(call, [colleague, finance], 2, by=county_staff)
    assert len(sheets) == 4
    with pytest.raises(WRONG, match="已经分到或回避了"):
        reviews.assign_reviewer(one, finance, by=county_staff)

    own = next(sheet for sheet in sheets if sheet.reviewer == finance and sheet.project == one)
    with pytest.raises(NO, match="只能办理分给自己的评审"):
        score(own, colleague)
    with pytest.raises(WRONG, match="请刷新后再评"):
        reviews.save_sheet(own, {0: Decimal(90)}, by=finance)
    with pytest.raises(WRONG, match="还有 2 项没有评分"):
        reviews.save_sheet(own, {}, by=finance, comment="好", finish=True)
    score(own, finance)
    with pytest.raises(NO, match="评审已提交，不能再改"):
        score(own, finance, 90)
    for somebody in (finance, colleague, county_staff):
        assert "还有 3 份评审没有提交" in review_rules.can_read_reviews(somebody, call).reason
    # Somebody who took a post there after he was assigned stands back all the same.
    late = next(sheet for sheet in sheets if sheet.reviewer == colleague and sheet.project == two)
    factories.PostFactory(user=colleague, role="org_leader", scope_id=two.organization_id)
    with pytest.raises(NO, match="须回避"):
        score(late, type(colleague).objects.get(pk=colleague.pk))
    with pytest.raises(WRONG, match="写明回避原因"):
        reviews.recuse(late, by=colleague, reason="")
    reviews.recuse(late, by=colleague, reason="现任负责人")
    assert Notice.objects.filter(user=county_staff, text__contains="请另安排评审人").exists()


def test_decided_within_the_budget_and_with_reasons(county_staff, colleague, finance, leader):
    call, [one, two, three] = judged_call(county_staff, 4000, 5000, 3000)
    sheets = reviews.assign_evenly(call, [colleague, finance], 2, by=county_staff)
    for sheet in sheets[:-1]:
        score(sheet, sheet.reviewer, 90 if sheet.project == one else 70)
    nothing = [reviews.Decision(project.pk, False, reason="不合适") for project in (one, two, three)]
    with pytest.raises(NO, match="还有 1 份评审没有提交"):
        reviews.decide(call, nothing, by=county_staff)
    assert reviews.remind_reviewers(call, by=county_staff) == 1
    reviews.drop_review(sheets[-1], by=county_staff, reason="长期出差")
    with pytest.raises(NO, match="只有 1 份评审，至少要 2 份"):
        reviews.decide(call, nothing, by=county_staff)
    score(reviews.assign_reviewer(sheets[-1].project, county_staff, by=county_staff), county_staff, 70)

    ranked = ranking_of(call)
    assert [(row.project, row.place, row.is_tied, row.within) for row in ranked] == [
        (one, 1, False, True),
        (two, 2, True, True),
        (three, 2, True, False),
    ]
    with pytest.raises(WRONG) as refused:
        reviews.decide(
            call,
            [
                reviews.Decision(one.pk, True, Decimal(4001)),
                reviews.Decision(two.pk, True, Decimal(4500)),
                reviews.Decision(three.pk, True, Decimal(3000)),
            ],
            by=county_staff,
        )
    reasons = ";".join(refused.value.messages)
    assert "批准的金额超过申请的 ¥4,000" in reasons
    assert f"“{two}”减少金额请写明理由" in reasons
    assert "超过总预算 ¥10,000" in reasons
    with pytest.raises(WRONG, match="申报有变动"):
        reviews.decide(call, [reviews.Decision(one.pk, True, Decimal(4000))], by=county_staff)
    with pytest.raises(NO, match="县总工会"):
        reviews.decide(call, nothing, by=leader)
    reviews.decide(
        call,
        [
            reviews.Decision(one.pk, True, Decimal(4000), kinds=("money",)),
            reviews.Decision(two.pk, True, Decimal(5000), kinds=("money",)),
            reviews.Decision(three.pk, False, reason="预算有限"),
        ],
        by=county_staff,
    )
    call.refresh_from_db()
    assert (call.status, call.granted) == ("decided", Decimal(9000))
    assert [type(one).objects.get(pk=each.pk).status for each in (one, two, three)] == [
        "approved", "approved", "declined",
    ]  # fmt: skip
    assert one.supports.get().is_granted


def test_who_is_near_to_one_of_them_does_not_decide(county_staff, colleague, finance):
    call, [one] = judged_call(county_staff, 4000)
    for sheet in reviews.assign_evenly(call, [colleague, finance], 2, by=county_staff):
        score(sheet, sheet.reviewer)
    factories.PostFactory(user=county_staff, role="org_leader", scope_id=one.organization_id)
    near = type(county_staff).objects.get(pk=county_staff.pk)
    with pytest.raises(NO, match="请由他人决定"):
        reviews.decide(call, [reviews.Decision(one.pk, True, Decimal(4000))], by=near)


def test_a_paper_answers_what_was_asked_for(leader, county_staff, organization):
    call = builders.programme()
    call.papers.create(title="团队章程")
    draft = applications.begin(call, organization, by=leader)
    paper = draft.papers.get()
    applications.file_paper(paper, photo(), by=leader)
    assert ProjectPaper.objects.get(pk=paper.pk).is_there
    applications.save(draft, by=leader, **rows())
    applications.submit(draft, by=leader)
    with pytest.raises(NO, match="材料不再增减"):
        applications.file_paper(paper, photo(), by=leader)
    assert Attachment.objects.count() == 1


def test_a_cancelled_call_gives_the_applications_back(leader, county_staff, organization):
    call = builders.programme()
    draft = applications.begin(call, organization, by=leader)
    applications.save(draft, by=leader, **rows())
    applications.submit(draft, by=leader)
    programmes.cancel(call, by=county_staff, reason="预算调整")
    draft.refresh_from_db()
    assert draft.status == "withdrawn"
    with pytest.raises(NO, match="计划已取消，不能申报"):
        applications.submit(draft, by=leader)
    assert Notice.objects.filter(user=leader, text__contains="计划取消").exists()
