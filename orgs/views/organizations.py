from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from orgs import forms, heads, rules, tables
from orgs.actions import organizations
from orgs.models import ProfileProposal, SocialOrganization, StrengthReport
from xiangshan.core.accounts.models import User
from xiangshan.core.accounts.requests import PortalRequest
from xiangshan.core.rules import require
from xiangshan.shared.lists.picking import picked_of, query_of
from xiangshan.shared.record_panels import panels_of
from xiangshan.shared.responses import form_page, get_or_post, list_page


@require_GET
def organization_list(request: PortalRequest) -> HttpResponseBase:
    form = forms.OrganizationFilterForm(request.GET, user=request.user)
    return list_page(
        request,
        "orgs/organization_list.html",
        tables.ORGANIZATIONS,
        _filtered(request.user, form),
        form=form,
        can_add=(can_add := rules.can_add_organizations(request.user)),
        can_import=can_add,
    )


def _filtered(user: User, form: forms.OrganizationFilterForm) -> Any:
    wanted = dict(form.wanted)
    rows: Any = SocialOrganization.objects.visible_to(user)
    for name in ("linked_on", "key_on", "covered_on"):
        if day := wanted.pop(name, None):
            rows = getattr(rows, name)(day)
    if pk := wanted.pop("organization", None):
        rows = rows.filter(pk=pk)
    return rows.matching(**wanted)


@require_GET
def organization_detail(request: PortalRequest, pk: int) -> HttpResponse:
    organization = get_object_or_404(
        SocialOrganization.objects.visible_to(request.user).select_related("area__parent"), pk=pk
    )
    context: dict[str, Any] = {
        "organization": organization,
        "dossier": panels_of(request.user, organization),
        "can_edit": rules.can_edit_organization(request.user, organization),
        "can_change_stage": rules.can_change_stage(request.user, organization),
        "can_set_key": rules.can_set_key_support(request.user, organization),
        "can_report_strength": rules.can_report_strength(request.user, organization),
        "stages": organization.stage_spans.all(),
        "coverages": organization.coverages.select_related("branch"),
        "strengths": organization.strength_reports.all(),
        "contracts": organization.contracts.order_by("-starts_on")[:10],
        "sessions": organization.sessions.visible_to(request.user).for_list()[:10],
        "duties": organization.duties.select_related("user"),
        "can_keep": rules.can_keep_duties(request.user, organization),
        "can_propose": rules.can_propose_profile(request.user, organization),
        "can_hand_over": rules.can_hand_over(request.user, organization),
        "can_honour": rules.can_honour(request.user, organization),
        "honours": organization.honours.all(),
        "waiting": organization.proposals.filter(status=ProfileProposal.Status.WAITING)
        .select_related("proposed_by")
        .first(),
        "key_years": organization.key_supports.order_by("year").values_list("year", flat=True),
        "projects": organization.projects.order_by("-year")[:10],
    }
    context["head"] = heads.organization_head(organization, context)
    return render(request, "orgs/organization_detail.html", context)


@get_or_post
def organization_new(request: PortalRequest) -> HttpResponse:
    require(rules.can_add_organizations(request.user))
    form = forms.NewOrganizationForm(request.POST or None, user=request.user)
    return form_page(
        request,
        form,
        lambda data: organizations.add(by=request.user, **data),
        done="已登记社会组织",
        to=lambda made: reverse("orgs:organization_detail", args=[made.pk]),
        heading="登记社会组织",
        button="保存",
        back=reverse("orgs:organization_list"),
    )


@get_or_post
def organization_edit(request: PortalRequest, pk: int) -> HttpResponse:
    organization = get_object_or_404(SocialOrganization.objects.visible_to(request.user), pk=pk)
    require(rules.can_edit_organization(request.user, organization))
    form = forms.OrganizationForm(request.POST or None, instance=organization, user=request.user)
    return form_page(
        request,
        form,
        lambda data: organizations.edit(organization, by=request.user, **data),
        done="已保存",
        to=reverse("orgs:organization_detail", args=[pk]),
        template="orgs/organization_edit.html",
    )


@get_or_post
def organization_stage(request: PortalRequest, pk: int) -> HttpResponse:
    organization = get_object_or_404(SocialOrganization.objects.visible_to(request.user), pk=pk)
    require(rules.can_change_stage(request.user, organization))
    form = forms.StageForm(request.POST or None, initial={"stage": organization.stage})
    return form_page(
        request,
        form,
        lambda data: organizations.change_stage(organization, by=request.user, **data),
        done="阶段已变更",
        to=reverse("orgs:organization_detail", args=[pk]),
        heading="变更阶段",
        button="保存",
        back=reverse("orgs:organization_list"),
    )


@get_or_post
def organization_key(request: PortalRequest, pk: int) -> HttpResponse:
    organization = get_object_or_404(SocialOrganization.objects.visible_to(request.user), pk=pk)
    require(rules.can_set_key_support(request.user, organization))
    form = forms.KeySupportForm(request.POST or None, initial={"year": timezone.localdate().year})
    return form_page(
        request,
        form,
        lambda data: organizations.set_key_support(organization, by=request.user, **data),
        done="已列为重点扶持",
        to=reverse("orgs:organization_detail", args=[pk]),
        heading="列为重点扶持",
        button="保存",
        back=reverse("orgs:organization_list"),
    )


@get_or_post
def organization_strength(request: PortalRequest, pk: int) -> HttpResponse:
    organization = get_object_or_404(SocialOrganization.objects.visible_to(request.user), pk=pk)
    require(rules.can_report_strength(request.user, organization))
    last = organization.strength_reports.last()
    initial = {"as_of": timezone.localdate()} | (
        {"formal_members": last.formal_members, "volunteers": last.volunteers, "union_members": last.union_members}
        if last
        else {}
    )
    form = forms.StrengthForm(request.POST or None, initial=initial)
    return form_page(
        request,
        form,
        lambda data: organizations.report_strength(organization, by=request.user, **data),
        done="已上报队伍规模",
        to=reverse("orgs:organization_detail", args=[pk]),
        heading="上报队伍规模",
        button="上报",
        back=reverse("todo_list"),
    )


# What can be done to several organizations picked from the list: what is asked, what happens, what is said.
BULK: dict[str, tuple[Any, Any, str, str]] = {
    "stage": (forms.StageForm, organizations.change_stages, "变更阶段", "阶段已变更"),
    "key": (forms.KeySupportForm, organizations.set_key_supports, "列为重点扶持", "已列为重点扶持"),
}


@require_POST
def organization_bulk(request: PortalRequest) -> HttpResponse:
    """One action on the organizations picked: asked once, shown before it is done, done to all or none."""
    require(rules.can_add_organizations(request.user))
    if (name := request.POST.get("action", "")) not in BULK:
        raise Http404
    asked, act, title, done = BULK[name]
    there = reverse("orgs:organization_list")

    def matching(filters: QueryDict) -> Any:
        return _filtered(request.user, forms.OrganizationFilterForm(filters, user=request.user)).order_by("name", "pk")

    try:
        picked = picked_of(request, matching)
    except ValidationError as error:
        messages.error(request, "；".join(error.messages))
        return redirect(there + query_of(request))
    there += picked.query
    if not picked.rows:
        messages.error(request, "请先在列表里选中社会组织")
        return redirect(there)
    confirmed = request.POST.get("confirmed")
    if picked.is_outdated(confirmed):
        messages.error(request, f"符合条件的现在是 {len(picked.rows)} 家，与刚才不同，请看过再确认")
        confirmed = None
    initial = {"year": timezone.localdate().year}
    return form_page(
        request,
        asked(request.POST if confirmed else None, initial=initial),
        lambda data: act(picked.rows, by=request.user, **data),
        done=f"{len(picked.rows)} 家社会组织{done}",
        to=there,
        picked=picked,
        action=name,
        title=title,
        template="orgs/organization_bulk.html",
    )


@require_GET
def strength_list(request: PortalRequest) -> HttpResponseBase:
    form = forms.StrengthFilterForm(request.GET, user=request.user)
    organizations: Any = SocialOrganization.objects.visible_to(request.user).matching(area=form.wanted.get("area"))
    if pk := form.wanted.get("organization"):
        organizations = organizations.filter(pk=pk)
    rows: Any = StrengthReport.objects.filter(organization__in=organizations)
    if day := form.wanted.get("on"):
        rows = rows.newest_on(day)
    return list_page(
        request,
        "orgs/strength_list.html",
        tables.STRENGTHS,
        rows,
        form=form,
        totals=rows.totals(),
        can_import=rules.can_add_organizations(request.user),
    )
