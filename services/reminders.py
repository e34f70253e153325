"""Whom to remind of what, and when: letters and notices that go out by the clock, each once however often the clock strikes."""

from collections import defaultdict
from datetime import date, timedelta

from django.urls import reverse
from django.utils import timezone

from services.models import ActivitySession, Rehearsal
from xiangshan.core import limits
from xiangshan.core.accounts.models import Role, User
from xiangshan.core.accounts.selectors import holders
from xiangshan.core.areas.models import county_of, town_of
from xiangshan.shared.notifications.actions import notify

# Days after a session on which its leader is notified that the report is overdue; one is the last day in time.
OVERDUE_ON = sorted({1, limits.REPORT_DAYS, 7, 14})


def _of(day: date) -> list[ActivitySession]:
    """Planned for a day and not reported."""
    rows = ActivitySession.objects.filter(held_on=day, status__in=ActivitySession.UNREPORTED)
    return list(rows.select_related("organization", "venue").order_by("starts_at", "pk"))


def _tell_leaders(session: ActivitySession, what: str, text: str, page: str) -> None:
    key = f"session-{session.pk}-{what}"
    notify(holders(Role.ORG_LEADER, session.organization_id), key, text, reverse(page, args=[session.pk]))


def remind_of_tomorrow() -> int:
    """The day before: what, where, and the code to show."""
    sessions = _of(timezone.localdate() + timedelta(days=1))
    for session in sessions:
        at = f" {session.starts_at:%H:%M}" if session.starts_at else ""
        where = f",{place}" if (place := session.venue or session.place) else ""
        text = f"明天{at}{where}：“{session.title}”。当天打开签到码，请职工扫码"
        if session.rehearsal_required and not session.rehearsals.filter(outcome=Rehearsal.Outcome.PASSED).exists():
            text = f"明天{at}：“{session.title}”还没有通过试讲，通过后才能上报"
        _tell_leaders(session, f"tomorrow-{session.held_on}", text, "services:session_detail")
    return len(sessions)


def remind_this_evening() -> int:
    """The evening of: a link straight to the three fields and the camera."""
    sessions = _of(timezone.localdate())
    for session in sessions:
        text = f"今天的“{session.title}”办完了吗？填 3 项、拍照就能上报"
        _tell_leaders(session, f"evening-{session.held_on}", text, "services:session_report")
    return len(sessions)


def remind_of_overdue() -> int:
    """When overdue, on set days and not every day."""
    notified = 0
    for days in OVERDUE_ON:
        for session in _of(timezone.localdate() - timedelta(days=days)):
            late = f"；超过 {limits.REPORT_DAYS} 天人数将记为事后补报" if days <= limits.REPORT_DAYS else ""
            text = f"“{session.title}”已过去 {days} 天，还没有上报{late}"
            _tell_leaders(session, f"overdue-{session.held_on}-{days}", text, "services:session_report")
            notified += 1
    return notified


def tell_staff_of_the_week() -> int:
    """Every week, to a town's staff and the county's: who has not reported what. Returns how many people were notified."""
    today = timezone.localdate()
    late: dict[int, list[ActivitySession]] = defaultdict(list)
    for session in ActivitySession.objects.overdue().select_related("organization"):
        late[town_of(session.area_id)].append(session)
        late[county_of(session.area_id)].append(session)
    week = f"{today:%G-W%V}"
    notified: set[int] = set()
    for area, sessions in late.items():
        role = Role.COUNTY_STAFF if area == county_of(area) else Role.TOWN_STAFF
        people: list[User] = list(holders(role, area))
        names = list(dict.fromkeys(str(session.organization) for session in sessions))
        who = "、".join(names[:5]) + ("等" if len(names) > 5 else "")
        text = f"本周催报：{len(sessions)} 场活动过了日期还没有上报，涉及 {len(names)} 家组织（{who}）"
        notify(people, f"unreported-{area}-{week}", text, f"{reverse('services:session_list')}?status=overdue")
        notified |= {user.pk for user in people}
    return len(notified)
