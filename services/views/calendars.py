"""Sessions by month, week and list; and calendars to subscribe to."""

from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from icalendar import Calendar, Event

from orgs.models import SocialOrganization
from services.actions import calendars
from services.forms.contracts import CalendarFilterForm
from services.models import ActivitySession, CalendarFeed, ServiceContract
from services.rules import sessions as session_rules
from xiangshan.core.accounts.requests import PortalRequest
from xiangshan.core.keys import key_of
from xiangshan.core.rules import require
from xiangshan.shared.forms import is_in_calendar
from xiangshan.shared.responses import action_button, answer_action

SHOWN_A_DAY = 4
AT_MOST = 600
FEED_BACK, FEED_AHEAD = timedelta(days=90), timedelta(days=400)


@require_GET
def calendar(request: PortalRequest) -> HttpResponse:
    form = CalendarFilterForm(request.GET, user=request.user)
    wanted = dict(form.wanted)
    view, day = wanted.pop("view", "") or "month", wanted.pop("day", None) or timezone.localdate()
    first, last = _span(view, day)
    rows: Any = ActivitySession.objects.visible_to(request.user).matching(**wanted, first=first, last=last)
    sessions = list(
        rows.exclude(status__in=ActivitySession.VOID)
        .select_related("organization", "area", "contract_line__contract")
        .order_by("held_on", "starts_at", "pk")[: AT_MOST + 1]
    )
    by_day: dict[date, list[ActivitySession]] = {}
    for session in sessions[:AT_MOST]:
        by_day.setdefault(session.held_on, []).append(session)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    shown = len(sessions) if view != "month" else SHOWN_A_DAY
    context = {
        "form": form,
        "view": view,
        "day": day,
        "today": timezone.localdate(),
        "earlier": first - timedelta(days=1) if view != "month" else day.replace(day=1) - timedelta(days=1),
        "later": _next_start(view, day, last),
        "weeks": [
            [
                (item, by_day.get(item, [])[:shown], max(0, len(by_day.get(item, [])) - shown), item.month == day.month)
                for item in days[n : n + 7]
            ]
            for n in range(0, len(days), 7)
        ]
        if view != "list"
        else [],
        "listed": sorted(by_day.items()),
        "is_cut": len(sessions) > AT_MOST,
        "movable": {session.pk for session in sessions if session_rules.can_move_session(request.user, session)},
        "first": first,
        "last": last,
    }
    return render(request, "services/calendar.html", context)


def _span(view: str, day: date) -> tuple[date, date]:
    """The days shown: whole weeks from Monday; a list shows four weeks from the day."""
    if view == "list":
        return day, day + timedelta(days=27)
    start = day.replace(day=1) if view == "month" else day
    first = start - timedelta(days=start.weekday())
    if view == "week":
        return first, first + timedelta(days=6)
    end = (start + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return first, end + timedelta(days=6 - end.weekday())


def _next_start(view: str, day: date, last: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1) if view == "month" else last + timedelta(days=1)


@require_POST
def session_move(request: PortalRequest, pk: int) -> HttpResponse:
    """To the day it was dragged to."""
    session = get_object_or_404(ActivitySession.objects.visible_to(request.user).for_page(), pk=pk)
    require(session_rules.can_move_session(request.user, session))

    def act() -> None:
        calendars.move_session(session, _day(request.POST.get("held_on", "")), by=request.user)

    return answer_action(
        request,
        act,
        done=f"“{session.title}”已改期",
        to=f"{reverse('services:calendar')}?{request.POST.get('query', '')[:300]}",
    )


def _day(text: str) -> date:
    """Raises ValidationError."""
    try:
        result = parse_date(text)
    except ValueError:
        result = None
    if result is None:
        raise ValidationError("请选择日期")
    is_in_calendar(result)
    return result


@require_GET
def feed_list(request: PortalRequest) -> HttpResponse:
    feeds = CalendarFeed.objects.filter(user=request.user, revoked_at__isnull=True).select_related(
        "organization", "contract"
    )
    context = {
        "feeds": feeds,
        "organizations": SocialOrganization.objects.visible_to(request.user).filter(
            pk__in=request.user.scope("org_leader")
        ),
        "contracts": ServiceContract.objects.visible_to(request.user).filter(status__in=ServiceContract.UNDER_WAY)[
            :100
        ],
        "address": request.session.pop("feed_address", ""),
    }
    return render(request, "services/feed_list.html", context)


@require_POST
def feed_new(request: PortalRequest) -> HttpResponse:
    """An address is made and shown once."""
    kind, _, key = request.POST.get("of", "").partition(":")
    asked: dict[str, Any] = {}
    offered = {"organization": SocialOrganization, "contract": ServiceContract}
    if kind in offered:
        asked[kind] = get_object_or_404(offered[kind].objects.visible_to(request.user), pk=key_of(key))  # type: ignore[attr-defined]
    _, token = calendars.subscribe(by=request.user, **asked)
    request.session["feed_address"] = request.build_absolute_uri(reverse("calendar_feed", args=[token]))
    return redirect("services:feed_list")


@require_POST
def feed_revoke(request: PortalRequest, pk: int) -> HttpResponse:
    return action_button(
        request,
        get_object_or_404(CalendarFeed, pk=pk, user=request.user),
        calendars.revoke_feed,
        done="已停用，这个地址不再更新",
        to=reverse("services:feed_list"),
    )


@login_not_required
@never_cache
@require_GET
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """What its owner may see today, as iCalendar (RFC 5545): sessions from three months ago on."""
    feed = get_object_or_404(
        CalendarFeed.objects.select_related("user"),
        digest=calendars.digest_of(token),
        revoked_at__isnull=True,
        user__is_active=True,
    )
    today = timezone.localdate()
    sessions: Any = ActivitySession.objects.visible_to(feed.user).matching(
        organization=feed.organization_id, contract=feed.contract_id, first=today - FEED_BACK, last=today + FEED_AHEAD
    )
    made = Calendar()
    made.add("prodid", "-//xiangshan-portal//sessions//")
    made.add("version", "2.0")
    made.add("x-wr-calname", f"活动场次：{feed}")
    for session in sessions.select_related("venue", "area", "organization").order_by("held_on", "pk")[:2000]:
        made.add_component(_event(session, request))
    return HttpResponse(made.to_ical(), content_type="text/calendar; charset=utf-8")


def _event(session: ActivitySession, request: HttpRequest) -> Event:
    event = Event()
    event.add("uid", f"session-{session.pk}@xiangshan")
    event.add("dtstamp", timezone.now())
    event.add("summary", f"{session.title}（{session.get_status_display()}）")
    event.add("location", session.where)
    event.add("description", str(session.organization))
    event.add("url", request.build_absolute_uri(reverse("services:session_detail", args=[session.pk])))
    if session.status in ActivitySession.VOID:
        event.add("status", "CANCELLED")
    if session.starts_at is None:
        event.add("dtstart", session.held_on)
        event.add("dtend", session.held_on + timedelta(days=1))
    else:
        starts = timezone.make_aware(datetime.combine(session.held_on, session.starts_at))
        event.add("dtstart", starts)
        ends = session.ends_at
        event.add(
            "dtend",
            timezone.make_aware(datetime.combine(session.held_on, ends)) if ends else starts + timedelta(hours=2),
        )
    return event
