from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from services.models.sessions import ActivitySession

STARS = [MinValueValidator(1), MaxValueValidator(5)]


class SurveyResponseQuerySet(models.QuerySet):
    def stars(self) -> dict[int, int]:
        """How many answers gave each rating, the best first."""
        counts = dict(self.order_by().values_list("overall").annotate(n=models.Count("pk")))
        return {star: counts.get(star, 0) for star in range(5, 0, -1)}


class SurveyResponse(models.Model):
    """满意度评价: one anonymous answer. Satisfied means overall >= 4. It holds nothing that leads to a person or a phone."""

    SATISFIED_FROM = 4

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
        constraints = [
            models.CheckConstraint(
                name="response_overall_in_range",
                condition=models.Q(overall__gte=1, overall__lte=5),
                violation_error_message="请选择 1 到 5 分",
            )
        ]

    def __str__(self) -> str:
        return f"{self.session} {self.overall}分"

    @property
    def is_satisfied(self) -> bool:
        return self.overall >= self.SATISFIED_FROM


class SurveyTicket(models.Model):
    """评价凭证: the digest of a form's one-time token, spent when it is sent; not linked to the answer."""

    session = models.ForeignKey(ActivitySession, models.PROTECT, related_name="+", verbose_name="场次")
    digest = models.CharField("摘要", max_length=64)

    class Meta:
        verbose_name = "评价凭证"
        constraints = [models.UniqueConstraint(fields=["session", "digest"], name="ticket_spent_once")]

    def __str__(self) -> str:
        return self.digest[:8]
