"""A dispute is paid once, whatever happens to its cases: told to be one, split, moved, closed again."""

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from mediation.actions import cases, disputes, outcomes, rewards
from mediation.models import CallBack, MediationCase, RewardLine, RewardStatement
from mediation.selectors.disputes import likenesses_of
from tests import factories
from tests.mediation import builders
from tests.test_pages import client_of

D = Decimal


def test_the_database_pays_a_dispute_once(studio, scheme):
    one, other = builders.ready(studio), builders.ready(studio)
    statement = builders.statement(studio, scheme, 1)
    builders.line(statement, one, pays=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        RewardLine.objects.create(statement=statement, case=other, dispute=one.dispute, amount=200, pays=True)


def test_a_case_closed_again_is_not_paid_again(studio, supervisor, finance, scheme):
    case = builders.ready(studio)
    builders.approved(studio, supervisor, finance)
    MediationCase.objects.filter(pk=case.pk).update(closed_on=date(2020, 8, 3))
    later = builders.computed(studio, supervisor, 3)
    assert later.total == 0
    assert "已在" in later.lines.get().why_not


def test_what_was_paid_twice_before_anybody_knew_is_taken_back(studio, mediator, supervisor, finance, scheme):
    first, second = builders.ready(studio, day=date(2020, 2, 3)), builders.ready(studio, day=date(2020, 5, 4))
    builders.approved(studio, supervisor, finance, 1)
    builders.approved(studio, supervisor, finance, 2)
    disputes.join(first, second, by=mediator)
    assert RewardLine.objects.filter(pays=True).count() == 1
    poor = builders.computed(studio, supervisor, 3)
    assert poor.total == 0, "nothing to take it from yet"
    builders.ready(studio, day=date(2020, 8, 3), grade="hard")
    rich = builders.computed(studio, supervisor, 3)
    assert (rich.total, rich.lines.get(kind="taken_back").amount) == (300, -200)
    builders.approved(studio, supervisor, finance, 3)
    builders.ready(studio, day=date(2020, 11, 3))
    assert builders.computed(studio, supervisor, 4).total == 200, "taken back once"


def test_the_same_worker_employer_and_time_are_one_dispute(studio, mediator, supervisor):
    employer = factories.EmployerFactory()
    known = {"employer": employer, "received_at": builders.MORNING, "studio": studio, "area": studio.area}
    first = cases.open(by=mediator, **known, caller_name="柏安平", caller_phone="057400000001")
    other = cases.open(by=mediator, **known, caller_name="卞建民", caller_phone="057400000002")
    again = cases.open(by=mediator, **known, caller_name="柏安平", caller_phone="057400000001")
    assert again.dispute == first.dispute
    assert other.dispute != first.dispute
    assert [one.case for one in likenesses_of(other)] == [again, first]
    with pytest.raises(PermissionDenied, match="权益保障"):
        disputes.tell_apart(other, first, by=mediator)
    disputes.tell_apart(other, first, by=supervisor)
    assert [one.case for one in likenesses_of(other)] == [again]
    with pytest.raises(ValidationError, match="已归入"):
        disputes.tell_apart(first, again, by=supervisor)


@pytest.mark.parametrize("seed", range(12))
def test_no_dispute_is_paid_twice_whatever_happens_to_its_cases(supervisor, finance, seed):
    """Merging, moving to another studio, opening and closing again, in any order, between quarters that are paid."""
    chance = random.Random(seed)
    studios = [factories.StudioFactory() for _ in range(2)]
    builders.scheme(studios[0].area_id)
    cases = [
        builders.ready(
            chance.choice(studios), day=date(2020, 1, 6) + timedelta(days=14 * n), accepted_on=date(2020, 1, 2)
        )
        for n in range(7)
    ]
    for quarter in range(1, 5):
        for _ in range(4):
            case = chance.choice(cases)
            case.refresh_from_db()
            step = chance.choice(["merge", "again", "move", "split"])
            if step == "merge":
                other = chance.choice([one for one in cases if one.pk != case.pk])
                disputes.join(case, other, by=supervisor)
            elif step == "split":
                if case.dispute.cases.count() > 1:
                    disputes.split(case, by=supervisor)
            elif step == "again":
                outcomes.reopen(case, by=supervisor, reason="再谈")
                day = date(2020, quarter * 3, 15)
                MediationCase.objects.filter(pk=case.pk).update(status="closed", closed_on=day, concluded_on=day)
            else:
                MediationCase.objects.filter(pk=case.pk).update(studio=chance.choice(studios))
        for studio in studios:
            builders.approved(studio, supervisor, finance, quarter)
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


def test_two_studios_cases_are_put_together_by_the_supervisor(studio, mediator, supervisor):
    mine, theirs = builders.ready(studio), builders.ready(factories.StudioFactory())
    with pytest.raises(PermissionDenied):
        disputes.join(mine, theirs, by=mediator)
    disputes.join(mine, theirs, by=supervisor)
    theirs.refresh_from_db()
    assert theirs.events.filter(kind="note").count() == 1, "the other studio reads of it"
    with pytest.raises(PermissionDenied, match="权益保障"):
        disputes.split(theirs, by=mediator)
    disputes.split(theirs, by=supervisor)
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert mine.dispute != theirs.dispute


def test_what_was_split_is_owed_no_more(studio, supervisor, finance, scheme):
    first, second = builders.ready(studio, day=date(2020, 2, 3)), builders.ready(studio, day=date(2020, 5, 4))
    builders.approved(studio, supervisor, finance, 1)
    builders.approved(studio, supervisor, finance, 2)
    disputes.join(first, second, by=supervisor)
    assert RewardLine.objects.all().to_take_back().count() == 1
    disputes.split(second, by=supervisor)
    assert not RewardLine.objects.all().to_take_back().exists()
    assert RewardLine.objects.filter(pays=True).count() == 2


def test_what_was_told_apart_stays_apart_when_a_third_case_comes(studio, mediator, supervisor):
    employer = factories.EmployerFactory()
    known = {
        "employer": employer,
        "received_at": builders.MORNING,
        "studio": studio,
        "area": studio.area,
        "kind": "wages",
    }
    caller = {"caller_name": "柏安平", "caller_phone": "057400000001"}
    first, second = (cases.open(by=mediator, **known, **caller) for _ in range(2))
    assert first.dispute == second.dispute
    second = disputes.split(second, by=supervisor)
    third = cases.open(by=mediator, **known, **caller)
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.dispute != second.dispute
    assert third.dispute in (first.dispute, second.dispute)
    with pytest.raises(PermissionDenied, match="权益保障"):
        disputes.join(first, second, by=mediator)
    disputes.join(first, second, by=supervisor)
    second.refresh_from_db()
    first.refresh_from_db()
    assert first.dispute == second.dispute, "the supervisor may have been wrong"


def test_a_take_back_that_waits_ends_with_a_split(studio, supervisor, finance, scheme):
    first, second = builders.ready(studio, day=date(2020, 2, 3)), builders.ready(studio, day=date(2020, 5, 4))
    builders.approved(studio, supervisor, finance, 1)
    builders.approved(studio, supervisor, finance, 2)
    disputes.join(first, second, by=supervisor)
    builders.ready(studio, day=date(2020, 8, 3), grade="hard")
    third = builders.computed(studio, supervisor, 3)
    rewards.submit_statement(third, by=supervisor)
    for drawn in CallBack.objects.filter(result=""):
        rewards.call_back(drawn, by=supervisor, result="confirmed", note="属实", called_on=timezone.localdate())
    disputes.split(second, by=supervisor)
    with pytest.raises(ValidationError, match="已经拆分"):
        rewards.approve_statement(third, by=finance)
    assert rewards.recompute_statement(third, by=supervisor).total == 500


def test_what_was_taken_back_is_not_split(studio, supervisor, finance, scheme):
    first, second = builders.ready(studio, day=date(2020, 2, 3)), builders.ready(studio, day=date(2020, 5, 4))
    builders.approved(studio, supervisor, finance, 1)
    builders.approved(studio, supervisor, finance, 2)
    disputes.join(first, second, by=supervisor)
    builders.ready(studio, day=date(2020, 8, 3), grade="hard")
    builders.approved(studio, supervisor, finance, 3)
    with pytest.raises(ValidationError, match="已经追回"):
        disputes.split(second, by=supervisor)


def test_another_studios_case_is_hinted_at_not_shown(studio, mediator, supervisor):
    theirs = builders.ready(factories.StudioFactory(), employer=factories.EmployerFactory())
    mine = builders.mediating(studio)
    builders.worker(mine, phone=theirs.parties.get().phone)
    page = client_of(mediator).get(f"/mediation/cases/{mine.pk}/").content.decode()
    assert "其他工作室有疑似同一争议" in page
    assert theirs.number not in page
    assert theirs.number in client_of(supervisor).get(f"/mediation/cases/{mine.pk}/").content.decode()
