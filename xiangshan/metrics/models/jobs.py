from django.db import models


class JobRun(models.Model):
    """作业运行: what a job did, when, for how long; written by the job itself. Kept for a while, then swept."""

    class Outcome(models.TextChoices):
        DONE = "done", "完成"
        FAILED = "failed", "失败"

    name = models.CharField("作业", max_length=80)
    started_at = models.DateTimeField("开始")
    ended_at = models.DateTimeField("结束")
    outcome = models.CharField("结果", max_length=8, choices=Outcome, default=Outcome.DONE)
    text = models.CharField("说明", max_length=300, blank=True)

    class Meta:
        verbose_name = "作业运行"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["name", "-started_at"], name="job_newest")]

    def __str__(self) -> str:
        return f"{self.name} {self.started_at:%Y-%m-%d %H:%M}"

    @property
    def seconds(self) -> float:
        return (self.ended_at - self.started_at).total_seconds()
