import secrets
from typing import Any, Self

from auditlog.registry import auditlog
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from orgs.models import Employer
from services.models.categories import ServiceCategory
from services.models.contracts import ContractLine
from services.models.procurement import Procurement
from services.models.sessions import LETTERS, ActivitySession
from xiangshan.core.accounts.models import Role, User, area_scopes
from xiangshan.core.areas.models import Area, within
from xiangshan.core.constraints import check
from xiangshan.core.querysets import PortalQuerySet, closed_door
from xiangshan.core.workflow import Workflow


def new_ask_code() -> str:
    """With this the asker looks the state up: short enough to write down, too many (2^49) to guess."""
    return "".join(secrets.choice(LETTERS) for _ in range(10))


READERS = (Role.COUNTY_STAFF, Role.TOWN_STAFF, Role.LEADERSHIP, Role.AUDITOR)


class RequestQuerySet(PortalQuerySet["ServiceRequest"]):
    SEARCHED = ("workplace", "wish")
    FILTERS = {
        "organization": "contract_line__contract__organization",
        "contract": "contract_line__contract",
        "asked_from": "asked_on__gte",
        "asked_to": "asked_on__lte",
    }

    @closed_door
    def visible_to(self, user: User) -> Self:
        """Staff and readers of the area; the organization to whose contract it was given."""
        own = Q(contract_line__contract__organization__in=user.scope(Role.ORG_LEADER))
        return self.filter(within(user.scope(*READERS)) | own)

    def matching(self, *, status: str = "", met: bool = False, **wanted: Any) -> Self:
        rows = super().matching(**wanted)
        if status:
            rows = rows.waiting() if status == "waiting" else rows.filter(status=status)
        rows = rows.counted() if wanted.get("asked_from") and wanted.get("asked_to") else rows
        return rows.filter(session__status=ActivitySession.Status.VERIFIED) if met else rows

    def holding(self, word: str) -> Q:
        """Part of it, or exactly the code the asker was given."""
        return super().holding(word) | Q(code=word.lower())

    def waiting(self) -> Self:
        """For the union to take up or to find somebody: the oldest first."""
        return self.filter(status__in=self.model.WAITING)

    def counted(self) -> Self:
        """What the figures count: not what the asker took back."""
        return self.exclude(status=ServiceRequest.Status.WITHDRAWN)

    def for_page(self) -> Self:
        return self.select_related(
            "category",
            "employer",
            "area",
            "handled_by",
            "procurement",
            "contract_line__contract__organization",
            "session",
        )


class ServiceRequest(Workflow):
    """职工点单: what a workplace asks for; matched to a contract (工会下单), held as a session, rated (评单)."""

    class Status(models.TextChoices):
        NEW = "new", "待受理"
        ACCEPTED = "accepted", "已受理"
        MATCHED = "matched", "已下单"
        SCHEDULED = "scheduled", "已排期"
        DONE = "done", "已评单"
        DECLINED = "declined", "未受理"
        WITHDRAWN = "withdrawn", "已撤回"

    TRANSITIONS = {
        Status.NEW: {Status.ACCEPTED, Status.MATCHED, Status.DECLINED, Status.WITHDRAWN},
        Status.ACCEPTED: {Status.MATCHED, Status.DECLINED, Status.WITHDRAWN},
        Status.MATCHED: {Status.SCHEDULED, Status.ACCEPTED, Status.DECLINED, Status.WITHDRAWN},
        Status.SCHEDULED: {Status.DONE, Status.ACCEPTED},
    }
    WAITING = (Status.NEW, Status.ACCEPTED)

    code = models.CharField("查询码", max_length=12, unique=True, default=new_ask_code, editable=False)
    category = models.ForeignKey(ServiceCategory, models.PROTECT, related_name="requests", verbose_name="服务类别")
    employer = models.ForeignKey(
        Employer, models.PROTECT, null=True, blank=True, related_name="requests", verbose_name="用人单位"
    )
    workplace = models.CharField("单位名称", max_length=60)
    area = models.ForeignKey(Area, models.PROTECT, related_name="requests", verbose_name="所在镇街")
    contact = models.CharField("联系人", max_length=20)
    phone = models.CharField("联系电话", max_length=20, validators=[RegexValidator(r"^[\d-]{7,20}$", "请填写电话号码")])
    email = models.EmailField("邮箱", blank=True)
    wished_from = models.DateField("希望日期自")
    wished_until = models.DateField("至")
    people = models.PositiveIntegerField("预计人数", validators=[MinValueValidator(1), MaxValueValidator(100_000)])
    wish = models.TextField("具体需求", max_length=500, blank=True)
    is_public = models.BooleanField("网上提交", default=False, editable=False)
    status = models.CharField("状态", max_length=10, choices=Status, default=Status.NEW)
    asked_on = models.DateField("点单日期")
    asked_at = models.DateTimeField("提交时间", default=timezone.now, editable=False)
    # A keyed digest of the address it came from, of that day only: enough to say "too many", not from whom.
    source = models.CharField("来源摘要", max_length=32, blank=True, editable=False)
    answer = models.CharField("答复", max_length=300, blank=True)
    handled_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="受理人")
    procurement = models.ForeignKey(
        Procurement, models.PROTECT, null=True, blank=True, related_name="requests", verbose_name="列入采购"
    )
    contract_line = models.ForeignKey(
        ContractLine, models.PROTECT, null=True, blank=True, related_name="requests", verbose_name="合同明细"
    )
    session = models.OneToOneField(
        ActivitySession, models.PROTECT, null=True, blank=True, related_name="request", verbose_name="场次"
    )
    rating = models.PositiveSmallIntegerField(
        "评单", null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    rating_comment = models.CharField("评语", max_length=300, blank=True)

    objects = RequestQuerySet.as_manager()

    class Meta:
        verbose_name = "职工点单"
        constraints = [
            check("request_wished_in_order", Q(wished_until__gte=models.F("wished_from")), "希望日期的止不能早于起"),
            check(
                "request_scheduled_has_session",
                ~Q(status__in=("scheduled", "done")) | Q(session__isnull=False),
                "已排期的点单须有场次",
            ),
            check(
                "request_matched_has_line",
                ~Q(status="matched") | Q(contract_line__isnull=False),
                "已下单的点单须有合同明细",
            ),
            check("request_done_is_rated", ~Q(status="done") | Q(rating__isnull=False), "已评单的须有评分"),
        ]
        indexes = [
            models.Index(fields=["area", "asked_on"], name="request_by_area"),
            models.Index(fields=["source", "asked_at"], name="request_by_source"),
        ]

    def __str__(self) -> str:
        return f"{self.workplace} · {self.category}"

    @property
    def scopes(self) -> dict[str, set[int]]:
        result = area_scopes(self.area_id)
        if self.contract_line is not None:
            result["organization"] = {self.contract_line.contract.organization_id}
        return result

    @property
    def turn(self) -> str:
        """Whose turn it is, in words the asker understands."""
        sentences = {
            self.Status.NEW: "等工会受理",
            self.Status.ACCEPTED: "工会正在安排承接的社会组织",
            self.Status.MATCHED: "等承接的社会组织与您约定时间",
            self.Status.DONE: "已完成，谢谢您的评价",
            self.Status.DECLINED: "未能安排",
            self.Status.WITHDRAWN: "已撤回",
        }
        if self.status == self.Status.SCHEDULED and self.session is not None:
            return f"定于 {self.session.held_on:%Y-%m-%d} 举办，结束后请您评价"
        return sentences.get(self.Status(self.status), "")


auditlog.register(ServiceRequest, mask_fields=["phone"], exclude_fields=["source"])
