import secrets
from datetime import timedelta
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Count, F, Q, Sum
from django.utils import timezone

from orgs.models import Employer, SocialOrganization, Venue
from projects.models import SupportProject
from services.models.categories import ServiceCategory
from services.models.contracts import ContractLine
from xiangshan.core.accounts.models import AREA_READERS, Role, ScopedThrough, User, area_scopes
from xiangshan.core.areas.models import Area, county_code, is_county, within
from xiangshan.core.constraints import check, unique
from xiangshan.core.querysets import PortalQuerySet, closed_door
from xiangshan.core.workflow import Workflow
from xiangshan.shared.imports.models import FromLedger

LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # none that is read for another


def new_code() -> str:
    """The address of a session's public page: short enough to print, too many (2^45) to guess."""
    return "".join(secrets.choice(LETTERS) for _ in range(9))


SURVEY_OPEN_FOR = timedelta(days=7)  # where no contract says otherwise
LONGEST_SURVEY = timedelta(days=60)  # what a contract may say at most


class ActivitySessionQuerySet(PortalQuerySet["ActivitySession"]):
    SEARCHED = ("title",)
    FILTERS = {
        "contract": "contract_line__contract",
        "department": "contract_line__contract__department",
        "first": "held_on__gte",
        "last": "held_on__lte",
    }

    @closed_door
    def visible_to(self, user: User) -> Self:
        """A county sees what happens in it; a town what happens in it or by its organizations; an organization its own."""
        areas, own = user.scope(*AREA_READERS), user.scope(Role.ORG_LEADER)
        condition = _in_areas(areas)
        condition = Q(organization__in=own) | condition if own else condition
        return self.filter(condition).exclude(status=ActivitySession.Status.DELETED)

    def in_areas(self, areas: set[int]) -> Self:
        """What happens in these areas; for a town, also what its organizations do elsewhere."""
        return self.filter(_in_areas(areas)).exclude(status=ActivitySession.Status.DELETED)

    def matching(self, *, status: str = "", area: Any = None, exactly: Any = None, **wanted: Any) -> Self:
        """By the list's filters; `exactly` leaves out what lies below that area, as long as it is the one chosen."""
        rows = super().matching(area=None if exactly == area else area, **wanted)
        rows = rows.filter(area=area) if area and exactly == area else rows
        named = {
            "overdue": rows.overdue,
            "to_report": rows.to_report,
            "coming": rows.coming,
            "pending": rows.pending,
            "due": rows.due,
            "rateable": rows.rateable,
        }
        return named[status]() if status in named else rows.filter(status=status) if status else rows

    def verified(self) -> Self:
        return self.filter(status=ActivitySession.Status.VERIFIED)

    def pending(self) -> Self:
        """Held or reported, not yet verified: never in the headline."""
        return self.filter(status__in=self.model.PENDING)

    def due(self) -> Self:
        """Whose day has passed, or that are reported already; cancelled ones are not: the rows behind reported_in_time_rate."""
        dated = self.exclude(status__in=ActivitySession.VOID).exclude(evidence=ActivitySession.Evidence.LEDGER)
        return dated.filter(Q(held_on__lt=timezone.localdate()) | Q(reported_on__isnull=False))

    def rateable(self) -> Self:
        """That can still be rated today: as long as their contract says, else a week."""
        today, path = timezone.localdate(), "contract_line__contract__survey_days"
        recent = self.filter(held_on__gte=today - LONGEST_SURVEY, held_on__lte=today)
        still = Q(**{f"{path}__isnull": True, "held_on__gte": today - SURVEY_OPEN_FOR})
        for days in recent.order_by().exclude(**{f"{path}__isnull": True}).values_list(path, flat=True).distinct():
            still |= Q(**{path: days, "held_on__gte": today - timedelta(days=days)})
        return self.filter(still, held_on__lte=today).exclude(status__in=ActivitySession.VOID)

    def to_verify(self) -> Self:
        return self.filter(status=ActivitySession.Status.SUBMITTED).order_by("submitted_at", "pk")

    def unflagged(self) -> Self:
        """About which no check asks anything."""
        return self.exclude(findings__status="open")

    def returned(self) -> Self:
        return self.filter(status=ActivitySession.Status.RETURNED).order_by("held_on", "pk")

    def to_report(self) -> Self:
        """Whose day has come and that nobody reported: the overdue first."""
        return self.filter(status__in=ActivitySession.UNREPORTED, held_on__lte=timezone.localdate()).order_by(
            "held_on", "pk"
        )

    def overdue(self) -> Self:
        """逾期未报: whose day has passed and that nobody reported; every page counts these."""
        return self.to_report().filter(held_on__lt=timezone.localdate())

    def coming(self) -> Self:
        return self.filter(status__in=ActivitySession.COMING, held_on__gt=timezone.localdate()).order_by(
            "held_on", "pk"
        )

    def totals(self) -> dict[str, int]:
        """What a list of verified sessions adds up to: the same numbers as the figures."""
        return self.order_by().aggregate(
            sessions=Count("pk"),
            workers=Sum("workers_served", default=0),
            answers=Sum("responses", default=0),
            satisfied=Sum("satisfied", default=0),
        )

    def for_list(self) -> Self:
        return self.select_related("organization", "category", "area", "venue").order_by("-held_on", "-pk")

    def for_page(self) -> Self:
        return self.select_related(
            "organization__area",
            "category",
            "area",
            "venue",
            "employer",
            "contract_line__contract",
            "project",
            "submitted_by",
            "verified_by",
        )


class ActivitySession(FromLedger, Workflow):
    """活动场次: one event, logged once by the person who was there. The figures count these rows."""

    class Status(models.TextChoices):
        PLANNED = "planned", "已计划"
        REHEARSED = "rehearsed", "已试讲"
        HELD = "held", "已举办"
        SUBMITTED = "submitted", "待核实"
        RETURNED = "returned", "退回修改"
        VERIFIED = "verified", "已核实"
        CANCELLED = "cancelled", "已取消"
        DELETED = "deleted", "已作废"

    # Whatever asks for states asks for one of these groups: a new state joins those it belongs to.
    UNREPORTED = (Status.PLANNED, Status.REHEARSED, Status.HELD)
    COMING = (Status.PLANNED, Status.REHEARSED)
    VOID = (Status.CANCELLED, Status.DELETED)
    OPEN = (*UNREPORTED, Status.RETURNED)  # waits for the organization
    PENDING = (Status.HELD, Status.SUBMITTED, Status.RETURNED)  # held, not yet verified

    TRANSITIONS = {
        Status.PLANNED: {Status.REHEARSED, Status.HELD, Status.SUBMITTED, Status.CANCELLED, Status.DELETED},
        Status.REHEARSED: {Status.HELD, Status.SUBMITTED, Status.CANCELLED, Status.DELETED},
        Status.HELD: {Status.SUBMITTED, Status.CANCELLED, Status.DELETED},
        Status.SUBMITTED: {Status.VERIFIED, Status.RETURNED, Status.DELETED},
        Status.RETURNED: {Status.SUBMITTED, Status.CANCELLED, Status.DELETED},
        Status.VERIFIED: {Status.RETURNED, Status.DELETED},
    }

    class Basis(models.TextChoices):
        BOUGHT = "bought", "购买服务"
        PROJECT = "project", "扶持项目"
        VOLUNTARY = "voluntary", "自主公益"

    class Evidence(models.TextChoices):
        """How the numbers are proven, strongest first."""

        CHANGING_CODE = "changing_code", "动态码签到"
        PAPER_CODE = "paper_code", "纸质码签到"
        PAPER_LIST = "paper_list", "纸质名单"
        HEAD_COUNT = "head_count", "现场点数"
        LATE = "late", "事后补报"
        LEDGER = "ledger", "历史台账"  # from the past, accepted by two people: proven by nothing the portal saw

    organization = models.ForeignKey(
        SocialOrganization, models.PROTECT, related_name="sessions", verbose_name="社会组织"
    )
    basis = models.CharField("性质", max_length=10, choices=Basis, default=Basis.VOLUNTARY)
    contract_line = models.ForeignKey(
        ContractLine, models.PROTECT, null=True, blank=True, related_name="sessions", verbose_name="合同明细"
    )
    line_unit = models.PositiveIntegerField("第几场", null=True, blank=True, editable=False)
    project = models.ForeignKey(
        SupportProject, models.PROTECT, null=True, blank=True, related_name="sessions", verbose_name="扶持项目"
    )
    category = models.ForeignKey(ServiceCategory, models.PROTECT, related_name="sessions", verbose_name="服务类别")
    title = models.CharField("主题", max_length=80)
    area = models.ForeignKey(Area, models.PROTECT, related_name="sessions", verbose_name="所在地区")
    # The county's six digits, kept by the database: lists of one county among many follow an index, and tables can be split by it.
    county_code = models.GeneratedField(
        expression=F("area") / 1_000_000,
        output_field=models.IntegerField(verbose_name="县代码"),
        db_persist=True,
        verbose_name="县代码",
    )
    venue = models.ForeignKey(
        Venue, models.PROTECT, null=True, blank=True, related_name="sessions", verbose_name="场地"
    )
    employer = models.ForeignKey(
        Employer, models.PROTECT, null=True, blank=True, related_name="sessions", verbose_name="用人单位"
    )
    # Where it was, in words, where no venue is registered. Filled by the database in rows that bulk statements load.
    place = models.CharField("地点", max_length=80, blank=True, db_default="", help_text="没有登记的场地，直接写")
    held_on = models.DateField("举办日期")
    starts_at = models.TimeField("开始时间", null=True, blank=True)
    ends_at = models.TimeField("结束时间", null=True, blank=True)
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.PLANNED)
    evidence = models.CharField("人数依据", max_length=14, choices=Evidence, default=Evidence.HEAD_COUNT)
    workers_served = models.PositiveIntegerField(
        "服务人次", null=True, blank=True, validators=[MaxValueValidator(100_000)]
    )
    volunteers = models.PositiveIntegerField(
        "参与志愿者（人）", null=True, blank=True, validators=[MaxValueValidator(10_000)]
    )
    summary = models.TextField("简况", max_length=2000, blank=True)
    note = models.CharField("退回或取消原因", max_length=300, blank=True)
    code = models.CharField("评价码", max_length=12, unique=True, default=new_code, editable=False)
    # Counters, kept exact by the actions that take a sign-in or an answer (their rows are the proof).
    sign_ins = models.PositiveIntegerField("签到", default=0, editable=False)
    responses = models.PositiveIntegerField("有效评价", default=0, editable=False)
    satisfied = models.PositiveIntegerField("满意评价", default=0, editable=False)
    submitted_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="上报人"
    )
    submitted_at = models.DateTimeField("上报时间", null=True, blank=True)
    # The first day it was reported; a correction does not make it late.
    reported_on = models.DateField("首次上报日", null=True, blank=True, editable=False)
    reported_in_time = models.BooleanField("按时上报", default=False, editable=False)
    verified_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="核实人"
    )
    verified_at = models.DateTimeField("核实时间", null=True, blank=True)
    objects = ActivitySessionQuerySet.as_manager()

    class Meta:
        verbose_name = "活动场次"
        constraints = [
            check(
                "session_verified_by_someone",
                ~Q(status="verified")
                | Q(verified_by__isnull=False, verified_at__isnull=False, workers_served__isnull=False),
                "核实须有核实人与服务人次",
            ),
            check(
                "session_bought_fills_line",
                Q(basis="bought", contract_line__isnull=False)
                | Q(basis="bought", evidence="ledger")
                | (~Q(basis="bought") & Q(contract_line__isnull=True)),
                "购买服务的场次须对应合同明细，其他场次不能对应",
            ),
            check(
                "session_project_has_project",
                Q(basis="project", project__isnull=False) | (~Q(basis="project") & Q(project__isnull=True)),
                "扶持项目的场次须选择项目，其他场次不能选择",
            ),
            check(
                "session_unit_when_verified",
                Q(line_unit__isnull=True) | Q(status="verified", contract_line__isnull=False),
                "只有已核实的场次才计入合同明细",
            ),
            check(
                "session_verified_has_unit",
                ~Q(status="verified", contract_line__isnull=False) | Q(line_unit__gte=1),
                "核实的购买服务场次须计入合同明细",
            ),
            check(
                "session_ledger_has_place",
                Q(ledger__isnull=True) | Q(evidence="ledger"),
                "来自台账的场次，人数依据是历史台账",
            ),
            unique("session_fills_unit_once", "contract_line", "line_unit", message="合同的这一场已有记录"),
            check("session_satisfied_among_responses", Q(satisfied__lte=F("responses")), "满意评价不能多于评价"),
            check(
                "session_ends_after_start",
                Q(starts_at__isnull=True) | Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                "结束时间必须晚于开始时间",
            ),
        ]
        indexes = [
            models.Index(fields=["-held_on", "-id"], name="session_newest"),
            models.Index(fields=["county_code", "-held_on", "-id"], name="session_by_county"),
            models.Index(fields=["county_code", "status", "-held_on", "-id"], name="session_by_status"),
            models.Index(fields=["county_code", "category", "-held_on", "-id"], name="session_by_category"),
            models.Index(fields=["organization", "held_on"], name="session_by_organization"),
            models.Index(fields=["area", "held_on"], name="session_by_area"),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """What the database cannot compare: the contract line is the organization's own, and of this category."""
        if self.contract_line is not None:
            if self.contract_line.contract.organization_id != self.organization_id:
                raise ValidationError({"contract_line": "合同明细不属于这家社会组织"})
            if self.contract_line.category_id != self.category_id:
                raise ValidationError({"category": f"与合同明细的类别“{self.contract_line.category}”不一致"})
        if self.project is not None and self.project.organization_id != self.organization_id:
            raise ValidationError({"project": "扶持项目不属于这家社会组织"})

    @property
    def scopes(self) -> dict[str, set[int]]:
        own = self.organization.scopes
        return {"area": area_scopes(self.area_id)["area"] | own["area"], "organization": own["organization"]}

    @property
    def where(self) -> str:
        """The most exact that is known."""
        return self.venue.name if self.venue is not None else self.place or self.area.name

    @property
    def rehearsal_required(self) -> bool:
        return self.contract_line is not None and self.contract_line.rehearsal_required


class Rehearsal(ScopedThrough):
    """试讲/彩排: a session that must be rehearsed cannot be submitted without a passed one."""

    SCOPED_THROUGH = "session"

    class Outcome(models.TextChoices):
        PLANNED = "planned", "已安排"
        PASSED = "passed", "通过"
        FAILED = "failed", "未通过"

    session = models.ForeignKey(ActivitySession, models.PROTECT, related_name="rehearsals", verbose_name="场次")
    rehearsed_on = models.DateField("试讲日期")
    outcome = models.CharField("结果", max_length=8, choices=Outcome)
    watched_by = models.CharField("观摩人", max_length=100, blank=True, help_text="谁来听、谁来看的，用顿号隔开")
    notes = models.TextField("意见", max_length=1000, blank=True)
    recorded_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="记录人"
    )

    class Meta:
        verbose_name = "试讲"
        ordering = ["rehearsed_on", "pk"]

    def __str__(self) -> str:
        return f"{self.session} {self.rehearsed_on}"


def _in_areas(areas: set[int]) -> Q:
    counties = {area for area in areas if is_county(area)}
    condition = Q(pk__in=[])
    if counties:
        codes = [county_code(area) for area in counties]
        condition |= Q(county_code=codes[0]) if len(codes) == 1 else Q(county_code__in=codes)
    if others := areas - counties:
        condition |= within(others) | within(others, "organization__area")
    return condition
