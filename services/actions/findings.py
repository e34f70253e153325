"""What checks find, kept; and what people make of it."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from services.actions import sessions
from services.models import ActivitySession, Finding
from services.rules import findings as finding_rules
from xiangshan.core.accounts.models import User
from xiangshan.core.records import change, lock
from xiangshan.core.rules import require

Status = Finding.Status


@transaction.atomic
def settle(finding: Finding, *, by: User, status: str, settlement: str) -> Finding:
    """处理疑点: justified or confirmed, with a reason. Confirmed, what waits for verification goes back to who reported it.

    Raises ValidationError.
    """
    finding = lock(finding)
    require(finding_rules.can_settle(by, finding))
    if status not in Finding.SETTLED:
        raise ValidationError({"status": "请选择处理结果"})
    if not settlement.strip():
        raise ValidationError({"settlement": "请写明理由"})
    finding = change(
        finding,
        by=by,
        verb="处理疑点",
        reason=settlement,
        status=status,
        settlement=settlement,
        settled_by=by,
        settled_at=timezone.now(),
    )
    if status == Status.CONFIRMED and finding.session.status == ActivitySession.Status.SUBMITTED:
        sessions.send_back(finding.session, by=by, reason=f"{finding.text}：{settlement}"[:300])
    return finding
