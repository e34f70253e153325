from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from auditlog.models import LogEntry
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from mediation.actions import cases, outcomes, parties, studios, teams
from mediation.models import CalendarDay, CalendarYear, CaseConflict, CaseMember, Instalment, Reception
from mediation.selectors.deadlines import deadlines_of
from tests import factories
from tests.mediation import builders
from xiangshan.shared.notifications.models import Notice

MORNING = builders.MORNING


def opened(studio, by, **values):
    given = {"studio": studio, "area": studio.area, "subject": "拖欠工资", "received_at": MORNING, **values}
    return cases.open(by=by, **given)


def test_cases_are_numbered_by_studio_and_year(mediator, studio):
    numbers = [opened(studio, mediator).number for _ in range(2)]
    assert numbers == [f"象工调〔2020〕{studio.case_prefix}001号", f"象工调〔2020〕{studio.case_prefix}002号"]


def test_the_day_a_case_is_received_is_shanghais(mediator, studio):
    late = datetime(2020, 12, 31, 23, 30, tzinfo=timezone.get_default_timezone())
    assert opened(studio, mediator, received_at=late).received_on == date(2020, 12, 31)


def test_intake_asks_for_nothing_but_who_and_what(mediator, studio):
    case = cases.open(
        by=mediator, studio=studio, area=studio.area, kind="wages", received_at=MORNING, caller_name="柏安平",
        caller_phone="0574-00000001", text="三个月没发",
    )  # fmt: skip
    party = case.parties.get()
    assert (case.subject, party.name, party.phone) == ("拖欠工资", "柏安平", "057400000001")
    assert case.events.get(kind="note").text == "三个月没发"
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
        cases.respond(case, by=mediator, at=MORNING - timedelta(minutes=1))
    case = cases.respond(case, by=mediator, at=MORNING + timedelta(minutes=35, seconds=40))
    assert (case.response_minutes, case.status) == (35, "responding")
    with pytest.raises(PermissionDenied, match="已经记录"):
        cases.respond(case, by=mediator)
    with pytest.raises(ValidationError, match="到达不能早于"):
        cases.arrive(case, by=mediator, at=MORNING)
    case = cases.arrive(case, by=mediator, at=MORNING + timedelta(minutes=50))
    assert [event.kind for event in case.events.order_by("at")] == ["response", "arrival"]


def test_arriving_before_answering_is_refused(mediator, studio):
    with pytest.raises(PermissionDenied, match="先记录首次响应"):
        cases.arrive(opened(studio, mediator), by=mediator)


def test_a_case_is_accepted_or_refused_once(mediator, studio):
    case = opened(studio, mediator)
    with pytest.raises(PermissionDenied, match="先记录首次响应"):
        cases.accept(case, by=mediator)
    case = cases.respond(case, by=mediator, at=MORNING)
    with pytest.raises(ValidationError, match="接案以后"):
        cases.accept(case, by=mediator, accepted_on=date(2020, 5, 31))
    case = cases.accept(case, by=mediator, accepted_on=date(2020, 6, 2))
    assert (case.status, case.next_due_on, case.next_due_text) == ("mediating", date(2020, 6, 17), "调解期限")
    with pytest.raises(PermissionDenied, match="不能再受理"):
        cases.accept(case, by=mediator)
    other = cases.respond(opened(studio, mediator), by=mediator, at=MORNING)
    with pytest.raises(ValidationError, match="写明原因"):
        cases.refuse(other, by=mediator, reason=" ")
    other = cases.refuse(other, by=mediator, reason="不属于劳动争议")
    assert (other.status, other.outcome, other.next_due_on) == ("closed", "refused", None)


def test_ten_workers_are_reported_upward_once(mediator, studio, supervisor):
    case = opened(studio, mediator, workers=9)
    assert not Notice.objects.filter(user=supervisor, text__contains="集体争议").exists()
    case = cases.edit(case, by=mediator, workers=10)
    case = cases.edit(case, by=mediator, workers=12)
    assert Notice.objects.filter(user=supervisor, text__contains="集体争议").count() == 1
    assert case.events.filter(kind="report").count() == 1


def test_plain_fields_name_nobody(mediator, studio):
    case = opened(studio, mediator, caller_name="柏安平")
    for subject in ("柏安平被欠薪", "联系 13800138000", "身份证 11010519491231002X"):
        with pytest.raises(ValidationError, match="不要写当事人"):
            cases.edit(case, by=mediator, subject=subject)
    with pytest.raises(ValidationError, match="不要写当事人姓名"):
        opened(studio, mediator, subject="褚长青欠薪", caller_name="褚长青")
    assert opened(studio, mediator, subject="", kind="dismissal", caller_name="解").subject == "解除劳动合同"
    with pytest.raises(ValidationError, match="写着这位当事人"):
        parties.add(case, by=mediator, side="worker", name="拖欠")
    with pytest.raises(ValidationError, match="不要写当事人"):
        cases.record_reception(
            by=mediator, studio=studio, received_on=date(2020, 6, 1), subject="张三 13800138000 来访"
        )
    assert not Reception.objects.exists()


def test_an_event_needs_words_and_a_past(mediator, studio):
    case = opened(studio, mediator)
    with pytest.raises(ValidationError, match="将来"):
        cases.write_event(case, by=mediator, kind="call", at=timezone.now() + timedelta(hours=1), text="去电")
    with pytest.raises(ValidationError, match="写一句"):
        cases.write_event(case, by=mediator, kind="call", at=MORNING, text=" ")
    with pytest.raises(ValidationError, match="选择一种"):
        cases.write_event(case, by=mediator, kind="payment", at=MORNING, text="付款")
    assert cases.write_event(case, by=mediator, kind="call", at=MORNING, text="去电").text == "去电"


def test_a_hand_over_says_why_and_the_former_lead_leaves(mediator, colleague, studio):
    case = opened(studio, mediator)
    with pytest.raises(PermissionDenied, match="主办调解员"):
        teams.assign_lead(case, colleague, by=colleague)
    with pytest.raises(ValidationError, match="写明原因"):
        teams.assign_lead(case, colleague, by=mediator)
    case = teams.assign_lead(case, colleague, by=mediator, reason="出差")
    team = case.members.filter(left_on__isnull=True)
    assert (case.lead_mediator, [one.user for one in team]) == (colleague, [colleague])
    case = teams.add_member(case, mediator, by=colleague)
    assert case.members.filter(left_on__isnull=True).count() == 2
    stranger = factories.somebody("mediator", factories.StudioFactory().pk)
    with pytest.raises(ValidationError, match="不在"):
        teams.add_member(case, stranger, by=colleague)


def test_who_stands_back_works_and_reads_no_more(mediator, colleague, studio):
    case = opened(studio, mediator)
    with pytest.raises(ValidationError, match="利害关系"):
        teams.stand_back(case, by=mediator, reason="")
    case = teams.stand_back(case, by=mediator, reason="当事人是亲戚")
    assert case.lead_mediator is None
    assert CaseConflict.objects.get().user == mediator
    with pytest.raises(PermissionDenied, match="已回避"):
        cases.respond(case, by=mediator)
    with pytest.raises(ValidationError, match="已回避"):
        teams.assign_lead(case, mediator, by=colleague)
    assert cases.respond(case, by=colleague).lead_mediator == colleague


def test_a_transfer_needs_consent_and_the_number_stays(mediator, studio):
    case, other = opened(studio, mediator), factories.StudioFactory()
    with pytest.raises(ValidationError, match="征得当事人同意"):
        teams.transfer_case(case, other, by=mediator, consented_on=None, reason="就近")
    with pytest.raises(ValidationError, match="另一家"):
        teams.transfer_case(case, studio, by=mediator, consented_on=date(2020, 6, 2), reason="就近")
    moved = teams.transfer_case(case, other, by=mediator, consented_on=date(2020, 6, 2), reason="就近")
    assert (moved.studio, moved.lead_mediator, moved.number) == (other, None, case.number)
    with pytest.raises(PermissionDenied, match="不在"):
        cases.respond(moved, by=mediator)
    cases.respond(moved, by=factories.somebody("mediator", other.pk))


@time_machine.travel(datetime(2020, 6, 10, 12, tzinfo=timezone.get_default_timezone()), tick=False)
def test_the_clock_stands_still_while_it_is_paused(mediator, studio):
    case = cases.respond(opened(studio, mediator), by=mediator, at=MORNING)
    case = cases.accept(case, by=mediator, accepted_on=date(2020, 6, 1))
    assert case.next_due_on == date(2020, 6, 16)
    outcomes.pause(case, by=mediator, starts_on=date(2020, 6, 5), reason="双方同意等鉴定")
    case.refresh_from_db()
    assert case.next_due_on is None
    with pytest.raises(PermissionDenied, match="已经中止"):
        outcomes.pause(case, by=mediator, starts_on=date(2020, 6, 6), reason="再等")
    case = outcomes.resume(case, by=mediator, ends_on=date(2020, 6, 9))
    case.refresh_from_db()
    assert case.next_due_on == date(2020, 6, 21)
    with pytest.raises(ValidationError, match="重叠"):
        outcomes.pause(case, by=mediator, starts_on=date(2020, 6, 8), reason="又等")


def test_duty_is_planned_in_turn_and_replanned(mediator, studio):
    team = [
        factories.MediatorFactory(studio=studio, name=name, starts_on=date(2019, 1, 1)) for name in ("蒋明理", "戚婉如")
    ]
    days = [date(2020, 6, 1) + timedelta(days=n) for n in range(3)]
    shifts = studios.plan_duty(studio, days, team, by=mediator)
    assert [one.mediator.name for one in shifts] == ["蒋明理", "戚婉如", "蒋明理"]
    assert len(studios.plan_duty(studio, days[:1], team[1:], by=mediator)) == 1
    with pytest.raises(ValidationError, match="不在"):
        studios.plan_duty(studio, days, [factories.MediatorFactory()], by=mediator)
    with pytest.raises(ValidationError, match="不在工作室"):
        studios.plan_duty(studio, [date(2018, 1, 1)], team, by=mediator)


def test_answered_within_the_minute_it_came_is_no_earlier(mediator, studio):
    case = opened(studio, mediator, received_at=MORNING + timedelta(seconds=42))
    case = cases.respond(case, by=mediator, at=MORNING)  # a form shows minutes
    assert (case.response_minutes, case.first_response_at) == (0, case.received_at)


def test_saving_a_case_does_not_move_its_receipt(mediator, studio, supervisor):
    case = opened(studio, mediator, received_at=MORNING + timedelta(seconds=42))
    case = cases.edit(case, by=mediator, received_at=MORNING, workers=2)
    assert case.received_at == MORNING + timedelta(seconds=42)
    case = cases.respond(case, by=mediator, at=MORNING + timedelta(hours=3))
    late = {"received_at": MORNING + timedelta(hours=2)}
    with pytest.raises(PermissionDenied, match="由权益保障部门更正"):
        cases.edit(case, by=mediator, **late)
    assert cases.edit(case, by=supervisor, **late).response_minutes == 60
    with pytest.raises(ValidationError, match="不能在将来"):
        cases.edit(case, by=supervisor, received_at=timezone.now() + timedelta(days=1))


def test_a_co_mediator_may_be_the_first_to_respond(mediator, supervisor, studio):
    case = cases.open(by=supervisor, studio=studio, area=studio.area, subject="欠薪", received_at=MORNING, kind="wages")
    case = teams.add_member(case, mediator, by=supervisor)
    assert cases.respond(case, by=mediator, at=MORNING).lead_mediator == mediator


def test_a_year_is_written_down_as_announced_and_put_right(supervisor):
    year = 2099
    days = [(date(year, 10, 1), False, "国庆节"), (date(year, 10, 10), True, "调休上班")]
    with pytest.raises(ValidationError, match="没有收录"):
        studios.fill_year(year, by=supervisor)
    with pytest.raises(ValidationError, match="写明依据"):
        studios.keep_year(year, days, by=supervisor, source=" ")
    studios.keep_year(year, days, by=supervisor, source="国办发明电")
    studios.keep_year(year, days[1:], by=supervisor, source="国办发明电，更正")
    assert list(CalendarDay.objects.filter(day__year=year).values_list("day", flat=True)) == [days[1][0]]
    assert CalendarYear.objects.get(year=year).source == "国办发明电，更正"


def test_an_agreement_about_nothing_written_by_mistake_is_replaced(mediator, studio):
    case = builders.mediating(studio)
    values = {"terms": "分期", "signed_on": date(2020, 6, 10), "effective_on": date(2020, 6, 10)}
    outcomes.agree(case, by=mediator, **values)
    outcomes.agree(case, by=mediator, **values, instalments=[{"due_on": date(2020, 7, 1), "amount": Decimal(500)}])
    case.refresh_from_db()
    assert (case.status, case.amount_agreed) == ("agreed", 500)


def test_a_payment_written_by_mistake_is_withdrawn(mediator, studio):
    case = builders.agreed(studio, 500)
    instalment = Instalment.objects.get()
    payment = outcomes.record_payment(instalment, by=mediator, amount=Decimal(500), paid_on=date(2020, 7, 1))
    with pytest.raises(ValidationError, match="写明原因"):
        outcomes.withdraw_payment(payment, by=mediator, reason="")
    outcomes.withdraw_payment(payment, by=mediator, reason="多记了一个零")
    case.refresh_from_db()
    instalment.refresh_from_db()
    assert (case.status, case.amount_paid, instalment.paid) == ("agreed", 0, 0)
    with pytest.raises(PermissionDenied, match="已撤销"):
        outcomes.withdraw_payment(payment, by=mediator, reason="再撤")
    outcomes.record_payment(instalment, by=mediator, amount=Decimal(50), paid_on=date(2020, 7, 1))


def test_the_year_to_arbitration_by_what_is_owed_for(mediator, studio):
    """调解仲裁法 art. 27: the end of the employment counts for pay; what is not settled keeps running."""
    days = {"known_on": date(2020, 1, 6), "employment_ended_on": date(2020, 5, 6)}

    def starts(**values):
        case = builders.mediating(studio, **days, **values)
        return next(one for one in deadlines_of(case) if one.code == "arbitration")

    assert starts(kind="wages").starts_on == date(2020, 5, 6)
    assert starts(kind="injury").starts_on == date(2020, 1, 6)
    ended = {"concluded_on": date(2020, 6, 9)}
    assert starts(status="failed", outcome="failed", **ended).done_on is None
    assert starts(status="agreed", outcome="agreed", **ended).done_on == date(2020, 6, 9)


def test_days_beyond_all_sense_are_refused(mediator, studio):
    case = opened(studio, mediator)
    with pytest.raises(ValidationError, match="不能晚于今天"):
        cases.edit(case, by=mediator, known_on=date(9999, 1, 1))
    with pytest.raises(ValidationError, match="不能晚于一年以后"):
        cases.edit(case, by=mediator, employment_ended_on=date(9999, 1, 1))
    values = {"terms": "付清", "signed_on": date(2020, 6, 10), "effective_on": date(9999, 12, 31)}
    with pytest.raises(ValidationError, match="签订一年以后"):
        outcomes.agree(builders.mediating(studio), by=mediator, **values)


def test_a_caller_without_a_name_blocks_no_words(mediator, studio):
    case = opened(studio, mediator, caller_phone="057400000001")
    assert case.parties.get().name == "来电人"
    assert cases.edit(case, by=mediator, subject="来电人反映欠薪").subject == "来电人反映欠薪"


def test_a_reception_is_corrected_by_the_same_rules(mediator, studio):
    reception = cases.record_reception(by=mediator, studio=studio, received_on=date(2020, 6, 1), subject="咨询")
    with pytest.raises(ValidationError, match="不能在将来"):
        cases.edit_reception(reception, by=mediator, received_on=timezone.localdate() + timedelta(days=1))
    with pytest.raises(PermissionDenied, match="不在"):
        cases.edit_reception(reception, by=mediator, studio=factories.StudioFactory())


def test_what_stands_in_case_numbers_stays(mediator, studio, supervisor):
    assert studios.edit(studio, by=supervisor, case_prefix="新").case_prefix == "新"
    opened(studio, mediator)
    with pytest.raises(ValidationError, match="不能更改"):
        studios.edit(studio, by=supervisor, case_prefix="旧")


def test_no_history_tells_plain_words(mediator, studio):
    case = opened(studio, mediator, subject="郝大勇讨薪")
    with pytest.raises(ValidationError, match="写着这位当事人"):
        parties.add(case, by=mediator, side="worker", name="郝大勇")
    case = cases.edit(case, by=mediator, subject="讨薪")
    parties.add(case, by=mediator, side="worker", name="郝大勇")
    assert not LogEntry.objects.filter(changes__icontains="郝大勇").exists()
