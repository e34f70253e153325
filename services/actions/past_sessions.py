"""Sessions from ledgers of the years before the portal: brought by one person, accepted by another, corrected with history."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from services.models import ActivitySession
from services.rules import sessions as session_rules
from xiangshan.core.accounts.models import User
from xiangshan.core.records import create_many
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
