from uuid import uuid4

from django.db import models

from xiangshan.core.areas.models import Area

VALUES = tuple(f"value_{n}" for n in range(1, 9))


class Kind(models.TextChoices):
    """What a cell's scope is."""

    PLACE = "p", "发生地"  # happened exactly there
    AREA = "a", "地区"  # there and everywhere below; kept where something can lie below
    ORGANIZATION = "o", "社会组织"
    CONTRACT = "c", "合同"
    STUDIO = "s", "调处工作室"
    DEPARTMENT = "d", "责任部门"  # never stored: the sum of its contracts' cells


class Cell(models.Model):
    """指标单元: what one source of facts adds up to in a month, for a scope. Everything larger is a sum of cells.

    The source's declaration (sources.py) says what value_1 ... value_8 are.
    """

    pk = models.CompositePrimaryKey("kind", "scope", "month", "source", "split", "evidence", "area")
    kind = models.CharField("范围类型", max_length=1, choices=Kind)
    scope = models.BigIntegerField("范围")
    month = models.IntegerField("月份")  # 202011
    source = models.SmallIntegerField("来源")
    split = models.BigIntegerField("细分", default=0)  # a category, or minutes: the source says
    evidence = models.CharField("人数依据", max_length=14, default="")
    # The area a cell is listed under and adds up into: the town, for what happened in one.
    area = models.ForeignKey(
        Area, models.DO_NOTHING, db_constraint=False, related_name="+", verbose_name="归入地区", db_index=False
    )
    value_1 = models.BigIntegerField("值 1", default=0)
    value_2 = models.BigIntegerField("值 2", default=0)
    value_3 = models.BigIntegerField("值 3", default=0)
    value_4 = models.BigIntegerField("值 4", default=0)
    value_5 = models.BigIntegerField("值 5", default=0)
    value_6 = models.BigIntegerField("值 6", default=0)
    value_7 = models.BigIntegerField("值 7", default=0)
    value_8 = models.BigIntegerField("值 8", default=0)

    class Meta:
        verbose_name = "指标单元"
        indexes = [
            models.Index(fields=["area", "kind", "month"], name="cell_listed_under"),
            models.Index(fields=["month"], name="cell_of_month"),
        ]

    def __str__(self) -> str:
        return f"{self.month} {self.kind}:{self.scope}"


class StaleMark(models.Model):
    """待刷新: cells that no longer follow from the facts. Written with the change; cleared with the refresh.

    An empty kind means the whole month of a source, whatever the scope.
    """

    source = models.SmallIntegerField("来源", default=0)
    kind = models.CharField("范围类型", max_length=1, default="", blank=True)
    scope = models.BigIntegerField("范围", default=0)
    month = models.IntegerField("月份")
    marked_at = models.DateTimeField("标记时间", auto_now_add=True)

    class Meta:
        verbose_name = "待刷新标记"

    def __str__(self) -> str:
        return f"{self.month} {self.kind}:{self.scope}"


class RollupState(models.Model):
    """汇总状态: one row, held while figures are written, so that two refreshes take turns."""

    refreshed_at = models.DateTimeField("刷新时间", null=True)
    # Another one whenever cells were written: what was drawn from them is good for as long as it stays the same.
    edition = models.UUIDField("版次", default=uuid4)
    # Sessions planned for a day before this one count as due; moved on by the first refresh of a day.
    days_passed_until = models.DateField("已计入到期至", null=True)
    rebuilt_at = models.DateTimeField("核对时间", null=True)
    drift_found = models.PositiveIntegerField("上次核对发现偏差", default=0)

    class Meta:
        verbose_name = "汇总状态"

    def __str__(self) -> str:
        return f"刷新于 {self.refreshed_at}"
