from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from projects.models.projects import SupportProject
from xiangshan.core.accounts.models import ScopedThrough, User
from xiangshan.core.constraints import check
from xiangshan.core.money import MoneyField


class Completion(ScopedThrough):
    """结项验收: what was reached against the goals, what was used against what was paid, and what goes back."""

    SCOPED_THROUGH = "project"

    class Verdict(models.TextChoices):
        PASSED = "passed", "通过"
        CONDITIONAL = "conditional", "整改后通过"
        TERMINATED = "terminated", "终止"

    project = models.OneToOneField(SupportProject, models.PROTECT, related_name="completion", verbose_name="扶持项目")
    reached = models.TextField("目标达成情况", max_length=3000)
    verdict = models.CharField("结论", max_length=12, choices=Verdict)
    opinion = models.TextField("验收意见", max_length=1000)
    # As they stood when it was decided.
    paid = MoneyField("拨付金额")
    spent = MoneyField("使用金额")
    returned = MoneyField("已退还金额")
    returned_on = models.DateField("退还日期", null=True, blank=True)
    return_voucher = models.CharField("退款凭证号", max_length=40, blank=True)
    accepted_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="验收人")
    accepted_on = models.DateField("验收日期")

    class Meta:
        verbose_name = "结项验收"
        constraints = [
            check(
                "completion_reconciles",
                Q(spent__lte=F("paid"), returned__lte=F("paid") - F("spent")),
                "使用与退还之和不能超过拨付金额",
            ),
            check(
                "completion_returned_has_voucher",
                Q(returned=0) | (Q(returned_on__isnull=False) & ~Q(return_voucher="")),
                "退还须有日期和凭证号",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project}结项验收"

    @property
    def to_return(self) -> Decimal:
        """What was paid, not used and not given back yet."""
        return self.paid - self.spent - self.returned
