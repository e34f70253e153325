from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from projects import heads, tables
from projects.actions import disbursements
from projects.forms.projects import DisbursementFilterForm, NoteForm
from projects.models import Disbursement
from projects.rules import disbursements as disbursement_rules
from xiangshan.core.accounts.requests import PortalRequest
from xiangshan.core.money import totals
from xiangshan.core.rules import require
from xiangshan.shared.forms import ReasonForm, VoucherForm
from xiangshan.shared.on_records import page_of
from xiangshan.shared.record_panels import panels_of
from xiangshan.shared.responses import action_button, form_page, get_or_post, list_page


def _disbursement(request: PortalRequest, pk: int) -> Disbursement:
    return get_object_or_404(Disbursement.objects.visible_to(request.user).for_page(), pk=pk)


@require_GET
def disbursement_list(request: PortalRequest) -> HttpResponseBase:
    form = DisbursementFilterForm(request.GET, user=request.user)
    rows: Any = Disbursement.objects.visible_to(request.user).matching(**form.wanted)
    total = totals(rows.live(), "amount")["amount"]
    return list_page(request, "projects/disbursement_list.html", tables.DISBURSEMENTS, rows, form=form, total=total)


@require_GET
def disbursement_detail(request: PortalRequest, pk: int) -> HttpResponse:
    disbursement, user = _disbursement(request, pk), request.user
    context: dict[str, Any] = {
        "disbursement": disbursement,
        "project": disbursement.project,
        "dossier": panels_of(user, disbursement),
        "can_request": disbursement_rules.can_request_disbursement(user, disbursement),
        "can_approve": disbursement_rules.can_approve_disbursement(user, disbursement),
        "can_return": disbursement_rules.can_return_disbursement(user, disbursement),
        "can_pay": disbursement_rules.can_pay_disbursement(user, disbursement),
        "can_cancel": disbursement_rules.can_cancel_disbursement(user, disbursement),
    }
    context["head"] = heads.disbursement_head(disbursement, context)
    return render(request, "projects/disbursement_detail.html", context)


@get_or_post
def disbursement_request(request: PortalRequest, pk: int) -> HttpResponse:
    disbursement = _disbursement(request, pk)
    require(disbursement_rules.can_request_disbursement(request.user, disbursement))
    return form_page(
        request,
        NoteForm(request.POST or None, initial={"note": disbursement.note}),
        lambda data: disbursements.request(disbursement, by=request.user, **data),
        done="已提交，等县总工会财务审批",
        to=page_of(disbursement),
        heading=f"申请拨付：{disbursement.title}",
        hint=f"{disbursement.project}，{disbursement.amount:,.2f} 元",
        button="申请",
    )


@require_POST
def disbursement_approve(request: PortalRequest, pk: int) -> HttpResponse:
    return action_button(request, _disbursement(request, pk), disbursements.approve, done="已审批，可以付款")


@get_or_post
def disbursement_return(request: PortalRequest, pk: int) -> HttpResponse:
    disbursement = _disbursement(request, pk)
    require(disbursement_rules.can_return_disbursement(request.user, disbursement))
    return form_page(
        request,
        ReasonForm(request.POST or None),
        lambda data: disbursements.send_back(disbursement, by=request.user, **data),
        done="已退回申请人",
        to=page_of(disbursement),
        heading="退回拨付申请",
        hint=f"{disbursement.project}，{disbursement.amount:,.2f} 元",
        button="退回",
    )


@get_or_post
def disbursement_pay(request: PortalRequest, pk: int) -> HttpResponse:
    disbursement = _disbursement(request, pk)
    require(disbursement_rules.can_pay_disbursement(request.user, disbursement))
    return form_page(
        request,
        VoucherForm(request.POST or None, initial={"paid_on": timezone.localdate()}),
        lambda data: disbursements.pay(disbursement, by=request.user, **data),
        done="拨付已登记",
        to=page_of(disbursement),
        heading="登记拨付",
        hint=f"{disbursement.project}，{disbursement.amount:,.2f} 元",
    )


@get_or_post
def disbursement_cancel(request: PortalRequest, pk: int) -> HttpResponse:
    disbursement = _disbursement(request, pk)
    require(disbursement_rules.can_cancel_disbursement(request.user, disbursement))
    return form_page(
        request,
        ReasonForm(request.POST or None),
        lambda data: disbursements.cancel(disbursement, by=request.user, **data),
        done="这一期已取消",
        to=page_of(disbursement),
        heading="取消拨付",
        hint=f"{disbursement.project}，{disbursement.amount:,.2f} 元",
        button="取消这一期",
    )
