from auditlog.registry import auditlog
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from xiangshan.core.constraints import check, unique


class StatutoryTerm(models.Model):
    """法定期限: a number of days the law sets, as dated data with its source: local rules differ, and laws change."""

    class Code(models.TextChoices):
        ACCEPTANCE = "acceptance", "受理或书面告知"
        MEDIATION = "mediation", "调解期限"
        ARBITRATION = "arbitration", "仲裁时效"
        REVIEW = "review", "仲裁审查申请"
        CONFIRMATION = "confirmation", "司法确认申请"
        PAYMENT_ORDER = "payment_order", "申请支付令"

    class Unit(models.TextChoices):
        DAY = "day", "日"
        WORKING_DAY = "working", "个工作日"
        MONTH = "month", "个月"
        YEAR = "year", "年"

    code = models.CharField("期限", max_length=14, choices=Code)
    count = models.PositiveSmallIntegerField("数")
    unit = models.CharField("单位", max_length=8, choices=Unit, default=Unit.DAY)
    # 民法典 art. 203: a last day that is a legal day of rest gives way to the next working day.
    rolls_over = models.BooleanField("末日遇休息日顺延", default=True)
    article = models.CharField("依据", max_length=120, help_text="法律名称和条款")
    afterwards = models.CharField("到期后", max_length=120, help_text="写给调解员看：到期以后可以做什么")
    effective_from = models.DateField("施行日期")
    effective_to = models.DateField("失效日期", null=True, blank=True)

    class Meta:
        verbose_name = "法定期限"
        ordering = ["code", "-effective_from"]
        constraints = [
            unique("term_once_a_day", "code", "effective_from", message="同一天施行的这项期限已有"),
            check("term_counts_something", Q(count__gt=0), "期限须大于 0"),
            check(
                "term_ends_after_start",
                Q(effective_to__isnull=True) | Q(effective_to__gte=F("effective_from")),
                "失效日期不能早于施行日期",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_code_display()} {self.count}{self.get_unit_display()}"

    def clean(self) -> None:
        others = StatutoryTerm.objects.filter(code=self.code).exclude(pk=self.pk)
        first, last = self.effective_from, self.effective_to
        if not first:
            return
        rows = others.filter(Q(effective_to__isnull=True) | Q(effective_to__gte=first))
        rows = rows.filter(effective_from__lte=last) if last else rows
        if clash := rows.first():
            raise ValidationError(
                {"effective_from": f"与 {clash.effective_from} 施行的期限重叠，请先填那一条的失效日期"}
            )


class CalendarYear(models.Model):
    """日历年度: a year whose days off the State Council has announced. Of any other nothing is known, and nothing guessed."""

    year = models.PositiveSmallIntegerField("年度", primary_key=True)
    source = models.CharField("依据", max_length=120)

    class Meta:
        verbose_name = "日历年度"
        ordering = ["-year"]

    def __str__(self) -> str:
        return f"{self.year} 年"


class CalendarDay(models.Model):
    """工作日历: a day that is not what its weekday says: a holiday on a weekday, or a weekend that is worked (调休)."""

    day = models.DateField("日期", primary_key=True)
    is_working = models.BooleanField("上班")
    name = models.CharField("名称", max_length=20)

    class Meta:
        verbose_name = "工作日历"
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {'上班' if self.is_working else '休息'}"


auditlog.register(StatutoryTerm)
auditlog.register(CalendarYear)
auditlog.register(CalendarDay)
