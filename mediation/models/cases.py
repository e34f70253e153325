from datetime import date, timedelta
from typing import Any, Self

from auditlog.registry import auditlog
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from mediation.models.studios import CASE_READERS, Studio
from orgs.models import Employer
from xiangshan.core import limits
from xiangshan.core.accounts.models import Role, ScopedThrough, User, area_scopes
from xiangshan.core.areas.models import Area, within
from xiangshan.core.constraints import check, unique
from xiangshan.core.money import MoneyField
from xiangshan.core.querysets import PortalQuerySet, closed_door
from xiangshan.core.workflow import Workflow

YEAR = timedelta(days=366)
SATISFACTION = [MinValueValidator(1), MaxValueValidator(5)]


class Dispute(models.Model):
    """同一争议: what one or more cases are about. It is rewarded once, however often it was mediated (一案一补)."""

    created_at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = "争议"

    def __str__(self) -> str:
        return f"争议 {self.pk}"


class CaseQuerySet(PortalQuerySet["MediationCase"]):
    SEARCHED = ("number", "subject")
    FILTERS = {
        "received_from": "received_on__gte",
        "received_to": "received_on__lte",
        "closed_from": "closed_on__gte",
        "closed_to": "closed_on__lte",
    }

    @closed_door
    def visible_to(self, user: User) -> Self:
        """A case holds no parties; leadership reads it as the row behind a figure."""
        return self.filter(within(user.scope(*CASE_READERS)) | Q(studio__in=user.scope(Role.MEDIATOR)))

    def matching(
        self,
        *,
        status: str = "",
        outcome: str = "",
        group: str = "",
        due: str = "",
        responded: Any = None,
        accepted: Any = None,
        **wanted: Any,
    ) -> Self:
        rows = super().matching(**wanted)
        if status:
            rows = rows.filter(status__in=self.model.OPEN) if status == "open" else rows.filter(status=status)
        if outcome:
            rows = rows.filter(outcome__in=("agreed", "failed") if outcome == "decided" else (outcome,))
        rows = rows.filter(response_minutes__isnull=False) if responded else rows
        rows = rows.filter(accepted_on__isnull=False) if accepted else rows
        rows = rows.filter(workers__gte=self.model.GROUP_FROM) if group else rows
        return rows.due_within(0 if due == "late" else limits.DEADLINE_SOON_DAYS) if due else rows

    def due_within(self, days: int) -> Self:
        """Cases in work whose next day, of the law or of an instalment, lies no more than so many days ahead; 0: it has passed."""
        last = timezone.localdate() + timedelta(days=days if days else -1)
        return self.filter(status__in=self.model.OPEN, next_due_on__lte=last)

    def in_work(self) -> Self:
        return self.filter(status__in=self.model.OPEN)

    def for_page(self) -> Self:
        return self.select_related(
            "studio__area", "area", "employer", "lead_mediator", "graded_by", "grade_proposed_by"
        )

    def to_anonymise(self, before: date) -> Self:
        """Closed before that day, and still knowing its parties."""
        return self.filter(closed_on__lt=before, anonymised_on__isnull=True)

    def concluded_on_time(self) -> Self:
        return self.filter(
            accepted_on__isnull=False, concluded_on__lte=F("accepted_on") + timedelta(days=limits.MEDIATION_DAYS)
        )

    def totals(self) -> dict[str, Any]:
        return self.order_by().aggregate(
            cases=models.Count("pk"),
            people=models.Sum("people_received", default=0),
            involved=models.Sum("amount_involved", default=0),
            paid=models.Sum("amount_paid", default=0),
        )

    def for_list(self) -> Self:
        return self.select_related("studio", "area", "employer").order_by("-received_at", "-pk")


class MediationCase(Workflow):
    """案件: a labour dispute, followed until what was agreed is fulfilled. Its parties stand apart, encrypted (Party)."""

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

    # Kinds that may point to a person where few are counted.
    SENSITIVE = (Kind.INJURY, Kind.OTHER)

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
        REFUSED = "refused", "不予受理"

    class Grade(models.TextChoices):
        GENERAL = "general", "一般"
        HARD = "hard", "疑难"
        MAJOR = "major", "重大"

    OPEN = (Status.RECEIVED, Status.RESPONDING, Status.MEDIATING, Status.AGREED, Status.FULFILLED)
    TRANSITIONS = {
        Status.RECEIVED: {Status.RESPONDING, Status.MEDIATING, Status.WITHDRAWN, Status.REFERRED, Status.CLOSED},
        Status.RESPONDING: {Status.MEDIATING, Status.WITHDRAWN, Status.REFERRED, Status.CLOSED},
        Status.MEDIATING: {Status.AGREED, Status.FAILED, Status.WITHDRAWN, Status.REFERRED},
        Status.AGREED: {Status.FULFILLED, Status.CLOSED},
        # Another agreement in place of one about no money.
        Status.FULFILLED: {Status.CLOSED, Status.AGREED},
        Status.FAILED: {Status.CLOSED},
        Status.WITHDRAWN: {Status.CLOSED},
        Status.REFERRED: {Status.CLOSED},
    }
    # 十人以上集体争议: 劳动争议调解仲裁法 art. 7.
    GROUP_FROM = 10

    number = models.CharField("案号", max_length=40, unique=True, editable=False)
    studio = models.ForeignKey(Studio, models.PROTECT, related_name="cases", verbose_name="调处工作室")
    area = models.ForeignKey(Area, models.PROTECT, related_name="cases", verbose_name="发生地区")
    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="cases", verbose_name="争议", editable=False)
    channel = models.CharField("来源", max_length=10, choices=Channel, default=Channel.PHONE)
    kind = models.CharField("争议类型", max_length=10, choices=Kind, default=Kind.WAGES)
    subject = models.CharField("事由", max_length=120, help_text="不写当事人姓名、电话")
    employer = models.ForeignKey(
        Employer, models.PROTECT, null=True, blank=True, related_name="cases", verbose_name="用人单位"
    )
    workers = models.PositiveIntegerField("涉及职工（人）", default=1)
    people_received = models.PositiveIntegerField("接待（人次）", default=1)
    # The time the dispute is about: with employer and parties the key by which it is known again.
    dispute_from = models.DateField("争议期间自", null=True, blank=True)
    dispute_to = models.DateField("争议期间至", null=True, blank=True)
    # 劳动争议调解仲裁法 art. 27: one year from when the right's violation was or should have been known; for wages, from the end
    # of the employment.
    known_on = models.DateField("知道权利被侵害之日", null=True, blank=True)
    employment_ended_on = models.DateField("劳动关系终止日", null=True, blank=True)
    received_at = models.DateTimeField("接案时间")
    received_on = models.DateField("接案日期", editable=False)
    first_response_at = models.DateTimeField("首次响应时间", null=True, blank=True)
    # Whole minutes from received to first response, kept with both: their median is a figure.
    response_minutes = models.PositiveIntegerField("响应时长（分钟）", null=True, blank=True, editable=False)
    arrived_at = models.DateTimeField("到达现场时间", null=True, blank=True)
    accepted_on = models.DateField("受理日期", null=True, blank=True)
    concluded_on = models.DateField("调解结束日期", null=True, blank=True)
    closed_on = models.DateField("结案日期", null=True, blank=True)
    outcome = models.CharField("调解结果", max_length=10, choices=Outcome, blank=True)
    amount_involved = MoneyField("涉及金额（元）")
    amount_agreed = MoneyField("协议金额（元）")
    amount_paid = MoneyField("已付金额（元）")
    lead_mediator = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="主办调解员"
    )
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.RECEIVED)
    grade = models.CharField("等级", max_length=10, choices=Grade, blank=True)
    grade_reason = models.CharField("定级理由", max_length=200, blank=True)
    grade_proposed_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="定级提出人"
    )
    graded_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="定级确认人"
    )
    worker_satisfaction = models.PositiveSmallIntegerField(
        "职工方满意度（1–5）", null=True, blank=True, validators=SATISFACTION
    )
    employer_satisfaction = models.PositiveSmallIntegerField(
        "单位方满意度（1–5）", null=True, blank=True, validators=SATISFACTION
    )
    lessons = models.TextField("经验与启示", max_length=1000, blank=True)
    # The next day the law or an instalment sets, and its words: follows from the rest, kept to list by (mediation/deadlines.py).
    next_due_on = models.DateField("最近期限", null=True, blank=True, editable=False)
    next_due_text = models.CharField("期限", max_length=60, blank=True, editable=False)
    anonymised_on = models.DateField("隐去当事人日期", null=True, blank=True, editable=False)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = "调解案件"
        constraints = [
            check(
                "case_closed_has_outcome",
                Q(closed_on__isnull=True) | (~Q(outcome="") & Q(concluded_on__isnull=False)),
                "结案须有调解结果和调解结束日期",
            ),
            check(
                "case_closed_day_with_status",
                Q(status="closed", closed_on__isnull=False) | (~Q(status="closed") & Q(closed_on__isnull=True)),
                "结案日期与状态不一致",
            ),
            check("case_paid_within_agreed", Q(amount_paid__lte=F("amount_agreed")), "已付金额不能超过协议金额"),
            check(
                "case_graded_by_another",
                Q(graded_by__isnull=True) | ~Q(graded_by=F("grade_proposed_by")),
                "不能确认自己提出的定级",
            ),
        ]
        indexes = [
            models.Index(fields=["-received_at", "-id"], name="case_newest"),
            models.Index(fields=["received_on"], name="case_received_on"),
            models.Index(fields=["closed_on"], name="case_closed_on"),
            models.Index(fields=["next_due_on"], name="case_next_due"),
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
        today = timezone.localdate()
        if self.known_on and self.known_on > today:
            raise ValidationError({"known_on": "知道权利被侵害之日不能晚于今天"})
        if self.employment_ended_on and self.employment_ended_on > today + YEAR:
            raise ValidationError({"employment_ended_on": "劳动关系终止日不能晚于一年以后"})
        if self.dispute_from and self.dispute_to and self.dispute_to < self.dispute_from:
            raise ValidationError({"dispute_to": "争议期间的结束不能早于开始"})

    @property
    def is_group(self) -> bool:
        return self.workers >= self.GROUP_FROM

    @property
    def period(self) -> tuple[date, date]:
        """The days the dispute is about; the day it was received where nothing is said."""
        first = self.dispute_from or self.dispute_to or self.received_on
        return first, self.dispute_to or first

    @property
    def turn(self) -> str:
        """Whose turn it is and since when."""
        if self.status == self.Status.RECEIVED:
            return f"等{self.studio}响应（自 {timezone.localtime(self.received_at):%Y-%m-%d %H:%M}）"
        if self.status == self.Status.RESPONDING:
            return f"等{self.studio}受理，或书面告知不予受理"
        if self.status == self.Status.MEDIATING:
            return f"调解中（自 {self.accepted_on} 受理）"
        if self.status == self.Status.AGREED:
            return "等用人单位按协议履行；工作室跟进到付清"
        if self.status == self.Status.CLOSED:
            return f"已于 {self.closed_on} 结案；权益保障部门可以重新办理"
        return "等工作室回访后结案"

    @property
    def scopes(self) -> dict[str, set[int]]:
        return area_scopes(self.area_id) | {"studio": {self.studio_id}}


class NotTheSame(models.Model):
    """不是同一争议: two cases that look like one dispute, and somebody looked: they are two."""

    one = models.ForeignKey(MediationCase, models.PROTECT, related_name="+", verbose_name="案件")
    other = models.ForeignKey(MediationCase, models.PROTECT, related_name="+", verbose_name="另一案件")
    said_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="确认人")

    class Meta:
        verbose_name = "不是同一争议"
        constraints = [
            unique("looked_at_once", "one", "other", message="已经确认过"),
            check("lower_case_first", Q(one__lt=F("other"))),
        ]

    def __str__(self) -> str:
        return f"{self.one} ≠ {self.other}"


class ReceptionQuerySet(PortalQuerySet["Reception"]):
    SEARCHED = ("subject",)
    FILTERS = {"first": "received_on__gte", "last": "received_on__lte"}
    AREA = "studio__area"

    @closed_door
    def visible_to(self, user: User) -> Self:
        return self.filter(within(user.scope(*CASE_READERS), "studio__area") | Q(studio__in=user.scope(Role.MEDIATOR)))

    def for_list(self) -> Self:
        return self.select_related("studio").order_by("-received_on", "-pk")


class Reception(ScopedThrough):
    """接待: people received without a case."""

    SCOPED_THROUGH = "studio"

    studio = models.ForeignKey(Studio, models.PROTECT, related_name="receptions", verbose_name="调处工作室")
    received_on = models.DateField("接待日期")
    people = models.PositiveIntegerField("接待（人次）", default=1)
    subject = models.CharField("事由", max_length=120, help_text="不写当事人姓名、电话")
    recorded_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="记录人"
    )

    objects = ReceptionQuerySet.as_manager()

    class Meta:
        verbose_name = "接待"
        indexes = [models.Index(fields=["-received_on", "-id"], name="reception_newest")]

    def __str__(self) -> str:
        return self.subject


# What is said in plain words stands in no history: a name taken out of it would stand there for good.
auditlog.register(MediationCase, exclude_fields=["subject", "lessons", "grade_reason"])
auditlog.register(NotTheSame)


def of_own_cases(user: User, case: str = "case") -> Q:
    """Of cases whose parties the user may read: the studio's mediators and the supervisors, but for those who stand back."""
    reach = within(user.scope(Role.MEDIATION_SUPERVISOR), f"{case}__area") | Q(
        **{f"{case}__studio__in": user.scope(Role.MEDIATOR)}
    )
    return reach & ~Q(**{f"{case}__conflicts__user": user.pk})
