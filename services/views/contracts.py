from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Sum
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from services import actions, forms, rules, tables
from services.models import ActivitySession, ServiceContract
from xiangshan.accounts.requests import PortalRequest
from xiangshan.dossier.selectors import dossier_of
from xiangshan.pages.answers import add_errors, form_page, list_page
from xiangshan.rules import require

asks = require_http_methods(["GET", "POST"])


@login_required
@require_GET
def contract_list(request: PortalRequest) -> HttpResponseBase:
    form = forms.ContractFilterForm(request.GET, user=request.user)
    rows: Any = ServiceContract.objects.visible_to(request.user).matching(**form.wanted)
    user = request.user
    see_money = rules.can_see_contract_money(user)
    total = rows.aggregate(amount=Sum("amount", default=0))["amount"] if see_money else None
    table = tables.CONTRACTS if see_money else tables.CONTRACTS.without("amount")
    context = {"form": form, "can_add": rules.can_draft_contracts(request.user), "total": total}
    return list_page(request, "services/contract_list.html", table, rows, **context)


@login_required
@require_GET
def contract_detail(request: PortalRequest, pk: int) -> HttpResponse:
    contract = get_object_or_404(ServiceContract.objects.visible_to(request.user).for_list(), pk=pk)
    lines = list(contract.lines.with_delivery())
    context = {
        "contract": contract,
        "dossier": dossier_of(request.user, contract),
        "lines": lines,
        "delivered": sum(line.delivered for line in lines),
        "quota": sum(line.quantity for line in lines),
        "workers": sum(line.workers for line in lines),
        "answers": sum(line.answers for line in lines),
        "satisfied": sum(line.satisfied for line in lines),
        "see_money": rules.can_see_money(request.user, contract),
        "can_edit": rules.can_edit_contract(request.user, contract),
        "moves": [
            (status.value, label)
            for status, label in (
                (contract.Status.SIGNED, "登记签订"),
                (contract.Status.RUNNING, "开始履行"),
                (contract.Status.TERMINATED, "终止合同"),
            )
            if rules.can_move_contract(request.user, contract, status)
        ],
        "sessions": ActivitySession.objects.visible_to(request.user).matching(contract=contract).for_list()[:30],
    }
    return render(request, "services/contract_detail.html", context)


@login_required
@asks
def contract_new(request: PortalRequest) -> HttpResponse:
    require(rules.can_draft_contracts(request.user))
    today = timezone.localdate()
    initial = {"starts_on": today, "ends_on": today.replace(month=12, day=31)}
    return _contract_form(request, "services/contract_new.html", None, initial)


@login_required
@asks
def contract_edit(request: PortalRequest, pk: int) -> HttpResponse:
    contract = get_object_or_404(ServiceContract.objects.visible_to(request.user), pk=pk)
    require(rules.can_edit_contract(request.user, contract))
    return _contract_form(request, "services/contract_edit.html", contract, {})


def _contract_form(
    request: PortalRequest, template: str, contract: ServiceContract | None, initial: dict[str, Any]
) -> HttpResponse:
    """A contract and its lines are one form: both are right, or nothing is saved."""
    form = forms.ContractForm(request.POST or None, instance=contract, user=request.user, initial=initial)
    formset = forms.LineFormSet(request.POST or None, instance=contract)
    if request.method == "POST" and form.is_valid() and formset.is_valid():
        user = request.user
        try:
            if contract is None:
                made = actions.draft_contract(by=user, lines=forms.lines_of(formset), **form.cleaned_data)
            else:
                made = actions.edit_contract(contract, by=user, lines=forms.lines_of(formset), **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            return redirect("services:contract_detail", made.pk)
    return render(
        request, template, {"form": form, "formset": formset}, status=422 if request.method == "POST" else 200
    )


@login_required
@asks
def contract_move(request: PortalRequest, pk: int) -> HttpResponse:
    contract = get_object_or_404(ServiceContract.objects.visible_to(request.user), pk=pk)
    status = request.GET.get("to", "")
    if status not in ServiceContract.Status.values:
        return redirect("services:contract_detail", pk)
    require(rules.can_move_contract(request.user, contract, status))
    form = forms.MoveForm(request.POST or None, initial={"signed_on": timezone.localdate()})
    if status != ServiceContract.Status.SIGNED:
        del form.fields["signed_on"]
    if status != ServiceContract.Status.TERMINATED:
        del form.fields["reason"]
    return form_page(
        request,
        "services/contract_move.html",
        form,
        lambda data: actions.move_contract(
            contract, status, by=request.user, **{name: value for name, value in data.items() if value}
        ),
        done=f"合同{ServiceContract.Status(status).label}",
        to=reverse("services:contract_detail", args=[pk]),
        contract=contract,
        target=ServiceContract.Status(status).label,
    )
