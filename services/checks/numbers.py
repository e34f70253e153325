"""How many: against sign-ins, the room, the usual, and the pace of ratings."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.db.models import Count

from services.checks.base import Hit, Severity, check
from services.models import ActivitySession, SurveyTicket
from services.outliers import LEAST_USUAL, far_outside

# Of those signed in. Some always have no phone at hand: a fifth more, and five, is nothing to ask about.
SIGN_IN_NOTICE, SIGN_IN_SERIOUS, SIGN_IN_SLACK = 1.25, 2.0, 5
CAPACITY_SERIOUS = 1.5  # people stand and come and go; half as many again as the room holds they do not
# In one minute, from phones of one kind behind one address, and nearly all of that minute's: once a chance, twice one hand.
BURST, BURST_SHARE = 8, 0.8
# One phone handed round: nobody reads three questions, answers and passes it on faster than this many times a minute.
HANDED_BURST = 10
USUAL_WITHIN = timedelta(days=730)


@check("above_sign_ins", "远超签到人数", "上报人次远多于扫码和名单签到的人数")
def above_sign_ins(sessions: Sequence[ActivitySession]) -> Iterable[Hit]:
    for session in sessions:
        workers, signed = session.workers_served or 0, session.sign_ins
        if not signed or workers - signed <= SIGN_IN_SLACK or workers <= signed * SIGN_IN_NOTICE:
            continue
        severity = Severity.SERIOUS if workers > signed * SIGN_IN_SERIOUS else Severity.NOTICE
        yield Hit(session, severity, f"上报 {workers} 人次，签到 {signed} 人")


@check("above_capacity", "超过场地容量", "上报人次超过场地能容纳的人数")
def above_capacity(sessions: Sequence[ActivitySession]) -> Iterable[Hit]:
    for session in sessions:
        capacity, workers = session.venue.capacity if session.venue else None, session.workers_served or 0
        if capacity and workers > capacity:
            severity = Severity.SERIOUS if workers > capacity * CAPACITY_SERIOUS else Severity.NOTICE
            yield Hit(session, severity, f"上报 {workers} 人次，{session.venue}容纳 {capacity} 人")


@check("rating_burst", "评价异常集中", "一分钟内从同一处来的评价快得不像不同的人")
def rating_burst(sessions: Sequence[ActivitySession]) -> Iterable[Hit]:
    asked = {session.pk: session for session in sessions if session.responses}
    minutes: dict[tuple[int, object], int] = defaultdict(int)
    sources = []
    rows = (
        SurveyTicket.objects.filter(session__in=asked, minute__isnull=False)
        .order_by()
        .values_list("session", "minute", "source", "is_handed")
        .annotate(n=Count("pk"))
    )
    for key, minute, source, is_handed, n in rows:
        minutes[key, minute] += n
        sources.append((key, minute, source, is_handed, n))
    handed: dict[int, int] = {}
    alone: dict[int, list[int]] = defaultdict(list)
    for key, minute, source, is_handed, n in sources:
        if is_handed:
            handed[key] = max(n, handed.get(key, 0))
        elif source and n >= BURST and n >= minutes[key, minute] * BURST_SHARE:
            alone[key].append(n)
    for key, n in handed.items():
        if n >= HANDED_BURST:
            yield Hit(asked[key], Severity.SERIOUS, f"同一部手机轮流评价，一分钟内交了 {n} 份", "handed")
    for key, result in alone.items():
        severity = Severity.SERIOUS if len(result) > 1 else Severity.NOTICE
        text = f"{len(result)} 个分钟里，几乎全部评价来自同一网络、同一型号的手机（最多一分钟 {max(result)} 份）"
        yield Hit(asked[key], severity, text)


@check("outlier", "人次异常", "服务人次远离该组织同类活动的一贯水平（中位数与绝对中位差）")
def outlier(sessions: Sequence[ActivitySession]) -> Iterable[Hit]:
    """Told to staff, never serious: an unusual number may be a good day."""
    if not sessions:
        return
    usual: dict[tuple[int, int], list[tuple[date, int, int]]] = defaultdict(list)
    rows = ActivitySession.objects.verified().filter(
        organization__in={session.organization_id for session in sessions},
        held_on__gte=min(session.held_on for session in sessions) - USUAL_WITHIN,
        held_on__lte=max(session.held_on for session in sessions),
    )
    for organization, category, day, pk, workers in rows.values_list(
        "organization", "category", "held_on", "pk", "workers_served"
    ):
        usual[organization, category].append((day, pk, workers or 0))
    for session in sessions:
        before = [
            workers
            for day, pk, workers in usual[session.organization_id, session.category_id]
            if session.held_on - USUAL_WITHIN <= day <= session.held_on and pk != session.pk
        ]
        if session.workers_served is None or len(before) < LEAST_USUAL:
            continue
        if middle := far_outside(session.workers_served, before):
            text = f"上报 {session.workers_served} 人次，该组织同类活动通常约 {middle:.0f} 人次（{len(before)} 场）"
            yield Hit(session, Severity.NOTICE, text)
