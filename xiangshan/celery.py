"""The job queue. What must be done is a row in the database; the queue is only a bell, and the beat rings it again."""

import os

from celery import Celery
from celery.schedules import crontab
from kombu.transport import TRANSPORT_ALIASES

# Without Redis: files:// is the queue of files, written whole (core/file_queue.py).
TRANSPORT_ALIASES["files"] = "xiangshan.core.file_queue:Transport"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiangshan.settings")

app = Celery("xiangshan")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.beat_schedule = {
    "refresh stale figures": {
        "task": "xiangshan.metrics.tasks.refresh_figures",
        "schedule": 10.0,
        "options": {"expires": 10},
    },
    "resume stalled imports": {
        "task": "xiangshan.shared.imports.tasks.resume_imports",
        "schedule": 60.0,
        "options": {"expires": 50},
    },
    "mail what happened": {
        "task": "xiangshan.shared.notifications.tasks.mail_daily",
        "schedule": crontab(hour=8, minute=0),
    },
    "send what is due": {
        "task": "xiangshan.shared.notifications.tasks.send_messages",
        "schedule": 60.0,
        "options": {"expires": 50},
    },
    "check reports at night": {"task": "services.tasks.check_reports", "schedule": crontab(hour=2, minute=20)},
    "remind of tomorrow": {
        "task": "services.tasks.remind_leaders",
        "schedule": crontab(hour=17, minute=0),
        "args": ("tomorrow",),
    },
    "remind in the evening": {
        "task": "services.tasks.remind_leaders",
        "schedule": crontab(hour=19, minute=30),
        "args": ("evening",),
    },
    "remind of what is overdue": {
        "task": "services.tasks.remind_leaders",
        "schedule": crontab(hour=9, minute=0),
        "args": ("overdue",),
    },
    "tell staff of the week": {
        "task": "services.tasks.remind_staff",
        "schedule": crontab(day_of_week=1, hour=8, minute=30),
    },
    "remind of projects": {"task": "projects.tasks.remind_leaders", "schedule": crontab(hour=9, minute=10)},
    "tell the county of projects": {
        "task": "projects.tasks.remind_staff",
        "schedule": crontab(day_of_week=1, hour=8, minute=40),
    },
    "chase instalments": {"task": "mediation.tasks.chase_instalments", "schedule": crontab(hour=9, minute=20)},
    "warn of the law's days": {"task": "mediation.tasks.warn_of_deadlines", "schedule": crontab(hour=8, minute=20)},
    "say again that nobody answered": {
        "task": "mediation.tasks.warn_of_silence",
        "schedule": 300.0,
        "options": {"expires": 300},
    },
    "count the law's days anew": {"task": "mediation.tasks.refresh_deadlines", "schedule": crontab(hour=0, minute=10)},
    "forget parties of old cases": {"task": "mediation.tasks.anonymise_cases", "schedule": crontab(hour=2, minute=50)},
    "back up at night": {"task": "xiangshan.portal.backups.tasks.back_up", "schedule": crontab(hour=1, minute=30)},
    "mail briefs": {"task": "xiangshan.metrics.tasks.mail_briefs", "schedule": crontab(hour=8, minute=10)},
    "rebuild figures at night": {
        "task": "xiangshan.metrics.tasks.rebuild_figures",
        "schedule": crontab(hour=3, minute=10),
    },
}
