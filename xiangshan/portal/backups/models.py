from django.db import models


class Backup(models.Model):
    """备份记录: where one was written, and whether it was whole when it was read again."""

    started_at = models.DateTimeField("开始时间")
    ended_at = models.DateTimeField("完成时间")
    place = models.CharField("位置", max_length=300)
    rows = models.PositiveBigIntegerField("记录数", default=0)
    files = models.PositiveIntegerField("文件数", default=0)
    size = models.PositiveBigIntegerField("大小（字节）", default=0)
    is_whole = models.BooleanField("完整", default=False)
    text = models.CharField("说明", max_length=300, blank=True)

    class Meta:
        verbose_name = "备份记录"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M} {'完整' if self.is_whole else '不完整'}"
