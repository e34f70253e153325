from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self, TypeVar

from auditlog.registry import auditlog
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import AbstractUser, UserManager
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.functional import cached_property

from xiangshan.core.areas.models import Area, ancestors, county_of, is_above_counties, within
from xiangshan.core.constraints import check
from xiangshan.core.words import any_of, found


class Scoped(Protocol):
    """A record that says where it belongs: {"area": its areas upwards, "organization": {...}, "studio": {...}}."""

    @property
    def scopes(self) -> dict[str, set[int]]: ...


class Role(models.TextChoices):
    COUNTY_STAFF = "county_staff", "县总工会工作人员"
    TOWN_STAFF = "town_staff", "镇街工会工作人员"
    ORG_LEADER = "org_leader", "社会组织负责人"
    MEDIATOR = "mediator", "调解员"
    MEDIATION_SUPERVISOR = "mediation_supervisor", "权益保障"
    FINANCE = "finance", "财务"
    LEADERSHIP = "leadership", "领导"
    AUDITOR = "auditor", "经审"
    ADMINISTRATOR = "administrator", "系统管理员"

    @property
    def scope_kind(self) -> str:
        """What the scope of a post in this role is: an area, an organization, a studio, or the system."""
        special = {Role.ORG_LEADER: "organization", Role.MEDIATOR: "studio", Role.ADMINISTRATOR: "system"}
        return special.get(self, "area")


class UserQuerySet(models.QuerySet["User"]):
    def visible_to(self, user: "User") -> "UserQuerySet":
        """Whoever keeps accounts, or reads their history, of the counties their posts lie in; the portal's administrator all."""
        if not user.is_authenticated:
            return self.none()
        if 0 in user.scope(Role.ADMINISTRATOR):
            return self
        counties = user.scope(*ACCOUNT_READERS)
        here = Post.objects.lying_in(counties).values("user")
        asked = PostRequest.objects.lying_in(counties).values("user")
        return self.filter(Q(pk__in=here) | Q(pk__in=asked)) if counties else self.none()

    def matching(self, *, q: str = "", role: str = "", state: str = "") -> "UserQuerySet":
        rows = self.filter(found(q, any_of("username", "name", "phone"))) if q else self
        if role:
            held = Post.objects.held_on(timezone.localdate()).filter(role=role)
            rows = rows.filter(pk__in=held.values("user"))
        return rows.filter(is_active=state == "active") if state else rows


class PortalUserManager(UserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    use_in_migrations = False


class User(AbstractUser):
    """用户: logs in by user name or phone. What a user may do follows from posts, never from the user."""

    class Mail(models.TextChoices):
        AT_ONCE = "at_once", "有消息就发邮件"
        DAILY = "daily", "每天早上汇总一封"
        NEVER = "never", "不发邮件"

    # Why they change what a signed year counts: said once for all that they do now, never stored with them.
    change_reason = ""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField("姓名", max_length=40)
    phone = models.CharField(
        "手机号",
        max_length=11,
        unique=True,
        null=True,
        blank=True,
        validators=[RegexValidator(r"^1\d{10}$", "手机号是 11 位数字")],
    )

    mail = models.CharField("邮件提醒", max_length=8, choices=Mail, default=Mail.NEVER)
    welcomed = models.BooleanField("已看过入门三步", default=False, editable=False)
    large_text = models.BooleanField("大字显示", default=False)

    objects: ClassVar[PortalUserManager] = PortalUserManager()

    class Meta:
        verbose_name = "用户"
        verbose_name_plural = "用户"

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.name

    @cached_property
    def posts_today(self) -> list["Post"]:
        """The posts held today; read once a request."""
        return list(Post.objects.filter(user=self).held_on(timezone.localdate()))

    def holds(self, *roles: str, over: Any = None) -> bool:
        """Whether the user holds one of these roles today; with `over`, whether that record lies in the post's scope."""
        held = [post for post in self.posts_today if post.role in roles]
        if over is None:
            return bool(held)
        scopes = over.scopes
        return any(post.scope_id in scopes.get(post.scope_kind, ()) for post in held)

    def scope(self, *roles: str) -> set[int]:
        """The ids (areas, organizations, studios) over which the user holds these roles today."""
        return {post.scope_id for post in self.posts_today if post.role in roles}

    @property
    def areas(self) -> set[int]:
        """The areas in which the user holds any post today."""
        return {post.scope_id for post in self.posts_today if post.scope_kind == "area"}

    @cached_property
    def counties(self) -> set[int]:
        """The counties in which the user holds any post today; of a post over a city or province, that area itself."""
        own = set(self.areas)
        for kind, model in settings.SCOPES_IN_AREAS.items():
            held = {post.scope_id for post in self.posts_today if post.scope_kind == kind}
            if held:
                own |= set(apps.get_model(model).objects.filter(pk__in=held).values_list("area_id", flat=True))
        own |= {post.scope_id for post in self.posts_today if post.scope_kind == "system" and post.scope_id}
        return {area if is_above_counties(area) else county_of(area) for area in own}


Held = TypeVar("Held", bound=models.Model)


class ScopeQuerySet(models.QuerySet[Held]):
    def lying_in(self, areas: Iterable[int]) -> Self:
        """Over these areas or what lies in them: areas, organizations, studios, and the accounts of a county."""
        areas = set(areas)
        over_area = [role.value for role in Role if role.scope_kind in ("area", "system")]
        condition = within(areas, "scope_id") & Q(role__in=over_area)
        for kind, model in settings.SCOPES_IN_AREAS.items():
            roles = [role.value for role in Role if role.scope_kind == kind]
            there = apps.get_model(model).objects.filter(within(areas)).values("pk")
            condition |= Q(role__in=roles, scope_id__in=there)
        return self.filter(condition)


class PostQuerySet(ScopeQuerySet["Post"]):
    def held_on(self, day: date) -> "PostQuerySet":
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)


def scope_model(kind: str) -> Any:
    """Of which model the records are that posts of this kind are held over."""
    return apps.get_model(settings.SCOPES_IN_AREAS.get(kind, "areas.Area"))


class OverScope(models.Model):
    """A role over a scope, from one day to another (both included)."""

    role = models.CharField("角色", max_length=24, choices=Role)
    # An area, an organization or a studio, by the role. No foreign key: accounts lies below the apps that own those records.
    scope_id = models.BigIntegerField(
        "任职范围", default=0, help_text="地区代码（12 位）、社会组织编号或调处工作室编号，依角色而定"
    )
    starts_on = models.DateField("任职起")
    ends_on = models.DateField("任职止", null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def scope_kind(self) -> str:
        return Role(self.role).scope_kind

    @classmethod
    def leads_to(cls, field: str, changes: dict[str, Any]) -> type[models.Model] | None:
        """Of which model the record is that a change of this field names, for the history."""
        if field != "scope_id":
            return None
        # Written down with the post itself: the second where it began, the first where it was taken away.
        roles = [role for role in changes.get("role", ()) if role in Role.values]
        return scope_model(Role(roles[-1]).scope_kind if roles else "area")

    @property
    def scope_name(self) -> str:
        """What the post is held over, by its name; one question to the database."""
        if self.scope_kind == "system" and not self.scope_id:
            return "全平台"
        return str(scope_model(self.scope_kind).objects.filter(pk=self.scope_id).first() or f"编号 {self.scope_id}")


class Post(OverScope):
    """任职: a user holds a role over a scope from one day to another (both included); one person may hold several."""

    user = models.ForeignKey(User, models.PROTECT, related_name="posts", verbose_name="用户")

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = "任职"
        verbose_name_plural = "任职"
        constraints = [
            check(
                "post_ends_after_start",
                Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                "任职止不能早于任职起",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.get_role_display()}"

    @property
    def scopes(self) -> dict[str, set[int]]:
        return {self.scope_kind: {self.scope_id}}


class PostRequest(OverScope):
    """任职申请: a post asked for by one and granted by another, where it opens parties or money."""

    class Status(models.TextChoices):
        WAITING = "waiting", "待确认"
        GRANTED = "granted", "已任职"
        REFUSED = "refused", "未同意"
        WITHDRAWN = "withdrawn", "已撤回"

    user = models.ForeignKey(User, models.PROTECT, related_name="post_requests", verbose_name="用户")
    reason = models.CharField("理由", max_length=200, blank=True)
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.WAITING)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="提出人")
    asked_at = models.DateTimeField("提出时间", auto_now_add=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="确认人")
    decided_at = models.DateTimeField("确认时间", null=True, blank=True)
    opinion = models.CharField("意见", max_length=200, blank=True)

    objects = ScopeQuerySet.as_manager()

    class Meta:
        verbose_name = "任职申请"
        ordering = ["-pk"]
        constraints = [
            check(
                "post_granted_by_another",
                ~Q(status="granted")
                | (Q(decided_by__isnull=False) & ~Q(decided_by=F("asked_by")) & ~Q(decided_by=F("user"))),
                "任职须由提出人和本人以外的人确认",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "scope_id"],
                condition=Q(status="waiting"),
                name="post_asked_once",
                violation_error_message="已有同样的任职申请在等待确认",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.get_role_display()}"

    @property
    def scopes(self) -> dict[str, set[int]]:
        return {self.scope_kind: {self.scope_id}}


class SecondFactor(models.Model):
    """动态验证码要求: a role whose holders need a second factor; kept by the administrator."""

    role = models.CharField("角色", max_length=24, choices=Role, unique=True)

    class Meta:
        verbose_name = verbose_name_plural = "须用动态验证码的角色"

    def __str__(self) -> str:
        return self.get_role_display()


class ScopedThrough(models.Model):
    """Part of another record: it belongs where that one does."""

    SCOPED_THROUGH: ClassVar[str]

    class Meta:
        abstract = True

    @property
    def scopes(self) -> dict[str, set[int]]:
        whole: Scoped = getattr(self, self.SCOPED_THROUGH)
        return whole.scopes


def area_scopes(area_id: int) -> dict[str, set[int]]:
    """The `scopes` of a record that lies in an area."""
    return {"area": set(ancestors(area_id))}


class InArea(models.Model):
    """Lies in an area, and belongs to nobody else."""

    if TYPE_CHECKING:
        area_id: int

    class Meta:
        abstract = True

    @property
    def scopes(self) -> dict[str, set[int]]:
        return area_scopes(self.area_id)


def choosable_areas(user: User, *roles: str) -> Iterable[Area]:
    """The areas a form offers somebody who holds one of these roles."""
    return Area.objects.for_choice(sorted(user.scope(*roles)))


# Who keeps the accounts of a county, helps with them, or reads their history.
ACCOUNT_READERS = (Role.ADMINISTRATOR, Role.COUNTY_STAFF, Role.TOWN_STAFF, Role.LEADERSHIP, Role.AUDITOR)
# Posts that open parties or money, and the one that gives posts: asked for by one, granted by another.
SENSITIVE_ROLES = (
    Role.MEDIATOR,
    Role.MEDIATION_SUPERVISOR,
    Role.FINANCE,
    Role.AUDITOR,
    Role.LEADERSHIP,
    Role.ADMINISTRATOR,
)
# Who may grant what an administrator asked for; and whom a post that opens parties is told.
GRANTING_ROLES = (Role.ADMINISTRATOR, Role.LEADERSHIP)
PARTY_ROLES = (Role.MEDIATOR, Role.MEDIATION_SUPERVISOR)

auditlog.register(User, exclude_fields=["password", "last_login"])
auditlog.register(Post)
auditlog.register(PostRequest)
auditlog.register(SecondFactor)


# Roles that see the organizations, contracts and sessions of their area.
AREA_READERS = (
    Role.COUNTY_STAFF,
    Role.TOWN_STAFF,
    Role.LEADERSHIP,
    Role.AUDITOR,
    Role.FINANCE,
    Role.MEDIATION_SUPERVISOR,
)


# Town staff work with organizations and their sessions, not with the union's money (4-access).
MONEY_AREA_READERS = tuple(role for role in AREA_READERS if role != Role.TOWN_STAFF)
