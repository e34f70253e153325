from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from projects.models import Milestone
from projects.notify import tell_leader, tell_union
from projects.rules import milestones as milestone_rules
from xiangshan.core.accounts.models import Role, User
from xiangshan.core.records import change, lock
from xiangshan.core.rules import require, require_reason


@transaction.atomic
def report(milestone: Milestone, *, by: User, reached_on: date, evidence: str) -> Milestone:
    """上报达成, with what shows it. Raises ValidationError."""
    milestone = lock(milestone)
    require(milestone_rules.can_report_milestone(by, milestone))
    if reached_on > timezone.localdate():
        raise ValidationError({"reached_on": "达成日期不能晚于今天"})
    change(milestone, by=by, verb="上报达成", reached_on=reached_on, evidence=evidence, reported_by=by)
    tell_union(
        milestone.project,
        Role.COUNTY_STAFF,
        f"milestone-{milestone.pk}-{reached_on}",
        f"里程碑待确认：{milestone.title}",
    )
    return milestone


@transaction.atomic
def confirm(milestone: Milestone, *, by: User) -> Milestone:
    milestone = lock(milestone)
    require(milestone_rules.can_confirm_milestone(by, milestone))
    change(milestone, by=by, verb="确认达成", confirmed_by=by)
    tell_leader(milestone.project, f"milestone-{milestone.pk}-confirmed", f"里程碑已确认：{milestone.title}")
    return milestone


@transaction.atomic
def reopen(milestone: Milestone, *, by: User, reason: str) -> Milestone:
    """退回: it was not reached after all; the evidence stays to be mended. Raises ValidationError."""
    milestone = lock(milestone)
    require(milestone_rules.can_confirm_milestone(by, milestone))
    require_reason(reason)
    key = f"milestone-{milestone.pk}-back-{milestone.reached_on}"
    tell_leader(milestone.project, key, f"里程碑退回：{milestone.title}，{reason}")
    return change(milestone, by=by, verb="退回里程碑", reason=reason, reached_on=None)
