"""What the clock starts, and when: design 2-domain names the times people rely on."""

import pytest
from celery import current_app
from celery.schedules import crontab
from django.conf import settings

from xiangshan.celery import app

# task and its argument -> minute, hour, day of the week in Shanghai; or seconds between two.
TIMES = {
    "services.tasks.check_reports": "20 2 *",
    "services.tasks.remind_leaders tomorrow": "0 17 *",
    "services.tasks.remind_leaders evening": "30 19 *",
    "services.tasks.remind_leaders overdue": "0 9 *",
    "services.tasks.remind_staff": "30 8 1",
    "projects.tasks.remind_leaders": "10 9 *",
    "projects.tasks.remind_staff": "40 8 1",
    "mediation.tasks.chase_instalments": "20 9 *",
    "mediation.tasks.warn_of_deadlines": "20 8 *",
    "mediation.tasks.warn_of_silence": 300.0,
    "mediation.tasks.refresh_deadlines": "10 0 *",
    "mediation.tasks.anonymise_cases": "50 2 *",
    "xiangshan.shared.notifications.tasks.mail_daily": "0 8 *",
    "xiangshan.shared.notifications.tasks.send_messages": 60.0,
    "xiangshan.shared.imports.tasks.resume_imports": 60.0,
    "xiangshan.metrics.tasks.refresh_figures": 10.0,
    "xiangshan.portal.backups.tasks.back_up": "30 1 *",
    "xiangshan.metrics.tasks.mail_briefs": "10 8 *",
    "xiangshan.metrics.tasks.rebuild_figures": "10 3 *",
}


def when(schedule):
    if isinstance(schedule, crontab):
        return f"{schedule._orig_minute} {schedule._orig_hour} {schedule._orig_day_of_week}"
    return schedule


def test_everything_the_clock_starts_has_its_time():
    found = {
        " ".join([entry["task"], *entry.get("args", ())]): when(entry["schedule"])
        for entry in app.conf.beat_schedule.values()
    }
    assert found == TIMES


@pytest.mark.parametrize("name", sorted({name.split()[0] for name in TIMES}))
def test_the_clock_starts_tasks_that_exist(name):
    app.loader.import_default_modules()
    assert name in current_app.tasks


def test_the_clock_is_shanghais():
    assert (app.conf.timezone, settings.TIME_ZONE) == ("Asia/Shanghai", "Asia/Shanghai")
