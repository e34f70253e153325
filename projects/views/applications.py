from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.views.decorators.http import require_GET, require_POST

from projects import documents
from projects.actions import applications, reviews
from projects.forms.programmes import APPLICATION_ROWS, ApplicationForm, ReviewerForm, SheetForm
from projects.models import Programme, ProjectPaper, Review, SupportProject
from projects.rules import applications as application_rules
from projects.rules import projects as project_rules
from projects.rules import reviews as review_rules
from xiangshan.core.accounts.models import Role
from xiangshan.core.accounts.requests import PortalRequest
from xiangshan.core.rules import require
from xiangshan.shared.documents import document_response
from xiangshan.shared.formatting import foot_of
from xiangshan.shared.forms import FileForm, ReasonForm
from xiangshan.shared.on_records import page_of
from xiangshan.shared.responses import action_button, form_page, get_or_post
from xiangshan.shared.row_forms import row_sets, rows_page


def project_of(request: PortalRequest, pk: int) -> SupportProject:
    return get_object_or_404(SupportProject.objects.visible_to(request.user).for_page(), pk=pk)


@get_or_post
def application_edit(request: PortalRequest, pk: int) -> HttpResponse:
    """The whole application in one form. What was typed and not saved stands in it again."""
    project, user = project_of(request, pk), request.user
    require(application_rules.can_write_application(user, project))
    typed = MultiValueDict(project.typed) if project.typed and request.method == "GET" else None
    data = request.POST or typed
    form = ApplicationForm(data, instance=project)
    sent = "submit" in request.POST

    def act(rows: dict[str, Any]) -> SupportProject:
        saved = applications.save(project, by=user, **form.cleaned_data, **rows)
        if sent:
            _submit(request, saved)
        else:
            messages.success(request, "草稿已保存")
        return saved

    if request.method == "POST":
        applications.keep_typed(project, _typed(request), by=user)
    return rows_page(
        request,
        form,
        row_sets(APPLICATION_ROWS, data, project, {}),
        act,
        to=page_of,
        done="",
        project=project,
        takes=application_rules.takes_now(project.programme) if project.programme else None,
        was_typed=bool(typed),
        template="projects/application_edit.html",
    )


def _typed(request: PortalRequest) -> dict[str, list[str]]:
    return {key: request.POST.getlist(key) for key in request.POST if key not in ("csrfmiddlewaretoken", "submit")}


def _submit(request: PortalRequest, project: SupportProject) -> None:
    """Saved already: what keeps it from being sent is said, and nothing is lost."""
    try:
        verdict = application_rules.can_submit_application(request.user, project)
        if not verdict:
            raise ValidationError(verdict.reason)
        applications.submit(project, by=request.user)
    except ValidationError as error:
        messages.error(request, "草稿已保存，还没有提交：" + "；".join(error.messages))
    else:
        messages.success(request, "已提交；截止前可撤回修改")


@require_POST
def application_typed(request: PortalRequest, pk: int) -> HttpResponse:
    """自动保存: every few seconds while somebody types."""
    project = project_of(request, pk)
    try:
        applications.keep_typed(project, _typed(request), by=request.user)
    except ValidationError as error:
        return HttpResponse("；".join(error.messages), status=422)
    return HttpResponse(f"已自动保存 {timezone.localtime():%H:%M:%S}")


@require_POST
def application_submit(request: PortalRequest, pk: int) -> HttpResponse:
    project = project_of(request, pk)
    require(application_rules.can_write_application(request.user, project))
    _submit(request, project)
    return redirect(page_of(project))


@require_POST
def application_withdraw(request: PortalRequest, pk: int) -> HttpResponse:
    return action_button(
        request, project_of(request, pk), applications.withdraw, done="申报已撤回；截止前可修改后再提交"
    )


@require_GET
def application_letter(request: PortalRequest, pk: int, kind: str) -> HttpResponse:
    """结果通知书 of one application."""
    project = project_of(request, pk)
    require(review_rules.can_read_letter(request.user, project))
    return document_response(
        kind,
        f"{project}结果通知书",
        documents.letter_sections(project),
        foot_of(documents.letter_number(project), project.organization.area_id),
    )


@get_or_post
def paper_file(request: PortalRequest, pk: int) -> HttpResponse:
    """One of the documents asked for."""
    projects = SupportProject.objects.visible_to(request.user)
    asked = get_object_or_404(ProjectPaper.objects.select_related("project").filter(project__in=projects), pk=pk)
    require(project_rules.can_file_project(request.user, asked.project))
    return form_page(
        request,
        FileForm(request.POST or None, request.FILES or None),
        lambda data: applications.file_paper(asked, data["file"], by=request.user),
        done="材料已上传",
        to=page_of(asked.project) + "#papers",
        heading=f"上传：{asked}",
        hint=str(asked.project),
        button="上传",
        back=page_of(asked.project),
    )


def _review(request: PortalRequest, pk: int) -> Review:
    reviews = Review.objects.select_related("project__organization", "project__programme", "reviewer")
    if request.user.holds(Role.COUNTY_STAFF):
        return get_object_or_404(reviews.filter(project__in=SupportProject.objects.visible_to(request.user)), pk=pk)
    return get_object_or_404(reviews.filter(reviewer=request.user), pk=pk)


@require_GET
def review_list(request: PortalRequest) -> HttpResponse:
    """A reviewer's own: what is open first."""
    mine = Review.objects.filter(reviewer=request.user).select_related("project__organization", "project__programme")
    return render(request, "projects/review_list.html", {"reviews": mine.order_by("status", "-pk")[:200]})


@get_or_post
def review_sheet(request: PortalRequest, pk: int) -> HttpResponse:
    """A reviewer's own sheet beside the application: nobody else's is shown."""
    review, user = _review(request, pk), request.user
    require(review_rules.can_review(user, review))
    programme: Any = review.project.programme
    form = SheetForm(request.POST or None, review=review, criteria=programme.criteria.all())
    finish = "finish" in request.POST
    return form_page(
        request,
        form,
        lambda data: reviews.save_sheet(review, form.points, by=user, comment=data["comment"], finish=finish),
        done="评审已提交" if finish else "已暂存",
        to=reverse("projects:review_list") if finish else request.path,
        review=review,
        project=review.project,
        lines=review.project.lines.all(),
        supports=review.project.supports.all(),
        milestones=review.project.milestones.all(),
        papers=review.project.papers.select_related("attachment"),
        template="projects/review_sheet.html",
    )


@get_or_post
def review_recuse(request: PortalRequest, pk: int) -> HttpResponse:
    review = _review(request, pk)
    require(review_rules.can_recuse(request.user, review))
    return form_page(
        request,
        ReasonForm(request.POST or None),
        lambda data: reviews.recuse(review, by=request.user, **data),
        done="已回避，县总工会会另安排评审人",
        to=reverse("projects:review_list"),
        heading="回避评审",
        hint=f"{review.project.organization} · {review.project}",
        button="回避",
    )


@get_or_post
def review_drop(request: PortalRequest, pk: int) -> HttpResponse:
    review = _review(request, pk)
    require(review_rules.can_drop_review(request.user, review))
    back = reverse("projects:programme_detail", args=[review.project.programme_id])
    return form_page(
        request,
        ReasonForm(request.POST or None),
        lambda data: reviews.drop_review(review, by=request.user, **data),
        done="已移除这位评审人",
        to=back,
        heading="移除评审人",
        hint=str(review),
        button="移除评审人",
    )


@get_or_post
def project_reviewer(request: PortalRequest, pk: int) -> HttpResponse:
    """One reviewer more, by hand."""
    project = project_of(request, pk)
    programme = get_object_or_404(Programme.objects.visible_to(request.user), pk=project.programme_id)
    require(review_rules.can_assign_reviewers(request.user, programme))
    back = reverse("projects:programme_detail", args=[programme.pk])
    return form_page(
        request,
        ReviewerForm(request.POST or None, project=project),
        lambda data: reviews.assign_reviewer(project, data["reviewer"], by=request.user),
        done="已安排评审人",
        to=back,
        heading="安排评审人",
        hint=f"{project.organization} · {project}",
        button="安排",
    )
