"""Letters about what happened: composed here, in the ledger with what they are about, sent by a worker."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from xiangshan.core.accounts.models import User
from xiangshan.shared.notifications import delivery
from xiangshan.shared.notifications.models import Notice


@transaction.atomic
def mail_waiting(user_id: int, how: str) -> int:
    """Puts one letter with everything that waits for somebody into the ledger; returns how many notices it holds."""
    user = User.objects.select_for_update().get(pk=user_id)
    waiting = list(Notice.objects.to_mail(how, timezone.now()).filter(user=user).order_by("pk")[:100])
    if not waiting:
        return 0
    Notice.objects.filter(pk__in=[notice.pk for notice in waiting]).update(mailed_at=timezone.now())
    lines = [f"· {notice.text}\n  {settings.PORTAL_ADDRESS}{notice.link}" for notice in waiting]
    subject = waiting[0].text if len(waiting) == 1 else f"{len(waiting)} 条新消息"
    key = f"notices-{user.pk}-{waiting[-1].pk}"
    delivery.post(key, user.email, f"[社会组织工作平台] {subject}", "\n".join(lines), user=user)
    return len(waiting)
