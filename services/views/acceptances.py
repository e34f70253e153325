from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from services import documents, heads
from services.actions import acceptances
from services.checklist import WEAK, AcceptanceItem, checklist_of
from services.forms.payments import AcceptanceDecisionForm
from services.models import Acceptance, AcceptanceSignature, ActivitySession, ServiceContract
from services.models.findings import FEEDBACK_READERS
from services.rules import acceptances as acceptance_rules
from xiangshan.core.accounts.requests import PortalRequest
from xiangshan.core.keys import keys_of
from xiangshan.core.rules import require
from xiangshan.shared.documents import document_response
from xiangshan.shared.formatting import foot_of
from xiangshan.shared.forms import ReasonForm
from xiangshan.shared.on_records import page_of
from xiangshan.shared.record_panels import panels_of
from xiangshan.shared.responses import answer_action, form_page, get_or_post


def _acceptance(request: PortalRequest, pk: int) -> Acceptance:
    return get_object_or_404(Acceptance.objects.visible_to(request.user).for_page(), pk=pk)


@require_POST
def acceptance_new(request: PortalRequest, pk: int) -> HttpResponse:
    contract = get_object_or_404(ServiceContract.objects.visible_to(request.user), pk=pk)
    require(acceptance_rules.can_open_acceptance(request.user, contract))
    made = acceptances.open(contract, by=request.user, is_final="final" in request.POST)
    return redirect(page_of(made))


@require_GET
def acceptance_detail(request: PortalRequest, pk: int) -> HttpResponse:
    acceptance, user = _acceptance(request, pk), request.user
    is_open = acceptance.status == Acceptance.Status.OPEN
    checklist = checklist_of(acceptance) if is_open else [AcceptanceItem(**item) for item in acceptance.checklist]
    if not user.holds(*FEEDBACK_READERS):  # what its reader may not open is no link
        page = reverse("services:finding_list")
        checklist = [replace(item, link="") if item.link.startswith(page) else item for item in checklist]
    context: dict[str, Any] = {
        "acceptance": acceptance,
        "contract": acceptance.contract,
        "dossier": panels_of(user, acceptance),
        "checklist": checklist,
        "chosen": [
            item.session
            for item in acceptance.items.select_related("session__venue").order_by("session__held_on", "pk")
        ],
        "weak": {kind.value for kind in WEAK},
        "can_choose": acceptance_rules.can_choose_sessions(user, acceptance),
        "can_decide": acceptance_rules.can_decide_acceptance(user, acceptance),
        "can_cancel": acceptance_rules.can_cancel_acceptance(user, acceptance),
        "signatures": acceptance.signatures.select_related("signed_by"),
        "signing": [
            (party.value, party.label)
            for party in AcceptanceSignature.Party
            if acceptance_rules.can_sign_acceptance(user, acceptance, party.value)
        ],
    }
    context["counts"] = {"sessions": f"{len(context['chosen'])} 场"}
    context["head"] = heads.acceptance_head(acceptance, context)
    return render(request, "services/acceptance_detail.html", context)


@get_or_post
def acceptance_choose(request: PortalRequest, pk: int) -> HttpResponse:
    """Which sessions this batch takes over."""
    acceptance = _acceptance(request, pk)
    require(acceptance_rules.can_choose_sessions(request.user, acceptance))
    if request.method == "POST":
        keys = keys_of(request.POST.getlist("session"))
        return answer_action(
            request,
            lambda: acceptances.choose_sessions(acceptance, keys, by=request.user),
            done="已按您的选择更新验收场次",
            to=page_of(acceptance),
        )
    chosen = set(acceptance.items.values_list("session_id", flat=True))
    offered = ActivitySession.objects.filter(
        pk__in=[*chosen, *(session.pk for session in acceptances.acceptable(acceptance.contract))]
    )
    context = {
        "acceptance": acceptance,
        "sessions": [
            (session, session.pk in chosen) for session in offered.select_related("venue").order_by("held_on", "pk")
        ],
        "weak": {kind.value for kind in WEAK},
    }
    return render(request, "services/acceptance_choose.html", context)


@get_or_post
def acceptance_decide(request: PortalRequest, pk: int) -> HttpResponse:
    acceptance = _acceptance(request, pk)
    require(acceptance_rules.can_decide_acceptance(request.user, acceptance))
    form = AcceptanceDecisionForm(request.POST or None, acceptance=acceptance)
    return form_page(
        request,
        form,
        lambda data: acceptances.decide(acceptance, by=request.user, **data),
        done="验收已决定，等双方签字",
        to=page_of(acceptance),
        acceptance=acceptance,
        checklist=checklist_of(acceptance),
        heading="决定验收",
        button="决定",
        template="services/acceptance_decide.html",
    )


@require_POST
def acceptance_sign(request: PortalRequest, pk: int) -> HttpResponse:
    acceptance = _acceptance(request, pk)
    party = request.POST.get("party", "")
    return answer_action(
        request, lambda: acceptances.sign(acceptance, party, by=request.user), done="已签字", to=page_of(acceptance)
    )


@get_or_post
def acceptance_cancel(request: PortalRequest, pk: int) -> HttpResponse:
    acceptance = _acceptance(request, pk)
    require(acceptance_rules.can_cancel_acceptance(request.user, acceptance))
    return form_page(
        request,
        ReasonForm(request.POST or None),
        lambda data: acceptances.cancel(acceptance, by=request.user, **data),
        done="这次验收已作废",
        to=reverse("services:contract_detail", args=[acceptance.contract_id]),
        heading="作废验收",
        button="作废",
        back=reverse("services:acceptance_detail", args=[acceptance.pk]),
        about=acceptance,
        hint="作废后，其中的场次可以重新验收",
    )


@require_GET
def acceptance_document(request: PortalRequest, pk: int, kind: str) -> HttpResponse:
    """验收单 in Word or PDF; as it stands, where it is not decided yet."""
    acceptance = _acceptance(request, pk)
    if acceptance.status == Acceptance.Status.OPEN:
        acceptance.checklist = [item.as_kept() for item in checklist_of(acceptance)]
    title = f"{acceptance.contract.title}验收单"
    return document_response(
        kind,
        title,
        documents.acceptance_sections(acceptance),
        foot_of(acceptance.contract.number, acceptance.contract.organization.area_id),
    )
