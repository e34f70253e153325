from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from services import documents, heads, tables
from services.actions import calendars, contracts, requests
from services.feedback import tells_satisfied
from services.forms.contracts import ROWS, ContractFilterForm, ContractForm, ContractMoveForm, SeriesForm
from services.models import (
    Acceptance,
    AcceptedSession,
    ActivitySession,
    ContractLine,
    Procurement,
    RequiredDocument,
    ServiceContract,
)
from services.rules import acceptances as acceptance_rules
from services.rules import contracts as contract_rules
from services.rules import procurements as procurement_rules
from services.selectors import delivery_of, payments_of
from services.versions import differences
from xiangshan.core.accounts.requests import PortalRequest
from xiangshan.core.keys import key_of
from xiangshan.core.money import totals
from xiangshan.core.rules import require
from xiangshan.shared.documents import document_response
from xiangshan.shared.formatting import foot_of
from xiangshan.shared.forms import FileForm
from xiangshan.shared.record_panels import panels_of
from xiangshan.shared.responses import add_errors, form_page, get_or_post, list_page
from xiangshan.shared.row_forms import row_sets, rows_page

Status = ServiceContract.Status
SESSIONS_SHOWN = 10
MOVES = {Status.SIGNED: "登记签订", Status.RUNNING: "开始履行", Status.TERMINATED: "终止合同"}
WHAT_FOLLOWS = {
    Status.SIGNED: "登记后合同内容不能再直接修改，要改须登记变更协议",
    Status.RUNNING: "之后承接组织可以排期和上报，核实的场次计入合同",
    Status.TERMINATED: "终止后不能再排期、上报、验收和申请付款，也不能恢复；已核实的场次和已付的款不变",
}


def _contract(request: PortalRequest, pk: int) -> ServiceContract:
    return get_object_or_404(ServiceContract.objects.visible_to(request.user).for_list(), pk=pk)


@require_GET
def contract_list(request: PortalRequest) -> HttpResponseBase:
    form = ContractFilterForm(request.GET, user=request.user)
    rows: Any = ServiceContract.objects.visible_to(request.user).matching(**form.wanted)
    user = request.user
    see_money = contract_rules.can_see_contract_money(user)
    total = totals(rows.exclude(status=Status.DRAFT), "amount")["amount"] if see_money else None
    table = tables.CONTRACTS if see_money else tables.CONTRACTS.without("amount")
    context = {"form": form, "can_add": contract_rules.can_draft_contracts(request.user), "total": total}
    return list_page(request, "services/contract_list.html", table, rows, **context)


@require_GET
def contract_detail(request: PortalRequest, pk: int) -> HttpResponse:
    contract, user = _contract(request, pk), request.user
    see_money = contract_rules.can_see_money(user, contract)
    lines = list(contract.lines.with_delivery())
    shown = delivery_of(contract, lines)
    sessions = ActivitySession.objects.visible_to(user).matching(contract=contract).for_list()
    context: dict[str, Any] = {
        "contract": contract,
        "dossier": panels_of(user, contract),
        "lines": lines,
        "delivery": shown,
        "tells_satisfied": tells_satisfied(user, shown.delivery.answers),
        "money": payments_of(contract, user) if see_money else None,
        "documents": list(contract.documents.select_related("attachment")),
        "acceptances": list(contract.acceptances.exclude(status=Acceptance.Status.CANCELLED)) if see_money else [],
        "amendments": contract.amendments.count() if see_money else 0,
        "orders": contract.orders.order_by("pk") if contract.kind == "framework" else [],
        "see_money": see_money,
        "can_edit": contract_rules.can_edit_contract(user, contract),
        "can_amend": contract_rules.can_amend_contract(user, contract),
        "can_renew": contract_rules.can_renew_contract(user, contract),
        "can_order": contract_rules.can_order(user, contract),
        "can_plan": contract_rules.can_plan_series(user, contract),
        "can_file": contract_rules.can_file_contract(user, contract),
        "can_accept": acceptance_rules.can_open_acceptance(user, contract),
        "can_sign": contract_rules.can_move_contract(user, contract, Status.SIGNED),
        "moves": [
            (status.value, label)
            for status, label in MOVES.items()
            if contract_rules.can_move_contract(user, contract, status)
        ],
        "accepted": AcceptedSession.objects.filter(
            acceptance__contract=contract, acceptance__status__in=(Acceptance.Status.DECIDED, Acceptance.Status.SIGNED)
        )
        .exclude(acceptance__decision=Acceptance.Decision.REFUSED)
        .count()
        if see_money
        else 0,
        "sessions": sessions[:SESSIONS_SHOWN],
        "session_count": sessions.count(),
    }
    context["counts"] = {
        "lines": f"{len(lines)} 项",
        "terms": f"{len(context['money'].terms)} 期" if context["money"] else "",
        "acceptances": f"{len(context['acceptances'])} 次",
        "documents": f"{len(context['documents'])} 份",
        "sessions": f"{context['session_count']} 场",
    }
    context["head"] = heads.contract_head(contract, context)
    return render(request, "services/contract_detail.html", context)


@get_or_post
def contract_new(request: PortalRequest) -> HttpResponse:
    """A single or a framework contract; ?framework= a task order below one; ?procurement= what a decision awarded."""
    user = request.user
    require(contract_rules.can_draft_contracts(user))
    today = timezone.localdate()
    initial: dict[str, Any] = {"starts_on": today, "ends_on": today.replace(month=12, day=31)}
    framework = procurement = None
    if key := key_of(request.GET.get("framework")):
        framework = get_object_or_404(ServiceContract.objects.visible_to(user), pk=key)
        require(contract_rules.can_order(user, framework))
        initial |= {"title": f"{framework.title}任务单", "department": framework.department_id}
        initial["ends_on"] = min(initial["ends_on"], framework.ends_on)
    if key := key_of(request.GET.get("procurement")):
        procurement = get_object_or_404(Procurement.objects.visible_to(user), pk=key)
        require(procurement_rules.can_contract_from(user, procurement))
        initial |= contracts.award_values(procurement)
    return _contract_form(request, "services/contract_new.html", None, initial, framework, procurement)


@get_or_post
def contract_edit(request: PortalRequest, pk: int) -> HttpResponse:
    contract = _contract(request, pk)
    require(contract_rules.can_edit_contract(request.user, contract))
    return _contract_form(request, "services/contract_edit.html", contract, {})


@get_or_post
def contract_amend(request: PortalRequest, pk: int) -> HttpResponse:
    """变更协议: the same form, with the day and the reason."""
    contract = _contract(request, pk)
    require(contract_rules.can_amend_contract(request.user, contract))
    return _contract_form(
        request, "services/contract_amend.html", contract, {"agreed_on": timezone.localdate()}, amending=True
    )


def _contract_form(
    request: PortalRequest,
    template: str,
    contract: ServiceContract | None,
    initial: dict[str, Any],
    framework: ServiceContract | None = None,
    procurement: Procurement | None = None,
    amending: bool = False,
) -> HttpResponse:
    """A contract, its lines, payment terms and required documents are one form: all are right, or nothing is saved."""
    data, user = request.POST or None, request.user
    rows = {name: initial.pop(name, []) for name in ROWS}
    if contract is None and not rows["documents"]:
        rows["documents"] = [{"title": title, "due": due} for title, due in contracts.USUAL_DOCUMENTS]
    form = ContractForm(data, instance=contract, user=user, initial=initial, framework=framework, amending=amending)
    formsets = row_sets(ROWS, data, contract, rows, user=user)

    def act(given: dict[str, Any]) -> ServiceContract:
        values = form.values | given
        if contract is None:
            extra: dict[str, Any] = {"procurement": procurement} if procurement else {}
            return contracts.draft(by=user, **values, **extra)
        if amending:
            return contracts.amend(contract, by=user, **values).contract
        return contracts.edit(contract, by=user, **values)

    return rows_page(
        request,
        form,
        formsets,
        act,
        to=lambda made: reverse("services:contract_detail", args=[made.pk]),
        contract=contract,
        framework=framework,
        procurement=procurement,
        template=template,
    )


@get_or_post
def contract_move(request: PortalRequest, pk: int) -> HttpResponse:
    contract = _contract(request, pk)
    status = request.GET.get("to", "")
    if status not in MOVES:
        return redirect("services:contract_detail", pk)
    require(contract_rules.can_move_contract(request.user, contract, status))
    form = ContractMoveForm(request.POST or None, initial={"signed_on": timezone.localdate()})
    if status != Status.SIGNED:
        del form.fields["signed_on"]
    if status != Status.TERMINATED:
        del form.fields["reason"]
    return form_page(
        request,
        form,
        lambda data: contracts.move(
            contract, status, by=request.user, **{name: value for name, value in data.items() if value}
        ),
        done=f"合同{Status(status).label}",
        to=reverse("services:contract_detail", args=[pk]),
        contract=contract,
        heading=MOVES[Status(status)],
        hint=WHAT_FOLLOWS[Status(status)],
        button=MOVES[Status(status)],
        template="services/contract_move.html",
    )


@require_POST
def contract_renew(request: PortalRequest, pk: int) -> HttpResponse:
    contract = _contract(request, pk)
    require(contract_rules.can_renew_contract(request.user, contract))
    made = contracts.renew(contract, by=request.user)
    return redirect("services:contract_edit", made.pk)


@require_GET
def contract_versions(request: PortalRequest, pk: int) -> HttpResponse:
    """Each version of a contract, and how it differs from the one before."""
    contract = _contract(request, pk)
    require(contract_rules.can_see_money(request.user, contract))
    versions = [
        (amendment, differences(amendment.before, amendment.after))
        for amendment in contract.amendments.select_related("made_by").all()[::-1]
    ]
    return render(request, "services/contract_versions.html", {"contract": contract, "versions": versions})


@require_GET
def contract_document(request: PortalRequest, pk: int, kind: str) -> HttpResponse:
    """The contract on paper, to be signed."""
    contract = _contract(request, pk)
    require(contract_rules.can_see_money(request.user, contract))
    return document_response(
        kind,
        contract.title,
        documents.contract_sections(contract),
        foot_of(contract.number, contract.organization.area_id),
    )


@require_GET
def document_template(request: PortalRequest, pk: int) -> HttpResponse:
    """What the contract asks for, as a form to be filled in."""
    document = _document(request, pk)
    sections = documents.template_sections(document)
    return document_response(
        "docx",
        f"{document.title}（{document.contract.title}）",
        sections,
        foot_of(document.contract.number, document.contract.organization.area_id),
    )


@get_or_post
def document_file(request: PortalRequest, pk: int) -> HttpResponse:
    document = _document(request, pk)
    require(contract_rules.can_file_contract(request.user, document.contract))
    form = FileForm(request.POST or None, request.FILES or None)
    return form_page(
        request,
        form,
        lambda data: contracts.file_document(document, data["file"], by=request.user),
        done=f"已上传{document.title}",
        to=reverse("services:contract_detail", args=[document.contract_id]) + "#documents",
        heading=f"上传{document.title}",
        button="上传",
        about=document.contract.title,
        hint=document.get_due_display(),
    )


def _document(request: PortalRequest, pk: int) -> RequiredDocument:
    seen = ServiceContract.objects.visible_to(request.user)
    rows = RequiredDocument.objects.select_related("contract__organization", "contract__department")
    return get_object_or_404(rows.filter(contract__in=seen), pk=pk)


@get_or_post
def contract_series(request: PortalRequest, pk: int) -> HttpResponse:
    """Sessions planned from the quota: the days are shown first, then planned."""
    contract = _contract(request, pk)
    require(contract_rules.can_plan_series(request.user, contract))
    lines = list(contract.lines.select_related("category"))
    if not lines:
        raise Http404
    left = {line.pk: requests.left_of(line) for line in lines}
    form = SeriesForm(request.POST or None, user=request.user, contract=contract, initial=_series_like(lines, contract))
    days: list[Any] = []
    if form.is_valid():
        line: ContractLine = form.cleaned_data["line"]
        days = form.days_for(left[line.pk])
        if "confirm" in request.POST:
            asked = {name: form.cleaned_data[name] for name in ("title", "venue", "place", "starts_at", "ends_at")}
            try:
                made = calendars.plan_series(line, days, by=request.user, **asked)
            except ValidationError as error:
                add_errors(form, error)
            else:
                month = f"&day={made[0].held_on:%Y-%m-%d}"
                return redirect(f"{reverse('services:calendar')}?contract={contract.pk}{month}")
    context = {"form": form, "contract": contract, "days": days, "lines": [(line, left[line.pk]) for line in lines]}
    return render(request, "services/contract_series.html", context, status=422 if form.errors else 200)


def _series_like(lines: list[ContractLine], contract: ServiceContract) -> dict[str, Any]:
    return {
        "line": lines[0].pk,
        "title": lines[0].title,
        "first": max(contract.starts_on, timezone.localdate()),
        "rhythm": "weekly",
    }
