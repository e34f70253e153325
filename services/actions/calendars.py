"""Sessions on the calendar: a whole series planned at once, one moved to another day, calendars subscribed to."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import date, time
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from orgs.models import SocialOrganization, Venue
from services.actions import requests
from services.models import ActivitySession, CalendarFeed, ContractLine, ServiceContract
from services.rules import contracts as contract_rules
from services.rules import sessions as session_rules
from xiangshan.core.accounts.models import User
from xiangshan.core.records import change, create_many, lock
from xiangshan.core.rules import require


@transaction.atomic
def plan_series(
    line: ContractLine,
    days: Iterable[date],
    *,
    by: User,
    title: str,
    venue: Venue | None = None,
    place: str = "",
    area: Any = None,
    starts_at: time | None = None,
    ends_at: time | None = None,
) -> list[ActivitySession]:
    """排期: one planned session a day, no more than the line has left. Raises ValidationError; then nothing is planned."""
    line = lock(line)
    contract = line.contract
    require(contract_rules.can_plan_series(by, contract))
    days = list(days)
    if not days:
        raise ValidationError("没有可排的日期")
    if (left := requests.left_of(line)) < len(days):
        raise ValidationError(f"“{line.title}”只余 {left} 场可排，这里有 {len(days)} 天")
    outside = [day for day in days if not contract.starts_on <= day <= contract.ends_on]
    if outside:
        raise ValidationError(f"{outside[0]:%Y-%m-%d} 等 {len(outside)} 天不在合同履行期内")
    area = area or (venue.area if venue else contract.organization.area)
    sessions = [
        ActivitySession(
            organization=contract.organization,
            basis=ActivitySession.Basis.BOUGHT,
            contract_line=line,
            category=line.category,
            title=title,
            area=area,
            venue=venue,
            place=place,
            employer=venue.employer if venue else None,
            held_on=day,
            starts_at=starts_at,
            ends_at=ends_at,
        )
        for day in days
    ]
    return create_many(sessions, by=by, verb="排期")


@transaction.atomic
def move_session(session: ActivitySession, held_on: date, *, by: User) -> ActivitySession:
    """改期 of what is planned, within its contract's term. Raises ValidationError."""
    session = lock(session)
    require(session_rules.can_move_session(by, session))
    if session.contract_line is not None:
        contract = session.contract_line.contract
        if not contract.starts_on <= held_on <= contract.ends_on:
            raise ValidationError(f"{held_on:%Y-%m-%d} 不在合同履行期内")
    return change(session, by=by, verb="改期", held_on=held_on)


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def subscribe(
    *, by: User, organization: SocialOrganization | None = None, contract: ServiceContract | None = None
) -> tuple[CalendarFeed, str]:
    """订阅日历: a new secret address, told once. One's own setting; no business record."""
    token = secrets.token_urlsafe(24)
    feed = CalendarFeed.objects.create(user=by, organization=organization, contract=contract, digest=digest_of(token))
    return feed, token


@transaction.atomic
def revoke_feed(feed: CalendarFeed, *, by: User) -> None:
    """停用: the address answers no more; only one's own."""
    CalendarFeed.objects.filter(pk=feed.pk, user=by, revoked_at__isnull=True).update(revoked_at=timezone.now())
