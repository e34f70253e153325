from typing import Any, Self

from auditlog.registry import auditlog
from django.db import models
from django.db.models import F, Q

from orgs.models.organizations import SocialOrganization, ThroughOrganization, validate_phone
from xiangshan.core.accounts.models import Role, ScopedThrough, User
from xiangshan.core.areas.models import within
from xiangshan.core.constraints import check, unique
from xiangshan.core.querysets import closed_door


class OrganizationDuty(models.Model):
    """职务: who an organization's head, contact or treasurer is, from one day until the day before another."""

    class Duty(models.TextChoices):
        HEAD = "head", "负责人"
        CONTACT = "contact", "联络人"
        TREASURER = "treasurer", "财务"

    organization = models.ForeignKey(SocialOrganization, models.PROTECT, related_name="duties", verbose_name="社会组织")
    duty = models.CharField("职务", max_length=10, choices=Duty)
    name = models.CharField("姓名", max_length=40)
    phone = models.CharField("联系电话", max_length=20, blank=True, validators=[validate_phone])
    user = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="duties", verbose_name="登录用户"
    )
    starts_on = models.DateField("起始日")
    ends_on = models.DateField("截止日（不含）", null=True, blank=True)

    objects = ThroughOrganization.as_manager()

    class Meta:
        verbose_name = "职务"
        ordering = ["duty", "starts_on", "pk"]
        constraints = [
            check(
                "duty_ends_after_start",
                Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                "职务的截止日不能早于起始日",
            ),
            unique(
                "one_head_at_a_time",
                "organization",
                when=Q(duty="head", ends_on__isnull=True),
                message="该组织已有在任的负责人，请用“交接”更换",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_duty_display()} {self.name}"


class Honour(models.Model):
    """授牌与荣誉: a plaque or award given to an organization."""

    class Kind(models.TextChoices):
        PLAQUE = "plaque", "授牌"
        AWARD = "award", "荣誉"

    organization = models.ForeignKey(
        SocialOrganization, models.PROTECT, related_name="honours", verbose_name="社会组织"
    )
    kind = models.CharField("类别", max_length=10, choices=Kind, default=Kind.AWARD)
    title = models.CharField("名称", max_length=80)
    granted_by = models.CharField("授予单位", max_length=80, blank=True)
    granted_on = models.DateField("授予日期")

    objects = ThroughOrganization.as_manager()

    class Meta:
        verbose_name = "授牌与荣誉"
        ordering = ["-granted_on", "pk"]
        constraints = [unique("honour_once", "organization", "title", "granted_on", message="这项荣誉已经登记")]

    def __str__(self) -> str:
        return self.title


class ProposalQuerySet(ThroughOrganization["ProfileProposal"]):
    def waiting(self) -> Self:
        return (
            self.filter(status=ProfileProposal.Status.WAITING)
            .select_related("organization", "proposed_by")
            .order_by("pk")
        )


class ProfileProposal(ScopedThrough):
    """资料变更申请: what a leader wants changed in the profile; staff accept or refuse it as a whole."""

    SCOPED_THROUGH = "organization"

    class Status(models.TextChoices):
        WAITING = "waiting", "待审核"
        ACCEPTED = "accepted", "已采纳"
        REFUSED = "refused", "未采纳"
        WITHDRAWN = "withdrawn", "已撤回"

    organization = models.ForeignKey(
        SocialOrganization, models.PROTECT, related_name="proposals", verbose_name="社会组织"
    )
    # {field: [value when proposed, proposed value]}, as JSON has them.
    values: Any = models.JSONField("变更内容")
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.WAITING)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="申请人")
    proposed_at = models.DateTimeField("申请时间", auto_now_add=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="审核人")
    decided_at = models.DateTimeField("审核时间", null=True, blank=True)
    opinion = models.CharField("审核意见", max_length=300, blank=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = "资料变更申请"
        ordering = ["-pk"]
        constraints = [
            unique(
                "one_proposal_waits",
                "organization",
                when=Q(status="waiting"),
                message="上一份变更申请还在审核，请等待结果或先撤回",
            )
        ]

    def __str__(self) -> str:
        return f"{self.organization} {self.get_status_display()}"


class MergeQuerySet(models.QuerySet["OrganizationMerge"]):
    @closed_door
    def visible_to(self, user: User) -> Self:
        """Union staff over the organization that was kept."""
        return self.filter(within(user.scope(Role.COUNTY_STAFF, Role.TOWN_STAFF), "kept__area"))


class OrganizationMerge(ScopedThrough):
    """合并: a duplicate became part of the organization kept. What moved is written down, so that it can be undone."""

    SCOPED_THROUGH = "kept"

    kept = models.ForeignKey(SocialOrganization, models.PROTECT, related_name="merges", verbose_name="保留的组织")
    merged = models.ForeignKey(SocialOrganization, models.PROTECT, related_name="merged_by", verbose_name="并入的组织")
    # {model: [keys]} of what moved; {field: [before, after]} of what the kept one took over.
    moved: Any = models.JSONField("移动的记录", default=dict, blank=True)
    taken: Any = models.JSONField("采用的资料", default=dict, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="合并人")
    merged_at = models.DateTimeField("合并时间", auto_now_add=True)
    undone_at = models.DateTimeField("撤销时间", null=True, blank=True)

    objects = MergeQuerySet.as_manager()

    class Meta:
        verbose_name = "合并"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.merged} → {self.kept}"

    @property
    def count(self) -> int:
        """How many records moved."""
        return sum(len(keys) for keys in self.moved.values())


class DistinctOrganizations(models.Model):
    """不是同一家: a pair somebody looked at and found to be two."""

    first = models.ForeignKey(SocialOrganization, models.PROTECT, related_name="+", verbose_name="一家")
    second = models.ForeignKey(SocialOrganization, models.PROTECT, related_name="+", verbose_name="另一家")
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="确认人")

    class Meta:
        verbose_name = "不是同一家"
        constraints = [unique("distinct_once", "first", "second")]

    def __str__(self) -> str:
        return f"{self.first} ≠ {self.second}"


auditlog.register(OrganizationMerge)
