from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET, require_POST

from orgs.models import SocialOrganization
from orgs.rules import EVALUATING, works_for_union
from services import documents, heads, tables
from services.actions import procurements
from services.forms.procurements import (
    BidForm,
    DecideForm,
    ProcurementFilterForm,
    ProcurementForm,
    ReplaceForm,
    ScoreForm,
)
from services.models import Bid, Procurement, ServiceContract
from services.ranking import covered_on, ranking_of
from services.rules import procurements as procurement_rules
from xiangshan.core.accounts.models import Role
from xiangshan.core.accounts.requests import PortalRequest
from xiangshan.core.keys import key_of
from xiangshan.core.money import as_yuan
from xiangshan.core.rules import deny, require
from xiangshan.shared.documents import document_response
from xiangshan.shared.formatting import foot_of, moment
from xiangshan.shared.forms import ReasonForm
from xiangshan.shared.on_records import page_of
from xiangshan.shared.record_panels import panels_of
from xiangshan.shared.responses import action_button, add_errors, answer_action, form_page, get_or_post, list_page


def _procurement(request: PortalRequest, pk: int) -> Procurement:
    return get_object_or_404(Procurement.objects.visible_to(request.user).for_page(), pk=pk)


@require_GET
def procurement_list(request: PortalRequest) -> HttpResponseBase:
    form = ProcurementFilterForm(request.GET, user=request.user)
    rows: Any = Procurement.objects.visible_to(request.user).matching(**form.wanted)
    context = {"form": form, "can_add": procurement_rules.can_procure(request.user)}
    return list_page(request, "services/procurement_list.html", tables.PROCUREMENTS, rows, **context)


def _own_organizations(request: PortalRequest) -> Any:
    return SocialOrganization.objects.filter(pk__in=request.user.scope(Role.ORG_LEADER))


@require_GET
def procurement_detail(request: PortalRequest, pk: int) -> HttpResponse:
    """The call and what became of it, as far as the reader may see: a bidder never another's bid."""
    procurement, user = _procurement(request, pk), request.user
    can_read_scores = procurement_rules.can_read_scores(user, procurement)
    own = list(_own_organizations(request))
    is_union = works_for_union(user, procurement.area_id, *EVALUATING, Role.AUDITOR)
    bids = list(Bid.objects.visible_to(user).filter(procurement=procurement).select_related("organization"))
    evaluators = list(procurement.evaluators.select_related("user"))
    context = {
        "procurement": procurement,
        "dossier": panels_of(user, procurement),
        "is_union": is_union,
        "criteria": procurement.criteria.all(),
        "evaluators": evaluators if is_union else [],
        "invitations": procurement.invitations.select_related("organization") if is_union else [],
        "bids": bids,
        "covered": covered_on(localdate(procurement.closes_at), {bid.organization_id for bid in bids}),
        "bid_count": procurement.bids.standing().count() if is_union else 0,
        "ranking": ranking_of(procurement) if can_read_scores and procurement.status in ("scoring", "decided") else [],
        "can_read_scores": can_read_scores,
        "requests": procurement.requests.select_related("category") if is_union else [],
        "contracts": procurement.contracts.exclude(status=ServiceContract.Status.TERMINATED) if is_union else [],
        "can_edit": procurement_rules.can_edit_procurement(user, procurement),
        "can_open": procurement_rules.can_open_procurement(user, procurement),
        "can_close": procurement_rules.can_close_bids(user, procurement),
        "can_score": procurement_rules.can_evaluate(user, procurement),
        "can_replace": procurement_rules.can_replace_evaluator(user, procurement),
        "can_decide": procurement_rules.can_decide(user, procurement),
        "can_fail": procurement_rules.can_fail(user, procurement),
        "can_cancel": procurement_rules.can_cancel_procurement(user, procurement),
        "can_contract": procurement_rules.can_contract_from(user, procurement),
        "may_bid": [(item, procurement_rules.can_bid(user, procurement, item)) for item in own],
    }
    context["head"] = heads.procurement_head(procurement, context)
    return render(request, "services/procurement_detail.html", context)


@get_or_post
def procurement_new(request: PortalRequest) -> HttpResponse:
    require(procurement_rules.can_procure(request.user))
    usual = "\n".join(f"{title} {weight}" for title, weight in procurements.USUAL_CRITERIA)
    form = ProcurementForm(request.POST or None, user=request.user, initial={"criteria": usual})
    return form_page(
        request,
        form,
        lambda data: procurements.prepare(by=request.user, **data),
        done="采购已起草，检查后发布",
        to=page_of,
        heading="起草采购",
        button="暂存",
        back=reverse("services:procurement_list"),
    )


@get_or_post
def procurement_edit(request: PortalRequest, pk: int) -> HttpResponse:
    procurement = _procurement(request, pk)
    require(procurement_rules.can_edit_procurement(request.user, procurement))
    form = ProcurementForm(request.POST or None, instance=procurement, user=request.user)
    return form_page(
        request,
        form,
        lambda data: procurements.edit(procurement, by=request.user, **data),
        done="已保存",
        to=page_of,
        heading="修改采购",
        button="暂存",
        back=reverse("services:procurement_detail", args=[procurement.pk]),
    )


@require_POST
def procurement_open(request: PortalRequest, pk: int) -> HttpResponse:
    return action_button(request, _procurement(request, pk), procurements.open, done="已发布，受邀的组织会收到消息")


@require_POST
def procurement_close(request: PortalRequest, pk: int) -> HttpResponse:
    return action_button(request, _procurement(request, pk), procurements.close_bids, done="已开标，评审人可以评分")


@get_or_post
def procurement_bid(request: PortalRequest, pk: int) -> HttpResponse:
    """An organization's offer; ?organization= where somebody leads several."""
    procurement, user = _procurement(request, pk), request.user
    own = _own_organizations(request)
    key = key_of(request.GET.get("organization"))
    organization = own.filter(pk=key).first() if key else own.first()
    if organization is None:
        require(deny("由社会组织负责人应标"))
    require(procurement_rules.can_bid(user, procurement, organization))
    bid = procurement.bids.filter(organization=organization).first()
    form = BidForm(request.POST or None, instance=bid)
    return form_page(
        request,
        form,
        lambda data: procurements.submit_bid(procurement, organization, by=user, **data),
        done="已应标；截止前可以修改",
        to=lambda made: reverse("services:bid_detail", args=[made.pk]),
        heading="应标",
        button="提交应标",
        back=reverse("services:procurement_detail", args=[procurement.pk]),
        about=procurement.title,
        hint=f"{organization.name} · {moment(procurement.closes_at)} 截止 · 预算 {as_yuan(procurement.budget)}",
    )


@require_GET
def bid_detail(request: PortalRequest, pk: int) -> HttpResponse:
    bid = get_object_or_404(
        Bid.objects.visible_to(request.user).select_related("procurement", "organization", "submitted_by"), pk=pk
    )
    context = {
        "bid": bid,
        "procurement": bid.procurement,
        "dossier": panels_of(request.user, bid),
        "can_change": procurement_rules.can_withdraw_bid(request.user, bid),
    }
    return render(request, "services/bid_detail.html", context)


@require_POST
def bid_withdraw(request: PortalRequest, pk: int) -> HttpResponse:
    bid = get_object_or_404(Bid.objects.visible_to(request.user), pk=pk)
    return answer_action(
        request, lambda: procurements.withdraw_bid(bid, by=request.user), done="应标已撤回", to=page_of(bid.procurement)
    )


@get_or_post
def procurement_score(request: PortalRequest, pk: int) -> HttpResponse:
    """An evaluator's own sheet: nobody's else is shown."""
    procurement, user = _procurement(request, pk), request.user
    require(procurement_rules.can_evaluate(user, procurement))
    evaluator = procurement.evaluators.get(user=user)
    given = {(score.bid_id, score.criterion_id): score.points for score in evaluator.scores.all()}
    form = ScoreForm(
        request.POST or None,
        bids=procurement.bids.standing().select_related("organization"),
        criteria=procurement.criteria.all(),
        given=given,
    )
    if request.method == "POST" and form.is_valid():
        finish = "finish" in request.POST
        try:
            procurements.score_bids(procurement, form.points, by=user, finish=finish)
        except ValidationError as error:
            add_errors(form, error)
        else:
            return redirect(page_of(procurement) if finish else request.path)
    context = {
        "procurement": procurement,
        "form": form,
        "covered": covered_on(localdate(procurement.closes_at), {bid.organization_id for bid in form.bids}),
    }
    return render(request, "services/procurement_score.html", context, status=422 if form.errors else 200)


@get_or_post
def procurement_replace(request: PortalRequest, pk: int) -> HttpResponse:
    procurement = _procurement(request, pk)
    require(procurement_rules.can_replace_evaluator(request.user, procurement))
    form = ReplaceForm(request.POST or None, procurement=procurement)
    return form_page(
        request,
        form,
        lambda data: procurements.replace_evaluator(procurement, by=request.user, **data),
        done="评审人已更换",
        to=page_of(procurement),
        heading="更换评审人",
        button="更换",
        about=procurement.title,
        hint="已给的评分作废，由新的评审人重评",
    )


@get_or_post
def procurement_decide(request: PortalRequest, pk: int) -> HttpResponse:
    procurement = _procurement(request, pk)
    require(procurement_rules.can_decide(request.user, procurement))
    ranking = ranking_of(procurement)
    form = DecideForm(request.POST or None, procurement=procurement, initial={"winner": ranking[0].bid.pk})
    return form_page(
        request,
        form,
        lambda data: procurements.decide(procurement, data["winner"], by=request.user, reason=data["reason"]),
        done="已定标，可以起草合同",
        to=page_of(procurement),
        procurement=procurement,
        ranking=ranking,
        heading="定标",
        button="定标",
        template="services/procurement_decide.html",
    )


@get_or_post
def procurement_end(request: PortalRequest, pk: int) -> HttpResponse:
    """?to=failed or cancelled, with the reason."""
    procurement = _procurement(request, pk)
    status = "failed" if request.GET.get("to") == "failed" else "cancelled"
    rule = procurement_rules.can_fail if status == "failed" else procurement_rules.can_cancel_procurement
    require(rule(request.user, procurement))
    return form_page(
        request,
        ReasonForm(request.POST or None),
        lambda data: procurements.end(procurement, status, by=request.user, **data),
        done="采购已结束",
        to=page_of(procurement),
        heading="流标" if status == "failed" else "取消采购",
        button="确定流标" if status == "failed" else "确定取消采购",
        about=procurement.title,
        hint="结束后不能恢复；需要时另起一次采购",
    )


@require_GET
def procurement_document(request: PortalRequest, pk: int, kind: str) -> HttpResponse:
    """成交结果通知, once it is decided; for every bidder too."""
    procurement = _procurement(request, pk)
    if procurement.status != Procurement.Status.DECIDED:
        require(deny("定标后才有结果通知"))
    title = f"{procurement.title}成交结果通知"
    return document_response(
        kind, title, documents.notice_sections(procurement), foot_of(procurement.number, procurement.area_id)
    )
