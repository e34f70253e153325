from auditlog.registry import auditlog
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from mediation.models.cases import MediationCase
from mediation.models.studios import Studio
from xiangshan.core.accounts.models import ScopedThrough, User
from xiangshan.core.constraints import check, unique
from xiangshan.core.encryption import EncryptedField, encrypted_fields


class CaseEvent(ScopedThrough):
    """办案经过: one thing that happened in a case. Its words are encrypted: whoever was there may be named in them."""

    SCOPED_THROUGH = "case"

    class Kind(models.TextChoices):
        CALL = "call", "电话"
        VISIT = "visit", "上门"
        MEETING = "meeting", "调解会"
        NOTE = "note", "记录"
        DOCUMENT = "document", "文书"
        RESPONSE = "response", "首次响应"
        ARRIVAL = "arrival", "到达现场"
        ACCEPTANCE = "acceptance", "受理"
        REFUSAL = "refusal", "不予受理"
        AGREEMENT = "agreement", "达成协议"
        PAYMENT = "payment", "付款"
        FOLLOW_UP = "follow_up", "回访"
        OUTCOME = "outcome", "调解结果"
        TEAM = "team", "人员变动"
        CLOSING = "closing", "结案"
        REOPENING = "reopening", "重新办理"
        REPORT = "report", "上报"

    # Those a mediator writes down; the others follow from what is done.
    WRITTEN = (Kind.CALL, Kind.VISIT, Kind.MEETING, Kind.NOTE, Kind.DOCUMENT, Kind.FOLLOW_UP)

    case = models.ForeignKey(MediationCase, models.PROTECT, related_name="events", verbose_name="案件")
    kind = models.CharField("种类", max_length=10, choices=Kind)
    at = models.DateTimeField("时间")
    text = EncryptedField("内容", blank=True, validators=[MaxLengthValidator(2000)])
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="记录人")

    class Meta:
        verbose_name = "办案经过"
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.get_kind_display()


class CaseMember(ScopedThrough):
    """办案人员: who mediates a case, from when to when."""

    SCOPED_THROUGH = "case"

    case = models.ForeignKey(MediationCase, models.PROTECT, related_name="members", verbose_name="案件")
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="调解员")
    joined_on = models.DateField("加入日期")
    left_on = models.DateField("退出日期", null=True, blank=True)

    class Meta:
        verbose_name = "办案人员"
        ordering = ["pk"]
        constraints = [
            unique("in_the_team_once", "case", "user", when=Q(left_on__isnull=True), message="已经在办案人员里"),
            check(
                "member_left_after_joining",
                Q(left_on__isnull=True) | Q(left_on__gte=F("joined_on")),
                "退出不能早于加入",
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)


class CaseConflict(ScopedThrough):
    """回避: a mediator with an interest in the case. Kept for good: no work on it, and no reading of its parties."""

    SCOPED_THROUGH = "case"

    case = models.ForeignKey(MediationCase, models.PROTECT, related_name="conflicts", verbose_name="案件")
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="回避人")
    reason = models.CharField("利害关系", max_length=200)
    said_at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = "回避"
        constraints = [unique("stands_back_once", "case", "user", message="已经回避")]

    def __str__(self) -> str:
        return str(self.user)


class CasePause(ScopedThrough):
    """中止: days on which the clock of a case stands still, and why."""

    SCOPED_THROUGH = "case"

    case = models.ForeignKey(MediationCase, models.PROTECT, related_name="pauses", verbose_name="案件")
    starts_on = models.DateField("自")
    ends_on = models.DateField("至（含）", null=True, blank=True)
    reason = models.CharField("原因", max_length=200)

    class Meta:
        verbose_name = "期限中止"
        ordering = ["starts_on", "pk"]
        constraints = [
            unique("paused_once", "case", when=Q(ends_on__isnull=True), message="期限已经中止"),
            check(
                "pause_ends_after_start", Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), "结束不能早于开始"
            ),
        ]

    def __str__(self) -> str:
        return self.reason


class Referral(ScopedThrough):
    """转介: where the parties were sent on to, and what came of it."""

    SCOPED_THROUGH = "case"

    class Target(models.TextChoices):
        ARBITRATION = "arbitration", "劳动仲裁"
        INSPECTORATE = "inspectorate", "劳动保障监察"
        LEGAL_AID = "legal_aid", "法律援助"
        COURT = "court", "人民法院"
        OTHER = "other", "其他"

    case = models.ForeignKey(MediationCase, models.PROTECT, related_name="referrals", verbose_name="案件")
    target = models.CharField("转介到", max_length=12, choices=Target)
    referred_on = models.DateField("转介日期")
    result = models.CharField("结果", max_length=200, blank=True)
    result_on = models.DateField("结果日期", null=True, blank=True)

    class Meta:
        verbose_name = "转介"
        ordering = ["pk"]
        constraints = [
            check(
                "referral_result_has_day",
                Q(result="", result_on__isnull=True) | (~Q(result="") & Q(result_on__gte=F("referred_on"))),
                "结果须写日期，且不早于转介",
            )
        ]

    def __str__(self) -> str:
        return self.get_target_display()

    def clean(self) -> None:
        if self.referred_on and self.referred_on > timezone.localdate():
            raise ValidationError({"referred_on": "转介日期不能晚于今天"})


class CaseTransfer(ScopedThrough):
    """移交: a case goes on in another studio, with the parties' consent."""

    SCOPED_THROUGH = "case"

    case = models.ForeignKey(MediationCase, models.PROTECT, related_name="transfers", verbose_name="案件")
    from_studio = models.ForeignKey(Studio, models.PROTECT, related_name="+", verbose_name="原工作室")
    to_studio = models.ForeignKey(Studio, models.PROTECT, related_name="+", verbose_name="新工作室")
    consented_on = models.DateField("当事人同意日期")
    reason = models.CharField("原因", max_length=200)

    class Meta:
        verbose_name = "移交"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.from_studio} → {self.to_studio}"


class CaseRead(models.Model):
    """阅卷: somebody outside the team opened a case. Shown to the team."""

    case = models.ForeignKey(MediationCase, models.PROTECT, related_name="reads", verbose_name="案件")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="阅卷人")
    at = models.DateTimeField("时间", auto_now_add=True)
    what = models.CharField("内容", max_length=40)

    class Meta:
        verbose_name = "阅卷"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.by} {self.what}"


auditlog.register(CaseEvent, exclude_fields=encrypted_fields(CaseEvent))
