from typing import Self

from django.db import models
from django.db.models import Q

from services.models.contracts import ServiceContract
from services.models.payments import ThroughContractMoney
from services.models.sessions import ActivitySession
from xiangshan.core.accounts.models import ScopedThrough, User
from xiangshan.core.constraints import check, unique
from xiangshan.core.money import MoneyField


class AcceptanceQuerySet(ThroughContractMoney["Acceptance"]):
    def for_page(self) -> Self:
        return self.select_related("contract__organization", "contract__department", "opened_by", "decided_by")

    def waiting_for_signature(self, party: str) -> Self:
        return self.filter(status=Acceptance.Status.DECIDED).exclude(signatures__party=party).select_related("contract")


class Acceptance(ScopedThrough):
    """验收: sessions of a contract taken over in a batch, with what was computed on the day, a decision and signatures."""

    SCOPED_THROUGH = "contract"

    class Status(models.TextChoices):
        OPEN = "open", "待决定"
        DECIDED = "decided", "待签字"
        SIGNED = "signed", "已完成"
        CANCELLED = "cancelled", "已作废"

    UNFINISHED = (Status.OPEN, Status.DECIDED)

    class Decision(models.TextChoices):
        ACCEPTED = "accepted", "通过"
        DEDUCTED = "deducted", "扣减后通过"
        REFUSED = "refused", "不通过"

    contract = models.ForeignKey(ServiceContract, models.PROTECT, related_name="acceptances", verbose_name="合同")
    batch = models.PositiveSmallIntegerField("批次")
    is_final = models.BooleanField("最终验收", default=False)
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.OPEN)
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="发起人")
    opened_on = models.DateField("发起日期")
    decision = models.CharField("结论", max_length=10, choices=Decision, blank=True)
    deduction = MoneyField("扣减金额（元）")
    opinion = models.TextField("意见", max_length=1000, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="决定人")
    decided_on = models.DateField("决定日期", null=True, blank=True)
    # The checklist as it stood when it was decided: later corrections do not change what was signed.
    checklist = models.JSONField("验收清单", default=list, blank=True)

    objects = AcceptanceQuerySet.as_manager()

    class Meta:
        verbose_name = "验收"
        ordering = ["contract", "batch"]
        constraints = [
            unique("acceptance_batch_once", "contract", "batch"),
            unique(
                "acceptance_one_at_a_time",
                "contract",
                when=Q(status__in=("open", "decided")),
                message="这份合同还有一次验收没有完成",
            ),
            check(
                "acceptance_decided_by_someone",
                ~Q(status__in=("decided", "signed"))
                | (Q(decided_by__isnull=False, decided_on__isnull=False) & ~Q(decision="")),
                "验收须有结论、决定人和日期",
            ),
            check(
                "acceptance_deducts_something",
                Q(decision="deducted", deduction__gt=0) | (~Q(decision="deducted") & Q(deduction=0)),
                "扣减后通过须写明扣减金额，其他结论不扣减",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract}{'最终' if self.is_final else f'第 {self.batch} 次'}验收"

    @property
    def turn(self) -> str:
        """Whose turn it is, in words the organization understands."""
        if self.status == self.Status.OPEN:
            return f"等县总工会选择场次并决定（自 {self.opened_on:%Y-%m-%d}）"
        if self.status == self.Status.DECIDED:
            signed = {signature.party for signature in self.signatures.all()}
            waiting = [party.label for party in AcceptanceSignature.Party if party.value not in signed]
            return f"等{'、'.join(waiting)}签字（自 {self.decided_on:%Y-%m-%d}）"
        return f"验收{self.get_status_display()}"


class AcceptedSession(models.Model):
    """验收场次: a session taken over, in one acceptance only."""

    acceptance = models.ForeignKey(Acceptance, models.CASCADE, related_name="items", verbose_name="验收")
    session = models.OneToOneField(ActivitySession, models.PROTECT, related_name="accepted_in", verbose_name="场次")

    class Meta:
        verbose_name = "验收场次"

    def __str__(self) -> str:
        return str(self.session)


class AcceptanceSignature(models.Model):
    """验收签字: the union signs for what it buys, the organization for what it delivered."""

    class Party(models.TextChoices):
        UNION = "union", "县总工会"
        ORGANIZATION = "organization", "承接组织"

    acceptance = models.ForeignKey(Acceptance, models.PROTECT, related_name="signatures", verbose_name="验收")
    party = models.CharField("一方", max_length=12, choices=Party)
    signed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="签字人")
    signed_at = models.DateTimeField("签字时间")

    class Meta:
        verbose_name = "验收签字"
        ordering = ["pk"]
        constraints = [unique("signed_once", "acceptance", "party", message="这一方已经签字")]

    def __str__(self) -> str:
        return f"{self.get_party_display()} {self.signed_by}"
