from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from projects import actions, forms, rules, tables
from projects.models import Disbursement, Milestone, ProgressReport
from projects.views.applications import FORM, page_of
from xiangshan.accounts.requests import PortalRequest
from xiangshan.dossier.selectors import dossier_of
from xiangshan.money import totals
from xiangshan.pages.answers import deed, form_page, list_page
from xiangshan.pages.forms import ReasonForm, VoucherForm
from xiangshan.rules import require

asks = require_http_methods(["GET", "POST"])


def _milestone(request: PortalRequest, pk: int) -> Milestone:
    return get_object_or_404(Milestone.objects.visible_to(request.user).with_project(), pk=pk)


@login_required
@asks
def milestone_reach(request: PortalRequest, pk: int) -> HttpResponse:
    milestone = _milestone(request, pk)
    require(rules.can_report_milestone(request.user, milestone))
    initial = {"reached_on": milestone.reached_on or timezone.localdate(), "evidence": milestone.evidence}
    return form_page(
        request,
        FORM,
        forms.MilestoneReachedForm(request.POST or None, initial=initial),
        lambda data: actions.report_milestone(milestone, by=request.user, **data),
        done="已上报,等县总工会确认",
        to=page_of(milestone.project) + "#milestones",
        heading=f"上报达成:{milestone}",
        hint=f"{milestone.project},应于 {milestone.due_on} 达成",
        button="上报",
        back=page_of(milestone.project),
    )


@login_required
@require_POST
def milestone_confirm(request: PortalRequest, pk: int) -> HttpResponse:
    milestone = _milestone(request, pk)
    return deed(
        request,
        lambda: actions.confirm_milestone(milestone, by=request.user),
        done="已确认",
        to=page_of(milestone.project) + "#milestones",
    )


@login_required
@asks
def milestone_reopen(request: PortalRequest, pk: int) -> HttpResponse:
    milestone = _milestone(request, pk)
    require(rules.can_confirm_milestone(request.user, milestone))
    return form_page(
        request,
        FORM,
        ReasonForm(request.POST or None),
        lambda data: actions.reopen_milestone(milestone, by=request.user, **data),
        done="已退回",
        to=page_of(milestone.project) + "#milestones",
        heading=f"退回里程碑:{milestone}",
        hint=str(milestone.project),
        button="退回",
        back=page_of(milestone.project),
    )


@login_required
@require_GET
def report_list(request: PortalRequest) -> HttpResponseBase:
    """What is due, not only what came in."""
    form = forms.ReportFilterForm(request.GET, user=request.user)
    rows: Any = ProgressReport.objects.visible_to(request.user).matching(**form.wanted)
    return list_page(request, "projects/report_list.html", tables.REPORTS, rows, form=form)


def _report(request: PortalRequest, pk: int) -> ProgressReport:
    reports = ProgressReport.objects.visible_to(request.user).with_project()
    return get_object_or_404(reports.select_related("milestone", "submitted_by", "settled_by"), pk=pk)


def _report_page(report: ProgressReport) -> str:
    return reverse("projects:report_detail", args=[report.pk])


@login_required
@require_GET
def report_detail(request: PortalRequest, pk: int) -> HttpResponse:
    report, user = _report(request, pk), request.user
    context = {
        "report": report,
        "project": report.project,
        "see_money": rules.can_see_money(user, report.project),
        "can_submit": rules.can_submit_report(user, report),
        "can_settle": rules.can_settle_report(user, report),
        "can_skip": rules.can_skip_report(user, report),
    }
    return render(request, "projects/report_detail.html", context)


@login_required
@asks
def report_submit(request: PortalRequest, pk: int) -> HttpResponse:
    report = _report(request, pk)
    require(rules.can_submit_report(request.user, report))
    hint = f"{report.project},{report.due_on} 前交;已拨付 {report.project.paid_amount:,.2f} 元"
    return form_page(
        request,
        FORM,
        forms.ReportForm(request.POST or None, instance=report),
        lambda data: actions.submit_report(report, by=request.user, **data),
        done="报告已提交",
        to=_report_page,
        heading=str(report),
        hint=f"{hint};上次退回:{report.remark}" if report.status == "returned" else hint,
        button="提交",
        back=_report_page(report),
    )


@login_required
@asks
def report_accept(request: PortalRequest, pk: int) -> HttpResponse:
    report = _report(request, pk)
    require(rules.can_settle_report(request.user, report))
    return form_page(
        request,
        FORM,
        forms.RemarkForm(request.POST or None),
        lambda data: actions.accept_report(report, by=request.user, **data),
        done="报告已通过",
        to=_report_page,
        heading=f"通过报告:{report}",
        hint=str(report.project),
        button="通过",
        back=_report_page(report),
    )


@login_required
@asks
def report_return(request: PortalRequest, pk: int) -> HttpResponse:
    report = _report(request, pk)
    require(rules.can_settle_report(request.user, report))
    return form_page(
        request,
        FORM,
        ReasonForm(request.POST or None),
        lambda data: actions.return_report(report, by=request.user, **data),
        done="已退回修改",
        to=_report_page,
        heading=f"退回报告:{report}",
        hint=str(report.project),
        button="退回",
        back=_report_page(report),
    )


@login_required
@asks
def report_skip(request: PortalRequest, pk: int) -> HttpResponse:
    report = _report(request, pk)
    require(rules.can_skip_report(request.user, report))
    return form_page(
        request,
        FORM,
        ReasonForm(request.POST or None),
        lambda data: actions.skip_report(report, by=request.user, **data),
        done="这一期已免交",
        to=_report_page,
        heading=f"免交报告:{report}",
        hint=str(report.project),
        button="免交",
        back=_report_page(report),
    )


def _disbursement(request: PortalRequest, pk: int) -> Disbursement:
    return get_object_or_404(Disbursement.objects.visible_to(request.user).for_page(), pk=pk)


def _disbursement_page(disbursement: Disbursement) -> str:
    return reverse("projects:disbursement_detail", args=[disbursement.pk])


@login_required
@require_GET
def disbursement_list(request: PortalRequest) -> HttpResponseBase:
    form = forms.DisbursementFilterForm(request.GET, user=request.user)
    rows: Any = Disbursement.objects.visible_to(request.user).matching(**form.wanted)
    total = totals(rows.live(), "amount")["amount"]
    return list_page(request, "projects/disbursement_list.html", tables.DISBURSEMENTS, rows, form=form, total=total)


@login_required
@require_GET
def disbursement_detail(request: PortalRequest, pk: int) -> HttpResponse:
    disbursement, user = _disbursement(request, pk), request.user
    context = {
        "disbursement": disbursement,
        "project": disbursement.project,
        "dossier": dossier_of(user, disbursement),
        "can_request": rules.can_request_disbursement(user, disbursement),
        "can_approve": rules.can_approve_disbursement(user, disbursement),
        "can_return": rules.can_return_disbursement(user, disbursement),
        "can_pay": rules.can_pay_disbursement(user, disbursement),
        "can_cancel": rules.can_cancel_disbursement(user, disbursement),
    }
    return render(request, "projects/disbursement_detail.html", context)


@login_required
@asks
def disbursement_request(request: PortalRequest, pk: int) -> HttpResponse:
    disbursement = _disbursement(request, pk)
    require(rules.can_request_disbursement(request.user, disbursement))
    return form_page(
        request,
        FORM,
        forms.NoteForm(request.POST or None, initial={"note": disbursement.note}),
        lambda data: actions.request_disbursement(disbursement, by=request.user, **data),
        done="已提交,等县总工会财务审批",
        to=_disbursement_page,
        heading=f"申请拨付:{disbursement.title}",
        hint=f"{disbursement.project},{disbursement.amount:,.2f} 元",
        button="申请",
        back=_disbursement_page(disbursement),
    )


@login_required
@require_POST
def disbursement_approve(request: PortalRequest, pk: int) -> HttpResponse:
    disbursement = _disbursement(request, pk)
    return deed(
        request,
        lambda: actions.approve_disbursement(disbursement, by=request.user),
        done="已审批,可以付款",
        to=_disbursement_page(disbursement),
    )


@login_required
@asks
def disbursement_return(request: PortalRequest, pk: int) -> HttpResponse:
    disbursement = _disbursement(request, pk)
    require(rules.can_return_disbursement(request.user, disbursement))
    return form_page(
        request,
        FORM,
        ReasonForm(request.POST or None),
        lambda data: actions.return_disbursement(disbursement, by=request.user, **data),
        done="已退回申请人",
        to=_disbursement_page,
        heading="退回拨付申请",
        hint=f"{disbursement.project},{disbursement.amount:,.2f} 元",
        button="退回",
        back=_disbursement_page(disbursement),
    )


@login_required
@asks
def disbursement_pay(request: PortalRequest, pk: int) -> HttpResponse:
    disbursement = _disbursement(request, pk)
    require(rules.can_pay_disbursement(request.user, disbursement))
    return form_page(
        request,
        FORM,
        VoucherForm(request.POST or None, initial={"paid_on": timezone.localdate()}),
        lambda data: actions.pay_disbursement(disbursement, by=request.user, **data),
        done="拨付已登记",
        to=_disbursement_page,
        heading="登记拨付",
        hint=f"{disbursement.project},{disbursement.amount:,.2f} 元",
        back=_disbursement_page(disbursement),
    )


@login_required
@asks
def disbursement_cancel(request: PortalRequest, pk: int) -> HttpResponse:
    disbursement = _disbursement(request, pk)
    require(rules.can_cancel_disbursement(request.user, disbursement))
    return form_page(
        request,
        FORM,
        ReasonForm(request.POST or None),
        lambda data: actions.cancel_disbursement(disbursement, by=request.user, **data),
        done="这一期已取消",
        to=_disbursement_page,
        heading="取消拨付",
        hint=f"{disbursement.project},{disbursement.amount:,.2f} 元",
        button="取消这一期",
        back=_disbursement_page(disbursement),
    )
