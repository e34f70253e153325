"""What a phone takes along into the field: its user's own sessions, teams and studios, and nothing of anybody else."""

import hashlib
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from mediation.forms.cases import own_studios, towns_around
from mediation.rules.cases import can_open_cases
from orgs.models import SocialOrganization, Venue
from services.models import ActivitySession
from services.rules import sessions as session_rules
from xiangshan.core.accounts.models import Role, User

AHEAD = timedelta(days=7)
AT_MOST = 100


def version_of(session: ActivitySession) -> str:
    """Changes with everything a reporter may overwrite, and with what became of the session."""
    parts = (
        session.status,
        session.held_on,
        session.workers_served,
        session.volunteers,
        session.venue_id,
        session.summary,
        session.submitted_at,
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def state_of(user: User, session: ActivitySession) -> dict[str, Any]:
    """A session as the phone keeps it."""
    verdict = session_rules.can_report(user, session)
    return {
        "pk": session.pk,
        "title": session.title,
        "organization": str(session.organization),
        "held_on": session.held_on.isoformat(),
        "starts_at": f"{session.starts_at:%H:%M}" if session.starts_at else "",
        "status": session.status,
        "status_text": session.get_status_display(),
        "note": session.note,
        "can_report": bool(verdict),
        "reason": verdict.reason,
        "sign_ins": session.sign_ins,
        "version": version_of(session),
        "values": {
            "workers_served": session.workers_served
            if session.workers_served is not None
            else session.sign_ins or None,
            "volunteers": session.volunteers,
            "venue": session.venue_id,
            "summary": session.summary,
        },
        "reported_by": str(session.submitted_by or ""),
    }


def taken_along(user: User) -> dict[str, Any]:
    today = timezone.localdate()
    own = user.scope(Role.ORG_LEADER)
    sessions = (
        ActivitySession.objects.filter(organization__in=own)
        .filter(
            Q(status__in=ActivitySession.UNREPORTED, held_on__lte=today + AHEAD)
            | Q(status=ActivitySession.Status.RETURNED)
        )
        .select_related("organization", "venue", "contract_line__contract", "submitted_by")
        .order_by("held_on", "pk")[:AT_MOST]
    )
    teams = (
        SocialOrganization.objects.filter(pk__in=own)
        .prefetch_related("strength_reports", "fields_of_work")
        .order_by("name")
    )
    venues = Venue.objects.visible_to(user).order_by("area", "name") if own else Venue.objects.none()
    studios = list(own_studios(user)) if can_open_cases(user) else []
    return {
        "user": user.pk,
        "name": str(user),
        "today": today.isoformat(),
        "sessions": [state_of(user, session) for session in sessions],
        "venues": [{"pk": venue.pk, "name": venue.name} for venue in venues[:500]],
        "teams": [_team(team) for team in teams],
        "studios": [{"pk": studio.pk, "name": studio.name} for studio in studios],
        "towns": [{"pk": town.pk, "name": town.name} for town in towns_around(user)] if studios else [],
    }


def _team(team: Any) -> dict[str, Any]:
    last = max(team.strength_reports.all(), key=lambda report: report.as_of, default=None)
    return {
        "pk": team.pk,
        "name": str(team),
        "goes_out": any(field.name == "应急救援" for field in team.fields_of_work.all()),
        "values": {
            "formal_members": last.formal_members if last else None,
            "volunteers": (last.volunteers if last else 0) or 0,
            "union_members": (last.union_members if last else 0) or 0,
        },
    }
