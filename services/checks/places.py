"""Where and when: one team in two places, one activity reported twice, a day that has not come."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.utils import timezone

from services.checks.base import REPORTED, Hit, Severity, check
from services.models import ActivitySession


def _others_of_the_day(sessions: Sequence[ActivitySession]) -> dict[tuple[int, date], list[ActivitySession]]:
    """What the same organizations reported on the same days."""
    result: dict[tuple[int, date], list[ActivitySession]] = defaultdict(list)
    rows = ActivitySession.objects.filter(
        organization__in={session.organization_id for session in sessions},
        held_on__in={session.held_on for session in sessions},
        status__in=REPORTED,
    ).select_related("venue", "area", "contract_line__contract", "project")
    for session in rows:
        result[session.organization_id, session.held_on].append(session)
    return result


def _was_before(one: Any, other: Any) -> bool:
    """Of two reports the later one is asked about."""
    return (one.submitted_at is not None, one.submitted_at, one.pk) < (
        other.submitted_at is not None,
        other.submitted_at,
        other.pk,
    )


def _overlap(one: ActivitySession, other: ActivitySession) -> bool | None:
    """Whether their hours overlap; unknown where one names none."""
    if one.starts_at is None or other.starts_at is None:
        return None
    ends, others_end = one.ends_at or one.starts_at, other.ends_at or other.starts_at
    if one.starts_at == other.starts_at:
        return True
    return one.starts_at < others_end and other.starts_at < ends


def _same_place(one: ActivitySession, other: ActivitySession) -> bool:
    if one.venue_id or other.venue_id:
        return one.venue_id == other.venue_id
    if one.place and other.place:
        return one.area_id == other.area_id and one.place == other.place
    return one.area_id == other.area_id


def _pairs(sessions: Sequence[ActivitySession]) -> Iterable[tuple[ActivitySession, ActivitySession]]:
    """Each session with every one of its organization's day that was reported before it."""
    days = _others_of_the_day(sessions)
    for session in sessions:
        for other in days[session.organization_id, session.held_on]:
            if other.pk != session.pk and _was_before(other, session):
                yield session, other


@check("two_places", "同时在两地", "同一组织同一时间在两个地点举办活动")
def two_places(sessions: Sequence[ActivitySession]) -> Iterable[Hit]:
    for session, other in _pairs(sessions):
        if _overlap(session, other) and not _same_place(session, other):
            text = f"同一时间还在{other.where}举办“{other.title}”，本场在{session.where}"
            yield Hit(session, Severity.SERIOUS, text, str(other.pk), (other.pk,))


@check("reported_twice", "重复申报", "同一场活动报了两次，或报在两份合同、两个项目下")
def reported_twice(sessions: Sequence[ActivitySession]) -> Iterable[Hit]:
    for session, other in _pairs(sessions):
        if not _same_place(session, other):
            continue
        overlap = _overlap(session, other)
        if overlap or (overlap is None and session.title == other.title):
            text = f"与已上报的“{other.title}”时间地点相同"
            if session.contract_line_id != other.contract_line_id:
                text += f"，分别报在{_under(session)}和{_under(other)}下"
            yield Hit(session, Severity.SERIOUS, text, str(other.pk), (other.pk,))


def _under(session: ActivitySession) -> str:
    if session.contract_line is not None:
        return f"合同“{session.contract_line.contract.title}”"
    return f"项目“{session.project}”" if session.project is not None else session.get_basis_display()


@check("held_in_future", "日期未到", "举办日期晚于上报那天")
def held_in_future(sessions: Sequence[ActivitySession]) -> Iterable[Hit]:
    for session in sessions:
        day = timezone.localdate(session.submitted_at) if session.submitted_at else timezone.localdate()
        if session.held_on > day:
            yield Hit(session, Severity.SERIOUS, f"举办日期 {session.held_on:%Y-%m-%d} 晚于上报日期 {day:%Y-%m-%d}")
