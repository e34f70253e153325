"""What workers say, anonymously."""

import hashlib

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from services import rules
from services.models import ActivitySession, SurveyResponse, SurveyTicket
from xiangshan.records import facts_changed
from xiangshan.rules import require


def answer_survey(
    session: ActivitySession,
    *,
    token: str,
    overall: int,
    content: int | None = None,
    organisation: int | None = None,
    comment: str = "",
) -> bool:
    """评价: counts an answer once per token; the same form sent again changes nothing and answers False."""
    today = timezone.localdate()
    require(rules.can_answer(session, today))
    response = SurveyResponse(
        session=session, overall=overall, content=content, organisation=organisation, comment=comment, answered_on=today
    )
    response.clean_fields(exclude=["session"])
    digest = hashlib.sha256(f"{session.pk}:{token}".encode()).hexdigest()
    try:
        with transaction.atomic():
            SurveyTicket.objects.create(session=session, digest=digest)
            response.save()
            # Added up in the database: five hundred phones at once lose nothing.
            ActivitySession.objects.filter(pk=session.pk).update(
                responses=F("responses") + 1, satisfied=F("satisfied") + int(response.is_satisfied)
            )
            facts_changed.send(ActivitySession, pks=[session.pk])
    except IntegrityError:
        return False
    return True
