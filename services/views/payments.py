from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from services import heads, tables
from services.actions import payments
from services.forms.payments import PaymentFilterForm, PaymentForm
from services.models import Payment, PaymentTerm, ServiceContract
from services.rules import payments as payment_rules
from xiangshan.core.accounts.requests import PortalRequest
from xiangshan.core.money import as_yuan, totals
from xiangshan.core.rules import require
from xiangshan.shared.forms import ReasonForm, VoucherForm
from xiangshan.shared.on_records import page_of
from xiangshan.shared.record_panels import panels_of
from xiangshan.shared.responses import action_button, form_page, get_or_post, list_page


def _payment(request: PortalRequest, pk: int) -> Payment:
    return get_object_or_404(Payment.objects.visible_to(request.user).for_page(), pk=pk)


@require_GET
def payment_list(request: PortalRequest) -> HttpResponseBase:
    """The payments register, with what was paid each month of what is filtered."""
    form = PaymentFilterForm(request.GET, user=request.user)
    rows: Any = Payment.objects.visible_to(request.user).matching(**form.wanted)
    total = totals(rows.live(), "amount")["amount"]
    context = {"form": form, "total": total, "months": rows.by_month()[:24]}
    return list_page(request, "services/payment_list.html", tables.PAYMENTS, rows, **context)


@require_GET
def payment_detail(request: PortalRequest, pk: int) -> HttpResponse:
    payment, user = _payment(request, pk), request.user
    context: dict[str, Any] = {
        "payment": payment,
        "dossier": panels_of(user, payment),
        "can_approve": payment_rules.can_approve_payment(user, payment),
        "can_return": payment_rules.can_return_payment(user, payment),
        "can_pay": payment_rules.can_pay(user, payment),
        "can_revise": payment_rules.can_revise_payment(user, payment),
        "can_withdraw": payment_rules.can_withdraw_payment(user, payment),
    }
    context["head"] = heads.payment_head(payment, context)
    return render(request, "services/payment_detail.html", context)


@get_or_post
def payment_new(request: PortalRequest, pk: int) -> HttpResponse:
    """What a term comes to is asked for."""
    contracts = ServiceContract.objects.visible_to(request.user)
    terms = PaymentTerm.objects.select_related("contract__organization").filter(contract__in=contracts)
    term = get_object_or_404(terms, pk=pk)
    require(payment_rules.can_request_payment(request.user, term))
    holds = payment_rules.condition_holds(term)
    form = PaymentForm(request.POST or None, term=term, holds=bool(holds))
    return form_page(
        request,
        form,
        lambda data: payments.request(term, by=request.user, **data),
        done="已提交，等县总工会财务审批",
        to=page_of,
        term=term,
        holds=holds,
        heading="申请付款",
        button="提交申请",
        back=reverse("services:contract_detail", args=[term.contract_id]),
        template="services/payment_new.html",
    )


@get_or_post
def payment_revise(request: PortalRequest, pk: int) -> HttpResponse:
    payment = _payment(request, pk)
    require(payment_rules.can_revise_payment(request.user, payment))
    holds = payment_rules.condition_holds(payment.term)
    asked = {"note": payment.note, "override_reason": payment.override_reason}
    form = PaymentForm(request.POST or None, term=payment.term, holds=bool(holds), initial=asked)
    return form_page(
        request,
        form,
        lambda data: payments.revise(payment, by=request.user, **data),
        done="已重新提交，等县总工会财务审批",
        to=page_of,
        payment=payment,
        term=payment.term,
        holds=holds,
        heading="修改付款申请",
        button="重新提交",
        back=reverse("services:payment_detail", args=[payment.pk]),
        template="services/payment_revise.html",
    )


@require_POST
def payment_approve(request: PortalRequest, pk: int) -> HttpResponse:
    return action_button(request, _payment(request, pk), payments.approve, done="已审批，可以付款")


@require_POST
def payment_withdraw(request: PortalRequest, pk: int) -> HttpResponse:
    return action_button(request, _payment(request, pk), payments.withdraw, done="付款申请已撤回")


@get_or_post
def payment_return(request: PortalRequest, pk: int) -> HttpResponse:
    payment = _payment(request, pk)
    require(payment_rules.can_return_payment(request.user, payment))
    return form_page(
        request,
        ReasonForm(request.POST or None),
        lambda data: payments.send_back(payment, by=request.user, **data),
        done="已退回申请人",
        to=page_of(payment),
        heading="退回付款申请",
        button="退回",
        about=payment.contract.title,
        hint=f"{payment.number} · {as_yuan(payment.amount)}",
    )


@get_or_post
def payment_pay(request: PortalRequest, pk: int) -> HttpResponse:
    """Voucher and day, by finance."""
    payment = _payment(request, pk)
    require(payment_rules.can_pay(request.user, payment))
    form = VoucherForm(request.POST or None, initial={"paid_on": timezone.localdate()})
    return form_page(
        request,
        form,
        lambda data: payments.pay(payment, by=request.user, **data),
        done="付款已登记",
        to=page_of(payment),
        heading="登记付款",
        button="登记付款",
        about=payment.contract.title,
        hint=f"{payment.number} · 付给 {payment.contract.organization.name} {as_yuan(payment.amount)}",
    )
