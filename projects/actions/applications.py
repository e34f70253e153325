"""What an organization does with its application: begun, typed, saved, sent, taken back."""

from typing import Any

from dateutil.relativedelta import relativedelta
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from orgs.models import SocialOrganization
from projects.completeness import missing_of
from projects.models import BudgetLine, Milestone, Programme, ProjectPaper, Support, SupportProject
from projects.rules import applications as application_rules
from projects.rules import projects as project_rules
from xiangshan.core.accounts.models import Role, User
from xiangshan.core.accounts.selectors import holders
from xiangshan.core.money import totals
from xiangshan.core.records import Rows, change, create, lock, sync_children
from xiangshan.core.rules import require
from xiangshan.core.text import without_nul
from xiangshan.shared.attachments.actions import attach_one
from xiangshan.shared.notifications.actions import notify

Status = SupportProject.Status
# What is typed is kept as it comes, up to here (characters of all fields together).
TYPED_AT_MOST = 60_000


@transaction.atomic
def begin(
    programme: Programme, organization: SocialOrganization, *, by: User, copied: SupportProject | None = None
) -> SupportProject:
    """开始申报: an empty draft, or last year's project again a year on; begun once, then the same one is found.

    Raises ValidationError.
    """
    programme = lock(programme)
    require(application_rules.can_apply(by, programme, organization))
    if result := programme.projects.filter(organization=organization).first():
        return result
    values: dict[str, Any] = {"title": f"{organization}{programme.theme}项目"[:80]}
    if copied is not None:
        if copied.organization_id != organization.pk:
            raise ValidationError("只能复制本组织的项目")
        values = {name: getattr(copied, name) for name in ("title", "goal", "plan")}
        values |= {name: getattr(copied, name) for name in ("planned_sessions", "planned_workers")}
        for name in ("starts_on", "ends_on"):
            day = getattr(copied, name)
            values[name] = day + relativedelta(years=1) if day else None
    project = SupportProject(
        programme=programme, organization=organization, year=programme.year, applied_by=by, **values
    )
    create(project, by=by, verb="开始申报")
    for asked in programme.papers.all():
        create(ProjectPaper(project=project, title=asked.title, due=asked.due), by=by, verb="列出材料")
    if copied is not None:
        _copy_rows(copied, project, by)
    return project


def _copy_rows(old: SupportProject, new: SupportProject, by: User) -> None:
    for line in old.lines.all():
        again = {name: getattr(line, name) for name in ("title", "basis", "amount", "requested")}
        create(BudgetLine(project=new, **again), by=by, verb="复制预算")
    for support in old.supports.all():
        create(Support(project=new, kind=support.kind, asked=support.asked), by=by, verb="复制扶持内容")
    for milestone in old.milestones.all():
        later = milestone.due_on + relativedelta(years=1)
        create(Milestone(project=new, title=milestone.title, due_on=later), by=by, verb="复制里程碑")
    _sum(new, by)


def _sum(project: SupportProject, by: User) -> None:
    """What is asked for is the sum of the lines, never typed."""
    asked = totals(project.lines.all(), "requested")["requested"]
    change(project, by=by, verb="合计申请金额", requested_amount=asked)


@transaction.atomic
def save(
    project: SupportProject, *, by: User, lines: Rows = (), supports: Rows = (), milestones: Rows = (), **values: Any
) -> SupportProject:
    """暂存: after the closing too. Raises ValidationError."""
    project = lock(project)
    require(application_rules.can_write_application(by, project))
    change(project, by=by, verb="保存申报", typed={}, applied_by=by, **values)
    sync_children(BudgetLine, "project", project, lines, by=by)
    sync_children(Support, "project", project, supports, by=by)
    sync_children(Milestone, "project", project, milestones, by=by)
    _sum(project, by)
    return project


@transaction.atomic
def keep_typed(project: SupportProject, typed: dict[str, list[str]], *, by: User) -> None:
    """自动保存: what stands in the fields at the moment, right or not. It is no fact yet and has no history.

    Raises ValidationError where it is far more than a form holds.
    """
    project = lock(project)
    require(application_rules.can_write_application(by, project))
    if sum(len(text) for texts in typed.values() for text in texts) > TYPED_AT_MOST:
        raise ValidationError("内容太长，没有自动保存")
    kept = {without_nul(name): [without_nul(text) for text in texts] for name, texts in typed.items()}
    SupportProject.objects.filter(pk=project.pk).update(typed=kept)


@transaction.atomic
def submit(project: SupportProject, *, by: User) -> SupportProject:
    """提交, until the closing to the second, and complete. Raises ValidationError naming all that is missing."""
    project = lock(project)
    if project.programme is not None:
        project.programme = lock(project.programme)
    require(application_rules.can_submit_application(by, project))
    if missing := missing_of(project):
        raise ValidationError(missing)
    change(
        project, by=by, verb="提交申报", status=Status.SUBMITTED, applied_by=by, submitted_at=timezone.now(), typed={}
    )
    if project.programme is not None:
        link = reverse("projects:project_detail", args=[project.pk])
        text = f"收到申报：{project.organization} {project.title}"
        notify(
            holders(Role.COUNTY_STAFF, project.programme.area_id),
            f"application-{project.pk}-{project.submitted_at:%Y%m%d%H%M%S}",
            text,
            link,
        )
    return project


@transaction.atomic
def withdraw(project: SupportProject, *, by: User, reason: str = "") -> SupportProject:
    """撤回: nobody judges it any more; before the closing it may be changed and sent again."""
    project = lock(project)
    require(application_rules.can_withdraw_application(by, project))
    return change(project, by=by, verb="撤回申报", reason=reason, status=Status.WITHDRAWN)


@transaction.atomic
def file_paper(paper: ProjectPaper, file: Any, *, by: User) -> ProjectPaper:
    """交材料: the file is attached to the project, and answers what was asked for. Raises ValidationError."""
    project = lock(paper.project)
    require(project_rules.can_file_project(by, project))
    paper = lock(paper)
    return change(paper, by=by, verb="交材料", attachment=attach_one(project, file, by=by))
