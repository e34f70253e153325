from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import islice

from django.db import transaction
from django.utils import timezone

from services.checks.base import Hit
from services.checks.catalogue import CHECKS
from services.models import ActivitySession, Finding
from xiangshan.core.records import change, create, set_related

Status = Finding.Status
VERB = "系统检查"


AT_ONCE = 500


def check(keys: Iterable[int]) -> int:
    """Runs every check over these sessions and keeps what they find; returns how many findings are new or open again.

    What is found no more is closed as gone. What somebody justified stays settled; what was confirmed and is still there after
    the correction opens again. Safe to run twice, late, or beside another.
    """
    rest, result = iter(sorted(set(keys))), 0
    while batch := list(islice(rest, AT_ONCE)):
        with transaction.atomic():
            result += _check(batch)
    return result


def check_recent(days: int) -> int:
    """Every night, what was reported or verified lately: a later report may throw light on an earlier one."""
    since = timezone.localdate() - timedelta(days=days)
    rows = ActivitySession.objects.filter(
        status__in=(ActivitySession.Status.SUBMITTED, ActivitySession.Status.VERIFIED), held_on__gte=since
    )
    waiting = ActivitySession.objects.filter(status=ActivitySession.Status.SUBMITTED)
    return check([*rows.values_list("pk", flat=True), *waiting.values_list("pk", flat=True)])


def _check(keys: Sequence[int]) -> int:
    sessions = list(
        ActivitySession.objects.filter(pk__in=keys)
        .exclude(evidence=ActivitySession.Evidence.LEDGER)  # settled on paper long ago: nobody is chased for it
        .select_related("organization", "venue", "area", "category", "contract_line__contract", "project")
    )
    hits = {(hit.session.pk, code, hit.key): hit for code, check in CHECKS.items() for hit in check.find(sessions)}
    known = {
        (finding.session_id, finding.check_code, finding.key): finding
        for finding in Finding.objects.select_for_update().filter(session__in=keys)
    }
    opened = 0
    for where, hit in hits.items():
        one = known.get(where)
        if one is None:
            _open(where, hit)
            opened += 1
        elif one.status != Status.JUSTIFIED:
            opened += one.status != Status.OPEN
            change(one, by=None, verb=VERB, status=Status.OPEN, severity=hit.severity, text=hit.text[:300])
    for where, one in known.items():
        if where not in hits and one.status == Status.OPEN:
            change(one, by=None, verb=VERB, status=Status.GONE)
    return opened


def _open(where: tuple[int, str, str], hit: Hit) -> None:
    session, code, key = where
    finding = Finding(
        session_id=session,
        check_code=code,
        key=key,
        severity=hit.severity,
        text=hit.text[:300],
        found_on=timezone.localdate(),
    )
    create(finding, by=None, verb=VERB)
    if hit.others:
        set_related(finding, "others", ActivitySession.objects.filter(pk__in=hit.others), by=None, verb=VERB)
