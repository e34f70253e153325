from celery import shared_task
from django.utils import timezone

from xiangshan.shared.notifications.mail import mail_waiting
from xiangshan.shared.notifications.models import Notice


@shared_task(autoretry_for=(OSError,), retry_backoff=True, max_retries=5)
def mail_notices(user_id: int) -> None:
    """A letter at once, for whoever wants it so."""
    mail_waiting(user_id, "at_once")


@shared_task
def mail_daily() -> None:
    """In the morning: one letter a day to whoever wants it so; and whatever a dead worker left unsent at once."""
    for how in ("daily", "at_once"):
        waiting = Notice.objects.to_mail(how, timezone.now()).order_by().values_list("user", flat=True).distinct()
        for user_id in list(waiting):
            mail_waiting(user_id, how)
