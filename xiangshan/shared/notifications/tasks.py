from celery import shared_task
from django.utils import timezone

from xiangshan.shared.notifications import delivery
from xiangshan.shared.notifications.mail import mail_waiting
from xiangshan.shared.notifications.models import Notice


@shared_task
def mail_notices(user_id: int) -> None:
    """A letter at once, for whoever wants it so."""
    mail_waiting(user_id, "at_once")
    delivery.deliver_due()


@shared_task
def mail_daily() -> None:
    """In the morning: one letter a day to whoever wants it so; and whatever a dead worker left unwritten at once."""
    for how in ("daily", "at_once"):
        waiting = Notice.objects.to_mail(how, timezone.now()).order_by().values_list("user", flat=True).distinct()
        for user_id in list(waiting):
            mail_waiting(user_id, how)
    delivery.forget_old()
    delivery.deliver_due()


@shared_task
def send_messages() -> int | None:
    """Rung by whoever puts a message into the ledger, and every minute. Returns how many went out."""
    return delivery.deliver_due() or None
