"""From a quarter's cases to money: checked, approved by another, frozen."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from mediation.actions import disputes, outcomes, rewards
from mediation.models import CallBack, MediationCase, RewardLine, RewardStatement
from mediation.selectors.rewards import differences_of, what_if
from tests import factories
from tests.mediation import builders

D = Decimal


def test_a_statement_needs_a_scheme_in_force(studio, supervisor):
    with pytest.raises(ValidationError, match="还没有施行"):
        builders.computed(studio, supervisor)


def test_lines_follow_from_the_quarters_cases(studio, supervisor, scheme):
    builders.ready(studio)
    builders.ready(studio, grade="hard", day=date(2020, 6, 30))
    builders.ready(studio, day=date(2020, 7, 1))
    builders.closed(studio)  # no grade, no file
    statement = builders.computed(studio, supervisor)
    assert statement.total == 700
    assert sorted(statement.lines.values_list("amount", flat=True)) == [0, 200, 500]
    again = builders.computed(studio, supervisor)
    assert (again.pk, again.lines.count(), again.total) == (statement.pk, 3, 700)


def test_drafted_by_one_approved_by_another(studio, supervisor, finance):
    draft = rewards.draft_scheme(by=supervisor, year=2020, **builders.SCHEME)
    with pytest.raises(PermissionDenied, match="财务批准"):
        rewards.approve_scheme(draft, by=supervisor)
    rewards.approve_scheme(draft, by=finance)
    second = rewards.draft_scheme(by=supervisor, year=2020, **{**builders.SCHEME, "base_general": D(300)})
    assert second.version == 2
    rewards.approve_scheme(second, by=finance)
    draft.refresh_from_db()
    assert draft.status == "replaced"
    with pytest.raises(PermissionDenied, match="不能修改"):
        rewards.edit_scheme(second, by=supervisor, base_general=D(1))


def test_money_goes_out_after_call_backs_and_answers_only(studio, mediator, supervisor, finance, scheme):
    cases = [builders.ready(studio) for _ in range(11)]
    statement = builders.computed(studio, supervisor)
    with pytest.raises(PermissionDenied, match="草稿，不能审批"):
        rewards.approve_statement(statement, by=finance)
    rewards.submit_statement(statement, by=supervisor)
    drawn = list(CallBack.objects.filter(line__statement=statement))
    assert len(drawn) == 2, "ten per cent of eleven, rounded up"
    with pytest.raises(PermissionDenied, match="还有 2 件抽查"):
        rewards.approve_statement(statement, by=finance)
    with pytest.raises(PermissionDenied, match="权益保障"):
        rewards.call_back(drawn[0], by=mediator, result="confirmed", note="属实", called_on=timezone.localdate())
    with pytest.raises(ValidationError, match="不要写当事人"):
        rewards.call_back(
            drawn[0], by=supervisor, result="confirmed", note="柏安平说属实", called_on=timezone.localdate()
        )
    rewards.call_back(drawn[0], by=supervisor, result="confirmed", note="属实", called_on=timezone.localdate())
    rewards.call_back(drawn[1], by=supervisor, result="contradicted", note="没有收到钱", called_on=timezone.localdate())
    statement.refresh_from_db()
    assert statement.total == 10 * 200
    line = RewardLine.objects.get(statement=statement, case=drawn[0].line.case)
    rewards.object_to(line, by=mediator, text="应为疑难")
    with pytest.raises(PermissionDenied, match="异议没有答复"):
        rewards.approve_statement(statement, by=finance)
    rewards.answer_objection(line, by=supervisor, text="按标准为一般")
    with pytest.raises(PermissionDenied, match="由财务审批"):
        rewards.approve_statement(statement, by=supervisor)
    statement = rewards.approve_statement(statement, by=finance)
    with pytest.raises(ValidationError, match="不能早于审批"):
        rewards.pay_statement(statement, by=finance, voucher_number="1", paid_on=date(2020, 7, 1))
    statement = rewards.pay_statement(statement, by=finance, voucher_number="记-1", paid_on=timezone.localdate())
    assert (statement.status, statement.total, len(cases)) == ("paid", 2000, 11)


def test_a_case_that_changed_after_submission_stops_the_approval(studio, supervisor, finance, scheme):
    case = builders.ready(studio)
    statement = builders.computed(studio, supervisor)
    rewards.submit_statement(statement, by=supervisor)
    for drawn in CallBack.objects.all():
        rewards.call_back(drawn, by=supervisor, result="confirmed", note="属实", called_on=timezone.localdate())
    MediationCase.objects.filter(pk=case.pk).update(grade="major")
    with pytest.raises(ValidationError, match="在提交后有变化"):
        rewards.approve_statement(statement, by=finance)
    rewards.return_statement(statement, by=finance, reason="请重算")
    assert builders.computed(studio, supervisor).total == 1000


def test_a_frozen_statement_never_changes(studio, mediator, supervisor, finance, scheme):
    case = builders.ready(studio)
    statement = builders.approved(studio, supervisor, finance)
    before = list(statement.lines.values_list("case", "amount", "parts"))
    for action in (rewards.recompute_statement, rewards.submit_statement):
        with pytest.raises(PermissionDenied, match="冻结"):
            action(statement, by=supervisor)
    with pytest.raises(PermissionDenied, match="冻结"):
        builders.computed(studio, supervisor)
    outcomes.reopen(case, by=supervisor, reason="对方反悔")
    MediationCase.objects.filter(pk=case.pk).update(grade="major", status="closed", closed_on=date(2020, 5, 20))
    assert list(statement.lines.values_list("case", "amount", "parts")) == before
    (difference,) = differences_of(statement)
    assert (difference.then, difference.now) == (200, 1000)


def test_a_quarter_that_is_not_over_is_not_submitted(studio, supervisor):
    today = timezone.localdate()
    builders.scheme(studio.area_id, year=today.year)
    statement = rewards.compute_statement(studio, today.year, (today.month + 2) // 3, by=supervisor)
    with pytest.raises(PermissionDenied, match="还没有结束"):
        rewards.submit_statement(statement, by=supervisor)


def test_the_cap_of_a_year_is_a_line_of_its_own(studio, supervisor, finance):
    builders.scheme(studio.area_id, studio_at_most=D(350))
    builders.ready(studio, day=date(2020, 2, 1))
    builders.ready(studio, day=date(2020, 5, 1))
    assert builders.approved(studio, supervisor, finance, 1).total == 200
    second = builders.computed(studio, supervisor, 2)
    assert second.total == 150
    assert second.lines.get(kind="cap").amount == -50


def test_what_if_changes_nothing(studio, supervisor, scheme):
    builders.ready(studio)
    builders.ready(studio, grade="hard")
    other = builders.scheme(studio.area_id, year=2021, base_hard=D(800))
    (trial,) = what_if(supervisor, scheme, other, 2020)
    assert (trial.studio, trial.cases, trial.before, trial.after, trial.change) == (studio, 2, 700, 1000, 300)
    assert not RewardStatement.objects.exists()


def test_the_cap_holds_in_whatever_order_quarters_are_approved(studio, supervisor, finance):
    builders.scheme(studio.area_id, studio_at_most=D(350))
    builders.ready(studio, day=date(2020, 2, 3))
    builders.ready(studio, day=date(2020, 5, 4))
    second, first = builders.approved(studio, supervisor, finance, 2), builders.approved(studio, supervisor, finance, 1)
    assert (second.total, first.total) == (200, 150)


def test_a_contradicted_case_earns_nothing_later_either(studio, supervisor, scheme):
    case = builders.ready(studio)
    statement = builders.computed(studio, supervisor)
    rewards.submit_statement(statement, by=supervisor)
    drawn = CallBack.objects.get()
    rewards.call_back(drawn, by=supervisor, result="contradicted", note="没有收到钱", called_on=timezone.localdate())
    MediationCase.objects.filter(pk=case.pk).update(closed_on=date(2020, 8, 3))
    later = builders.computed(studio, supervisor, 3)
    assert (later.total, later.lines.get().why_not) == (0, "抽查回访不实")
    assert builders.computed(studio, supervisor, 2).lines.get().why_not == "不再是本季度结案"
    assert CallBack.objects.filter(pk=drawn.pk).exists(), "what was heard stays on record"


def test_a_case_without_a_grade_holds_its_statement(studio, supervisor, finance, scheme):
    case = builders.ready(studio, grade="", graded_by=None)
    statement = builders.computed(studio, supervisor)
    rewards.submit_statement(statement, by=supervisor)
    with pytest.raises(PermissionDenied, match="1 件没有确认等级"):
        rewards.approve_statement(statement, by=finance)
    MediationCase.objects.filter(pk=case.pk).update(grade="hard", graded_by=factories.UserFactory())
    rewards.recompute_statement(statement, by=supervisor)
    assert CallBack.objects.filter(line__statement=statement).count() == 1, "a line that earns now is drawn too"
    with pytest.raises(PermissionDenied, match="1 件抽查"):
        rewards.approve_statement(statement, by=finance)


def test_a_grade_is_withdrawn_until_it_was_paid_by(studio, mediator, supervisor, finance, scheme):
    case = builders.ready(studio)
    with pytest.raises(PermissionDenied, match="权益保障"):
        outcomes.withdraw_grade(case, by=mediator, reason="定错了")
    case = outcomes.withdraw_grade(case, by=supervisor, reason="定错了")
    case = outcomes.propose_grade(case, by=mediator, grade="hard", reason="三次调解")
    outcomes.confirm_grade(case, by=supervisor)
    builders.approved(studio, supervisor, finance)
    with pytest.raises(PermissionDenied, match="已按这个等级奖补"):
        outcomes.withdraw_grade(case, by=supervisor, reason="定错了")


def test_money_taken_back_of_another_year_makes_no_room(studio, supervisor, finance):
    builders.scheme(studio.area_id, year=2019)
    builders.scheme(studio.area_id, studio_at_most=D(400))
    early = {"accepted_on": date(2019, 1, 2), "received_on": date(2019, 1, 2)}
    twin, other = (builders.ready(studio, day=date(2019, month, 3), **early) for month in (2, 5))
    for quarter in (1, 2):
        statement = rewards.compute_statement(studio, 2019, quarter, by=supervisor)
        rewards.submit_statement(statement, by=supervisor)
        for drawn in CallBack.objects.filter(result=""):
            rewards.call_back(drawn, by=supervisor, result="confirmed", note="属实", called_on=timezone.localdate())
        rewards.approve_statement(statement, by=finance)
    disputes.join(twin, other, by=supervisor)
    builders.ready(studio, day=date(2020, 2, 3), grade="hard")
    assert builders.approved(studio, supervisor, finance, 1).total == 200  # 500 capped at 400, 200 taken back
    builders.ready(studio, day=date(2020, 5, 4))
    assert builders.computed(studio, supervisor, 2).total == 0
