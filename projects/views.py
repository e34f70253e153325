from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from projects import actions, forms, rules, tables
from projects.models import SupportProject
from xiangshan.accounts.requests import PortalRequest
from xiangshan.dossier.selectors import dossier_of
from xiangshan.pages.answers import form_page, list_page
from xiangshan.rules import require

asks = require_http_methods(["GET", "POST"])


@login_required
@require_GET
def project_list(request: PortalRequest) -> HttpResponseBase:
    form = forms.ProjectFilterForm(request.GET, user=request.user)
    rows: Any = SupportProject.objects.visible_to(request.user)
    return list_page(
        request,
        "projects/project_list.html",
        tables.PROJECTS,
        rows.matching(**form.wanted),
        form=form,
        can_add=rules.can_assign_projects(request.user),
    )


@login_required
@require_GET
def project_detail(request: PortalRequest, pk: int) -> HttpResponse:
    project = get_object_or_404(SupportProject.objects.visible_to(request.user).select_related("organization"), pk=pk)
    context = {
        "project": project,
        "dossier": dossier_of(request.user, project),
        "can_edit": rules.can_edit_project(request.user, project),
        # Sessions lie above projects: read by their relation, as the organization's reader sees them.
        "sessions": project.sessions.visible_to(request.user).for_list()[:30],
    }
    return render(request, "projects/project_detail.html", context)


@login_required
@asks
def project_new(request: PortalRequest) -> HttpResponse:
    require(rules.can_assign_projects(request.user))
    form = forms.ProjectForm(request.POST or None, user=request.user, initial={"year": timezone.localdate().year})
    return form_page(
        request,
        "projects/project_new.html",
        form,
        lambda data: actions.assign_project(by=request.user, **data),
        done="已登记扶持项目",
        to=lambda made: reverse("projects:project_detail", args=[made.pk]),
    )


@login_required
@asks
def project_edit(request: PortalRequest, pk: int) -> HttpResponse:
    project = get_object_or_404(SupportProject.objects.visible_to(request.user), pk=pk)
    require(rules.can_edit_project(request.user, project))
    form = forms.ProjectForm(request.POST or None, instance=project, user=request.user)
    return form_page(
        request,
        "projects/project_edit.html",
        form,
        lambda data: actions.edit_project(project, by=request.user, **data),
        done="已保存",
        to=reverse("projects:project_detail", args=[pk]),
    )
