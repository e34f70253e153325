from celery import shared_task

from xiangshan.metrics import rollup
from xiangshan.metrics.mail import send_briefs


@shared_task
def refresh_figures() -> int:
    """Rung by every change, and by the beat for what a dead worker or broker left. Returns how many marks it cleared."""
    return rollup.refresh()


@shared_task
def rebuild_figures() -> str:
    """At night: rebuild beside the live figures, report drift, repair it."""
    drift = rollup.rebuild()
    return f"发现 {len(drift)} 处偏差并已修复" if drift else "没有偏差"


@shared_task
def roll_up_figures() -> str:
    """Everything anew, when the administrator asks for it."""
    return f"重算 {rollup.roll_up()} 个月"


@shared_task
def mail_briefs() -> str | None:
    """Every morning: the briefs of periods that ended, each once."""
    sent = send_briefs()
    return f"寄出 {sent} 份" if sent else None
