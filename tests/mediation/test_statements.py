"""From a quarter's cases to money: checked, approved by another, frozen; each dispute once, whatever becomes of its cases."""

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from mediation import actions, selectors
from mediation.models import CallBack, MediationCase, RewardLine, RewardStatement
from tests import factories
from tests.mediation import making
from tests.test_pages import client_of

D = Decimal


def ready(studio, day=date(2020, 5, 4), grade="general", **values):
    """A closed case whose file is complete enough, graded and confirmed."""
    known = {
        "accepted_on": day,
        "grade": grade,
        "graded_by": factories.UserFactory(),
        "concluded_on": day,
        "closed_on": day,
    }
    known |= {"received_on": date(2020, 4, 22)}
    case = making.closed(
        studio, received_at=making.MORNING - timedelta(days=40),
        first_response_at=making.MORNING - timedelta(days=40), worker_satisfaction=5, employer_satisfaction=4,
        dispute_from=date(2020, 1, 1), dispute_to=date(2020, 3, 31), lessons="先核对考勤", **{**known, **values},
    )  # fmt: skip
    making.worker(case, phone=f"05740{case.pk:07d}")
    return case


@pytest.fixture
def scheme(studio):
    return making.scheme(studio.area_id)


def computed(studio, supervisor, quarter=2):
    return actions.compute_statement(studio, 2020, quarter, by=supervisor)


def approved(studio, supervisor, finance, quarter=2):
    statement = computed(studio, supervisor, quarter)
    actions.submit_statement(statement, by=supervisor)
    for drawn in CallBack.objects.filter(line__statement=statement, result=""):
        actions.call_back(drawn, by=supervisor, result="confirmed", note="属实", called_on=timezone.localdate())
    return actions.approve_statement(statement, by=finance)


def test_a_statement_needs_a_scheme_in_force(studio, supervisor):
    with pytest.raises(ValidationError, match="还没有施行"):
        computed(studio, supervisor)


def test_lines_follow_from_the_quarters_cases(studio, supervisor, scheme):
    ready(studio)
    ready(studio, grade="hard", day=date(2020, 6, 30))
    ready(studio, day=date(2020, 7, 1))
    making.closed(studio)  # no grade, no file
    statement = computed(studio, supervisor)
    assert statement.total == 700
    assert sorted(statement.lines.values_list("amount", flat=True)) == [0, 200, 500]
    again = computed(studio, supervisor)
    assert (again.pk, again.lines.count(), again.total) == (statement.pk, 3, 700)


def test_drafted_by_one_approved_by_another(studio, supervisor, finance):
    draft = actions.draft_scheme(by=supervisor, year=2020, **making.SCHEME)
    with pytest.raises(PermissionDenied, match="财务批准"):
        actions.approve_scheme(draft, by=supervisor)
    actions.approve_scheme(draft, by=finance)
    second = actions.draft_scheme(by=supervisor, year=2020, **{**making.SCHEME, "base_general": D(300)})
    assert second.version == 2
    actions.approve_scheme(second, by=finance)
    draft.refresh_from_db()
    assert draft.status == "replaced"
    with pytest.raises(PermissionDenied, match="不能修改"):
        actions.edit_scheme(second, by=supervisor, base_general=D(1))


def test_money_goes_out_after_call_backs_and_answers_only(studio, mediator, supervisor, finance, scheme):
    cases = [ready(studio) for _ in range(11)]
    statement = computed(studio, supervisor)
    with pytest.raises(PermissionDenied, match="草稿,不能审批"):
        actions.approve_statement(statement, by=finance)
    actions.submit_statement(statement, by=supervisor)
    drawn = list(CallBack.objects.filter(line__statement=statement))
    assert len(drawn) == 2, "ten per cent of eleven, rounded up"
    with pytest.raises(PermissionDenied, match="还有 2 件抽查"):
        actions.approve_statement(statement, by=finance)
    with pytest.raises(PermissionDenied, match="权益保障"):
        actions.call_back(drawn[0], by=mediator, result="confirmed", note="属实", called_on=timezone.localdate())
    with pytest.raises(ValidationError, match="不要写当事人"):
        actions.call_back(
            drawn[0], by=supervisor, result="confirmed", note="柏安平说属实", called_on=timezone.localdate()
        )
    actions.call_back(drawn[0], by=supervisor, result="confirmed", note="属实", called_on=timezone.localdate())
    actions.call_back(drawn[1], by=supervisor, result="contradicted", note="没有收到钱", called_on=timezone.localdate())
    statement.refresh_from_db()
    assert statement.total == 10 * 200
    line = RewardLine.objects.get(statement=statement, case=drawn[0].line.case)
    actions.object_to(line, by=mediator, words="应为疑难")
    with pytest.raises(PermissionDenied, match="异议没有答复"):
        actions.approve_statement(statement, by=finance)
    actions.answer_objection(line, by=supervisor, words="按标准为一般")
    with pytest.raises(PermissionDenied, match="由财务审批"):
        actions.approve_statement(statement, by=supervisor)
    statement = actions.approve_statement(statement, by=finance)
    with pytest.raises(ValidationError, match="批准以后"):
        actions.pay_statement(statement, by=finance, voucher_number="1", paid_on=date(2020, 7, 1))
    statement = actions.pay_statement(statement, by=finance, voucher_number="记-1", paid_on=timezone.localdate())
    assert (statement.status, statement.total, len(cases)) == ("paid", 2000, 11)


def test_a_case_that_changed_after_submission_stops_the_approval(studio, supervisor, finance, scheme):
    case = ready(studio)
    statement = computed(studio, supervisor)
    actions.submit_statement(statement, by=supervisor)
    for drawn in CallBack.objects.all():
        actions.call_back(drawn, by=supervisor, result="confirmed", note="属实", called_on=timezone.localdate())
    MediationCase.objects.filter(pk=case.pk).update(grade="major")
    with pytest.raises(ValidationError, match="在提交后有变化"):
        actions.approve_statement(statement, by=finance)
    actions.return_statement(statement, by=finance, reason="请重算")
    assert computed(studio, supervisor).total == 1000


def test_a_frozen_statement_never_changes(studio, mediator, supervisor, finance, scheme):
    case = ready(studio)
    statement = approved(studio, supervisor, finance)
    before = list(statement.lines.values_list("case", "amount", "parts"))
    for deed in (actions.recompute_statement, actions.submit_statement):
        with pytest.raises(PermissionDenied, match="冻结"):
            deed(statement, by=supervisor)
    with pytest.raises(PermissionDenied, match="冻结"):
        computed(studio, supervisor)
    actions.reopen_case(case, by=supervisor, reason="对方反悔")
    MediationCase.objects.filter(pk=case.pk).update(grade="major", status="closed", closed_on=date(2020, 5, 20))
    assert list(statement.lines.values_list("case", "amount", "parts")) == before
    (difference,) = selectors.differences_of(statement)
    assert (difference.then, difference.now) == (200, 1000)


def test_a_quarter_that_is_not_over_is_not_submitted(studio, supervisor):
    today = timezone.localdate()
    making.scheme(studio.area_id, year=today.year)
    statement = actions.compute_statement(studio, today.year, (today.month + 2) // 3, by=supervisor)
    with pytest.raises(PermissionDenied, match="还没有结束"):
        actions.submit_statement(statement, by=supervisor)


def test_the_cap_of_a_year_is_a_line_of_its_own(studio, supervisor, finance):
    making.scheme(studio.area_id, studio_at_most=D(350))
    ready(studio, day=date(2020, 2, 1))
    ready(studio, day=date(2020, 5, 1))
    assert approved(studio, supervisor, finance, 1).total == 200
    second = computed(studio, supervisor, 2)
    assert second.total == 150
    assert second.lines.get(kind="cap").amount == -50


def test_the_database_pays_a_dispute_once(studio, scheme):
    one, other = ready(studio), ready(studio)
    statement = making.statement(studio, scheme, 1)
    making.line(statement, one, pays=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        RewardLine.objects.create(statement=statement, case=other, dispute=one.dispute, amount=200, pays=True)


def test_a_case_closed_again_is_not_paid_again(studio, supervisor, finance, scheme):
    case = ready(studio)
    approved(studio, supervisor, finance)
    MediationCase.objects.filter(pk=case.pk).update(closed_on=date(2020, 8, 3))
    later = computed(studio, supervisor, 3)
    assert later.total == 0
    assert "已在" in later.lines.get().why_not


def test_what_was_paid_twice_before_anybody_knew_is_taken_back(studio, mediator, supervisor, finance, scheme):
    first, second = ready(studio, day=date(2020, 2, 3)), ready(studio, day=date(2020, 5, 4))
    approved(studio, supervisor, finance, 1)
    approved(studio, supervisor, finance, 2)
    actions.join_dispute(first, second, by=mediator)
    assert RewardLine.objects.filter(pays=True).count() == 1
    poor = computed(studio, supervisor, 3)
    assert poor.total == 0, "nothing to take it from yet"
    ready(studio, day=date(2020, 8, 3), grade="hard")
    rich = computed(studio, supervisor, 3)
    assert (rich.total, rich.lines.get(kind="taken_back").amount) == (300, -200)
    approved(studio, supervisor, finance, 3)
    ready(studio, day=date(2020, 11, 3))
    assert computed(studio, supervisor, 4).total == 200, "taken back once"


def test_the_same_worker_employer_and_time_are_one_dispute(studio, mediator, supervisor):
    employer = factories.EmployerFactory()
    known = {"employer": employer, "received_at": making.MORNING, "studio": studio, "area": studio.area}
    first = actions.open_case(by=mediator, **known, caller_name="柏安平", caller_phone="057400000001")
    other = actions.open_case(by=mediator, **known, caller_name="卞建民", caller_phone="057400000002")
    again = actions.open_case(by=mediator, **known, caller_name="柏安平", caller_phone="057400000001")
    assert again.dispute == first.dispute
    assert other.dispute != first.dispute
    assert [one.case for one in selectors.likenesses_of(other)] == [again, first]
    with pytest.raises(PermissionDenied, match="权益保障"):
        actions.tell_apart(other, first, by=mediator)
    actions.tell_apart(other, first, by=supervisor)
    assert [one.case for one in selectors.likenesses_of(other)] == [again]
    with pytest.raises(ValidationError, match="已归入"):
        actions.tell_apart(first, again, by=supervisor)


@pytest.mark.parametrize("seed", range(12))
def test_no_dispute_is_paid_twice_whatever_happens_to_its_cases(supervisor, finance, seed):
    """Merging, moving to another studio, opening and closing again, in any order, between quarters that are paid."""
    chance = random.Random(seed)
    studios = [factories.StudioFactory() for _ in range(2)]
    making.scheme(studios[0].area_id)
    cases = [
        ready(chance.choice(studios), day=date(2020, 1, 6) + timedelta(days=14 * n), accepted_on=date(2020, 1, 2))
        for n in range(7)
    ]
    for quarter in range(1, 5):
        for _ in range(4):
            case = chance.choice(cases)
            case.refresh_from_db()
            deed = chance.choice(["merge", "again", "move", "split"])
            if deed == "merge":
                other = chance.choice([one for one in cases if one.pk != case.pk])
                actions.join_dispute(case, other, by=supervisor)
            elif deed == "split":
                if case.dispute.cases.count() > 1:
                    actions.split_dispute(case, by=supervisor)
            elif deed == "again":
                actions.reopen_case(case, by=supervisor, reason="再谈")
                day = date(2020, quarter * 3, 15)
                MediationCase.objects.filter(pk=case.pk).update(status="closed", closed_on=day, concluded_on=day)
            else:
                MediationCase.objects.filter(pk=case.pk).update(studio=chance.choice(studios))
        for studio in studios:
            approved(studio, supervisor, finance, quarter)
        frozen = RewardLine.objects.filter(kind="case", amount__gt=0)
        for dispute in set(MediationCase.objects.values_list("dispute", flat=True)):
            lines = frozen.filter(dispute=dispute)
            owed = list(lines.to_take_back())
            taken = lines.filter(taken_back_by__isnull=False).count()
            assert lines.count() - len(owed) - taken <= 1, "what is neither owed nor taken back is paid once"
            assert lines.filter(pays=True).count() == min(1, lines.count())
    for statement in RewardStatement.objects.all():
        assert statement.total == sum(statement.lines.values_list("amount", flat=True))
        assert statement.total >= 0


def test_what_if_changes_nothing(studio, supervisor, scheme):
    ready(studio)
    ready(studio, grade="hard")
    other = making.scheme(studio.area_id, year=2021, base_hard=D(800))
    (trial,) = selectors.what_if(supervisor, scheme, other, 2020)
    assert (trial.studio, trial.cases, trial.before, trial.after, trial.change) == (studio, 2, 700, 1000, 300)
    assert not RewardStatement.objects.exists()


def test_the_cap_holds_in_whatever_order_quarters_are_approved(studio, supervisor, finance):
    making.scheme(studio.area_id, studio_at_most=D(350))
    ready(studio, day=date(2020, 2, 3))
    ready(studio, day=date(2020, 5, 4))
    second, first = approved(studio, supervisor, finance, 2), approved(studio, supervisor, finance, 1)
    assert (second.total, first.total) == (200, 150)


def test_two_studios_cases_are_put_together_by_the_supervisor(studio, mediator, supervisor):
    mine, theirs = ready(studio), ready(factories.StudioFactory())
    with pytest.raises(PermissionDenied):
        actions.join_dispute(mine, theirs, by=mediator)
    actions.join_dispute(mine, theirs, by=supervisor)
    theirs.refresh_from_db()
    assert theirs.events.filter(kind="note").count() == 1, "the other studio reads of it"
    with pytest.raises(PermissionDenied, match="权益保障"):
        actions.split_dispute(theirs, by=mediator)
    actions.split_dispute(theirs, by=supervisor)
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert mine.dispute != theirs.dispute


def test_what_was_split_is_owed_no_more(studio, supervisor, finance, scheme):
    first, second = ready(studio, day=date(2020, 2, 3)), ready(studio, day=date(2020, 5, 4))
    approved(studio, supervisor, finance, 1)
    approved(studio, supervisor, finance, 2)
    actions.join_dispute(first, second, by=supervisor)
    assert RewardLine.objects.all().to_take_back().count() == 1
    actions.split_dispute(second, by=supervisor)
    assert not RewardLine.objects.all().to_take_back().exists()
    assert RewardLine.objects.filter(pays=True).count() == 2


def test_a_contradicted_case_earns_nothing_later_either(studio, supervisor, scheme):
    case = ready(studio)
    statement = computed(studio, supervisor)
    actions.submit_statement(statement, by=supervisor)
    drawn = CallBack.objects.get()
    actions.call_back(drawn, by=supervisor, result="contradicted", note="没有收到钱", called_on=timezone.localdate())
    MediationCase.objects.filter(pk=case.pk).update(closed_on=date(2020, 8, 3))
    later = computed(studio, supervisor, 3)
    assert (later.total, later.lines.get().why_not) == (0, "抽查回访不实")
    assert computed(studio, supervisor, 2).lines.get().why_not == "不再是本季度结案"
    assert CallBack.objects.filter(pk=drawn.pk).exists(), "what was heard stays on record"


def test_a_case_without_a_grade_holds_its_statement(studio, supervisor, finance, scheme):
    case = ready(studio, grade="", graded_by=None)
    statement = computed(studio, supervisor)
    actions.submit_statement(statement, by=supervisor)
    with pytest.raises(PermissionDenied, match="1 件没有确认等级"):
        actions.approve_statement(statement, by=finance)
    MediationCase.objects.filter(pk=case.pk).update(grade="hard", graded_by=factories.UserFactory())
    actions.recompute_statement(statement, by=supervisor)
    assert CallBack.objects.filter(line__statement=statement).count() == 1, "a line that earns now is drawn too"
    with pytest.raises(PermissionDenied, match="1 件抽查"):
        actions.approve_statement(statement, by=finance)


def test_a_grade_is_withdrawn_until_it_was_paid_by(studio, mediator, supervisor, finance, scheme):
    case = ready(studio)
    with pytest.raises(PermissionDenied, match="权益保障"):
        actions.withdraw_grade(case, by=mediator, reason="定错了")
    case = actions.withdraw_grade(case, by=supervisor, reason="定错了")
    case = actions.propose_grade(case, by=mediator, grade="hard", reason="三次调解")
    actions.confirm_grade(case, by=supervisor)
    approved(studio, supervisor, finance)
    with pytest.raises(PermissionDenied, match="已按这个等级奖补"):
        actions.withdraw_grade(case, by=supervisor, reason="定错了")


def test_what_was_told_apart_stays_apart_when_a_third_case_comes(studio, mediator, supervisor):
    employer = factories.EmployerFactory()
    known = {
        "employer": employer,
        "received_at": making.MORNING,
        "studio": studio,
        "area": studio.area,
        "kind": "wages",
    }
    caller = {"caller_name": "柏安平", "caller_phone": "057400000001"}
    first, second = (actions.open_case(by=mediator, **known, **caller) for _ in range(2))
    assert first.dispute == second.dispute
    second = actions.split_dispute(second, by=supervisor)
    third = actions.open_case(by=mediator, **known, **caller)
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.dispute != second.dispute
    assert third.dispute in (first.dispute, second.dispute)
    with pytest.raises(PermissionDenied, match="权益保障"):
        actions.join_dispute(first, second, by=mediator)
    actions.join_dispute(first, second, by=supervisor)
    second.refresh_from_db()
    first.refresh_from_db()
    assert first.dispute == second.dispute, "the supervisor may have been wrong"


def test_a_take_back_that_waits_ends_with_a_split(studio, supervisor, finance, scheme):
    first, second = ready(studio, day=date(2020, 2, 3)), ready(studio, day=date(2020, 5, 4))
    approved(studio, supervisor, finance, 1)
    approved(studio, supervisor, finance, 2)
    actions.join_dispute(first, second, by=supervisor)
    ready(studio, day=date(2020, 8, 3), grade="hard")
    third = computed(studio, supervisor, 3)
    actions.submit_statement(third, by=supervisor)
    for drawn in CallBack.objects.filter(result=""):
        actions.call_back(drawn, by=supervisor, result="confirmed", note="属实", called_on=timezone.localdate())
    actions.split_dispute(second, by=supervisor)
    with pytest.raises(ValidationError, match="已经拆分"):
        actions.approve_statement(third, by=finance)
    assert actions.recompute_statement(third, by=supervisor).total == 500


def test_what_was_taken_back_is_not_split(studio, supervisor, finance, scheme):
    first, second = ready(studio, day=date(2020, 2, 3)), ready(studio, day=date(2020, 5, 4))
    approved(studio, supervisor, finance, 1)
    approved(studio, supervisor, finance, 2)
    actions.join_dispute(first, second, by=supervisor)
    ready(studio, day=date(2020, 8, 3), grade="hard")
    approved(studio, supervisor, finance, 3)
    with pytest.raises(ValidationError, match="已经追回"):
        actions.split_dispute(second, by=supervisor)


def test_money_taken_back_of_another_year_makes_no_room(studio, supervisor, finance):
    making.scheme(studio.area_id, year=2019)
    making.scheme(studio.area_id, studio_at_most=D(400))
    early = {"accepted_on": date(2019, 1, 2), "received_on": date(2019, 1, 2)}
    twin, other = (ready(studio, day=date(2019, month, 3), **early) for month in (2, 5))
    for quarter in (1, 2):
        statement = actions.compute_statement(studio, 2019, quarter, by=supervisor)
        actions.submit_statement(statement, by=supervisor)
        for drawn in CallBack.objects.filter(result=""):
            actions.call_back(drawn, by=supervisor, result="confirmed", note="属实", called_on=timezone.localdate())
        actions.approve_statement(statement, by=finance)
    actions.join_dispute(twin, other, by=supervisor)
    ready(studio, day=date(2020, 2, 3), grade="hard")
    assert approved(studio, supervisor, finance, 1).total == 200  # 500 capped at 400, 200 taken back
    ready(studio, day=date(2020, 5, 4))
    assert computed(studio, supervisor, 2).total == 0


def test_another_studios_case_is_hinted_at_not_shown(studio, mediator, supervisor):
    theirs = ready(factories.StudioFactory(), employer=factories.EmployerFactory())
    mine = making.mediating(studio)
    making.worker(mine, phone=theirs.parties.get().phone)
    page = client_of(mediator).get(f"/mediation/cases/{mine.pk}/").content.decode()
    assert "其他工作室有疑似同一争议" in page
    assert theirs.number not in page
    assert theirs.number in client_of(supervisor).get(f"/mediation/cases/{mine.pk}/").content.decode()
