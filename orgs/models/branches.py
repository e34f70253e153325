from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from orgs.models.organizations import SocialOrganization, ThroughOrganization
from xiangshan.core.accounts.models import AREA_READERS, InArea, Role, User
from xiangshan.core.areas.models import Area, within
from xiangshan.core.constraints import check, unique
from xiangshan.core.pinyin import initials, named
from xiangshan.core.querysets import PortalQuerySet, closed_door, in_force


class BranchQuerySet(PortalQuerySet["UnionBranch"]):
    @closed_door
    def visible_to(self, user: User) -> Self:
        return self.filter(
            within(user.scope(*AREA_READERS))
            | Q(pk__in=self.model.objects.filter(coverages__organization__in=user.scope(Role.ORG_LEADER)).values("pk"))
        )

    def holding(self, word: str) -> Q:
        return named(word)

    def existing_on(self, day: date) -> Self:
        """Established by and not dissolved on a day: the rows behind branches_single, _joint and _area."""
        return self.filter(in_force(day, "established_on", "dissolved_on"))

    def elections_due(self, until: date) -> Self:
        """Whose term ends by a day, or has ended; a dissolved branch elects nobody."""
        return self.filter(elections_due_on__lte=until, dissolved_on__isnull=True).order_by("elections_due_on", "pk")

    def with_covered(self) -> Self:
        """Adds how many organizations each covers today."""
        return self.annotate(
            covered=models.Count(
                "coverages", filter=in_force(timezone.localdate(), "coverages__starts_on", "coverages__ends_on")
            )
        )


class UnionBranch(InArea):
    """工会组织: set up in one organization (单独), by several together (联合), or for an area or trade (区域行业覆盖)."""

    class Mode(models.TextChoices):
        SINGLE = "single", "单独建会"
        JOINT = "joint", "联合建会"
        AREA = "area", "区域（行业）覆盖"

    name = models.CharField("名称", max_length=80, unique=True)
    initials = models.CharField("拼音首字母", max_length=80, blank=True, editable=False)
    mode = models.CharField("建会方式", max_length=8, choices=Mode)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="上级工会"
    )
    area = models.ForeignKey(Area, models.PROTECT, related_name="branches", verbose_name="所在地区")
    established_on = models.DateField("成立日期")
    chair = models.CharField("主席", max_length=40, blank=True)
    members = models.PositiveIntegerField("会员人数", null=True, blank=True)
    term = models.PositiveSmallIntegerField("届次", default=1)
    elections_due_on = models.DateField("换届日期", null=True, blank=True)
    dissolved_on = models.DateField("撤销日期", null=True, blank=True)

    objects = BranchQuerySet.as_manager()

    class Meta:
        verbose_name = "工会组织"
        constraints = [
            check(
                "branch_dissolved_after_established",
                Q(dissolved_on__isnull=True) | Q(dissolved_on__gte=F("established_on")),
                "撤销日期不能早于成立日期",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        self.initials = initials(self.name)


class BranchCoverage(models.Model):
    """建会覆盖: a branch covers an organization from one day until the day before another."""

    branch = models.ForeignKey(UnionBranch, models.PROTECT, related_name="coverages", verbose_name="工会组织")
    organization = models.ForeignKey(
        SocialOrganization, models.PROTECT, related_name="coverages", verbose_name="社会组织"
    )
    starts_on = models.DateField("起始日")
    ends_on = models.DateField("截止日（不含）", null=True, blank=True)

    objects = ThroughOrganization.as_manager()

    class Meta:
        verbose_name = "建会覆盖"
        ordering = ["starts_on", "pk"]
        constraints = [
            check(
                "coverage_ends_after_start",
                Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
                "覆盖的截止日必须晚于起始日",
            ),
            unique(
                "coverage_one_open",
                "branch",
                "organization",
                when=Q(ends_on__isnull=True),
                message="该工会已覆盖这家社会组织",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.branch} — {self.organization}"
