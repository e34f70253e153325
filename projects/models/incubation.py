from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from orgs.models import SocialOrganization
from xiangshan.core.accounts.models import ScopedThrough, User
from xiangshan.core.areas.models import Area
from xiangshan.core.constraints import check, unique
from xiangshan.core.querysets import PortalQuerySet, closed_door
from xiangshan.core.workflow import Workflow


class IncubationQuerySet(PortalQuerySet["Incubation"]):
    SEARCHED = ("team__name", "mentor__name")
    AREA = "community"

    @closed_door
    def visible_to(self, user: User) -> Self:
        """By its team; a mentor organization's leader reads the teams it mentors."""
        seen = SocialOrganization.objects.visible_to(user)
        return self.filter(Q(team__in=seen) | Q(mentor__in=seen), team__merged_into__isnull=True)

    def present(self) -> Self:
        """In the nursery now."""
        return self.filter(ended_on__isnull=True)

    def for_page(self) -> Self:
        return self.select_related("team__area", "community__parent", "mentor")


class Incubation(ScopedThrough, Workflow):
    """内孵化: a team in a community's nursery, with who mentors it, how far it is, and when it stands alone."""

    SCOPED_THROUGH = "team"

    class Stage(models.TextChoices):
        SEED = "seed", "种子期"
        GROWING = "growing", "成长期"
        MATURE = "mature", "成熟期"
        INDEPENDENT = "independent", "已出壳"
        LEFT = "left", "已退出"

    STATUS_FIELD = "stage"
    TRANSITIONS = {
        Stage.SEED: {Stage.GROWING, Stage.LEFT},
        Stage.GROWING: {Stage.SEED, Stage.MATURE, Stage.LEFT},
        Stage.MATURE: {Stage.GROWING, Stage.INDEPENDENT, Stage.LEFT},
    }

    team = models.ForeignKey(SocialOrganization, models.PROTECT, related_name="incubations", verbose_name="团队")
    community = models.ForeignKey(Area, models.PROTECT, related_name="incubations", verbose_name="孵化社区")
    mentor = models.ForeignKey(
        SocialOrganization, models.PROTECT, null=True, blank=True, related_name="mentees", verbose_name="带教组织"
    )
    stage = models.CharField("孵化阶段", max_length=12, choices=Stage, default=Stage.SEED)
    entered_on = models.DateField("入驻日期")
    ended_on = models.DateField("出壳或退出日期", null=True, blank=True)
    note = models.TextField("情况", max_length=1000, blank=True)

    objects = IncubationQuerySet.as_manager()

    class Meta:
        verbose_name = "孵化"
        ordering = ["-entered_on", "-pk"]
        constraints = [
            unique("incubated_in_one_place", "team", when=Q(ended_on__isnull=True), message="这支团队正在孵化中"),
            check(
                "incubation_ended_when_over",
                Q(stage__in=("independent", "left"), ended_on__isnull=False)
                | (~Q(stage__in=("independent", "left")) & Q(ended_on__isnull=True)),
                "出壳或退出须写日期",
            ),
            check(
                "incubation_ends_after_entry",
                Q(ended_on__isnull=True) | Q(ended_on__gte=F("entered_on")),
                "日期不能早于入驻日期",
            ),
            check("no_mentor_of_itself", Q(mentor__isnull=True) | ~Q(mentor=F("team")), "带教组织须是另一家"),
        ]

    def __str__(self) -> str:
        return f"{self.team} {self.get_stage_display()}"

    def clean(self) -> None:
        if self.community_id and self.community.level != Area.Level.COMMUNITY:
            raise ValidationError({"community": "请选择社区或村"})
