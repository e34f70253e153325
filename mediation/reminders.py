"""What the clock says about disputes: instalments that are late, days of the law that come up, callers nobody has answered."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from mediation.actions import course
from mediation.models import HelpRequest, Instalment, MediationCase

# Days before and after an instalment is due on which the team is notified.
BEFORE, AFTER = (3,), (1, 3, 7, 14, 30)
# Days before a day of the law, and on it.
WARNED = (7, 3, 1, 0)
# Minutes after which the studio, and after which the supervisors, are notified that a caller waits.
STUDIO_AFTER, SUPERVISORS_AFTER = 15, 60


def chase_instalments() -> int:
    today = timezone.localdate()
    days = {today + timedelta(days=n): f"{n} 天后到期" for n in BEFORE}
    days |= {today - timedelta(days=n): f"已逾期 {n} 天" for n in AFTER}
    rows = list(Instalment.objects.unpaid().filter(due_on__in=days).order_by("pk"))
    for item in rows:
        case = item.agreement.case
        text = f"{case.number} 的协议付款{days[item.due_on]}，请联系用人单位"
        course.tell_team(case, f"instalment-{item.pk}-{days[item.due_on]}", text)
    return len(rows)


def warn_of_deadlines() -> int:
    today = timezone.localdate()
    days = {today + timedelta(days=n): f"还有 {n} 天" if n else "今天到期" for n in WARNED}
    rows = list(MediationCase.objects.in_work().filter(next_due_on__in=days).order_by("pk"))
    for case in rows:
        left = days[case.next_due_on or today]
        course.tell_team(case, f"due-{case.pk}-{case.next_due_on}-{left}", f"{case.number} {case.next_due_text}{left}")
    late = MediationCase.objects.in_work().filter(next_due_on=today - timedelta(days=1))
    for case in late:
        text = f"{case.number} {case.next_due_text}已过期"
        course.tell_supervisors(case.area_id, f"late-{case.pk}-{case.next_due_on}", text, course.page_of(case))
    return len(rows)


def warn_of_silence() -> int:
    """A call nobody has answered: the studio hears of it again, then the supervisors. Between eight and eight only."""
    now = timezone.localtime()
    if not 8 <= now.hour < 20:
        return 0
    waiting = MediationCase.objects.filter(
        status=MediationCase.Status.RECEIVED, received_at__lte=now - timedelta(minutes=STUDIO_AFTER)
    )
    cases = list(waiting.filter(received_at__gte=now - timedelta(days=3)).order_by("pk"))
    for case in cases:
        course.tell_studio(case, f"silence-{case.pk}", f"{case.number} 还没有人响应，请马上联系")
        if case.received_at <= now - timedelta(minutes=SUPERVISORS_AFTER):
            text = f"{case.number} 一小时没有响应"
            course.tell_supervisors(case.area_id, f"silence-{case.pk}-up", text, course.page_of(case))
    asked = HelpRequest.objects.waiting().filter(asked_at__lte=now - timedelta(minutes=SUPERVISORS_AFTER))
    for item in asked.filter(asked_at__gte=now - timedelta(days=3)):
        course.tell_supervisors(
            item.area_id,
            f"help-{item.pk}-silence",
            f"{item.area}的求助一小时没有人接",
            reverse("mediation:help_detail", args=[item.pk]),
        )
    return len(cases)
