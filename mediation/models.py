from auditlog.registry import auditlog
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from mediation import querysets
from orgs.models import Employer, SocialOrganization
from xiangshan.accounts.models import User, area_scopes
from xiangshan.areas.models import Area
from xiangshan.money import MoneyField


class Studio(models.Model):
    """调处工作室: where labour disputes are mediated."""

    organization = models.ForeignKey(
        SocialOrganization, models.PROTECT, null=True, blank=True, related_name="studios", verbose_name="所属社会组织"
    )
    name = models.CharField("名称", max_length=40, unique=True)
    mark = models.CharField("案号简称", max_length=6, unique=True, help_text="写入案号,如“丹东”")
    area = models.ForeignKey(Area, models.PROTECT, related_name="studios", verbose_name="所在镇街")
    phone = models.CharField("电话", max_length=20, blank=True)
    opened_on = models.DateField("成立日期")
    plaque = models.CharField("授牌", max_length=60, blank=True)

    objects = querysets.StudioQuerySet.as_manager()

    class Meta:
        verbose_name = "调处工作室"

    def __str__(self) -> str:
        return self.name

    @property
    def scopes(self) -> dict[str, set[int]]:
        return area_scopes(self.area_id) | {"studio": {self.pk}}


class MediationCase(models.Model):
    """案件: a labour dispute, followed until what was agreed is fulfilled. No parties here: they are confidential."""

    class Channel(models.TextChoices):
        PHONE = "phone", "电话"
        WALK_IN = "walk_in", "来访"
        HOTLINE = "hotline", "12351 热线"
        REFERRAL = "referral", "移送转办"
        ONLINE = "online", "网上"

    class Kind(models.TextChoices):
        WAGES = "wages", "拖欠工资"
        INJURY = "injury", "工伤待遇"
        OVERTIME = "overtime", "加班费"
        INSURANCE = "insurance", "社会保险"
        DISMISSAL = "dismissal", "解除劳动合同"
        OTHER = "other", "其他"

    class Status(models.TextChoices):
        RECEIVED = "received", "已接案"
        RESPONDING = "responding", "已响应"
        MEDIATING = "mediating", "调解中"
        AGREED = "agreed", "达成协议"
        FAILED = "failed", "调解不成"
        WITHDRAWN = "withdrawn", "撤回"
        REFERRED = "referred", "已转介"
        FULFILLED = "fulfilled", "已履行"
        CLOSED = "closed", "已结案"

    class Outcome(models.TextChoices):
        AGREED = "agreed", "达成协议"
        FAILED = "failed", "调解不成"
        WITHDRAWN = "withdrawn", "撤回"
        REFERRED = "referred", "转介"

    OPEN = (Status.RECEIVED, Status.RESPONDING, Status.MEDIATING, Status.AGREED, Status.FULFILLED)

    number = models.CharField("案号", max_length=40, unique=True, editable=False)
    studio = models.ForeignKey(Studio, models.PROTECT, related_name="cases", verbose_name="调处工作室")
    area = models.ForeignKey(Area, models.PROTECT, related_name="cases", verbose_name="发生地区")
    channel = models.CharField("来源", max_length=10, choices=Channel, default=Channel.PHONE)
    kind = models.CharField("争议类型", max_length=10, choices=Kind, default=Kind.WAGES)
    subject = models.CharField("事由", max_length=120, help_text="不写当事人姓名、电话")
    employer = models.ForeignKey(
        Employer, models.PROTECT, null=True, blank=True, related_name="cases", verbose_name="用人单位"
    )
    workers = models.PositiveIntegerField("涉及职工(人)", default=1)
    people_received = models.PositiveIntegerField("接待(人次)", default=1)
    received_at = models.DateTimeField("接案时间")
    received_on = models.DateField("接案日期", editable=False)
    first_response_at = models.DateTimeField("首次响应时间", null=True, blank=True)
    # Whole minutes from received to first response, kept with both: their median is a figure.
    response_minutes = models.PositiveIntegerField("响应时长(分钟)", null=True, blank=True, editable=False)
    arrived_at = models.DateTimeField("到达现场时间", null=True, blank=True)
    accepted_on = models.DateField("受理日期", null=True, blank=True)
    concluded_on = models.DateField("调解结束日期", null=True, blank=True)
    closed_on = models.DateField("结案日期", null=True, blank=True)
    outcome = models.CharField("调解结果", max_length=10, choices=Outcome, blank=True)
    amount_involved = MoneyField("涉及金额(元)")
    amount_agreed = MoneyField("协议金额(元)")
    amount_paid = MoneyField("已付金额(元)")
    lead_mediator = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="主办调解员"
    )
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.RECEIVED)

    objects = querysets.CaseQuerySet.as_manager()

    class Meta:
        verbose_name = "调解案件"
        constraints = [
            models.CheckConstraint(
                name="case_closed_has_outcome",
                condition=Q(closed_on__isnull=True) | (~Q(outcome="") & Q(concluded_on__isnull=False)),
                violation_error_message="结案须有调解结果和调解结束日期",
            ),
            models.CheckConstraint(
                name="case_closed_day_with_status",
                condition=Q(status="closed", closed_on__isnull=False)
                | (~Q(status="closed") & Q(closed_on__isnull=True)),
                violation_error_message="结案日期与状态不一致",
            ),
            models.CheckConstraint(
                name="case_paid_within_agreed",
                condition=Q(amount_paid__lte=F("amount_agreed")),
                violation_error_message="已付金额不能超过协议金额",
            ),
        ]
        indexes = [
            models.Index(fields=["-received_at", "-id"], name="case_newest"),
            models.Index(fields=["received_on"], name="case_received_on"),
            models.Index(fields=["closed_on"], name="case_closed_on"),
        ]

    def __str__(self) -> str:
        return self.number

    def clean(self) -> None:
        if self.received_at and self.first_response_at and self.first_response_at < self.received_at:
            raise ValidationError({"first_response_at": "首次响应不能早于接案"})
        if self.accepted_on and self.concluded_on and self.concluded_on < self.accepted_on:
            raise ValidationError({"concluded_on": "调解结束不能早于受理"})
        if self.closed_on and self.concluded_on and self.closed_on < self.concluded_on:
            raise ValidationError({"closed_on": "结案不能早于调解结束"})

    @property
    def scopes(self) -> dict[str, set[int]]:
        return area_scopes(self.area_id) | {"studio": {self.studio_id}}


class Reception(models.Model):
    """接待: people received without a case."""

    studio = models.ForeignKey(Studio, models.PROTECT, related_name="receptions", verbose_name="调处工作室")
    received_on = models.DateField("接待日期")
    people = models.PositiveIntegerField("接待(人次)", default=1)
    subject = models.CharField("事由", max_length=120, help_text="不写当事人姓名、电话")
    recorded_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="记录人"
    )

    objects = querysets.ReceptionQuerySet.as_manager()

    class Meta:
        verbose_name = "接待"
        indexes = [models.Index(fields=["-received_on", "-id"], name="reception_newest")]

    def __str__(self) -> str:
        return self.subject

    @property
    def scopes(self) -> dict[str, set[int]]:
        return self.studio.scopes


for model in (Studio, MediationCase, Reception):
    auditlog.register(model)
