"""People with duties, honours, and what a leader wants changed in the profile."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from orgs import forms, rules
from orgs.actions import people
from orgs.models import Honour, OrganizationDuty, ProfileProposal, SocialOrganization
from orgs.selectors import proposal_lines
from xiangshan.core.accounts.invitations import invitation_for
from xiangshan.core.accounts.requests import PortalRequest
from xiangshan.core.rules import require
from xiangshan.shared.forms import ReasonForm
from xiangshan.shared.responses import action_button, answer_action, form_page, get_or_post


def _organization(request: PortalRequest, pk: int) -> SocialOrganization:
    return get_object_or_404(SocialOrganization.objects.visible_to(request.user), pk=pk)


def _page(organization_id: int) -> str:
    return reverse("orgs:organization_detail", args=[organization_id])


@get_or_post
def duty_new(request: PortalRequest, pk: int) -> HttpResponse:
    organization = _organization(request, pk)
    require(rules.can_keep_duties(request.user, organization))
    may_name_head = bool(rules.can_name_head(request.user, organization))
    form = forms.OrganizationDutyForm(
        request.POST or None, initial={"starts_on": timezone.localdate()}, may_name_head=may_name_head
    )
    return form_page(
        request,
        form,
        lambda data: people.add_duty(organization, by=request.user, **data),
        done="已登记职务",
        to=_page(pk),
        heading=f"登记职务：{organization}",
        back=reverse("orgs:organization_detail", args=[organization.pk]),
    )


@get_or_post
def duty_end(request: PortalRequest, pk: int) -> HttpResponse:
    duty = get_object_or_404(OrganizationDuty.objects.visible_to(request.user), pk=pk)
    require(rules.can_keep_duties(request.user, duty.organization))
    form = forms.EndForm(request.POST or None, initial={"ends_on": timezone.localdate()})
    return form_page(
        request,
        form,
        lambda data: people.end_duty(duty, by=request.user, **data),
        done="已结束职务",
        to=_page(duty.organization_id),
        heading=f"结束职务：{duty}",
        button="结束职务",
    )


@get_or_post
def organization_hand_over(request: PortalRequest, pk: int) -> HttpResponse:
    """The leadership goes to the next person, who gets a link to set a password."""
    organization = _organization(request, pk)
    require(rules.can_hand_over(request.user, organization))
    form = forms.HandOverForm(request.POST or None, initial={"on": timezone.localdate()})
    return form_page(
        request,
        form,
        lambda data: people.hand_over(organization, by=request.user, **data),
        done="已交接。请把下面的邀请链接发给新负责人设置密码",
        to=lambda duty: reverse("orgs:duty_invitation", args=[duty.pk]),
        organization=organization,
        head=organization.duties.filter(duty="head", ends_on__isnull=True).first(),
        heading=f"负责人交接：{organization}",
        button="确认交接",
        back=reverse("orgs:organization_detail", args=[organization.pk]),
        template="orgs/organization_hand_over.html",
    )


@require_GET
def duty_invitation(request: PortalRequest, pk: int) -> HttpResponse:
    """The link by which a head sets the first password; handed on by who named them."""
    duty = get_object_or_404(
        OrganizationDuty.objects.visible_to(request.user).select_related("organization", "user"), pk=pk
    )
    require(rules.can_invite(request.user, duty))
    link = request.build_absolute_uri(invitation_for(duty.user)) if duty.user else ""
    return render(request, "orgs/duty_invitation.html", {"duty": duty, "link": link})


@get_or_post
def honour_new(request: PortalRequest, pk: int) -> HttpResponse:
    organization = _organization(request, pk)
    require(rules.can_honour(request.user, organization))
    return form_page(
        request,
        forms.HonourForm(request.POST or None),
        lambda data: people.add_honour(organization, by=request.user, **data),
        done="已登记",
        to=_page(pk),
        heading=f"登记授牌与荣誉：{organization}",
        back=reverse("orgs:organization_detail", args=[organization.pk]),
    )


@require_POST
def honour_remove(request: PortalRequest, pk: int) -> HttpResponse:
    honour = get_object_or_404(Honour.objects.visible_to(request.user), pk=pk)
    to = _page(honour.organization_id)
    return answer_action(request, lambda: people.remove_honour(honour, by=request.user), done="已移除", to=to)


@get_or_post
def organization_propose(request: PortalRequest, pk: int) -> HttpResponse:
    """What the leader wants changed; staff accept or refuse it."""
    organization = _organization(request, pk)
    require(rules.can_propose_profile(request.user, organization))
    form = forms.ProfileForm(request.POST or None, instance=organization)
    return form_page(
        request,
        form,
        lambda data: people.propose_profile(_organization(request, pk), by=request.user, **data),
        done="已提交，工会审核后生效；没有改动的不会提交",
        to=_page(pk),
        organization=organization,
        waiting=organization.proposals.filter(status=ProfileProposal.Status.WAITING).first(),
        heading=f"申请变更资料：{organization}",
        button="提交申请",
        back=reverse("orgs:organization_detail", args=[organization.pk]),
        template="orgs/organization_propose.html",
    )


def _proposal(request: PortalRequest, pk: int) -> ProfileProposal:
    rows = ProfileProposal.objects.visible_to(request.user).select_related("organization", "proposed_by", "decided_by")
    return get_object_or_404(rows, pk=pk)


@require_GET
def proposal_detail(request: PortalRequest, pk: int) -> HttpResponse:
    proposal = _proposal(request, pk)
    context = {
        "proposal": proposal,
        "lines": proposal_lines(proposal),
        "can_decide": rules.can_decide_proposal(request.user, proposal),
        "can_withdraw": rules.can_withdraw_proposal(request.user, proposal),
    }
    return render(request, "orgs/proposal_detail.html", context)


@require_POST
def proposal_accept(request: PortalRequest, pk: int) -> HttpResponse:
    return action_button(
        request,
        _proposal(request, pk),
        people.accept_proposal,
        done="已采纳，资料已更新",
        to=reverse("orgs:proposal_detail", args=[pk]),
    )


@require_POST
def proposal_withdraw(request: PortalRequest, pk: int) -> HttpResponse:
    return action_button(
        request,
        _proposal(request, pk),
        people.withdraw_proposal,
        done="已撤回",
        to=reverse("orgs:proposal_detail", args=[pk]),
    )


@get_or_post
def proposal_refuse(request: PortalRequest, pk: int) -> HttpResponse:
    proposal = _proposal(request, pk)
    require(rules.can_decide_proposal(request.user, proposal))
    return form_page(
        request,
        ReasonForm(request.POST or None),
        lambda data: people.refuse_proposal(proposal, by=request.user, **data),
        done="已告知组织",
        to=reverse("orgs:proposal_detail", args=[pk]),
        heading=f"不采纳：{proposal.organization}的变更申请",
        button="不采纳",
    )
