"""From the agreement to the last payment, and what else a case may come to."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from mediation.actions import cases, outcomes
from mediation.models import Agreement, Instalment
from tests.mediation import builders

AGREED = {"terms": "分期付清", "signed_on": date(2020, 6, 10), "effective_on": date(2020, 6, 10)}


def rows(*amounts):
    return [{"due_on": date(2020, 7 + n, 1), "amount": Decimal(amount)} for n, amount in enumerate(amounts)]


def test_an_agreement_is_the_sum_of_its_instalments(mediator, studio):
    case = builders.mediating(studio)
    outcomes.agree(case, by=mediator, **AGREED, instalments=rows("14400.01", "14400", "14399.99"))
    case.refresh_from_db()
    assert (case.status, case.outcome, case.amount_agreed) == ("agreed", "agreed", Decimal("43200.00"))
    assert case.concluded_on == date(2020, 6, 10)


def test_an_agreement_about_no_money_is_fulfilled_at_once(mediator, studio):
    case = builders.mediating(studio)
    outcomes.agree(case, by=mediator, **AGREED)
    case.refresh_from_db()
    assert (case.status, case.amount_agreed) == ("fulfilled", 0)


def test_the_days_of_an_agreement_make_sense(mediator, studio):
    case = builders.mediating(studio)
    with pytest.raises(ValidationError, match="受理以后"):
        outcomes.agree(case, by=mediator, **{**AGREED, "signed_on": date(2020, 5, 1)})
    with pytest.raises(ValidationError, match="生效日期不能早于"):
        outcomes.agree(case, by=mediator, **{**AGREED, "effective_on": date(2020, 6, 9)})
    with pytest.raises(ValidationError, match="不能早于签订日期"):
        outcomes.agree(case, by=mediator, **AGREED, instalments=[{"due_on": date(2020, 6, 9), "amount": Decimal(1)}])
    assert not Agreement.objects.exists()


def test_an_agreement_is_replaced_until_money_has_moved(mediator, studio):
    case = builders.mediating(studio)
    outcomes.agree(case, by=mediator, **AGREED, instalments=rows(1000))
    second = outcomes.agree(case, by=mediator, **AGREED, instalments=rows(800, 100))
    case.refresh_from_db()
    assert (case.amount_agreed, Agreement.objects.filter(is_current=True).get()) == (900, second)
    former = Instalment.objects.filter(agreement__is_current=False).get()
    with pytest.raises(ValidationError, match="已被替代"):
        outcomes.record_payment(former, by=mediator, amount=Decimal(1), paid_on=date(2020, 7, 1))
    outcomes.record_payment(second.instalments.first(), by=mediator, amount=Decimal(1), paid_on=date(2020, 7, 1))
    with pytest.raises(PermissionDenied, match="开始履行"):
        outcomes.agree(case, by=mediator, **AGREED, instalments=rows(1))


def test_payments_add_up_and_the_last_one_fulfils(mediator, studio):
    case = builders.agreed(studio, 1000, 500)
    first, second = Instalment.objects.order_by("due_on")
    with pytest.raises(ValidationError, match="还欠 ¥1,000"):
        outcomes.record_payment(first, by=mediator, amount=Decimal("1000.01"), paid_on=date(2020, 7, 1))
    with pytest.raises(ValidationError, match="不能早于签订"):
        outcomes.record_payment(first, by=mediator, amount=Decimal(1), paid_on=date(2020, 6, 1))
    with pytest.raises(ValidationError, match="不能晚于今天"):
        outcomes.record_payment(first, by=mediator, amount=Decimal(1), paid_on=timezone.localdate() + timedelta(days=1))
    outcomes.record_payment(first, by=mediator, amount=Decimal("400.50"), paid_on=date(2020, 7, 1))
    outcomes.record_payment(first, by=mediator, amount=Decimal("599.50"), paid_on=date(2020, 7, 3))
    case.refresh_from_db()
    assert (case.status, case.amount_paid) == ("agreed", 1000)
    outcomes.record_payment(second, by=mediator, amount=Decimal(500), paid_on=date(2020, 8, 1))
    case.refresh_from_db()
    assert (case.status, case.amount_paid, case.next_due_on) == ("fulfilled", 1500, None)
    with pytest.raises(PermissionDenied, match="没有要履行"):
        outcomes.record_payment(second, by=mediator, amount=Decimal(1), paid_on=date(2020, 8, 1))


def test_the_next_day_to_watch_is_the_next_instalment(mediator, studio):
    case = builders.agreed(studio, 1000, 500)
    first = Instalment.objects.earliest("due_on")
    outcomes.record_payment(first, by=mediator, amount=Decimal(1), paid_on=date(2020, 7, 1))
    case.refresh_from_db()
    assert (case.next_due_on, case.next_due_text) == (date(2020, 7, 1), "协议分期付款")
    outcomes.record_payment(first, by=mediator, amount=Decimal(999), paid_on=date(2020, 7, 1))
    case.refresh_from_db()
    assert case.next_due_on == date(2020, 8, 1)


def test_no_agreement_is_an_outcome_of_an_accepted_case_only(mediator, studio):
    unaccepted = builders.mediating(studio, status="responding", accepted_on=None)
    with pytest.raises(ValidationError, match="还没有受理"):
        outcomes.conclude(unaccepted, by=mediator, outcome="failed", concluded_on=date(2020, 6, 9), text="分歧大")
    withdrawn = outcomes.conclude(
        unaccepted, by=mediator, outcome="withdrawn", concluded_on=date(2020, 6, 9), text="自行和解"
    )
    assert withdrawn.status == "withdrawn"
    failed = builders.mediating(studio)
    failed = outcomes.conclude(failed, by=mediator, outcome="failed", concluded_on=date(2020, 6, 16), text="分歧大")
    assert (failed.status, failed.outcome) == ("failed", "failed")


def test_a_referral_waits_for_what_came_of_it(mediator, studio):
    case = builders.mediating(studio)
    referral = outcomes.refer(case, by=mediator, target="arbitration", referred_on=date(2020, 6, 20))
    case.refresh_from_db()
    assert (case.status, case.outcome) == ("referred", "referred")
    outcomes.close(case, by=mediator)
    referral = outcomes.say_result(referral, by=mediator, result="裁决支付", result_on=date(2020, 9, 1))
    assert referral.result == "裁决支付"
    with pytest.raises(PermissionDenied, match="已登记"):
        outcomes.say_result(referral, by=mediator, result="改", result_on=date(2020, 9, 2))


def test_an_agreement_not_fulfilled_is_given_up_only_with_a_reason(mediator, studio):
    case = builders.agreed(studio, 1000)
    with pytest.raises(ValidationError, match="还有 ¥1,000 没有履行"):
        outcomes.close(case, by=mediator)
    case = outcomes.close(case, by=mediator, unfulfilled_reason="已申请支付令，转由法院执行")
    assert (case.status, case.closed_on) == ("closed", timezone.localdate())
    with pytest.raises(PermissionDenied, match="已结案"):
        cases.write_event(case, by=mediator, kind="note", at=builders.MORNING, text="再记")


def test_a_case_without_an_outcome_is_not_closed(mediator, studio):
    with pytest.raises(PermissionDenied, match="还没有调解结果"):
        outcomes.close(builders.mediating(studio), by=mediator)


def test_only_the_supervisor_opens_a_case_again(mediator, supervisor, studio):
    case = builders.closed(studio)
    with pytest.raises(PermissionDenied, match="权益保障"):
        outcomes.reopen(case, by=mediator, reason="对方反悔")
    with pytest.raises(ValidationError, match="写明为什么"):
        outcomes.reopen(case, by=supervisor, reason="")
    again = outcomes.reopen(case, by=supervisor, reason="对方反悔")
    assert (again.status, again.closed_on, again.outcome) == ("fulfilled", None, "agreed")
    failed = builders.closed(studio, outcome="failed")
    again = outcomes.reopen(failed, by=supervisor, reason="双方愿意再谈")
    assert (again.status, again.outcome, again.concluded_on) == ("mediating", "", None)


def test_a_grade_is_confirmed_by_another(mediator, supervisor, studio):
    case = builders.closed(studio)
    with pytest.raises(ValidationError, match="哪一条标准"):
        outcomes.propose_grade(case, by=mediator, grade="hard", reason=" ")
    case = outcomes.propose_grade(case, by=supervisor, grade="hard", reason="调查核对")
    with pytest.raises(PermissionDenied, match="自己提出"):
        outcomes.confirm_grade(case, by=supervisor)
    case = outcomes.propose_grade(case, by=mediator, grade="general", reason="当场解决")
    case = outcomes.confirm_grade(case, by=supervisor)
    with pytest.raises(PermissionDenied, match="已确认"):
        outcomes.propose_grade(case, by=mediator, grade="major", reason="想多拿")
