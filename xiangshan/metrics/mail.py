"""Briefs by mail: after a month or a quarter has ended, once to each who asked for it."""

import logging
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from xiangshan.core import limits
from xiangshan.metrics import rules
from xiangshan.metrics.documents import brief
from xiangshan.metrics.models import BriefMail
from xiangshan.metrics.periods import Period
from xiangshan.metrics.scoping import metrics_of, scope_of
from xiangshan.shared.notifications import delivery
from xiangshan.shared.rendering import write_pdf

log = logging.getLogger(__name__)
WAITS = timedelta(days=limits.BRIEF_AFTER_DAYS - 1)  # what happened on a period's last day is reported within three


def ended(every: str, today: date) -> Period:
    """The newest month or quarter whose reports are in."""
    last = today - WAITS
    month = last.replace(day=1) - timedelta(days=1)
    if every == BriefMail.Every.MONTH:
        return Period.month(month.year * 100 + month.month)
    quarter = (last.month - 1) // 3
    return Period.quarter(last.year, quarter) if quarter else Period.quarter(last.year - 1, 4)


def send_briefs() -> int:
    """Returns how many were written. Each goes into the ledger of messages together with the mark that it did."""
    today, written = timezone.localdate(), 0
    waiting = BriefMail.objects.exclude(user__email="").filter(user__is_active=True).select_related("user", "area")
    for item in waiting.order_by("pk"):
        period, before = ended(item.every, today), item.sent_upto
        if period.last <= before or not rules.visible_areas(item.user).filter(pk=item.area_id).exists():
            continue
        try:
            written += _write(item, period, before)
        except Exception:
            log.exception("the brief %s could not be written", item.pk)
    delivery.deliver_due()
    return written


@transaction.atomic
def _write(item: BriefMail, period: Period, before: int) -> int:
    """Two workers write it once."""
    if not BriefMail.objects.filter(pk=item.pk, sent_upto=before).update(sent_upto=period.last):
        return 0
    scope, areas = scope_of(item.user, {"area": str(item.area_id)})
    title = brief.title_of(scope, period)
    sections = brief.sections_of(scope, areas, period, metrics_of(item.user, scope))
    delivery.post(
        f"brief-{item.pk}-{period.last}",
        item.user.email,
        title,
        f"{item.user}，您好：\n\n{title}见附件。数字以签署的年度报表为准。\n不想再收到时，请在“全部指标”页的“简报订阅”里取消。\n",
        user=item.user,
        document=(f"{title}.pdf", write_pdf(title, sections, brief.foot_of(scope))),
    )
    return 1
