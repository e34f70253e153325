from pathlib import Path
from typing import Any, Self
from uuid import uuid4

from django.db import models
from django.db.models import Q

from xiangshan.core.accounts.models import Role, User
from xiangshan.core.areas.models import Area
from xiangshan.core.constraints import unique


def upload_path(ledger: "Ledger", name: str) -> str:
    return f"imports/{uuid4().hex}{Path(name).suffix.lower()[:5]}"


class LedgerQuerySet(models.QuerySet["Ledger"]):
    def visible_to(self, user: User) -> Self:
        """One's own: a file says what its rows say, whoever may see those. And what waits for a second person of the county."""
        if not user.is_authenticated:
            return self.none()
        counties = user.scope(Role.COUNTY_STAFF)
        return self.filter(Q(by=user) | Q(county__in=counties, status__in=Ledger.SHOWN_TO_COUNTY))

    def unfinished(self) -> Self:
        return self.filter(status__in=(Ledger.Status.CHECKING, Ledger.Status.APPLYING))

    def to_accept(self, user: User) -> Self:
        """Brought by others, and waiting for one more person of the county."""
        counties = user.scope(Role.COUNTY_STAFF)
        return self.filter(status=Ledger.Status.WAITING, county__in=counties).exclude(by=user).order_by("pk")


class Ledger(models.Model):
    """台账: a file brought to a register: read, checked as a whole, taken in, undone as a whole."""

    class Status(models.TextChoices):
        READING = "reading", "待对应列"
        CHECKING = "checking", "检查中"
        CHECKED = "checked", "待确认"
        FAULTY = "faulty", "有待处理的行"
        WAITING = "waiting", "待复核"
        SENT_BACK = "sent_back", "复核退回"
        APPLYING = "applying", "写入中"
        DONE = "done", "已导入"
        UNDONE = "undone", "已撤销"

    CHANGEABLE = (Status.READING, Status.CHECKED, Status.FAULTY, Status.SENT_BACK)  # its reading and answers
    SHOWN_TO_COUNTY = (Status.WAITING, Status.SENT_BACK, Status.APPLYING, Status.DONE, Status.UNDONE)

    register = models.CharField("登记簿", max_length=40)
    file = models.FileField("文件", upload_to=upload_path, max_length=120)
    file_name = models.CharField("文件名", max_length=200)
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.READING)
    # Of a register of the past: the county whose staff may accept it. Others' files are nobody else's.
    county = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="县")
    by = models.ForeignKey(User, models.PROTECT, related_name="ledgers", verbose_name="导入人")
    accepted_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="复核人"
    )
    opinion = models.CharField("复核意见", max_length=300, blank=True, default="")
    created_at = models.DateTimeField("上传时间", auto_now_add=True)
    touched_at = models.DateTimeField("进展时间", auto_now=True)
    applied_at = models.DateTimeField("导入时间", null=True, blank=True)
    done_rows = models.PositiveIntegerField("已检查行数", default=0)
    total_rows = models.PositiveIntegerField("总行数", default=0)
    new_rows = models.PositiveIntegerField("新增", default=0)
    changed_rows = models.PositiveIntegerField("更新", default=0)
    same_rows = models.PositiveIntegerField("无变化", default=0)
    doubtful_rows = models.PositiveIntegerField("待回答", default=0)
    refused_rows = models.PositiveIntegerField("有错误", default=0)
    left_rows = models.PositiveIntegerField("不导入", default=0)
    # How the file is read: {"sheets": {name: {"take", "heading", "year", "hidden"}}, "fields": {heading: field}, "constants": {field: text}}
    reading: Any = models.JSONField("读法", default=dict, blank=True)
    # What doubtful cells were said to mean: {field: {cell: answer}}, and what is still asked.
    answers: Any = models.JSONField("回答", default=dict, blank=True)
    questions: Any = models.JSONField("待回答的", default=list, blank=True)
    # What is wrong with the file as a whole, and what was left out of it: [[sheet, row, why], ...]
    faults: Any = models.JSONField("整个文件的问题", default=list, blank=True)
    left_out: Any = models.JSONField("没有读的行", default=list, blank=True)
    # Its sums, and what its own total lines say: {"rows": ..., "by": [...], "said": [...]}
    sums: Any = models.JSONField("合计", default=dict, blank=True)
    only_good = models.BooleanField("只写入没有问题的行", default=False)
    empties = models.BooleanField("空格清空原值", default=False)
    emptied = models.PositiveIntegerField("表里空着而登记簿有值的格", default=0)
    # Why facts of a signed year are changed: what is still asked for, and what was said.
    asks = models.CharField("须写明理由", max_length=300, blank=True, default="")
    reason = models.CharField("更正理由", max_length=300, blank=True, default="")

    objects = LedgerQuerySet.as_manager()

    class Meta:
        verbose_name = "导入台账"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.file_name

    @property
    def percent(self) -> int:
        return 100 * self.done_rows // self.total_rows if self.total_rows else 0

    @property
    def good_rows(self) -> int:
        return self.new_rows + self.changed_rows

    @property
    def held_rows(self) -> int:
        """Rows that cannot be written as they stand."""
        return self.doubtful_rows + self.refused_rows

    @property
    def errors(self) -> list[list[Any]]:
        """[row, column, value, what is wrong] of the whole file and of each refused row."""
        refused = self.rows.filter(outcome=LedgerRow.Outcome.REFUSED).values_list("number", "findings")
        return [*self.faults, *([number, *error] for number, found in refused for error in found["errors"])]


class LedgerRow(models.Model):
    """台账行: a row of a file: what it would do, or did, and why not."""

    class Outcome(models.TextChoices):
        NEW = "new", "新增"
        CHANGED = "changed", "更新"
        SAME = "same", "无变化"
        DOUBTFUL = "doubtful", "待回答"
        REFUSED = "refused", "有错误"
        LEFT = "left", "不导入"

    ledger = models.ForeignKey(Ledger, models.CASCADE, related_name="rows", verbose_name="台账")
    sheet = models.CharField("工作表", max_length=100)
    number = models.PositiveIntegerField("行号")
    outcome = models.CharField("结果", max_length=10, choices=Outcome)
    title = models.CharField("记录", max_length=200, blank=True)
    # {"errors": [[column, value, what is wrong]], "notes": [...], "changes": [[column, from, to]]}
    findings: Any = models.JSONField("说明", default=dict)
    # What was written, for the undo: the record, as it was made, or {field: [from, to]} of what changed.
    record_key = models.BigIntegerField("写入的记录", null=True, blank=True)
    written: Any = models.JSONField("写入内容", default=dict, blank=True)
    # What else was made of the row: [[model, key], ...]
    also_made: Any = models.JSONField("一并写入的", default=list, blank=True)

    class Meta:
        verbose_name = "台账行"
        ordering = ["pk"]
        indexes = [models.Index(fields=["ledger", "outcome", "id"], name="ledger_row_by_outcome")]

    def __str__(self) -> str:
        return f"{self.sheet} {self.number}"


class FromLedger(models.Model):
    """What may have come from a ledger of the past: the file, and where in it. Who brought and who accepted it stands there."""

    ledger = models.ForeignKey(
        Ledger,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        db_index=False,  # nearly always null: would be taken for a selective index
        related_name="+",
        verbose_name="台账",
    )
    ledger_place = models.CharField("台账位置", max_length=120, blank=True, db_default="", editable=False)

    class Meta:
        abstract = True


class LearnedWord(models.Model):
    """认识的写法: what a county's clerks call a column or mean by a word, as somebody answered once; offered the next time."""

    county = models.ForeignKey(Area, models.CASCADE, related_name="+", verbose_name="县")
    register = models.CharField("登记簿", max_length=40)
    column = models.CharField("列", max_length=40, blank=True)  # none: the word is a heading
    word = models.CharField("写法", max_length=200)
    meaning = models.CharField("意思", max_length=200, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="回答人")
    learned_at = models.DateTimeField("时间", auto_now=True)

    class Meta:
        verbose_name = "认识的写法"
        constraints = [unique("word_learned_once", "county", "register", "column", "word", message="这个写法已经记住")]

    def __str__(self) -> str:
        return f"{self.word} → {self.meaning}"
