"""What ran in the background, written down as it ends, for the administrator's page."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from celery.signals import task_postrun, task_prerun
from django.db import DatabaseError
from django.db.models import Count, Max, Min
from django.utils import timezone

from xiangshan.metrics.models import JobRun, RollupState, StaleMark
from xiangshan.metrics.sources import BY_NUMBER, Source

KEPT_FOR = timedelta(days=30)
NAMES = {
    "xiangshan.metrics.tasks.refresh_figures": "刷新指标",
    "xiangshan.metrics.tasks.rebuild_figures": "夜间核对指标",
    "xiangshan.metrics.tasks.mail_briefs": "寄出简报",
    "xiangshan.metrics.tasks.roll_up_figures": "全部重算指标",
    "xiangshan.shared.imports.tasks.check_import": "检查导入文件",
    "xiangshan.shared.imports.tasks.write_import": "写入导入数据",
    "xiangshan.shared.imports.tasks.resume_imports": "恢复中断的导入",
    "xiangshan.shared.notifications.tasks.mail_daily": "寄出消息汇总",
    "xiangshan.shared.notifications.tasks.mail_notices": "寄出消息",
    "xiangshan.shared.notifications.tasks.send_messages": "送出到期的消息",
    "xiangshan.portal.backups.tasks.back_up": "备份",
    "services.tasks.check_reports": "检查上报",
    "services.tasks.remind_leaders": "提醒负责人",
    "services.tasks.remind_staff": "提醒工作人员",
    "projects.tasks.remind_leaders": "提醒项目负责人",
    "projects.tasks.remind_staff": "提醒项目管理员",
    "mediation.tasks.chase_instalments": "催付到期款项",
    "mediation.tasks.warn_of_deadlines": "提醒法定期限",
    "mediation.tasks.warn_of_silence": "提醒无人响应",
    "mediation.tasks.refresh_deadlines": "重算法定期限",
    "mediation.tasks.anonymise_cases": "到期抹去当事人",
}
# Rung every few seconds: worth a line only when it did something.
OFTEN = {
    "xiangshan.metrics.tasks.refresh_figures",
    "xiangshan.shared.imports.tasks.resume_imports",
    "xiangshan.shared.notifications.tasks.send_messages",
}
_begun: dict[str, datetime] = {}


def connect() -> None:
    """Listens to the worker's tasks; a web process runs none."""
    task_prerun.connect(begin, dispatch_uid="jobs: begin")
    task_postrun.connect(end, dispatch_uid="jobs: end")


def begin(task_id: str = "", **kwargs: Any) -> None:
    _begun[task_id] = timezone.now()


def end(task_id: str = "", task: Any = None, state: str | None = None, retval: Any = None, **kwargs: Any) -> None:
    """A line for what ran. That it cannot be written must not fail the job itself."""
    started = _begun.pop(task_id, None)
    name = getattr(task, "name", "")
    if started is None or not name or state == "RETRY" or (name in OFTEN and state == "SUCCESS" and not retval):
        return
    failed = state not in ("SUCCESS", "IGNORED")
    text = (
        f"{type(retval).__name__}:{str(retval).splitlines()[0] if str(retval) else ''}"
        if failed
        else ""
        if retval is None
        else str(retval)
    )
    try:
        write(name, started, JobRun.Outcome.FAILED if failed else JobRun.Outcome.DONE, text)
    except DatabaseError:
        return


def write(name: str, started: datetime, outcome: str, text: str) -> None:
    """A run that had nothing to tell replaces the one before that had nothing to tell either."""
    last = JobRun.objects.filter(name=name).order_by("-pk").first()
    if last is not None and not text and not last.text and (last.outcome, outcome) == ("done", "done"):
        JobRun.objects.filter(pk=last.pk).update(started_at=started, ended_at=timezone.now())
        return
    JobRun.objects.create(name=name, started_at=started, ended_at=timezone.now(), outcome=outcome, text=text[:300])
    JobRun.objects.filter(name=name, started_at__lt=timezone.now() - KEPT_FOR).delete()


@dataclass(frozen=True)
class WaitingMarks:
    """What waits to be counted: a source, how many marks, since when."""

    text: str
    count: int
    since: datetime


def waiting() -> list[WaitingMarks]:
    rows = StaleMark.objects.order_by().values_list("source").annotate(n=Count("pk"), since=Min("marked_at"))
    return [WaitingMarks(text_of(BY_NUMBER.get(number)), n, since) for number, n, since in rows.order_by("since")]


def text_of(source: Source | None) -> str:
    return str(source.rows().model._meta.verbose_name) if source else "全部"


def state() -> RollupState | None:
    return RollupState.objects.filter(pk=1).first()


def newest() -> list[tuple[str, str, JobRun | None]]:
    """Every known job by its name, with its newest run."""
    newest = JobRun.objects.order_by().values("name").annotate(last=Max("pk")).values("last")
    last = {run.name: run for run in JobRun.objects.filter(pk__in=newest)}
    return [(name, text, last.get(name)) for name, text in NAMES.items()]
