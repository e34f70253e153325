"""What stands beside a report when it is verified: who signed in, the photos, what was said, what checks found, what is usual."""

from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from services.evidence import in_words
from services.feedback import Feedback, feedback_on
from services.models import ActivitySession, Finding
from xiangshan.core.accounts.models import User
from xiangshan.shared.attachments.models import Attachment

USUAL_WITHIN = timedelta(days=365)
RATED_UPTO = 200


@dataclass(frozen=True)
class Usual:
    """An organization's reports of the last twelve months."""

    sessions: int
    workers: float | None  # the median of verified sessions of this category
    in_time: int
    returned: int
    confirmed: int  # findings confirmed


@dataclass(frozen=True)
class Signs:
    rests_on: list[tuple[str, int]]
    photos: list[Attachment]
    feedback: Feedback
    findings: list[Finding]
    usual: Usual


def signs_of(user: User, session: ActivitySession) -> Signs:
    return Signs(
        rests_on=in_words(session.workers_served, session.sign_in_rows.by_way()),
        photos=list(Attachment.objects.of(session).exclude(thumbnail="")),
        feedback=feedback_on(user, session),
        findings=list(
            session.findings.exclude(status=Finding.Status.GONE).for_page().order_by("status", "-severity", "pk")
        ),
        usual=usual_of(session),
    )


def usual_of(session: ActivitySession) -> Usual:
    recent = ActivitySession.objects.filter(
        organization=session.organization_id,
        reported_on__isnull=False,
        held_on__gte=timezone.localdate() - USUAL_WITHIN,
    ).exclude(pk=session.pk)
    sums = recent.aggregate(
        n=Count("pk", distinct=True),
        in_time=Count("pk", distinct=True, filter=Q(reported_in_time=True)),
        returned=Count("pk", distinct=True, filter=Q(status="returned")),
        confirmed=Count("findings", filter=Q(findings__status="confirmed")),
    )
    verified = recent.filter(status=ActivitySession.Status.VERIFIED, category=session.category_id)
    workers = [workers or 0 for workers in verified.values_list("workers_served", flat=True)[:500]]
    return Usual(sums["n"], median(workers) if workers else None, sums["in_time"], sums["returned"], sums["confirmed"])


def rates_of(sessions: Any) -> list[dict[str, Any]]:
    """Per organization: sessions reported, how many with findings and with serious ones, and findings confirmed; the most first."""
    reported = sessions.filter(reported_on__isnull=False).order_by()
    standing = ~Q(findings__status="gone")
    rows = (
        reported.values("organization", "organization__name")
        .annotate(
            reported=Count("pk", distinct=True),
            found=Count("pk", distinct=True, filter=Q(findings__isnull=False) & standing),
            serious=Count("pk", distinct=True, filter=Q(findings__severity="serious") & standing),
            open=Count("findings", filter=Q(findings__status="open")),
            confirmed=Count("findings", filter=Q(findings__status="confirmed")),
        )
        .filter(found__gt=0)
        .order_by("-confirmed", "-serious", "-found", "organization")[:RATED_UPTO]
    )
    return [{**row, "share": row["found"] / row["reported"]} for row in rows]
