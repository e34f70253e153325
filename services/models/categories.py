from typing import Self, TypeVar

from auditlog.registry import auditlog
from django.db import models
from django.db.models import Q

from xiangshan.core.accounts.models import User
from xiangshan.core.areas.models import Area
from xiangshan.core.constraints import unique
from xiangshan.core.querysets import closed_door

Entry = TypeVar("Entry", bound=models.Model)


class LookUpQuerySet(models.QuerySet[Entry]):
    """What every county has, and what one has added for itself."""

    def of_counties(self, counties: set[int]) -> Self:
        return self.filter(Q(county__isnull=True) | Q(county__in=counties))

    @closed_door
    def visible_to(self, user: User) -> Self:
        return self.of_counties(user.counties)

    def offered(self, counties: set[int]) -> Self:
        """What may be chosen from now on."""
        return self.of_counties(counties).filter(is_active=True)


class LookUp(models.Model):
    """An entry of a look-up table; without a county it is every county's."""

    county = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="县")
    name = models.CharField("名称", max_length=20)
    is_active = models.BooleanField("在用", default=True)

    objects = LookUpQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def scopes(self) -> dict[str, set[int]]:
        return {"system": {0, self.county_id} if self.county_id else {0}}


class ServiceCategory(LookUp):
    """服务类别: arts, psychology, law, ...; a look-up table. The code is for programs, the name for people."""

    code = models.SlugField("代码", max_length=20, unique=True)

    class Meta(LookUp.Meta):
        verbose_name = verbose_name_plural = "服务类别"
        constraints = [
            unique("category_once_per_county", "county", "name", message="本县已有这个类别"),
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(county__isnull=True),
                name="category_once",
                violation_error_message="已有这个类别",
            ),
        ]


class Department(LookUp):
    """责任部门 of the county federation; a look-up table."""

    class Meta(LookUp.Meta):
        verbose_name = verbose_name_plural = "责任部门"
        constraints = [
            unique("department_once_per_county", "county", "name", message="本县已有这个部门"),
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(county__isnull=True),
                name="department_once",
                violation_error_message="已有这个部门",
            ),
        ]


auditlog.register(ServiceCategory)
auditlog.register(Department)
