from auditlog.registry import auditlog
from django.core.exceptions import ValidationError
from django.db import models

from orgs.models import SocialOrganization
from projects import querysets
from xiangshan.money import MoneyField


class SupportProject(models.Model):
    """扶持项目: what the union supports an organization with in a year, assigned without an application."""

    class Status(models.TextChoices):
        RUNNING = "running", "实施中"
        COMPLETED = "completed", "已完成"
        TERMINATED = "terminated", "已终止"

    organization = models.ForeignKey(
        SocialOrganization, models.PROTECT, related_name="projects", verbose_name="社会组织"
    )
    title = models.CharField("项目名称", max_length=80)
    year = models.PositiveSmallIntegerField("年度")
    goal = models.TextField("项目目标", max_length=2000, blank=True)
    granted_amount = MoneyField("扶持金额")
    starts_on = models.DateField("开始日期")
    ends_on = models.DateField("结束日期")
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.RUNNING)

    objects = querysets.SupportProjectQuerySet.as_manager()

    class Meta:
        verbose_name = "扶持项目"
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "year", "title"],
                name="project_once_a_year",
                violation_error_message="该项目已登记",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": "结束日期不能早于开始日期"})

    @property
    def scopes(self) -> dict[str, set[int]]:
        return self.organization.scopes


auditlog.register(SupportProject)
