from datetime import date
from typing import Self, TypeVar

import phonenumbers
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, CharField, Exists, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from stdnum.cn import uscc

from xiangshan.core.accounts.models import AREA_READERS, Role, ScopedThrough, User, area_scopes
from xiangshan.core.areas.models import Area, county_of, within
from xiangshan.core.constraints import check, unique
from xiangshan.core.pinyin import initials, named
from xiangshan.core.querysets import PortalQuerySet, closed_door, in_force


def validate_credit_code(value: str) -> None:
    """统一社会信用代码, GB 32100-2015: 18 characters, the last a check character."""
    if not uscc.is_valid(value):
        raise ValidationError("统一社会信用代码不正确：应为 18 位，且末位校验码相符")


def validate_phone(value: str) -> None:
    """A mobile or fixed number of China that can exist (ITU-T E.164, by Google's libphonenumber)."""
    try:
        number = phonenumbers.parse(value, "CN")
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise ValidationError("电话号码不正确：手机 11 位，固定电话带区号，如 0574-65712345")


class FieldOfWork(models.Model):
    """服务领域: what an organization works on; a look-up table."""

    name = models.CharField("名称", max_length=20, unique=True)

    class Meta:
        verbose_name = verbose_name_plural = "服务领域"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


def shown_name(prefix: str = "") -> Case:
    """The name an organization goes by, as str() says it."""
    full, short = f"{prefix}name", f"{prefix}short_name"
    return Case(When(**{short: ""}, then=F(full)), default=F(short), output_field=CharField())


class OrganizationQuerySet(PortalQuerySet["SocialOrganization"]):
    @closed_door
    def visible_to(self, user: User) -> Self:
        seen = within(user.scope(*AREA_READERS)) | Q(pk__in=user.scope(Role.ORG_LEADER))
        return self.filter(seen, merged_into__isnull=True)

    def holding(self, word: str) -> Q:
        """By part of its name, its pinyin initials (象山雄鹰: xsxy) or its credit code."""
        return named(word) | Q(short_name__icontains=word) | Q(credit_code=word.upper())

    def linked_on(self, day: date) -> Self:
        """Those the union was in touch with on a day: the rows behind orgs_linked."""
        spans = StageSpan.objects.filter(in_force(day), organization=OuterRef("pk"), stage__in=self.model.LINKED)
        return self.filter(Exists(spans))

    def covered_on(self, day: date) -> Self:
        """Those some union branch covered on a day, whatever its mode: the numerator of coverage_rate."""
        covered = self.model.objects.filter(in_force(day, "coverages__starts_on", "coverages__ends_on"))
        return self.filter(pk__in=covered.order_by().values("pk"))

    def key_on(self, day: date) -> Self:
        return self.filter(Exists(KeySupport.objects.filter(in_force(day), organization=OuterRef("pk"))))

    def licence_expiring(self, until: date) -> Self:
        """Whose registration runs out by a day, or has run out; one that left renews nothing."""
        return (
            self.filter(licence_expires_on__lte=until, merged_into__isnull=True)
            .exclude(stage=SocialOrganization.Stage.LEFT)
            .order_by("licence_expires_on", "pk")
        )

    def incubated(self) -> Self:
        return self.filter(origin=self.model.Origin.INCUBATED)

    def counties(self) -> set[int]:
        """The counties these organizations lie in."""
        return {county_of(area) for area in self.order_by().values_list("area_id", flat=True)}

    def for_list(self) -> Self:
        return self.select_related("area").order_by("area", "name", "pk")


OfOrganization = TypeVar("OfOrganization", bound=models.Model)


class ThroughOrganization(PortalQuerySet[OfOrganization]):
    """Records that belong to an organization are seen by whoever sees it."""

    @closed_door
    def visible_to(self, user: User) -> Self:
        return self.filter(organization__in=SocialOrganization.objects.visible_to(user))


class SocialOrganization(models.Model):
    """社会组织: a team the union works with, registered or not."""

    class LegalForm(models.TextChoices):
        ASSOCIATION = "association", "社会团体"
        SERVICE = "service", "社会服务机构"
        FOUNDATION = "foundation", "基金会"
        TEAM = "team", "志愿服务队/未登记"
        STUDIO = "studio", "工作室"

    class Origin(models.TextChoices):
        BROUGHT_IN = "brought_in", "外结合"
        INCUBATED = "incubated", "内孵化"

    class Stage(models.TextChoices):
        LEAD = "lead", "线索"
        CONTACTED = "contacted", "已联系"
        INCUBATING = "incubating", "孵化中"
        UNIONISED = "unionised", "已建会"
        KEY_SUPPORT = "key_support", "重点扶持"
        DORMANT = "dormant", "休眠"
        LEFT = "left", "退出"

    # Linked: the union is in touch with it. A lead is not yet, one that left no longer.
    LINKED = (Stage.CONTACTED, Stage.INCUBATING, Stage.UNIONISED, Stage.KEY_SUPPORT, Stage.DORMANT)

    name = models.CharField("名称", max_length=80)
    short_name = models.CharField("简称", max_length=30, blank=True)
    initials = models.CharField("拼音首字母", max_length=120, blank=True, editable=False)
    credit_code = models.CharField(
        "统一社会信用代码",
        max_length=18,
        blank=True,
        default="",
        validators=[validate_credit_code],
        help_text="未登记的团队留空",
    )
    legal_form = models.CharField("组织形式", max_length=12, choices=LegalForm, default=LegalForm.TEAM)
    fields_of_work = models.ManyToManyField(
        FieldOfWork, blank=True, related_name="organizations", verbose_name="服务领域"
    )
    area = models.ForeignKey(Area, models.PROTECT, related_name="organizations", verbose_name="所在地区")
    address = models.CharField("地址", max_length=120, blank=True)
    phone = models.CharField("联系电话", max_length=20, blank=True, validators=[validate_phone])
    founded_on = models.DateField("成立日期", null=True, blank=True)
    origin = models.CharField("来源", max_length=12, choices=Origin, default=Origin.BROUGHT_IN)
    stage = models.CharField("阶段", max_length=12, choices=Stage, default=Stage.LEAD)
    introduction = models.TextField("简介", max_length=4000, blank=True)
    licence_expires_on = models.DateField("登记证书有效期至", null=True, blank=True)
    # A duplicate that became part of another; it counts no more and is found nowhere but in the merge.
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        # An index on what is nearly always null would be taken for a selective one.
        db_index=False,
        related_name="absorbed",
        verbose_name="并入",
    )

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        verbose_name = "社会组织"
        constraints = [
            unique(
                "organization_name_once_per_area",
                "name",
                "area",
                when=Q(merged_into__isnull=True),
                message="该地区已有同名社会组织",
            ),
            unique(
                "credit_code_once",
                "credit_code",
                when=Q(merged_into__isnull=True) & ~Q(credit_code=""),
                message="该统一社会信用代码已登记",
            ),
        ]
        indexes = [models.Index(fields=["area", "name"], name="organization_by_area")]

    def __str__(self) -> str:
        return self.short_name or self.name

    def clean(self) -> None:
        self.credit_code = self.credit_code.upper()
        self.initials = initials(self.name, self.short_name)

    @property
    def scopes(self) -> dict[str, set[int]]:
        return area_scopes(self.area_id) | {"organization": {self.pk}}

    @property
    def is_linked(self) -> bool:
        return self.stage in self.LINKED

    def is_linked_since(self, day: date) -> bool:
        """Linked on that day and without a break since."""
        since = self.stage_spans.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day))
        return (
            since.filter(starts_on__lte=day, stage__in=self.LINKED).exists()
            and not since.exclude(stage__in=self.LINKED).exists()
        )


class StageSpan(ScopedThrough):
    """阶段历史: an organization was in a stage from one day until the day before another."""

    SCOPED_THROUGH = "organization"

    organization = models.ForeignKey(
        SocialOrganization, models.PROTECT, related_name="stage_spans", verbose_name="社会组织"
    )
    stage = models.CharField("阶段", max_length=12, choices=SocialOrganization.Stage)
    starts_on = models.DateField("起始日")
    ends_on = models.DateField("截止日（不含）", null=True, blank=True)

    objects = ThroughOrganization.as_manager()

    class Meta:
        verbose_name = "阶段历史"
        ordering = ["starts_on", "pk"]
        constraints = [
            check(
                "stage_span_ends_after_start",
                Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                "新阶段的日期不能早于上一阶段的起始日",
            ),
            unique(
                "stage_span_one_open", "organization", when=Q(ends_on__isnull=True), message="该组织已有进行中的阶段"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organization} {self.get_stage_display()} {self.starts_on}"


class KeySupport(models.Model):
    """重点扶持: the organizations the union picks for a year."""

    organization = models.ForeignKey(
        SocialOrganization, models.PROTECT, related_name="key_supports", verbose_name="社会组织"
    )
    year = models.PositiveSmallIntegerField("年度")
    starts_on = models.DateField("起始日")
    ends_on = models.DateField("截止日（不含）")

    objects = ThroughOrganization.as_manager()

    class Meta:
        verbose_name = "重点扶持"
        constraints = [unique("key_support_once_a_year", "organization", "year", message="该年度已列为重点扶持")]

    def __str__(self) -> str:
        return f"{self.organization} {self.year}"


class StrengthReportQuerySet(ThroughOrganization["StrengthReport"]):
    def newest_on(self, day: date) -> Self:
        """The newest report of each organization on a day: the rows behind formal_members, volunteers, union_members."""
        newest = (
            self.model.objects.filter(organization=OuterRef("organization"), as_of__lte=day)
            .order_by("-as_of")
            .values("pk")
        )
        return self.filter(pk=Subquery(newest[:1]))

    def with_growth(self) -> Self:
        """Adds by how much each number differs from the report before."""
        before = self.model.objects.filter(organization=OuterRef("organization"), as_of__lt=OuterRef("as_of")).order_by(
            "-as_of"
        )
        return self.annotate(
            **{
                f"{name}_growth": F(name) - Coalesce(Subquery(before.values(name)[:1]), 0)
                for name in ("formal_members", "volunteers", "union_members")
            }
        )

    def totals(self) -> dict[str, int]:
        """What a list adds up to, of each organization its newest report: the same numbers as the figures."""
        names = ("formal_members", "volunteers", "union_members")
        own = self.filter(organization=models.OuterRef("organization")).order_by("-as_of", "-pk")
        newest = self.filter(pk=models.Subquery(own.values("pk")[:1])).order_by()
        return newest.aggregate(**{name: models.Sum(name, default=0) for name in names})

    def for_list(self) -> Self:
        return self.select_related("organization__area").order_by("-as_of", "-pk")


class StrengthReport(models.Model):
    """队伍规模: how many people an organization had on a day."""

    organization = models.ForeignKey(
        SocialOrganization, models.PROTECT, related_name="strength_reports", verbose_name="社会组织"
    )
    as_of = models.DateField("截至日期")
    formal_members = models.PositiveIntegerField("正式队员")
    volunteers = models.PositiveIntegerField("志愿者", default=0)
    union_members = models.PositiveIntegerField("工会会员", default=0)
    reported_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="上报人"
    )

    objects = StrengthReportQuerySet.as_manager()

    class Meta:
        verbose_name = "队伍规模"
        ordering = ["as_of"]
        constraints = [unique("strength_once_a_day", "organization", "as_of", message="这一天已经报过队伍规模")]

    def __str__(self) -> str:
        return f"{self.organization} {self.as_of}"

    def clean(self) -> None:
        if self.as_of and self.as_of > timezone.localdate():
            raise ValidationError({"as_of": "日期不能在今天之后"})
