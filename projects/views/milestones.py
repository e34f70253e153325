from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST

from projects.actions import milestones
from projects.forms.projects import MilestoneReachedForm
from projects.models import Milestone
from projects.rules import milestones as milestone_rules
from xiangshan.core.accounts.requests import PortalRequest
from xiangshan.core.rules import require
from xiangshan.shared.forms import ReasonForm
from xiangshan.shared.on_records import page_of
from xiangshan.shared.responses import answer_action, form_page, get_or_post


def _milestone(request: PortalRequest, pk: int) -> Milestone:
    return get_object_or_404(Milestone.objects.visible_to(request.user).with_project(), pk=pk)


@get_or_post
def milestone_reach(request: PortalRequest, pk: int) -> HttpResponse:
    milestone = _milestone(request, pk)
    require(milestone_rules.can_report_milestone(request.user, milestone))
    initial = {"reached_on": milestone.reached_on or timezone.localdate(), "evidence": milestone.evidence}
    return form_page(
        request,
        MilestoneReachedForm(request.POST or None, initial=initial),
        lambda data: milestones.report(milestone, by=request.user, **data),
        done="已上报，等县总工会确认",
        to=page_of(milestone.project) + "#milestones",
        heading=f"上报达成：{milestone}",
        hint=f"{milestone.project}，应于 {milestone.due_on} 达成",
        button="上报",
        back=page_of(milestone.project),
    )


@require_POST
def milestone_confirm(request: PortalRequest, pk: int) -> HttpResponse:
    milestone = _milestone(request, pk)
    return answer_action(
        request,
        lambda: milestones.confirm(milestone, by=request.user),
        done="已确认",
        to=page_of(milestone.project) + "#milestones",
    )


@get_or_post
def milestone_reopen(request: PortalRequest, pk: int) -> HttpResponse:
    milestone = _milestone(request, pk)
    require(milestone_rules.can_confirm_milestone(request.user, milestone))
    return form_page(
        request,
        ReasonForm(request.POST or None),
        lambda data: milestones.reopen(milestone, by=request.user, **data),
        done="已退回",
        to=page_of(milestone.project) + "#milestones",
        heading=f"退回里程碑：{milestone}",
        hint=str(milestone.project),
        button="退回",
        back=page_of(milestone.project),
    )
