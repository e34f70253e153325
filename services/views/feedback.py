"""What workers said, what was done about it, and what checks found: pages of the union's staff."""

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from services import tables
from services.actions import findings, follow_ups
from services.checks.catalogue import CHECKS
from services.forms.findings import FindingFilterForm, RatesForm, SettleForm
from services.forms.surveys import AssignForm, FollowUpCloseForm, FollowUpFilterForm, ResponseFilterForm
from services.models import ActivitySession, Finding, FollowUp, SurveyResponse
from services.rules import findings as finding_rules
from services.rules import follow_ups as follow_up_rules
from services.verification_context import rates_of
from xiangshan.core.accounts.models import User
from xiangshan.core.accounts.requests import PortalRequest
from xiangshan.core.rules import require
from xiangshan.shared.attachments.models import Attachment
from xiangshan.shared.comments.selectors import colleagues
from xiangshan.shared.record_panels import panels_of
from xiangshan.shared.responses import answer_action, form_page, get_or_post, list_page


@require_GET
def response_list(request: PortalRequest) -> HttpResponseBase:
    """Comments of workers, without any trace of who wrote them."""
    require(follow_up_rules.can_read_feedback(request.user))
    form = ResponseFilterForm(request.GET, user=request.user)
    rows: Any = SurveyResponse.objects.visible_to(request.user).in_words().matching(**form.wanted)
    return list_page(request, "services/response_list.html", tables.RESPONSES, rows, form=form)


@require_GET
def follow_up_list(request: PortalRequest) -> HttpResponseBase:
    require(follow_up_rules.can_read_feedback(request.user))
    form = FollowUpFilterForm(request.GET, user=request.user)
    rows: Any = FollowUp.objects.visible_to(request.user).counted().matching(**form.wanted)
    return list_page(request, "services/follow_up_list.html", tables.FOLLOW_UPS, rows, form=form)


def _follow_up(request: PortalRequest, pk: int) -> FollowUp:
    return get_object_or_404(FollowUp.objects.visible_to(request.user).for_page(), pk=pk)


def _colleagues(request: PortalRequest, follow_up: FollowUp) -> Any:
    """Staff over the session, the reader left out."""
    seen = colleagues(follow_up, is_internal=True)
    keys = [user.pk for user in seen if follow_up_rules.can_follow_up(user, follow_up)]
    return User.objects.filter(pk__in=keys).exclude(follow_ups=follow_up).order_by("name")


@get_or_post
def follow_up_detail(request: PortalRequest, pk: int) -> HttpResponse:
    """One page: what was said, who answers for it until when, and what came of it."""
    follow_up = _follow_up(request, pk)
    can_follow_up = follow_up_rules.can_follow_up(request.user, follow_up)
    if request.method == "POST":
        require(can_follow_up)
    form = FollowUpCloseForm(request.POST or None)
    return form_page(
        request,
        form,
        lambda data: follow_ups.close(follow_up, by=request.user, **data),
        done="回访已办结",
        to=reverse("services:follow_up_detail", args=[pk]),
        follow_up=follow_up,
        can_follow_up=can_follow_up,
        assign=AssignForm(colleagues=_colleagues(request, follow_up)) if can_follow_up else None,
        dossier=panels_of(request.user, follow_up),
        is_overdue=follow_up.outcome == "open" and follow_up.due_on < timezone.localdate(),
        template="services/follow_up_detail.html",
    )


@require_POST
def follow_up_assign(request: PortalRequest, pk: int) -> HttpResponse:
    follow_up = _follow_up(request, pk)
    require(follow_up_rules.can_follow_up(request.user, follow_up))
    form = AssignForm(request.POST, colleagues=_colleagues(request, follow_up))

    def act() -> None:
        if form.is_valid():
            follow_ups.assign(follow_up, by=request.user, responsible=form.cleaned_data["responsible"])

    return answer_action(
        request,
        act,
        done="已转派" if form.is_valid() else "没有选择同事，未转派",
        to=reverse("services:follow_up_detail", args=[pk]),
    )


@require_GET
def finding_list(request: PortalRequest) -> HttpResponseBase:
    require(follow_up_rules.can_read_feedback(request.user))
    form = FindingFilterForm(request.GET, user=request.user)
    rows: Any = Finding.objects.visible_to(request.user).matching(**form.wanted)
    context = {"form": form, "checks": list(CHECKS.values())}
    return list_page(request, "services/finding_list.html", tables.findings(), rows, **context)


@get_or_post
def finding_detail(request: PortalRequest, pk: int) -> HttpResponse:
    """What was found, the records it names side by side, and the settling of it."""
    finding = get_object_or_404(Finding.objects.visible_to(request.user).for_page(), pk=pk)
    can_settle = finding_rules.can_settle(request.user, finding)
    if request.method == "POST":
        require(can_settle)
    named = {finding.session_id, *(other.pk for other in finding.others.all())}
    # The other session may lie in an area that is not the reader's: then it is named as such, and not shown.
    sessions = ActivitySession.objects.visible_to(request.user).filter(pk__in=named)
    return form_page(
        request,
        SettleForm(request.POST or None),
        lambda data: findings.settle(finding, by=request.user, **data),
        done="疑点已处理",
        to=reverse("services:finding_detail", args=[pk]),
        finding=finding,
        check=CHECKS.get(finding.check_code),
        can_settle=can_settle,
        sessions=(shown := [_with_photos(session) for session in sessions.for_page().order_by("held_on", "pk")]),
        elsewhere=len(named) - len(shown),
        dossier=panels_of(request.user, finding),
        template="services/finding_detail.html",
    )


def _with_photos(session: ActivitySession) -> tuple[ActivitySession, Any]:
    return session, list(Attachment.objects.of(session).exclude(thumbnail=""))


@require_GET
def finding_rates(request: PortalRequest) -> HttpResponse:
    """How often the reports of each organization raise a question: for the union only."""
    require(follow_up_rules.can_read_feedback(request.user))
    form = RatesForm(request.GET, user=request.user)
    year = form.wanted.get("year") or timezone.localdate().year
    sessions = ActivitySession.objects.visible_to(request.user).filter(held_on__year=year)
    if area := form.wanted.get("area"):
        sessions = sessions.matching(area=area)
    return render(request, "services/finding_rates.html", {"form": form, "year": year, "rates": rates_of(sessions)})
