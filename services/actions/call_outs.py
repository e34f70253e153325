"""Emergency call-outs: begun with one tap, finished when the team is back."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from orgs.models import SocialOrganization
from services.actions import sessions
from services.models import ActivitySession, CallOut, ServiceCategory
from services.rules import call_outs as call_out_rules
from xiangshan.core.accounts.models import User
from xiangshan.core.records import change, create, lock
from xiangshan.core.rules import require

RESCUE = "rescue"


@transaction.atomic
def start(
    organization: SocialOrganization,
    *,
    by: User,
    started_at: datetime | None = None,
    kind: str = "other",
    place: str = "",
) -> CallOut:
    """应急出勤: the team goes now. Everything else is asked when it is back. Raises ValidationError."""
    require(call_out_rules.can_start_call_out(by, organization))
    started_at = timezone.localtime(started_at or timezone.now())
    if started_at > timezone.now():
        raise ValidationError({"started_at": "出发时间不能晚于现在"})
    session = ActivitySession(
        organization=organization,
        category=ServiceCategory.objects.get(code=RESCUE),
        title=f"应急出勤 {started_at:%m-%d %H:%M}",
        area=organization.area,
        held_on=started_at.date(),
        starts_at=started_at.time().replace(second=0, microsecond=0),
        status=ActivitySession.Status.HELD,
    )
    create(session, by=by, verb="应急出勤")
    call_out = CallOut(session=session, kind=kind, place=place, started_at=started_at, started_by=by)
    return create(call_out, by=by, verb="应急出勤")


@transaction.atomic
def finish(
    call_out: CallOut,
    *,
    by: User,
    ended_at: datetime,
    people: int,
    people_helped: int,
    summary: str = "",
    **values: Any,
) -> CallOut:
    """归队上报: hours, people, place, kind, people helped; reported like any session. Raises ValidationError."""
    call_out = lock(call_out)
    require(call_out_rules.can_finish_call_out(by, call_out))
    if ended_at > timezone.now():
        raise ValidationError({"ended_at": "归队时间不能晚于现在"})
    call_out = change(
        call_out, by=by, verb="归队上报", ended_at=ended_at, people=people, people_helped=people_helped, **values
    )
    title = f"{call_out.get_kind_display()}（{call_out.place}）"[:80] if call_out.place else call_out.get_kind_display()
    session = lock(call_out.session)
    if session.title != title:
        change(session, by=by, verb="归队上报", title=title)
    sessions.report(session, by=by, workers_served=people_helped, volunteers=people, summary=summary)
    return call_out


@transaction.atomic
def cancel(call_out: CallOut, *, by: User, reason: str) -> CallOut:
    """A call that came to nothing, or was tapped by mistake."""
    call_out = lock(call_out)
    sessions.cancel(call_out.session, by=by, reason=reason)
    return call_out
