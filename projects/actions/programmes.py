"""What happens to a programme: prepared, published, closed by time, reviewed, decided."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from orgs.models import SocialOrganization
from projects.models import Programme, ProgrammeCriterion, ProgrammePaper, SupportProject
from projects.rules import programmes as programme_rules
from xiangshan.core.accounts.models import Role, User
from xiangshan.core.accounts.selectors import holders
from xiangshan.core.areas.models import county_of, within
from xiangshan.core.records import Rows, change, create, lock, sync_children
from xiangshan.core.rules import require, require_reason
from xiangshan.shared.notifications.actions import notify

Status, Project = Programme.Status, SupportProject.Status
USUAL_CRITERIA = [
    {"title": "需求与目标", "weight": 30},
    {"title": "方案可行", "weight": 30},
    {"title": "团队能力", "weight": 20},
    {"title": "预算合理", "weight": 20},
]


@transaction.atomic
def prepare(*, by: User, criteria: Rows = (), papers: Rows = (), **values: Any) -> Programme:
    """起草年度计划. Raises ValidationError."""
    require(programme_rules.can_prepare_programmes(by))
    area = county_of(min(by.scope(Role.COUNTY_STAFF)))
    programme = create(Programme(area_id=area, created_by=by, **values), by=by, verb="起草计划")
    _ask(programme, criteria, papers, by)
    return programme


@transaction.atomic
def edit(programme: Programme, *, by: User, criteria: Rows = (), papers: Rows = (), **values: Any) -> Programme:
    """修改草稿. Raises ValidationError."""
    programme = lock(programme)
    require(programme_rules.can_edit_programme(by, programme))
    change(programme, by=by, verb="修改", **values)
    _ask(programme, criteria, papers, by)
    return programme


def _ask(programme: Programme, criteria: Rows, papers: Rows, by: User) -> None:
    sync_children(ProgrammeCriterion, "programme", programme, criteria, by=by)
    sync_children(ProgrammePaper, "programme", programme, papers, by=by)
    weights = sum(item.weight for item in programme.criteria.all())
    if weights not in (0, 100):
        raise ValidationError(f"评审标准的权重之和须为 100，现在是 {weights}")


@transaction.atomic
def open(programme: Programme, *, by: User) -> Programme:
    """发布: every organization's leader of the county hears of it; from now on it is not changed."""
    programme = lock(programme)
    require(programme_rules.can_open_programme(by, programme))
    change(programme, by=by, verb="发布", status=Status.OPEN)
    until = f"{timezone.localtime(programme.closes_at):%m-%d %H:%M}"
    _tell_leaders(programme, "opened", f"可以申报：{programme.title}，{until} 截止")
    return programme


@transaction.atomic
def extend(programme: Programme, *, by: User, closes_at: datetime, reason: str) -> Programme:
    """延期, for everybody alike. Raises ValidationError unless it is later than before and still to come."""
    programme = lock(programme)
    require(programme_rules.can_extend_programme(by, programme))
    if closes_at <= programme.closes_at:
        raise ValidationError({"closes_at": "新的截止时间须晚于原来的"})
    if closes_at <= timezone.now():
        raise ValidationError({"closes_at": "新的截止时间须在以后"})
    change(programme, by=by, verb="延期", reason=reason, closes_at=closes_at)
    until = f"{timezone.localtime(closes_at):%m-%d %H:%M}"
    _tell_leaders(programme, f"until-{closes_at:%Y%m%d%H%M}", f"申报延期：{programme.title}，{until} 截止")
    return programme


@transaction.atomic
def start_review(programme: Programme, *, by: User) -> Programme:
    """开始评审: what was sent in is judged; what stayed a draft stays one."""
    programme = lock(programme)
    require(programme_rules.can_start_review(by, programme))
    change(programme, by=by, verb="开始评审", status=Status.REVIEWING)
    for project in programme.projects.filter(status=Project.SUBMITTED).order_by("pk"):
        change(lock(project), by=by, verb="进入评审", status=Project.REVIEWING)
    return programme


@transaction.atomic
def cancel(programme: Programme, *, by: User, reason: str) -> Programme:
    """取消, with its reason; who applied is notified, and the application is his again."""
    programme = lock(programme)
    require(programme_rules.can_cancel_programme(by, programme))
    require_reason(reason)
    change(programme, by=by, verb="取消", reason=reason, status=Status.CANCELLED)
    sent = programme.projects.filter(status__in=(Project.SUBMITTED, Project.REVIEWING)).order_by("pk")
    for project in sent:
        change(lock(project), by=by, verb="计划取消", reason=reason, status=Project.WITHDRAWN)
    _tell_leaders(programme, "cancelled", f"计划取消：{programme.title}，{reason}"[:200])
    return programme


def _tell_leaders(programme: Programme, what: str, text: str) -> None:
    linked = SocialOrganization.objects.filter(stage__in=SocialOrganization.LINKED, merged_into__isnull=True)
    linked = linked.filter(within(programme.area_id))
    link = reverse("projects:programme_detail", args=[programme.pk])
    notify(
        holders(Role.ORG_LEADER, *linked.values_list("pk", flat=True)), f"programme-{programme.pk}-{what}", text, link
    )
