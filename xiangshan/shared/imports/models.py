from typing import Any
from uuid import uuid4

from django.db import models

from xiangshan.core.accounts.models import User


def upload_path(batch: "ImportBatch", name: str) -> str:
    return f"imports/{uuid4().hex}.xlsx"


class ImportBatchQuerySet(models.QuerySet["ImportBatch"]):
    def visible_to(self, user: User) -> "ImportBatchQuerySet":
        """One's own: a file says what its rows say, whoever may see those."""
        return self.filter(by=user) if user.is_authenticated else self.none()

    def unfinished(self) -> "ImportBatchQuerySet":
        return self.filter(status__in=(ImportBatch.Status.CHECKING, ImportBatch.Status.APPLYING))


class ImportBatch(models.Model):
    """导入批次: a spreadsheet brought to a register: checked as a whole, taken in as a whole, undone as a whole."""

    class Status(models.TextChoices):
        CHECKING = "checking", "检查中"
        CHECKED = "checked", "待确认"
        FAULTY = "faulty", "有错误"
        APPLYING = "applying", "写入中"
        DONE = "done", "已导入"
        UNDONE = "undone", "已撤销"

    register = models.CharField("登记簿", max_length=40)
    file = models.FileField("文件", upload_to=upload_path, max_length=120)
    file_name = models.CharField("文件名", max_length=200)
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.CHECKING)
    by = models.ForeignKey(User, models.PROTECT, related_name="import_batches", verbose_name="导入人")
    created_at = models.DateTimeField("上传时间", auto_now_add=True)
    touched_at = models.DateTimeField("进展时间", auto_now=True)
    applied_at = models.DateTimeField("导入时间", null=True, blank=True)
    done_rows = models.PositiveIntegerField("已检查行数", default=0)
    total_rows = models.PositiveIntegerField("总行数", default=0)
    new_rows = models.PositiveIntegerField("新增", default=0)
    changed_rows = models.PositiveIntegerField("更新", default=0)
    same_rows = models.PositiveIntegerField("无变化", default=0)
    # Rows with something wrong: [[row, column, value, what is wrong], ...]
    errors: Any = models.JSONField("错误", default=list, blank=True)
    # What would change: [[row, record, [[column, from, to], ...]], ...]
    preview: Any = models.JSONField("将更新", default=list, blank=True)
    # Why facts of a signed year are changed: what is still asked for, and what was said.
    asks = models.CharField("须写明理由", max_length=300, blank=True, default="")
    reason = models.CharField("更正理由", max_length=300, blank=True, default="")
    # What was written, for the undo: {"made": {pk: {field: value}}, "altered": {pk: {field: [from, to]}}}
    written: Any = models.JSONField("写入内容", default=dict, blank=True)

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = "导入批次"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.file_name

    @property
    def percent(self) -> int:
        return 100 * self.done_rows // self.total_rows if self.total_rows else 0
