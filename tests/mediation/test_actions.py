from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from mediation import actions
from tests import factories

MORNING = datetime(2020, 3, 2, 9, 0, tzinfo=timezone.get_default_timezone())


def opened(studio, mediator, **values):
    return actions.open_case(
        by=mediator, studio=studio, area=studio.area, subject="拖欠工资", received_at=MORNING, **values
    )


def test_cases_are_numbered_by_studio_and_year(mediator, studio):
    numbers = [opened(studio, mediator).number for _ in range(2)]
    assert numbers == [f"象工调〔2020〕{studio.mark}001号", f"象工调〔2020〕{studio.mark}002号"]


def test_minutes_to_the_first_response_are_kept(mediator, studio):
    case = opened(studio, mediator)
    case = actions.edit_case(case, by=mediator, first_response_at=MORNING + timedelta(minutes=35, seconds=40))
    assert case.response_minutes == 35
    with pytest.raises(ValidationError, match="首次响应不能早于接案"):
        actions.edit_case(case, by=mediator, first_response_at=MORNING - timedelta(minutes=1))


def test_the_day_a_case_is_received_is_shanghais(mediator, studio):
    late = datetime(2020, 12, 31, 23, 30, tzinfo=timezone.get_default_timezone())
    case = actions.open_case(by=mediator, studio=studio, area=studio.area, subject="加班费", received_at=late)
    assert case.received_on == date(2020, 12, 31)


def test_closing_needs_an_outcome(mediator, studio):
    case = opened(studio, mediator)
    with pytest.raises(ValidationError):
        actions.edit_case(case, by=mediator, status="closed", closed_on=date(2020, 3, 9))
    closed = actions.edit_case(
        case, by=mediator, status="closed", outcome="agreed", concluded_on=date(2020, 3, 8), closed_on=date(2020, 3, 9)
    )
    with pytest.raises(PermissionDenied, match="已结案"):
        actions.edit_case(closed, by=mediator, subject="改")


def test_another_studios_mediator_may_not(mediator):
    with pytest.raises(PermissionDenied, match="不在"):
        opened(factories.StudioFactory(), mediator)
