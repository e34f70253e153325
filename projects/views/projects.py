from typing import Any

from django.db.models import Count, Q, Sum
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from projects import documents, heads, tables
from projects.actions import plan_changes, projects
from projects.completeness import missing_of
from projects.forms.programmes import APPLICATION_ROWS
from projects.forms.projects import (
    PAPER_ROWS,
    TRANCHE_ROWS,
    ChangeForm,
    CompleteForm,
    EmptyForm,
    MoneyReturnedForm,
    ProjectFilterForm,
    ProjectForm,
    ReportPlanForm,
    TerminateForm,
    TrancheForm,
)
from projects.models import PlanChange, SupportProject
from projects.rules import applications as application_rules
from projects.rules import milestones as milestone_rules
from projects.rules import plan_changes as plan_change_rules
from projects.rules import projects as project_rules
from projects.rules import reviews as review_rules
from projects.views.applications import project_of
from xiangshan.core import limits
from xiangshan.core.accounts.requests import PortalRequest
from xiangshan.core.money import totals
from xiangshan.core.rules import require
from xiangshan.shared.documents import document_response
from xiangshan.shared.formatting import foot_of
from xiangshan.shared.forms import ReasonForm
from xiangshan.shared.on_records import link_to, page_of
from xiangshan.shared.record_panels import panels_of
from xiangshan.shared.responses import action_button, answer_action, form_page, get_or_post, list_page
from xiangshan.shared.row_forms import row_sets, rows_page


@require_GET
def project_list(request: PortalRequest) -> HttpResponseBase:
    user = request.user
    form = ProjectFilterForm(request.GET, user=user)
    rows: Any = SupportProject.objects.visible_to(user).matching(**form.wanted)
    see_money = project_rules.can_see_projects_money(user)
    table = tables.PROJECTS if see_money else tables.PROJECTS.without(*tables.PROJECT_MONEY)
    total = totals(rows.granted(), "granted_amount", "paid_amount")
    context = {"form": form, "can_add": project_rules.can_assign_projects(user), "total": total if see_money else None}
    return list_page(request, "projects/project_list.html", table, rows, **context)


def output_of(project: SupportProject) -> dict[str, int]:
    """What was verified under a project. Sessions lie above projects: read by their relation."""
    verified = Q(status="verified")
    return project.sessions.aggregate(
        sessions=Count("pk", filter=verified), workers=Sum("workers_served", filter=verified, default=0)
    )


@require_GET
def project_detail(request: PortalRequest, pk: int) -> HttpResponse:
    """One project from its application to its archive, with whatever its reader may do next."""
    project, user = project_of(request, pk), request.user
    see_money = bool(project_rules.can_see_money(user, project))
    changes = list(project.changes.for_page()) if see_money else []
    context: dict[str, Any] = {
        "project": project,
        "dossier": panels_of(user, project),
        "programme_link": link_to(user, project.programme, "projects:programme_detail"),
        "see_money": see_money,
        "lines": project.lines.all() if see_money else [],
        "supports": project.supports.all(),
        "papers": project.papers.select_related("attachment"),
        "missing": missing_of(project) if project.is_open and project.programme_id else [],
        "takes": application_rules.takes_now(project.programme) if project.programme else None,
        "milestones": [
            (
                milestone,
                milestone_rules.can_report_milestone(user, milestone),
                milestone_rules.can_confirm_milestone(user, milestone),
            )
            for milestone in project.milestones.select_related("project__organization", "reported_by", "confirmed_by")
        ],
        "reports": project.reports.select_related("project__organization"),
        "disbursements": project.disbursements.select_related("milestone") if see_money else [],
        "changes": [(change, plan_change_rules.can_decide_change(user, change)) for change in changes],
        "completion": getattr(project, "completion", None),
        "is_granted": project.status in SupportProject.GRANTED,
        "output": output_of(project),
        "given": project.given.all(),
        "loans": project.loans.select_related("equipment"),
        "bookings": project.bookings.standing().select_related("venue").order_by("starts_at"),
        "sessions": project.sessions.visible_to(user).for_list()[:30],
        "can_write": application_rules.can_write_application(user, project),
        "can_submit": application_rules.can_submit_application(user, project),
        "can_withdraw": application_rules.can_withdraw_application(user, project),
        "can_read_letter": review_rules.can_read_letter(user, project),
        "can_file": project_rules.can_file_project(user, project),
        "can_edit": project_rules.can_edit_project(user, project),
        "can_plan": project_rules.can_plan_project(user, project),
        "can_start": project_rules.can_start_project(user, project),
        "can_add_tranche": project_rules.can_add_tranche(user, project),
        "can_change": plan_change_rules.can_ask_change(user, project),
        "can_complete": project_rules.can_complete_project(user, project),
        "can_terminate": project_rules.can_terminate_project(user, project),
        "can_return": project_rules.can_record_return(user, project),
        "can_close": project_rules.can_close_project(user, project),
    }
    context["waits"] = any(reach or confirm for _, reach, confirm in context["milestones"])
    context["head"] = heads.project_head(project, context)
    return render(request, "projects/project_detail.html", context)


@get_or_post
def project_new(request: PortalRequest) -> HttpResponse:
    """指定扶持: without an application."""
    require(project_rules.can_assign_projects(request.user))
    return _project_form(request, None)


@get_or_post
def project_edit(request: PortalRequest, pk: int) -> HttpResponse:
    project = project_of(request, pk)
    require(project_rules.can_edit_project(request.user, project))
    return _project_form(request, project)


def _project_form(request: PortalRequest, project: SupportProject | None) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    initial = {"year": today.year, "starts_on": today, "ends_on": today.replace(month=12, day=31)}
    data = request.POST or None
    form = ProjectForm(data, instance=project, user=user, initial={} if project else initial)

    def act(rows: dict[str, Any]) -> SupportProject:
        values = form.cleaned_data | rows
        if project is None:
            return projects.assign(by=user, **values)
        return projects.edit(project, by=user, **values)

    return rows_page(
        request,
        form,
        row_sets(APPLICATION_ROWS, data, project, {}),
        act,
        to=page_of,
        heading="修改扶持项目" if project else "指定扶持项目",
        hint="扶持金额是预算明细里资助金额的合计",
        back=page_of(project) if project else reverse("projects:project_list"),
    )


@get_or_post
def project_tranches(request: PortalRequest, pk: int) -> HttpResponse:
    project = project_of(request, pk)
    require(project_rules.can_plan_project(request.user, project))
    return rows_page(
        request,
        EmptyForm(request.POST or None),
        row_sets(TRANCHE_ROWS, request.POST or None, project, {}, project=project),
        lambda rows: projects.plan_tranches(project, rows["tranches"], by=request.user),
        to=page_of(project),
        heading="安排拨付",
        hint=f"{project}，扶持金额 {project.granted_amount:,.2f} 元",
    )


@get_or_post
def project_papers(request: PortalRequest, pk: int) -> HttpResponse:
    project = project_of(request, pk)
    require(project_rules.can_plan_project(request.user, project))
    return rows_page(
        request,
        EmptyForm(request.POST or None),
        row_sets(PAPER_ROWS, request.POST or None, project, {}),
        lambda rows: projects.plan_papers(project, rows["papers"], by=request.user),
        to=page_of(project),
        heading="应交材料",
        hint=str(project),
    )


@get_or_post
def project_reports(request: PortalRequest, pk: int) -> HttpResponse:
    project = project_of(request, pk)
    require(project_rules.can_plan_project(request.user, project))
    return form_page(
        request,
        ReportPlanForm(request.POST or None, project=project),
        lambda data: projects.plan_reports(project, by=request.user, **data),
        done="报告已安排",
        to=page_of(project),
        heading="安排报告",
        hint=f"{project}；总结报告在项目结束后 {limits.FINAL_REPORT_DAYS} 天内交，不用另列",
    )


@get_or_post
def project_tranche(request: PortalRequest, pk: int) -> HttpResponse:
    """One tranche more, of what is not planned."""
    project = project_of(request, pk)
    require(project_rules.can_add_tranche(request.user, project))
    return form_page(
        request,
        TrancheForm(request.POST or None, project=project, initial={"amount": project.unplanned}),
        lambda data: projects.add_tranche(project, by=request.user, **data),
        done="已增加一期",
        to=page_of(project),
        heading="增加一期拨付",
        hint=f"{project}，还可安排 {project.unplanned:,.2f} 元",
    )


@require_POST
def project_start(request: PortalRequest, pk: int) -> HttpResponse:
    return action_button(request, project_of(request, pk), projects.start, done="项目已启动")


@get_or_post
def project_complete(request: PortalRequest, pk: int) -> HttpResponse:
    project = project_of(request, pk)
    require(project_rules.can_complete_project(request.user, project))
    form = CompleteForm(request.POST or None, project=project)
    return form_page(
        request,
        form,
        lambda data: projects.complete(
            project,
            form.spent,
            by=request.user,
            reached=data["reached"],
            verdict=data["verdict"],
            opinion=data["opinion"],
        ),
        done="已结项",
        to=page_of(project),
        project=project,
        output=output_of(project),
        milestones=project.milestones.all(),
        final=project.reports.filter(is_final=True).first(),
        heading=f"结项验收：{project.title}",
        button="结项",
        back=reverse("projects:project_detail", args=[project.pk]),
        template="projects/project_complete.html",
    )


@get_or_post
def project_terminate(request: PortalRequest, pk: int) -> HttpResponse:
    project = project_of(request, pk)
    require(project_rules.can_terminate_project(request.user, project))
    form = TerminateForm(request.POST or None, project=project)
    return form_page(
        request,
        form,
        lambda data: projects.terminate(project, form.spent, by=request.user, reason=data["reason"]),
        done="项目已终止",
        to=page_of(project),
        heading="终止项目",
        hint=f"{project}；已拨付 {project.paid_amount:,.2f} 元，未使用的须退还",
        button="终止",
    )


@get_or_post
def project_return(request: PortalRequest, pk: int) -> HttpResponse:
    project = project_of(request, pk)
    require(project_rules.can_record_return(request.user, project))
    initial = {"returned_on": timezone.localdate(), "amount": project.completion.to_return}
    return form_page(
        request,
        MoneyReturnedForm(request.POST or None, initial=initial),
        lambda data: projects.record_return(project, by=request.user, **data),
        done="退款已登记",
        to=page_of(project),
        heading="登记退款",
        hint=f"{project}，应退 {project.completion.to_return:,.2f} 元",
    )


@require_POST
def project_close(request: PortalRequest, pk: int) -> HttpResponse:
    return action_button(request, project_of(request, pk), projects.close, done="项目已归档")


@require_GET
def project_summary(request: PortalRequest, pk: int, kind: str) -> HttpResponse:
    """项目小结, as soon as it has ended."""
    project = project_of(request, pk)
    require(project_rules.can_read_summary(request.user, project))
    sections = documents.summary_sections(project, output_of(project))
    return document_response(
        kind, f"{project}小结", sections, foot_of(documents.letter_number(project), project.organization.area_id)
    )


@get_or_post
def change_new(request: PortalRequest, pk: int) -> HttpResponse:
    project = project_of(request, pk)
    require(plan_change_rules.can_ask_change(request.user, project))
    return form_page(
        request,
        ChangeForm(request.POST or None, project=project),
        lambda data: plan_changes.ask(project, by=request.user, **data),
        done="已提交，等县总工会审批",
        to=page_of(project) + "#changes",
        heading="申请计划变更",
        hint=f"{project}；延期、调整里程碑、在预算明细间调剂，可同时申请",
        button="提交",
        back=page_of(project),
    )


def _change(request: PortalRequest, pk: int) -> PlanChange:
    return get_object_or_404(PlanChange.objects.visible_to(request.user).for_page(), pk=pk)


@require_POST
def change_approve(request: PortalRequest, pk: int) -> HttpResponse:
    asked = _change(request, pk)
    return answer_action(
        request,
        lambda: plan_changes.approve(asked, by=request.user),
        done="已同意，计划已调整",
        to=page_of(asked.project) + "#changes",
    )


@get_or_post
def change_refuse(request: PortalRequest, pk: int) -> HttpResponse:
    asked = _change(request, pk)
    require(plan_change_rules.can_decide_change(request.user, asked))
    return form_page(
        request,
        ReasonForm(request.POST or None),
        lambda data: plan_changes.refuse(asked, by=request.user, **data),
        done="已答复",
        to=page_of(asked.project) + "#changes",
        heading="不同意变更",
        hint=str(asked.project),
        button="不同意",
        back=page_of(asked.project),
    )
