from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from projects import heads, tables
from projects.actions import reports
from projects.forms.projects import ProgressReportForm, RemarkForm, ReportFilterForm
from projects.models import ProgressReport
from projects.rules import projects as project_rules
from projects.rules import reports as report_rules
from xiangshan.core.accounts.requests import PortalRequest
from xiangshan.core.rules import require
from xiangshan.shared.forms import ReasonForm
from xiangshan.shared.responses import form_page, get_or_post, list_page


@require_GET
def report_list(request: PortalRequest) -> HttpResponseBase:
    """What is due, not only what came in."""
    form = ReportFilterForm(request.GET, user=request.user)
    rows: Any = ProgressReport.objects.visible_to(request.user).matching(**form.wanted)
    return list_page(request, "projects/report_list.html", tables.REPORTS, rows, form=form)


def _report(request: PortalRequest, pk: int) -> ProgressReport:
    reports = ProgressReport.objects.visible_to(request.user).with_project()
    return get_object_or_404(reports.select_related("milestone", "submitted_by", "settled_by"), pk=pk)


def _report_page(report: ProgressReport) -> str:
    return reverse("projects:report_detail", args=[report.pk])


@require_GET
def report_detail(request: PortalRequest, pk: int) -> HttpResponse:
    report, user = _report(request, pk), request.user
    context: dict[str, Any] = {
        "report": report,
        "project": report.project,
        "see_money": project_rules.can_see_money(user, report.project),
        "can_submit": report_rules.can_submit_report(user, report),
        "can_settle": report_rules.can_settle_report(user, report),
        "can_skip": report_rules.can_skip_report(user, report),
    }
    context["head"] = heads.report_head(report, context)
    return render(request, "projects/report_detail.html", context)


@get_or_post
def report_submit(request: PortalRequest, pk: int) -> HttpResponse:
    report = _report(request, pk)
    require(report_rules.can_submit_report(request.user, report))
    hint = f"{report.project}，{report.due_on} 前交；已拨付 {report.project.paid_amount:,.2f} 元"
    return form_page(
        request,
        ProgressReportForm(request.POST or None, instance=report),
        lambda data: reports.submit(report, by=request.user, **data),
        done="报告已提交",
        to=_report_page(report),
        heading=str(report),
        hint=f"{hint}；上次退回：{report.remark}" if report.status == "returned" else hint,
        button="提交",
    )


def _settle(request: PortalRequest, pk: int, can: Any, form: Any, settle: Any, word: str, done: str) -> HttpResponse:
    """Accepts, returns or skips a report: `can` is the rule, `settle` the action, `word` the verb on heading and button."""
    report = _report(request, pk)
    require(can(request.user, report))
    return form_page(
        request,
        form(request.POST or None),
        lambda data: settle(report, by=request.user, **data),
        done=done,
        to=_report_page(report),
        heading=f"{word}报告：{report}",
        hint=str(report.project),
        button=word,
    )


@get_or_post
def report_accept(request: PortalRequest, pk: int) -> HttpResponse:
    return _settle(request, pk, report_rules.can_settle_report, RemarkForm, reports.accept, "通过", "报告已通过")


@get_or_post
def report_return(request: PortalRequest, pk: int) -> HttpResponse:
    return _settle(request, pk, report_rules.can_settle_report, ReasonForm, reports.send_back, "退回", "已退回修改")


@get_or_post
def report_skip(request: PortalRequest, pk: int) -> HttpResponse:
    return _settle(request, pk, report_rules.can_skip_report, ReasonForm, reports.skip, "免交", "这一期已免交")
