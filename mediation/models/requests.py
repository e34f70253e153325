from typing import Self

from auditlog.registry import auditlog
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from mediation.models.cases import MediationCase
from mediation.models.studios import Studio
from xiangshan.core.accounts.models import Role, User, area_scopes
from xiangshan.core.areas.models import Area, within
from xiangshan.core.constraints import check
from xiangshan.core.encryption import EncryptedField, encrypted_fields
from xiangshan.core.querysets import PortalQuerySet, closed_door


class HelpRequestQuerySet(PortalQuerySet["HelpRequest"]):
    @closed_door
    def visible_to(self, user: User) -> Self:
        return self.filter(within(user.scope(Role.MEDIATION_SUPERVISOR)) | Q(studio__in=user.scope(Role.MEDIATOR)))

    def waiting(self) -> Self:
        return (
            self.filter(status=HelpRequest.Status.WAITING).select_related("area", "studio").order_by("asked_at", "pk")
        )


class HelpRequest(models.Model):
    """求助: a worker asks for help with a labour dispute, on the public page. The clock of the case runs from here."""

    class Status(models.TextChoices):
        WAITING = "waiting", "待响应"
        TAKEN = "taken", "已接案"
        DECLINED = "declined", "未接案"

    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name="所在镇街")
    studio = models.ForeignKey(
        Studio, models.PROTECT, null=True, blank=True, related_name="help_requests", verbose_name="调处工作室"
    )
    kind = models.CharField("什么事", max_length=10, choices=MediationCase.Kind, default=MediationCase.Kind.WAGES)
    name = EncryptedField("怎么称呼您", validators=[MaxLengthValidator(40)])
    phone = EncryptedField("电话", validators=[MaxLengthValidator(20)])
    text = EncryptedField("说说情况", blank=True, validators=[MaxLengthValidator(1000)])
    asked_at = models.DateTimeField("求助时间", default=timezone.now)
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.WAITING)
    case = models.OneToOneField(
        MediationCase, models.PROTECT, null=True, blank=True, related_name="help_request", verbose_name="案件"
    )
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="经办人")
    answer = models.CharField("未接案原因", max_length=200, blank=True)
    source = models.CharField("来源摘要", max_length=32, blank=True, editable=False)

    objects = HelpRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "求助"
        ordering = ["-asked_at", "-pk"]
        indexes = [models.Index(fields=["source", "asked_at"], name="help_by_source")]
        constraints = [
            check(
                "help_taken_has_case",
                Q(status="taken", case__isnull=False) | (~Q(status="taken") & Q(case__isnull=True)),
            ),
            check("help_declined_says_why", ~Q(status="declined") | ~Q(answer=""), "请写明原因"),
        ]

    def __str__(self) -> str:
        return f"{self.area}求助 {timezone.localtime(self.asked_at):%Y-%m-%d %H:%M}"

    @property
    def scopes(self) -> dict[str, set[int]]:
        return area_scopes(self.area_id) | ({"studio": {self.studio_id}} if self.studio_id else {})


auditlog.register(HelpRequest, exclude_fields=[*encrypted_fields(HelpRequest), "source"])
