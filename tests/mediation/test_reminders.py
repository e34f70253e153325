"""What the clock says of disputes, each thing once."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from mediation import reminders
from mediation.actions import parties
from mediation.models import MediationCase
from mediation.selectors.overview import overview_of
from tests import factories
from tests.mediation import builders
from tests.test_pages import client_of
from xiangshan.shared.notifications.models import Notice

SHANGHAI = timezone.get_default_timezone()


def notices(user, text):
    return Notice.objects.filter(user=user, text__contains=text).count()


def test_a_late_instalment_is_chased_once_a_day_set(studio, mediator):
    case = builders.agreed(studio, 1000, 500)
    builders.member(case, mediator)
    for day, text in ((28, "3 天后到期"), (2, "已逾期 1 天"), (4, "已逾期 3 天")):
        month = 6 if day == 28 else 7
        with time_machine.travel(datetime(2020, month, day, 9, 20, tzinfo=SHANGHAI), tick=False):
            assert reminders.chase_instalments() == 1
            assert reminders.chase_instalments() == 1
        assert notices(mediator, text) == 1
    with time_machine.travel(datetime(2020, 7, 5, 9, 20, tzinfo=SHANGHAI), tick=False):
        assert reminders.chase_instalments() == 0


def test_days_of_the_law_are_said_before_and_go_up_after(studio, mediator, supervisor):
    case = builders.mediating(studio)
    builders.member(case, mediator)
    with time_machine.travel(datetime(2020, 6, 9, 8, tzinfo=SHANGHAI), tick=False):
        assert parties.refresh_deadlines() == 1
        assert reminders.warn_of_deadlines() == 1
    assert notices(mediator, "调解期限还有 7 天") == 1
    with time_machine.travel(datetime(2020, 6, 17, 8, tzinfo=SHANGHAI), tick=False):
        reminders.warn_of_deadlines()
    assert notices(supervisor, "调解期限已过期") == 1


@time_machine.travel(datetime(2020, 6, 1, 11, 0, tzinfo=SHANGHAI), tick=False)
def test_a_call_nobody_answers_is_said_again_then_upward(studio, mediator, supervisor):
    fresh = {"received_at": timezone.now() - timedelta(minutes=14)}
    factories.CaseFactory(studio=studio, **fresh)
    assert reminders.warn_of_silence() == 0
    MediationCase.objects.update(received_at=timezone.now() - timedelta(minutes=20))
    assert reminders.warn_of_silence() == 1
    assert (notices(mediator, "还没有人响应"), notices(supervisor, "没有响应")) == (1, 0)
    MediationCase.objects.update(received_at=timezone.now() - timedelta(minutes=61))
    reminders.warn_of_silence()
    reminders.warn_of_silence()
    assert (notices(mediator, "还没有人响应"), notices(supervisor, "没有响应")) == (1, 1)


@time_machine.travel(datetime(2020, 6, 1, 22, 0, tzinfo=SHANGHAI), tick=False)
def test_nobody_is_woken_at_night(studio, mediator):
    factories.CaseFactory(studio=studio, received_at=timezone.now() - timedelta(hours=1))
    assert reminders.warn_of_silence() == 0


def test_the_overview_counts_by_hand(studio, mediator, supervisor):
    employer = factories.EmployerFactory()
    for n, minutes in enumerate((5, 10, 20, 40, 200)):
        builders.closed(
            studio, employer=employer, response_minutes=minutes, kind="injury" if n < 2 else "wages",
            outcome="agreed" if n else "failed", received_on=date(2020, 3, 2), amount_agreed=100, amount_paid=100,
        )  # fmt: skip
    builders.mediating(studio, lead_mediator=mediator, next_due_on=date(2020, 6, 16))
    found = overview_of(supervisor, 2020)
    (times,) = found.times
    assert (times.cases, times.median, times.ninetieth) == (6, 10, 200)
    assert {label: cases for label, cases, *_ in found.outcomes} == {"达成协议": 4, "调解不成": 1}
    assert [(row["lead_mediator__name"], row["cases"], row["late"]) for row in found.loads] == [(mediator.name, 1, 1)]
    assert [(row["employer__name"], row["cases"]) for row in found.returning] == [(employer.name, 5)]
    assert dict(found.kinds)["工伤待遇"] == 2


def test_small_numbers_point_to_nobody(studio, supervisor, leadership):
    employer = factories.EmployerFactory(name="象山某某针织厂")
    for kind in ("injury", "injury", "wages"):
        builders.closed(studio, kind=kind, employer=employer)
    found = overview_of(leadership, 2020)
    assert dict(found.kinds) == {
        "拖欠工资": 1, "工伤待遇": "少于 5", "加班费": 0, "社会保险": 0, "解除劳动合同": 0, "其他": 0,
    }  # fmt: skip
    assert (found.loads, found.returning, found.returning_count) == ([], [], 1)
    assert [counts[5] for _, counts in found.heat] == ["少于 5"]
    page = client_of(leadership).get("/mediation/overview/?year=2020").content.decode()
    assert employer.name not in page
    assert employer.name in client_of(supervisor).get("/mediation/overview/?year=2020").content.decode()


@pytest.mark.parametrize(
    "address", ["/mediation/cases/?employer=" + "9" * 26, "/mediation/calendar/0/", "/mediation/calendar/99999/"]
)
def test_addresses_made_up_are_no_error_of_ours(studio, supervisor, address):
    assert client_of(supervisor).get(address).status_code in (200, 404)
