"""Letters. What is sent is marked first, in a transaction of its own: a crash loses a letter rather than sending it twice."""

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.utils import timezone

from xiangshan.core.accounts.models import User
from xiangshan.shared.notifications.models import Notice


def mail_waiting(user_id: int, how: str) -> int:
    """Sends one letter with everything that waits for somebody; returns how many notices it held.

    Raises OSError where the mail server does not answer; then nothing counts as sent.
    """
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user_id)
        waiting = list(Notice.objects.to_mail(how, timezone.now()).filter(user=user).order_by("pk")[:100])
        Notice.objects.filter(pk__in=[notice.pk for notice in waiting]).update(mailed_at=timezone.now())
    if not waiting:
        return 0
    lines = [f"· {notice.text}\n  {settings.PORTAL_ADDRESS}{notice.link}" for notice in waiting]
    subject = waiting[0].text if len(waiting) == 1 else f"{len(waiting)} 条新消息"
    try:
        send_mail(f"[社会组织工作平台] {subject}", "\n".join(lines), None, [user.email])
    except OSError:
        Notice.objects.filter(pk__in=[notice.pk for notice in waiting]).update(mailed_at=None)
        raise
    return len(waiting)
