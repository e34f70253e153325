"""Sessions from ledgers of the years before the portal: brought by one person, accepted by another, corrected with history."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from services.models import ActivitySession
from services.rules import sessions as session_rules
from xiangshan.core.accounts.models import User
from xiangshan.core.records import change_many, create_many, remove_many
from xiangshan.core.rules import require
from xiangshan.shared.imports.models import Ledger

VERB = "历史台账导入"


@transaction.atomic
def import_past_sessions(*, by: User, rows: list[tuple[ActivitySession, dict[str, Any]]], ledger: Ledger) -> None:
    """导入: verified by who accepted the ledger. They count, apart from what is proven; nothing is paid, chased or due for them."""
    now = timezone.now()
    for session, values in rows:
        require(session_rules.can_write_past_session(by, session))
        session.status, session.evidence = ActivitySession.Status.VERIFIED, ActivitySession.Evidence.LEDGER
        session.submitted_by, session.submitted_at = by, now
        session.verified_by, session.verified_at = ledger.accepted_by, now
        session.ledger, session.ledger_place = ledger, values["ledger_place"]
    create_many([session for session, _ in rows], by=by, verb=VERB)


@transaction.atomic
def edit_past_sessions(*, by: User, values: dict[int, dict[str, Any]], verb: str = VERB) -> None:
    """更正 of sessions that came from a ledger, by another file."""
    for session in ActivitySession.objects.filter(pk__in=list(values)).select_related("organization"):
        require(session_rules.can_write_past_session(by, session))
    change_many(ActivitySession, values, by=by, verb=verb)


@transaction.atomic
def take_back_past_sessions(*, by: User, keys: list[int]) -> None:
    """撤销导入. Raises ValidationError where something has come to depend on one of them."""
    rows = list(ActivitySession.objects.filter(pk__in=keys).select_related("organization"))
    for session in rows:
        require(session_rules.can_write_past_session(by, session))
    remove_many(rows, by=by, verb="撤销导入")
