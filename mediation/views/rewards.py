"""Schemes, statements, call-backs and objections."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from mediation import documents, heads, tables
from mediation.actions import rewards
from mediation.forms.rewards import CallBackForm, ComputeForm, SchemeForm, StatementFilterForm, TrialForm, WordsForm
from mediation.models import CallBack, MediationCase, RewardLine, RewardScheme, RewardStatement, Studio
from mediation.rules import rewards as reward_rules
from mediation.selectors.rewards import differences_of, what_if
from xiangshan.core.accounts.requests import PortalRequest
from xiangshan.core.records import all_or_none
from xiangshan.core.rules import require
from xiangshan.shared.documents import document_response
from xiangshan.shared.formatting import foot_of
from xiangshan.shared.forms import ReasonForm, VoucherForm
from xiangshan.shared.on_records import page_of
from xiangshan.shared.record_panels import panels_of
from xiangshan.shared.responses import action_button, form_page, get_or_post, list_page


@require_GET
def scheme_list(request: PortalRequest) -> HttpResponseBase:
    return list_page(
        request,
        "mediation/scheme_list.html",
        tables.SCHEMES,
        RewardScheme.objects.visible_to(request.user),
        can_add=reward_rules.can_draft_schemes(request.user),
        can_try=reward_rules.can_try_schemes(request.user),
    )


def _scheme(request: PortalRequest, pk: int) -> RewardScheme:
    seen = RewardScheme.objects.visible_to(request.user).select_related("created_by", "approved_by")
    return get_object_or_404(seen, pk=pk)


@require_GET
def scheme_detail(request: PortalRequest, pk: int) -> HttpResponse:
    scheme, user = _scheme(request, pk), request.user
    context = {
        "scheme": scheme,
        "can_edit": reward_rules.can_edit_scheme(user, scheme),
        "can_approve": reward_rules.can_approve_scheme(user, scheme),
        "dossier": panels_of(user, scheme),
    }
    return render(request, "mediation/scheme_detail.html", context)


@get_or_post
def scheme_new(request: PortalRequest) -> HttpResponse:
    """The newest version of a year is the start for the next."""
    require(reward_rules.can_draft_schemes(request.user))
    newest = RewardScheme.objects.visible_to(request.user).first()
    names = SchemeForm.Meta.fields
    initial = {name: getattr(newest, name) for name in names} if newest else {"year": timezone.localdate().year}
    return form_page(
        request,
        SchemeForm(request.POST or None, initial=initial),
        lambda data: rewards.draft_scheme(by=request.user, **data),
        done="已起草，等财务批准",
        to=page_of,
        heading="起草以奖代补办法",
        back=reverse("mediation:scheme_list"),
    )


@get_or_post
def scheme_edit(request: PortalRequest, pk: int) -> HttpResponse:
    scheme = _scheme(request, pk)
    require(reward_rules.can_edit_scheme(request.user, scheme))
    return form_page(
        request,
        SchemeForm(request.POST or None, instance=scheme),
        lambda data: rewards.edit_scheme(scheme, by=request.user, **data),
        done="已保存",
        to=page_of,
        heading=str(scheme),
        back=page_of(scheme),
    )


@require_POST
def scheme_approve(request: PortalRequest, pk: int) -> HttpResponse:
    return action_button(request, _scheme(request, pk), rewards.approve_scheme, done="已批准施行")


@require_GET
def scheme_trial(request: PortalRequest) -> HttpResponse:
    """What if: nothing is written."""
    require(reward_rules.can_try_schemes(request.user))
    form = TrialForm(request.GET or None, user=request.user)
    trials = what_if(request.user, **form.cleaned_data) if form.is_valid() else []
    sums = [sum(getattr(trial, name) for trial in trials) for name in ("cases", "before", "after", "change")]
    return render(request, "mediation/scheme_trial.html", {"form": form, "trials": trials, "sums": sums})


@require_GET
def statement_list(request: PortalRequest) -> HttpResponseBase:
    require(reward_rules.can_read_rewards(request.user))
    form = StatementFilterForm(request.GET, user=request.user)
    rows: Any = RewardStatement.objects.visible_to(request.user).matching(**form.wanted)
    can_add = reward_rules.can_compute_statements(request.user)
    return list_page(request, "mediation/statement_list.html", tables.STATEMENTS, rows, form=form, can_add=can_add)


def _statement(request: PortalRequest, pk: int) -> RewardStatement:
    return get_object_or_404(RewardStatement.objects.visible_to(request.user).for_page(), pk=pk)


@require_GET
def statement_detail(request: PortalRequest, pk: int) -> HttpResponse:
    statement, user = _statement(request, pk), request.user
    lines = list(statement.lines.for_page())
    for line in lines:
        line.statement = statement
    seen = set(MediationCase.objects.visible_to(user).filter(reward_lines__in=lines).values_list("pk", flat=True))
    rows = [(line, line.case_id in seen, *_verdicts(user, line)) for line in lines]
    context: dict[str, Any] = {
        "statement": statement,
        "lines": rows,
        "line_count": f"{len(rows)} 件",
        "open_lines": [row for row in rows if row[3] or row[4]],
        "differences": differences_of(statement) if statement.is_frozen else [],
        "can_compute": reward_rules.can_compute_statement(user, statement),
        "can_submit": reward_rules.can_submit_statement(user, statement),
        "can_return": reward_rules.can_return_statement(user, statement),
        "can_approve": reward_rules.can_approve_statement(user, statement),
        "can_pay": reward_rules.can_pay_statement(user, statement),
        "dossier": panels_of(user, statement),
    }
    context["head"] = heads.statement_head(statement, context)
    return render(request, "mediation/statement_detail.html", context)


def _verdicts(user: Any, line: Any) -> tuple[bool, bool, bool]:
    """May object, may answer, may call back."""
    drawn = getattr(line, "call_back", None)
    if drawn is not None:
        drawn.line = line
    return (
        line.case_id is not None and bool(reward_rules.can_object(user, line)),
        bool(reward_rules.can_answer_objection(user, line)),
        drawn is not None and bool(reward_rules.can_call_back(user, drawn)),
    )


@get_or_post
def statement_new(request: PortalRequest) -> HttpResponse:
    require(reward_rules.can_compute_statements(request.user))
    today = timezone.localdate()
    year, quarter = (today.year, (today.month - 1) // 3) if today.month > 3 else (today.year - 1, 4)

    def act(data: dict[str, Any]) -> Any:
        frozen = RewardStatement.objects.frozen().filter(year=data["year"], quarter=data["quarter"])
        every = Studio.objects.visible_to(request.user).exclude(pk__in=frozen.values("studio")).order_by("pk")
        studios = [data["studio"]] if data["studio"] else list(every)
        return all_or_none(
            studios, lambda one: rewards.compute_statement(one, data["year"], data["quarter"], by=request.user)
        )

    return form_page(
        request,
        ComputeForm(request.POST or None, user=request.user, initial={"year": year, "quarter": quarter}),
        act,
        done="已生成结算单，请核对后提交",
        to=reverse("mediation:statement_list"),
        heading="生成结算单",
        hint="按施行的以奖代补办法，由当季结案的案件逐件算出；已批准的不会重算",
        button="生成",
    )


@require_POST
def statement_compute(request: PortalRequest, pk: int) -> HttpResponse:
    return action_button(request, _statement(request, pk), rewards.recompute_statement, done="已重新计算")


@require_POST
def statement_submit(request: PortalRequest, pk: int) -> HttpResponse:
    return action_button(request, _statement(request, pk), rewards.submit_statement, done="已提交核查，抽查名单已产生")


@get_or_post
def statement_return(request: PortalRequest, pk: int) -> HttpResponse:
    statement = _statement(request, pk)
    require(reward_rules.can_return_statement(request.user, statement))
    return form_page(
        request,
        ReasonForm(request.POST or None),
        lambda data: rewards.return_statement(statement, by=request.user, **data),
        done="已退回",
        to=page_of(statement),
        heading="退回结算单",
        hint=str(statement),
        button="退回",
    )


@require_POST
def statement_approve(request: PortalRequest, pk: int) -> HttpResponse:
    return action_button(request, _statement(request, pk), rewards.approve_statement, done="已批准并冻结，可以发放")


@get_or_post
def statement_pay(request: PortalRequest, pk: int) -> HttpResponse:
    statement = _statement(request, pk)
    require(reward_rules.can_pay_statement(request.user, statement))
    return form_page(
        request,
        VoucherForm(request.POST or None, initial={"paid_on": timezone.localdate()}),
        lambda data: rewards.pay_statement(statement, by=request.user, **data),
        done="已登记发放",
        to=page_of(statement),
        heading="登记发放",
        hint=f"{statement}，{statement.total:,.2f} 元",
    )


@require_GET
def statement_document(request: PortalRequest, pk: int, kind: str) -> HttpResponse:
    statement = _statement(request, pk)
    sections = documents.statement_sections(statement, list(statement.lines.for_page()))
    return document_response(
        kind, f"{statement}奖补结算单", sections, foot_of(statement.number, statement.studio.area_id)
    )


def _line(request: PortalRequest, pk: int) -> RewardLine:
    seen = RewardLine.objects.filter(statement__in=RewardStatement.objects.visible_to(request.user))
    return get_object_or_404(seen.select_related("statement__studio", "case"), pk=pk)


@get_or_post
def line_object(request: PortalRequest, pk: int) -> HttpResponse:
    line = _line(request, pk)
    require(reward_rules.can_object(request.user, line))
    return form_page(
        request,
        WordsForm(request.POST or None),
        lambda data: rewards.object_to(line, by=request.user, **data),
        done="已提出异议，等权益保障部门答复",
        to=page_of(line.statement),
        heading="提异议",
        hint=f"{line.case}：{line.amount:,.2f} 元 {line.why_not}",
        button="提出",
    )


@get_or_post
def line_answer(request: PortalRequest, pk: int) -> HttpResponse:
    line = _line(request, pk)
    require(reward_rules.can_answer_objection(request.user, line))
    return form_page(
        request,
        WordsForm(request.POST or None),
        lambda data: rewards.answer_objection(line, by=request.user, **data),
        done="已答复，结算单已重新计算",
        to=page_of(line.statement),
        heading="答复异议",
        hint=f"{line.case}：{line.objection}",
        button="答复",
    )


@get_or_post
def line_call_back(request: PortalRequest, pk: int) -> HttpResponse:
    line = _line(request, pk)
    drawn = CallBack.objects.filter(line=line).first()
    if drawn is None:
        raise PermissionDenied("这一件没有抽中回访")
    drawn.line = line
    require(reward_rules.can_call_back(request.user, drawn))
    return form_page(
        request,
        CallBackForm(request.POST or None, initial={"called_on": timezone.localdate()}),
        lambda data: rewards.call_back(drawn, by=request.user, **data),
        done="已记录回访",
        to=page_of(line.statement),
        heading="抽查回访",
        hint=f"{line.case}；当事人电话在案件页查看，查看会留痕",
    )
