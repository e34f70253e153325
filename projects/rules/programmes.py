"""Who may do what with a programme, its applications and their reviews."""

from django.utils import timezone

from projects.models import Programme, SupportProject
from xiangshan.core.accounts.models import Role, User
from xiangshan.core.rules import ALLOW, Verdict, deny

Status, Project = Programme.Status, SupportProject.Status
NOT_COUNTY = "年度计划由县总工会工作人员办理"


def can_prepare_programmes(user: User) -> Verdict:
    return ALLOW if user.holds(Role.COUNTY_STAFF) else deny(NOT_COUNTY)


def can_turn(user: User, programme: Programme, status: Programme.Status, verb: str) -> Verdict:
    if not user.holds(Role.COUNTY_STAFF, over=programme):
        return deny(NOT_COUNTY)
    if not programme.can_become(status):
        return deny(f"计划{programme.get_status_display()}，不能{verb}")
    return ALLOW


def can_edit_programme(user: User, programme: Programme) -> Verdict:
    """Until it is published: who reads a call relies on it."""
    if not user.holds(Role.COUNTY_STAFF, over=programme):
        return deny(NOT_COUNTY)
    return ALLOW if programme.status == Status.DRAFT else deny(f"计划{programme.get_status_display()}，不能修改")


def can_open_programme(user: User, programme: Programme) -> Verdict:
    """Published once it is complete."""
    if not (verdict := can_turn(user, programme, Status.OPEN, "发布")):
        return verdict
    if programme.closes_at <= timezone.now():
        return deny("申报截止时间已过，请先修改")
    if sum(item.weight for item in programme.criteria.all()) != 100:
        return deny("评审标准的权重之和须为 100")
    return ALLOW if programme.budget > 0 else deny("请填写总预算")


def can_extend_programme(user: User, programme: Programme) -> Verdict:
    """Later for everybody; until the review has begun."""
    if not user.holds(Role.COUNTY_STAFF, over=programme):
        return deny(NOT_COUNTY)
    return ALLOW if programme.status == Status.OPEN else deny(f"计划{programme.get_status_display()}，不能延期")


def can_start_review(user: User, programme: Programme) -> Verdict:
    """After the closing, not before: everybody has the same time."""
    if not (verdict := can_turn(user, programme, Status.REVIEWING, "开始评审")):
        return verdict
    if programme.closes_at > timezone.now():
        return deny(f"申报截止于 {timezone.localtime(programme.closes_at):%Y-%m-%d %H:%M}，之前不能开始评审")
    if not programme.projects.filter(status=Project.SUBMITTED).exists():
        return deny("没有一家申报，可以延期或取消")
    return ALLOW


def can_cancel_programme(user: User, programme: Programme) -> Verdict:
    return can_turn(user, programme, Status.CANCELLED, "取消")


def can_file_programme(user: User, programme: Programme) -> Verdict:
    """Templates and the call as a document: county staff."""
    return ALLOW if user.holds(Role.COUNTY_STAFF, over=programme) else deny("计划的文件和模板由县总工会工作人员上传")
