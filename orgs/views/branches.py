from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from orgs import forms, rules, tables
from orgs.actions import branches
from orgs.models import BranchCoverage, UnionBranch
from xiangshan.core.accounts.requests import PortalRequest
from xiangshan.core.rules import require
from xiangshan.shared.on_records import link_to
from xiangshan.shared.record_panels import panels_of
from xiangshan.shared.responses import form_page, get_or_post, list_page


@require_GET
def branch_list(request: PortalRequest) -> HttpResponseBase:
    form = forms.BranchFilterForm(request.GET, user=request.user)
    wanted = dict(form.wanted)
    day, until = wanted.pop("on", None), wanted.pop("elections_until", None)
    rows: Any = UnionBranch.objects.visible_to(request.user).matching(**wanted)
    rows = rows.existing_on(day) if day else rows
    rows = rows.elections_due(until) if until else rows
    return list_page(
        request,
        "orgs/branch_list.html",
        tables.BRANCHES,
        rows.with_covered(),
        form=form,
        can_add=(can_add := rules.can_add_branches(request.user)),
        can_import=can_add,
    )


@require_GET
def branch_detail(request: PortalRequest, pk: int) -> HttpResponse:
    branch = get_object_or_404(UnionBranch.objects.visible_to(request.user).select_related("area", "parent"), pk=pk)
    context = {
        "branch": branch,
        "dossier": panels_of(request.user, branch),
        "parent_link": link_to(request.user, branch.parent, "orgs:branch_detail"),
        "can_edit": rules.can_edit_branch(request.user, branch),
        "children": UnionBranch.objects.visible_to(request.user).filter(parent=branch).order_by("name")[:200],
        "coverages": branch.coverages.visible_to(request.user)
        .select_related("organization")
        .order_by("-starts_on")[:200],
    }
    return render(request, "orgs/branch_detail.html", context)


@get_or_post
def branch_new(request: PortalRequest) -> HttpResponse:
    require(rules.can_add_branches(request.user))
    form = forms.BranchForm(request.POST or None, user=request.user)
    return form_page(
        request,
        form,
        lambda data: branches.add(by=request.user, **data),
        done="已登记工会组织",
        to=lambda made: reverse("orgs:branch_detail", args=[made.pk]),
        heading="登记工会组织",
        button="保存",
        back=reverse("orgs:branch_list"),
    )


@get_or_post
def branch_edit(request: PortalRequest, pk: int) -> HttpResponse:
    branch = get_object_or_404(UnionBranch.objects.visible_to(request.user), pk=pk)
    require(rules.can_edit_branch(request.user, branch))
    form = forms.BranchForm(request.POST or None, instance=branch, user=request.user)
    return form_page(
        request,
        form,
        lambda data: branches.edit(branch, by=request.user, **data),
        done="已保存",
        to=reverse("orgs:branch_detail", args=[pk]),
        template="orgs/branch_edit.html",
    )


@get_or_post
def branch_cover(request: PortalRequest, pk: int) -> HttpResponse:
    branch = get_object_or_404(UnionBranch.objects.visible_to(request.user), pk=pk)
    require(rules.can_edit_branch(request.user, branch))
    form = forms.CoverageForm(request.POST or None, user=request.user, initial={"starts_on": timezone.localdate()})
    return form_page(
        request,
        form,
        lambda data: branches.cover(branch, by=request.user, **data),
        done="已纳入覆盖",
        to=reverse("orgs:branch_detail", args=[pk]),
        heading="纳入覆盖",
        button="保存",
        back=reverse("orgs:branch_list"),
    )


@get_or_post
def coverage_end(request: PortalRequest, pk: int) -> HttpResponse:
    coverage = get_object_or_404(BranchCoverage.objects.visible_to(request.user).select_related("branch"), pk=pk)
    require(rules.can_edit_branch(request.user, coverage.branch))
    form = forms.EndForm(request.POST or None, initial={"ends_on": timezone.localdate()})
    return form_page(
        request,
        form,
        lambda data: branches.end_coverage(coverage, by=request.user, **data),
        done="已结束覆盖",
        to=reverse("orgs:branch_detail", args=[coverage.branch_id]),
        heading=f"结束覆盖：{coverage.organization}",
        button="结束覆盖",
        hint=f"{coverage.branch}，{coverage.starts_on:%Y-%m-%d} 起覆盖。",
    )
