"""Whom a case is about: shown masked, looked at on purpose, found by exact numbers; and the documents that name them."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from mediation import documents
from mediation.actions import parties
from mediation.forms.cases import EarlierForm, PartyForm
from mediation.models import Party
from mediation.rules import cases as case_rules
from mediation.views.cases import case_form, case_of, confidential
from xiangshan.core.accounts.requests import PortalRequest
from xiangshan.core.rules import require
from xiangshan.shared.documents import document_response
from xiangshan.shared.formatting import foot_of
from xiangshan.shared.forms import ReasonForm
from xiangshan.shared.on_records import page_of
from xiangshan.shared.responses import add_errors, get_or_post


@never_cache
@confidential
@require_POST
def case_earlier(request: PortalRequest) -> HttpResponse:
    """Whether this phone or ID number was here before: by post, so that no server writes it down."""
    require(case_rules.can_find_parties(request.user))
    return render(request, "mediation/_case_earlier.html", _looked_up(request, EarlierForm(request.POST)))


def _looked_up(request: PortalRequest, form: Any) -> dict[str, Any]:
    """What a look for a phone or ID number found; too many of them are refused in the form."""
    data = form.cleaned_data if form.is_valid() else {}
    phone, id_number = data.get("caller_phone", ""), data.get("id_number", "")
    context = {"form": form, "asked": bool(phone or id_number), "cases": [], "others": False}
    if context["asked"]:
        try:
            context["cases"], context["others"] = parties.look_up(by=request.user, phone=phone, id_number=id_number)
        except ValidationError as error:
            add_errors(form, error)
            context["asked"] = False
    return context


@never_cache
@confidential
@get_or_post
def case_find(request: PortalRequest) -> HttpResponse:
    """By exact phone or ID number."""
    require(case_rules.can_find_parties(request.user))
    context = _looked_up(request, EarlierForm(request.POST or None))
    return render(request, "mediation/case_find.html", context)


@never_cache
@require_GET
def case_document(request: PortalRequest, pk: int, name: str, kind: str) -> HttpResponse:
    """The agreement and what is applied for with it. They name the parties: each is a reveal."""
    case = case_of(request, pk)
    require(case_rules.can_read_parties(request.user, case))
    agreement = case.agreements.filter(is_current=True).prefetch_related("instalments").first()
    title = documents.PAPERS.get(name)
    if title is None or agreement is None or case.anonymised_on:
        raise Http404
    parties.log_reveal(case, by=request.user, reason=f"生成{title}")
    sections = documents.WRITE[name](case, agreement, list(case.parties.all()))
    return document_response(kind, title, sections, foot_of(case.number, case.area_id))


@never_cache
@require_GET
def case_summary(request: PortalRequest, pk: int, kind: str) -> HttpResponse:
    """The file with stand-ins for names: printed by whoever may read the names, for whoever may not."""
    case = case_of(request, pk)
    require(case_rules.can_read_parties(request.user, case))
    parties.log_access(case, by=request.user, what="隐名卷宗")
    sections = documents.redacted_sections(case, list(case.parties.all()), list(case.events.all()))
    return document_response(kind, f"{case.number}卷宗摘要（隐名）", sections, foot_of(case.number, case.area_id))


@confidential
@get_or_post
def party_new(request: PortalRequest, pk: int) -> HttpResponse:
    case = case_of(request, pk)
    return case_form(
        request,
        case,
        case_rules.can_edit_case(request.user, case),
        PartyForm(request.POST or None),
        lambda data: parties.add(case, by=request.user, **data),
        heading="登记当事人",
        done="已登记",
        hint=f"{case.number}；加密保存，页面上只显示一部分",
        to=page_of(case) + "#parties",
    )


def _party(request: PortalRequest, pk: int) -> Party:
    return get_object_or_404(Party.objects.visible_to(request.user).select_related("case__studio"), pk=pk)


@never_cache
@confidential
@get_or_post
def party_edit(request: PortalRequest, pk: int) -> HttpResponse:
    """Shows what it is about to change: looked at with a reason, like everything else in plain."""
    party = _party(request, pk)
    require(case_rules.can_edit_case(request.user, party.case))
    form = PartyForm(request.POST or None, instance=party)
    if request.method == "GET":
        parties.log_reveal(party.case, by=request.user, reason="更正当事人", party=party)
    return case_form(
        request,
        party.case,
        case_rules.can_reveal(request.user, party),
        form,
        lambda data: parties.edit(party, by=request.user, **data),
        heading="更正当事人",
        done="已更正",
        to=page_of(party.case) + "#parties",
    )


@never_cache
@confidential
@get_or_post
def party_reveal(request: PortalRequest, pk: int) -> HttpResponse:
    """In plain, once, for a reason: not kept by the browser, not in an address."""
    party = _party(request, pk)
    require(case_rules.can_reveal(request.user, party))
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            shown = parties.reveal(party, by=request.user, reason=form.cleaned_data["reason"])
        except ValidationError as error:
            add_errors(form, error)
        else:
            return render(request, "mediation/party_reveal.html", {"party": shown, "case": party.case})
    context = {"form": form, "party": party, "case": party.case}
    return render(request, "mediation/party_reveal.html", context, status=422 if form.is_bound else 200)
