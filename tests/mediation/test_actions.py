from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from mediation import actions
from mediation.models import CaseConflict, CaseMember, Reception
from tests import factories
from tests.mediation import making
from xiangshan.notices.models import Notice

MORNING = making.MORNING


def opened(studio, by, **values):
    given = {"studio": studio, "area": studio.area, "subject": "拖欠工资", "received_at": MORNING, **values}
    return actions.open_case(by=by, **given)


def test_cases_are_numbered_by_studio_and_year(mediator, studio):
    numbers = [opened(studio, mediator).number for _ in range(2)]
    assert numbers == [f"象工调〔2020〕{studio.mark}001号", f"象工调〔2020〕{studio.mark}002号"]


def test_the_day_a_case_is_received_is_shanghais(mediator, studio):
    late = datetime(2020, 12, 31, 23, 30, tzinfo=timezone.get_default_timezone())
    assert opened(studio, mediator, received_at=late).received_on == date(2020, 12, 31)


def test_intake_asks_for_nothing_but_who_and_what(mediator, studio):
    case = actions.open_case(
        by=mediator, studio=studio, area=studio.area, kind="wages", received_at=MORNING, caller_name="柏安平",
        caller_phone="0574-00000001", words="三个月没发",
    )  # fmt: skip
    party = case.parties.get()
    assert (case.subject, party.name, party.phone) == ("拖欠工资", "柏安平", "057400000001")
    assert case.events.get(kind="note").words == "三个月没发"
    assert case.lead_mediator == mediator
    assert CaseMember.objects.get().user == mediator


def test_the_future_is_not_received(mediator, studio):
    with pytest.raises(ValidationError, match="不能在将来"):
        opened(studio, mediator, received_at=timezone.now() + timedelta(minutes=5))


def test_another_studios_mediator_may_not(mediator):
    with pytest.raises(PermissionDenied, match="不在"):
        opened(factories.StudioFactory(), mediator)


def test_minutes_to_the_first_response_are_kept(mediator, studio):
    case = opened(studio, mediator)
    with pytest.raises(ValidationError, match="不能早于接案"):
        actions.respond(case, by=mediator, at=MORNING - timedelta(minutes=1))
    case = actions.respond(case, by=mediator, at=MORNING + timedelta(minutes=35, seconds=40))
    assert (case.response_minutes, case.status) == (35, "responding")
    with pytest.raises(PermissionDenied, match="已经记录"):
        actions.respond(case, by=mediator)
    with pytest.raises(ValidationError, match="到达不能早于"):
        actions.arrive(case, by=mediator, at=MORNING)
    case = actions.arrive(case, by=mediator, at=MORNING + timedelta(minutes=50))
    assert [event.kind for event in case.events.order_by("at")] == ["response", "arrival"]


def test_arriving_before_answering_is_refused(mediator, studio):
    with pytest.raises(PermissionDenied, match="先记录首次响应"):
        actions.arrive(opened(studio, mediator), by=mediator)


def test_a_case_is_accepted_or_refused_once(mediator, studio):
    case = opened(studio, mediator)
    with pytest.raises(ValidationError, match="接案以后"):
        actions.accept_case(case, by=mediator, accepted_on=date(2020, 5, 31))
    case = actions.accept_case(case, by=mediator, accepted_on=date(2020, 6, 2))
    assert (case.status, case.next_due_on, case.next_due_words) == ("mediating", date(2020, 6, 17), "调解期限")
    with pytest.raises(PermissionDenied, match="不能再受理"):
        actions.accept_case(case, by=mediator)
    other = opened(studio, mediator)
    with pytest.raises(ValidationError, match="写明原因"):
        actions.refuse_case(other, by=mediator, reason=" ")
    other = actions.refuse_case(other, by=mediator, reason="不属于劳动争议")
    assert (other.status, other.outcome, other.next_due_on) == ("closed", "refused", None)


def test_ten_workers_are_reported_upward_once(mediator, studio, supervisor):
    case = opened(studio, mediator, workers=9)
    assert not Notice.objects.filter(user=supervisor, text__contains="集体争议").exists()
    case = actions.edit_case(case, by=mediator, workers=10)
    case = actions.edit_case(case, by=mediator, workers=12)
    assert Notice.objects.filter(user=supervisor, text__contains="集体争议").count() == 1
    assert case.events.filter(kind="report").count() == 1


def test_plain_fields_name_nobody(mediator, studio):
    case = opened(studio, mediator, caller_name="柏安平")
    for subject in ("柏安平被欠薪", "联系 13800138000", "身份证 11010519491231002X"):
        with pytest.raises(ValidationError, match="不要写当事人"):
            actions.edit_case(case, by=mediator, subject=subject)
    with pytest.raises(ValidationError, match="不要写当事人姓名"):
        opened(studio, mediator, subject="褚长青欠薪", caller_name="褚长青")
    with pytest.raises(ValidationError, match="不要写当事人"):
        actions.record_reception(
            by=mediator, studio=studio, received_on=date(2020, 6, 1), subject="张三 13800138000 来访"
        )
    assert not Reception.objects.exists()


def test_an_event_needs_words_and_a_past(mediator, studio):
    case = opened(studio, mediator)
    with pytest.raises(ValidationError, match="将来"):
        actions.write_event(case, by=mediator, kind="call", at=timezone.now() + timedelta(hours=1), words="去电")
    with pytest.raises(ValidationError, match="写一句"):
        actions.write_event(case, by=mediator, kind="call", at=MORNING, words=" ")
    with pytest.raises(ValidationError, match="选择一种"):
        actions.write_event(case, by=mediator, kind="payment", at=MORNING, words="付款")
    assert actions.write_event(case, by=mediator, kind="call", at=MORNING, words="去电").words == "去电"


def test_a_hand_over_says_why_and_the_former_lead_leaves(mediator, colleague, studio):
    case = opened(studio, mediator)
    with pytest.raises(PermissionDenied, match="主办调解员"):
        actions.assign_lead(case, colleague, by=colleague)
    with pytest.raises(ValidationError, match="写明原因"):
        actions.assign_lead(case, colleague, by=mediator)
    case = actions.assign_lead(case, colleague, by=mediator, reason="出差")
    team = case.members.filter(left_on__isnull=True)
    assert (case.lead_mediator, [one.user for one in team]) == (colleague, [colleague])
    case = actions.add_member(case, mediator, by=colleague)
    assert case.members.filter(left_on__isnull=True).count() == 2
    stranger = factories.somebody("mediator", factories.StudioFactory().pk)
    with pytest.raises(ValidationError, match="不在"):
        actions.add_member(case, stranger, by=colleague)


def test_who_stands_back_works_and_reads_no_more(mediator, colleague, studio):
    case = opened(studio, mediator)
    with pytest.raises(ValidationError, match="利害关系"):
        actions.stand_back(case, by=mediator, reason="")
    case = actions.stand_back(case, by=mediator, reason="当事人是亲戚")
    assert case.lead_mediator is None
    assert CaseConflict.objects.get().user == mediator
    with pytest.raises(PermissionDenied, match="已回避"):
        actions.respond(case, by=mediator)
    with pytest.raises(ValidationError, match="已回避"):
        actions.assign_lead(case, mediator, by=colleague)
    assert actions.respond(case, by=colleague).lead_mediator == colleague


def test_a_transfer_needs_consent_and_the_number_stays(mediator, studio):
    case, other = opened(studio, mediator), factories.StudioFactory()
    with pytest.raises(ValidationError, match="征得当事人同意"):
        actions.transfer_case(case, other, by=mediator, consented_on=None, reason="就近")
    with pytest.raises(ValidationError, match="另一家"):
        actions.transfer_case(case, studio, by=mediator, consented_on=date(2020, 6, 2), reason="就近")
    moved = actions.transfer_case(case, other, by=mediator, consented_on=date(2020, 6, 2), reason="就近")
    assert (moved.studio, moved.lead_mediator, moved.number) == (other, None, case.number)
    with pytest.raises(PermissionDenied, match="不在"):
        actions.respond(moved, by=mediator)
    actions.respond(moved, by=factories.somebody("mediator", other.pk))


@time_machine.travel(datetime(2020, 6, 10, 12, tzinfo=timezone.get_default_timezone()), tick=False)
def test_the_clock_stands_still_while_it_is_paused(mediator, studio):
    case = actions.accept_case(opened(studio, mediator), by=mediator, accepted_on=date(2020, 6, 1))
    assert case.next_due_on == date(2020, 6, 16)
    actions.pause(case, by=mediator, starts_on=date(2020, 6, 5), reason="双方同意等鉴定")
    case.refresh_from_db()
    assert case.next_due_on is None
    with pytest.raises(PermissionDenied, match="已经中止"):
        actions.pause(case, by=mediator, starts_on=date(2020, 6, 6), reason="再等")
    case = actions.resume(case, by=mediator, ends_on=date(2020, 6, 9))
    case.refresh_from_db()
    assert case.next_due_on == date(2020, 6, 21)
    with pytest.raises(ValidationError, match="重叠"):
        actions.pause(case, by=mediator, starts_on=date(2020, 6, 8), reason="又等")


def test_duty_is_planned_in_turn_and_replanned(mediator, studio):
    team = [
        factories.MediatorFactory(studio=studio, name=name, starts_on=date(2019, 1, 1)) for name in ("蒋明理", "戚婉如")
    ]
    days = [date(2020, 6, 1) + timedelta(days=n) for n in range(3)]
    shifts = actions.plan_duty(studio, days, team, by=mediator)
    assert [one.mediator.name for one in shifts] == ["蒋明理", "戚婉如", "蒋明理"]
    assert len(actions.plan_duty(studio, days[:1], team[1:], by=mediator)) == 1
    with pytest.raises(ValidationError, match="不在"):
        actions.plan_duty(studio, days, [factories.MediatorFactory()], by=mediator)
    with pytest.raises(ValidationError, match="不在工作室"):
        actions.plan_duty(studio, [date(2018, 1, 1)], team, by=mediator)
