import secrets
from typing import Any, Self

from auditlog.registry import auditlog
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count
from django.utils import timezone

from services.models.findings import sessions_over
from services.models.sessions import ActivitySession
from xiangshan.core.accounts.models import ScopedThrough, User
from xiangshan.core.constraints import check, unique
from xiangshan.core.querysets import PortalQuerySet, closed_door

STARS = [MinValueValidator(1), MaxValueValidator(5)]


def at_random() -> int:
    """A key that says nothing of the order in which rows came: sign-ins and answers cannot be laid side by side."""
    return secrets.randbits(62)


class SignInQuerySet(models.QuerySet["SignIn"]):
    def by_way(self) -> dict[str, int]:
        """How many signed in by which way."""
        return dict(self.order_by().values_list("how").annotate(n=Count("pk")))


class SignIn(models.Model):
    """签到: one worker at one session, without a name. Written by a phone, or as a line of a paper list.

    `digest` is a keyed digest made for this session alone: of the phone's own random number, or of the line on the list.
    """

    class How(models.TextChoices):
        CHANGING_CODE = "changing_code", "动态码"
        PAPER_CODE = "paper_code", "纸质码"
        PAPER_LIST = "paper_list", "纸质名单"
        LATE = "late", "事后补录"

    id = models.BigIntegerField("编号", primary_key=True, default=at_random, editable=False)
    session = models.ForeignKey(ActivitySession, models.PROTECT, related_name="sign_in_rows", verbose_name="场次")
    how = models.CharField("方式", max_length=14, choices=How)
    digest = models.CharField("设备或名单摘要", max_length=32)
    # Of the network and the kind of phone, good for one minute only: enough to count, not to recognise anybody.
    source = models.CharField("来源摘要", max_length=32, blank=True)
    minute = models.DateTimeField("时间（分）")

    objects = SignInQuerySet.as_manager()

    class Meta:
        verbose_name = "签到"
        constraints = [unique("signed_in_once", "session", "digest")]
        indexes = [models.Index(fields=["session", "source"], name="sign_in_by_source")]

    def __str__(self) -> str:
        return f"{self.session} {self.get_how_display()}"


class SurveyResponseQuerySet(PortalQuerySet["SurveyResponse"]):
    SEARCHED = ("comment", "session__title")
    FILTERS = {
        "organization": "session__organization",
        "category": "session__category",
        "first": "answered_on__gte",
        "last": "answered_on__lte",
    }

    @closed_door
    def visible_to(self, user: User) -> Self:
        """Single answers are for the union; an organization reads its own in fives (services/feedback.py)."""
        return self.filter(session__in=sessions_over(user))

    def in_words(self) -> Self:
        return self.exclude(comment="")

    def matching(self, *, stars: str = "", **wanted: Any) -> Self:
        rows = super().matching(**wanted)
        if stars == "low":
            return rows.filter(overall__lte=self.model.LOW_UPTO)
        return rows.filter(overall=int(stars)) if stars else rows


class SurveyResponse(models.Model):
    """满意度评价: one anonymous answer. Satisfied means overall >= 4. It holds nothing that leads to a person or a phone."""

    SATISFIED_FROM = 4
    LOW_UPTO = 2  # a rating that is followed up

    id = models.BigIntegerField("编号", primary_key=True, default=at_random, editable=False)
    session = models.ForeignKey(ActivitySession, models.PROTECT, related_name="survey_responses", verbose_name="场次")
    overall = models.PositiveSmallIntegerField("总体满意度", validators=STARS)
    content = models.PositiveSmallIntegerField("内容", null=True, blank=True, validators=STARS)
    organisation = models.PositiveSmallIntegerField("组织", null=True, blank=True, validators=STARS)
    comment = models.CharField("留言", max_length=500, blank=True)
    # A day, not a moment: with the order of sign-ins a moment could point to a person.
    answered_on = models.DateField("评价日期")

    objects = SurveyResponseQuerySet.as_manager()

    class Meta:
        verbose_name = "满意度评价"
        constraints = [check("response_overall_in_range", models.Q(overall__gte=1, overall__lte=5), "请选择 1 到 5 分")]

    def __str__(self) -> str:
        return f"{self.session} {self.overall}分"

    @property
    def is_satisfied(self) -> bool:
        return self.overall >= self.SATISFIED_FROM

    @property
    def is_low(self) -> bool:
        return self.overall <= self.LOW_UPTO


class SurveyTicket(models.Model):
    """评价凭证: the digest of a one-time token, spent when its answer is sent; not linked to the answer, nor to the sign-in.

    Kept until the survey is closed and its pace is checked, then thrown away.
    """

    id = models.BigIntegerField("编号", primary_key=True, default=at_random, editable=False)
    session = models.ForeignKey(ActivitySession, models.PROTECT, related_name="tickets", verbose_name="场次")
    digest = models.CharField("摘要", max_length=64)
    source = models.CharField("来源摘要", max_length=32, blank=True)
    minute = models.DateTimeField("时间（分）", null=True)
    is_handed = models.BooleanField("轮流评价", default=False)

    class Meta:
        verbose_name = "评价凭证"
        constraints = [unique("ticket_spent_once", "session", "digest")]

    def __str__(self) -> str:
        return self.digest[:8]


class FollowUpQuerySet(PortalQuerySet["FollowUp"]):
    SEARCHED = ("session__title", "text")
    FILTERS = {
        "organization": "session__organization",
        "first": "session__held_on__gte",
        "last": "session__held_on__lte",
    }
    AREA = "session__area"

    @closed_door
    def visible_to(self, user: User) -> Self:
        return self.filter(session__in=sessions_over(user))

    def open(self) -> Self:
        return self.filter(outcome=FollowUp.Outcome.OPEN).order_by("due_on", "pk")

    def counted(self) -> Self:
        """The rows behind feedback_closed_rate: of sessions that were not struck out."""
        return self.exclude(session__status__in=ActivitySession.VOID)

    def matching(self, *, outcome: str = "", **wanted: Any) -> Self:
        rows = super().matching(**wanted)
        if outcome == "overdue":
            return rows.filter(outcome=FollowUp.Outcome.OPEN, due_on__lt=timezone.localdate())
        if outcome == "closed":
            return rows.exclude(outcome=FollowUp.Outcome.OPEN)
        return rows.filter(outcome=outcome) if outcome else rows

    def for_page(self) -> Self:
        return self.select_related(
            "session__organization__area", "session__area", "response", "responsible", "closed_by"
        )


class FollowUp(ScopedThrough):
    """差评回访: a rating of 1 or 2, somebody who answers for it, and what came of it.

    Opened with the answer, but by day only: a moment here could be laid beside a sign-in.
    """

    SCOPED_THROUGH = "session"

    class Outcome(models.TextChoices):
        OPEN = "open", "待回访"
        MENDED = "mended", "已改进"
        EXPLAINED = "explained", "已沟通说明"
        UNFOUNDED = "unfounded", "情况不属实"
        UNKNOWN = "unknown", "无法核实"

    id = models.BigIntegerField("编号", primary_key=True, default=at_random, editable=False)
    response = models.OneToOneField(
        SurveyResponse, models.PROTECT, related_name="follow_up", editable=False, verbose_name="评价"
    )
    session = models.ForeignKey(
        ActivitySession, models.PROTECT, related_name="follow_ups", editable=False, verbose_name="场次"
    )
    opened_on = models.DateField("提出日期", editable=False)
    responsible = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="follow_ups", verbose_name="责任人"
    )
    due_on = models.DateField("办结期限")
    outcome = models.CharField("结果", max_length=10, choices=Outcome, default=Outcome.OPEN)
    text = models.TextField("处理情况", max_length=1000, blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="办结人")
    closed_on = models.DateField("办结日期", null=True, blank=True)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        verbose_name = "差评回访"
        constraints = [
            check(
                "follow_up_closed_by_someone",
                models.Q(outcome="open") | models.Q(closed_by__isnull=False, closed_on__isnull=False),
                "办结须有办结人与日期",
            )
        ]
        indexes = [models.Index(fields=["outcome", "due_on"], name="follow_up_open")]

    def __str__(self) -> str:
        return f"{self.session} 差评回访"


auditlog.register(FollowUp)  # what staff do; its opening is kept out (actions/follow_ups.py)
