from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from orgs.rules import EVALUATING, works_for_union
from projects import documents, heads, tables
from projects.actions import applications, programmes, reviews
from projects.forms.programmes import (
    PROGRAMME_ROWS,
    AssignEvenlyForm,
    BeginForm,
    ExtendForm,
    ProgrammeFilterForm,
    ProgrammeForm,
    decision_forms,
)
from projects.models import Programme, SupportProject
from projects.models.projects import UNSENT
from projects.ranking import ranking_of, sheets_of
from projects.rules import applications as application_rules
from projects.rules import programmes as programme_rules
from projects.rules import reviews as review_rules
from xiangshan.core.accounts.models import Role
from xiangshan.core.accounts.requests import PortalRequest
from xiangshan.core.money import as_yuan, totals
from xiangshan.core.rules import require
from xiangshan.shared.forms import ReasonForm
from xiangshan.shared.lists.exports import attachment
from xiangshan.shared.on_records import page_of
from xiangshan.shared.record_panels import panels_of
from xiangshan.shared.responses import action_button, form_page, get_or_post, list_page
from xiangshan.shared.row_forms import row_sets, rows_page


def _programme(request: PortalRequest, pk: int) -> Programme:
    return get_object_or_404(Programme.objects.visible_to(request.user).select_related("created_by"), pk=pk)


@require_GET
def programme_list(request: PortalRequest) -> HttpResponseBase:
    form = ProgrammeFilterForm(request.GET, user=request.user)
    rows: Any = Programme.objects.visible_to(request.user).matching(**form.wanted).with_counts()
    context = {"form": form, "can_add": programme_rules.can_prepare_programmes(request.user)}
    return list_page(request, "projects/programme_list.html", tables.PROGRAMMES, rows, **context)


@require_GET
def programme_detail(request: PortalRequest, pk: int) -> HttpResponse:
    """The call, who applied as far as the reader may see, and the ranking once all sheets are in."""
    programme, user = _programme(request, pk), request.user
    is_union = works_for_union(user, programme.area_id, *EVALUATING, Role.AUDITOR)
    can_read = review_rules.can_read_reviews(user, programme)
    applications = SupportProject.objects.visible_to(user).filter(programme=programme)
    applications = applications.select_related("organization").order_by("-submitted_at", "pk")
    asked = totals(applications.exclude(status__in=UNSENT), "requested_amount")["requested_amount"]
    context: dict[str, Any] = {
        "programme": programme,
        "dossier": panels_of(user, programme),
        "is_union": is_union,
        "criteria": programme.criteria.all(),
        "papers": programme.papers.all(),
        "applications": applications,
        "asked": asked,
        "ranking": ranking_of(programme) if can_read else [],
        "can_read": can_read,
        "sheets": sheets_of(programme) if is_union else [],
        "can_edit": programme_rules.can_edit_programme(user, programme),
        "can_open": programme_rules.can_open_programme(user, programme),
        "can_extend": programme_rules.can_extend_programme(user, programme),
        "can_start": programme_rules.can_start_review(user, programme),
        "can_assign": review_rules.can_assign_reviewers(user, programme),
        "can_decide": review_rules.can_decide_programme(user, programme),
        "can_cancel": programme_rules.can_cancel_programme(user, programme),
        "can_begin": user.holds(Role.ORG_LEADER) and programme.is_taking,
    }
    count = len(applications)
    context["counts"] = {
        "title": "申报" if is_union else "我们的申报",
        "applications": f"{count} 份，合计申请 {as_yuan(asked)}" if is_union else f"{count} 份",
        "sheets": "已齐" if can_read else can_read.reason,
    }
    context["head"] = heads.programme_head(programme, context)
    return render(request, "projects/programme_detail.html", context)


@get_or_post
def programme_new(request: PortalRequest) -> HttpResponse:
    require(programme_rules.can_prepare_programmes(request.user))
    form = ProgrammeForm(request.POST or None, initial={"year": timezone.localdate().year})
    usual = {"criteria": programmes.USUAL_CRITERIA}
    return rows_page(
        request,
        form,
        row_sets(PROGRAMME_ROWS, request.POST or None, None, usual),
        lambda rows: programmes.prepare(by=request.user, **form.cleaned_data, **rows),
        to=page_of,
        done="已起草，检查后发布",
        heading="起草年度计划",
        back=reverse("projects:programme_list"),
    )


@get_or_post
def programme_edit(request: PortalRequest, pk: int) -> HttpResponse:
    programme = _programme(request, pk)
    require(programme_rules.can_edit_programme(request.user, programme))
    form = ProgrammeForm(request.POST or None, instance=programme)
    return rows_page(
        request,
        form,
        row_sets(PROGRAMME_ROWS, request.POST or None, programme, {}),
        lambda rows: programmes.edit(programme, by=request.user, **form.cleaned_data, **rows),
        to=page_of(programme),
        heading="修改年度计划",
    )


@require_POST
def programme_open(request: PortalRequest, pk: int) -> HttpResponse:
    return action_button(request, _programme(request, pk), programmes.open, done="已发布，各组织负责人会收到消息")


@require_POST
def programme_review(request: PortalRequest, pk: int) -> HttpResponse:
    return action_button(request, _programme(request, pk), programmes.start_review, done="评审开始，请安排评审人")


@require_POST
def programme_remind(request: PortalRequest, pk: int) -> HttpResponse:
    programme = _programme(request, pk)
    count = reviews.remind_reviewers(programme, by=request.user)
    messages.success(request, f"已催办 {count} 位评审人" if count else "没有要催办的评审人")
    return redirect(page_of(programme))


@get_or_post
def programme_extend(request: PortalRequest, pk: int) -> HttpResponse:
    programme = _programme(request, pk)
    require(programme_rules.can_extend_programme(request.user, programme))
    form = ExtendForm(request.POST or None, initial={"closes_at": programme.closes_at})
    return form_page(
        request,
        form,
        lambda data: programmes.extend(programme, by=request.user, **data),
        done="已延期，各组织负责人会收到消息",
        to=page_of(programme),
        heading="延长申报时间",
        hint=f"{programme}，原截止 {timezone.localtime(programme.closes_at):%Y-%m-%d %H:%M}",
    )


@get_or_post
def programme_cancel(request: PortalRequest, pk: int) -> HttpResponse:
    programme = _programme(request, pk)
    require(programme_rules.can_cancel_programme(request.user, programme))
    return form_page(
        request,
        ReasonForm(request.POST or None),
        lambda data: programmes.cancel(programme, by=request.user, **data),
        done="计划已取消",
        to=page_of(programme),
        heading="取消年度计划",
        hint=f"{programme}；申报的组织会收到消息，写好的申报保留",
        button="取消计划",
    )


@get_or_post
def programme_reviewers(request: PortalRequest, pk: int) -> HttpResponse:
    """Evenly: every application so many, nobody more than his share."""
    programme = _programme(request, pk)
    require(review_rules.can_assign_reviewers(request.user, programme))
    form = AssignEvenlyForm(request.POST or None, programme=programme)
    return form_page(
        request,
        form,
        lambda data: reviews.assign_evenly(programme, data["reviewers"], data["each"], by=request.user),
        done="已分配，评审人会收到消息",
        to=lambda made: page_of(programme),
        heading="平均分配评审人",
        hint="每份申报分给任务最少的评审人；在申报组织任过职的自动回避",
        button="分配",
        back=page_of(programme),
    )


@get_or_post
def programme_decide(request: PortalRequest, pk: int) -> HttpResponse:
    """会议: the ranking, the line where the money ends, and a decision for each."""
    programme, user = _programme(request, pk), request.user
    require(review_rules.can_decide_programme(user, programme))
    rows = decision_forms(ranking_of(programme), request.POST or None)
    wrong: list[str] = []
    right = [row.is_valid() for row in rows]  # all of them: every row says what is wrong with it
    if request.method == "POST" and all(right):
        try:
            reviews.decide(programme, [row.decision for row in rows], by=user)
        except ValidationError as error:
            wrong = error.messages
        else:
            messages.success(request, "结果已公布，各组织负责人会收到消息")
            return redirect(page_of(programme))
    context = {"programme": programme, "rows": rows, "wrong": wrong}
    return render(request, "projects/programme_decide.html", context, status=422 if request.method == "POST" else 200)


@require_GET
def programme_letters(request: PortalRequest, pk: int) -> HttpResponse:
    """结果通知书 of all, in one go: Word to send on, PDF to print."""
    programme = _programme(request, pk)
    require(review_rules.can_read_letters(request.user, programme))
    response = HttpResponse(documents.letters(programme), content_type="application/zip")
    response.headers["Content-Disposition"] = attachment(f"{programme}结果通知书.zip")
    return response


@get_or_post
def programme_apply(request: PortalRequest, pk: int) -> HttpResponse:
    """For which organization, from nothing or from an earlier project."""
    programme, user = _programme(request, pk), request.user
    require(application_rules.can_begin(user, programme))
    form = BeginForm(request.POST or None, user=user)
    return form_page(
        request,
        form,
        lambda data: applications.begin(programme, data["organization"], by=user, copied=data["copied"]),
        done="已建草稿，填写后提交",
        to=lambda made: reverse("projects:application_edit", args=[made.pk]),
        heading=f"申报：{programme}",
        hint=f"{timezone.localtime(programme.closes_at):%Y-%m-%d %H:%M} 截止；草稿会自动保存",
        button="开始填写",
        back=page_of(programme),
    )
