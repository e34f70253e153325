"""The job queue. What must be done is a row in the database; the queue is only a bell, and the beat rings it again."""

import os

from celery import Celery
from celery.schedules import crontab

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
        "task": "xiangshan.imports.tasks.resume_imports",
        "schedule": 60.0,
        "options": {"expires": 50},
    },
    "mail what happened": {
        "task": "xiangshan.notices.tasks.mail_digests",
        "schedule": crontab(hour=8, minute=0),
    },
    "rebuild figures at night": {
        "task": "xiangshan.metrics.tasks.rebuild_figures",
        "schedule": crontab(hour=3, minute=10),
    },
}
