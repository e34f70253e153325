"""Pages of a case: the list, the intake, the file, and what is asked in between."""

from collections.abc import Callable
from typing import Any

from django.db.models import Count, Max
from django.db.models.functions import TruncDate
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from mediation import heads, tables
from mediation.actions import cases, disputes, outcomes, parties
from mediation.forms.cases import CaseFilterForm, CaseForm, EventForm, IntakeForm, MomentForm
from mediation.forms.outcomes import AcceptForm
from mediation.models import MediationCase
from mediation.rules import cases as case_rules
from mediation.selectors.deadlines import deadlines_of
from mediation.selectors.disputes import employer_cases, likenesses_of, told_apart
from mediation.selectors.files import completeness_of
from xiangshan.core import limits
from xiangshan.core.accounts.requests import PortalRequest
from xiangshan.core.rules import Verdict, require
from xiangshan.shared.forms import ReasonForm
from xiangshan.shared.on_records import page_of
from xiangshan.shared.record_panels import panels_of
from xiangshan.shared.responses import action_button, answer_action, form_page, get_or_post, list_page

# What is typed here may name people: no error page shows it.
confidential = sensitive_post_parameters()


def case_of(request: PortalRequest, pk: int) -> MediationCase:
    seen = MediationCase.objects.visible_to(request.user).for_page()
    return get_object_or_404(seen.prefetch_related("conflicts", "pauses"), pk=pk)


def case_form(
    request: PortalRequest,
    case: MediationCase,
    verdict: Verdict,
    form: Any,
    act: Callable[[dict[str, Any]], Any],
    *,
    heading: str,
    done: str,
    button: str = "保存",
    hint: str = "",
    to: Any = None,
) -> HttpResponse:
    """Something asked about a case, and then done to it."""
    require(verdict)
    return form_page(
        request,
        form,
        act,
        done=done,
        to=to or page_of(case),
        heading=heading,
        hint=hint or f"{case.number} {case.subject}",
        button=button,
        back=page_of(case),
    )


@require_GET
def case_list(request: PortalRequest) -> HttpResponseBase:
    form = CaseFilterForm(request.GET, user=request.user)
    wanted = dict(form.wanted)
    totals = wanted.pop("totals", False)
    rows: Any = MediationCase.objects.visible_to(request.user).matching(**wanted)
    context = {
        "form": form,
        "can_add": case_rules.can_open_cases(request.user),
        "can_find": case_rules.can_find_parties(request.user),
        "totals": rows.totals() if totals else None,
    }
    return list_page(request, "mediation/case_list.html", tables.CASES, rows, **context)


@never_cache
@require_GET
def case_detail(request: PortalRequest, pk: int) -> HttpResponse:
    """The file of a case. Whoever is not in the team is written down, for the team to see."""
    case, user = case_of(request, pk), request.user
    parties.log_access(case, by=user, what="案件页")
    inside = case_rules.can_read_parties(user, case)
    agreement = case.agreements.filter(is_current=True).prefetch_related("instalments__payments").first()
    context: dict[str, Any] = {
        "case": case,
        "inside": inside,
        "dossier": panels_of(user, case),
        "parties": case.parties.all() if inside else [],
        "events": case.events.select_related("by"),
        "agreement": agreement,
        "members": case.members.filter(left_on__isnull=True).select_related("user"),
        "deadlines": [
            (deadline, deadline.state(timezone.localdate()), deadline.text(timezone.localdate()))
            for deadline in deadlines_of(case)
        ],
        "complete": completeness_of([case])[case.pk],
        **_alike(request, case),
        "employer_cases": employer_cases(case, user)[:5],
        "same_dispute": MediationCase.objects.visible_to(user).filter(dispute=case.dispute_id).exclude(pk=case.pk),
        "referrals": case.referrals.all(),
        "transfers": case.transfers.select_related("from_studio", "to_studio"),
        "reads": readers_of(case) if inside else [],
        "reveals": case.reveals.select_related("by", "party")[:8] if inside else [],
        "waited": waited_minutes(case),
        **verdicts_of(request, case),
    }
    context["head"] = heads.case_head(case, context)
    return render(request, "mediation/case_detail.html", context)


def _alike(request: PortalRequest, case: MediationCase) -> dict[str, Any]:
    """What looks like the same dispute. Of another studio's cases only that there are some: who may ask for more is logged."""
    user = request.user
    if not case_rules.can_read_parties(user, case):
        return {}
    result = likenesses_of(case)
    apart_from = told_apart(case)
    seen = MediationCase.objects.visible_to(user).filter(pk__in=[*apart_from, *(item.case.pk for item in result)])
    known = {item.pk: item for item in seen.prefetch_related("conflicts").select_related("studio")}
    own = [
        item
        for item in result
        if item.case.pk in known and case_rules.can_join_dispute(user, case, known[item.case.pk])
    ]
    apart = [known[key] for key in sorted(apart_from & known.keys())] if case_rules.can_tell_apart(user, case) else []
    return {"similar": own, "alike_elsewhere": len(own) < len(result), "told_apart": apart}


def readers_of(case: MediationCase) -> Any:
    """Who of outside the team looked, by day and thing: a hundred looks of one do not hide the look of another."""
    days = case.reads.annotate(day=TruncDate("at")).values("day", "by__name", "what")
    return days.annotate(times=Count("pk"), latest=Max("at")).order_by("-latest")[:50]


def verdicts_of(request: PortalRequest, case: MediationCase) -> dict[str, Verdict]:
    """What the reader may do now, each with its reason where not."""
    asked = {
        "can_respond": case_rules.can_respond,
        "can_arrive": case_rules.can_arrive,
        "can_accept": case_rules.can_accept,
        "can_edit": case_rules.can_edit_case,
        "can_follow": case_rules.can_follow,
        "can_agree": case_rules.can_agree,
        "can_conclude": case_rules.can_conclude,
        "can_refer": case_rules.can_refer,
        "can_pay": case_rules.can_record_payment,
        "can_assign": case_rules.can_assign,
        "can_transfer": case_rules.can_transfer,
        "can_stand_back": case_rules.can_stand_back,
        "can_pause": case_rules.can_pause,
        "can_resume": case_rules.can_resume,
        "can_grade": case_rules.can_propose_grade,
        "can_confirm_grade": case_rules.can_confirm_grade,
        "can_withdraw_grade": case_rules.can_withdraw_grade,
        "can_tell_apart": case_rules.can_tell_apart,
        "can_close": case_rules.can_close_case,
        "can_reopen": case_rules.can_reopen_case,
    }
    return {name: rule(request.user, case) for name, rule in asked.items()}


def waited_minutes(case: MediationCase) -> int:
    """Whole minutes from the call to the first response, or until now."""
    end = case.first_response_at or timezone.now()
    return max(0, int((end - case.received_at).total_seconds() // 60))


@never_cache
@require_GET
def case_clock(request: PortalRequest, pk: int) -> HttpResponse:
    """The clock by itself, asked for again and again while somebody waits."""
    case = case_of(request, pk)
    return render(request, "mediation/_case_clock.html", {"case": case, "waited": waited_minutes(case)})


@confidential
@get_or_post
def case_new(request: PortalRequest) -> HttpResponse:
    require(case_rules.can_open_cases(request.user))
    form = IntakeForm(request.POST or None, user=request.user)
    return form_page(
        request,
        form,
        lambda data: cases.open(by=request.user, **data),
        done="已接案，请尽快响应",
        to=page_of,
        template="mediation/case_new.html",
    )


@confidential
@get_or_post
def case_edit(request: PortalRequest, pk: int) -> HttpResponse:
    case = case_of(request, pk)
    form = CaseForm(request.POST or None, instance=case, user=request.user)
    return case_form(
        request,
        case,
        case_rules.can_edit_case(request.user, case),
        form,
        lambda data: cases.edit(case, by=request.user, **data),
        heading="更新案情",
        done="已保存",
    )


@confidential
@get_or_post
def case_respond(request: PortalRequest, pk: int) -> HttpResponse:
    case = case_of(request, pk)
    return case_form(
        request,
        case,
        case_rules.can_respond(request.user, case),
        MomentForm(request.POST or None, initial={"at": timezone.localtime()}),
        lambda data: cases.respond(case, by=request.user, **data),
        heading="首次响应",
        button="记录响应",
        done="已记录首次响应",
    )


@confidential
@get_or_post
def case_arrive(request: PortalRequest, pk: int) -> HttpResponse:
    case = case_of(request, pk)
    return case_form(
        request,
        case,
        case_rules.can_arrive(request.user, case),
        MomentForm(request.POST or None, initial={"at": timezone.localtime()}),
        lambda data: cases.arrive(case, by=request.user, **data),
        heading="到达现场",
        button="记录到达",
        done="已记录到达",
    )


@get_or_post
def case_accept(request: PortalRequest, pk: int) -> HttpResponse:
    case = case_of(request, pk)
    return case_form(
        request,
        case,
        case_rules.can_accept(request.user, case),
        AcceptForm(request.POST or None, initial={"accepted_on": timezone.localdate()}),
        lambda data: cases.accept(case, by=request.user, **data),
        heading="受理",
        button="受理",
        done=f"已受理，{limits.MEDIATION_DAYS} 日内调解",
    )


@confidential
@get_or_post
def case_refuse(request: PortalRequest, pk: int) -> HttpResponse:
    case = case_of(request, pk)
    return case_form(
        request,
        case,
        case_rules.can_accept(request.user, case),
        ReasonForm(request.POST or None),
        lambda data: cases.refuse(case, by=request.user, **data),
        heading="不予受理",
        button="不予受理并结案",
        hint="要书面告知申请人并说明原因（企业劳动争议协商调解规定第二十二条）",
        done="已结案：不予受理",
    )


@confidential
@get_or_post
def case_event(request: PortalRequest, pk: int) -> HttpResponse:
    case = case_of(request, pk)
    return case_form(
        request,
        case,
        case_rules.can_follow(request.user, case),
        EventForm(request.POST or None, initial={"at": timezone.localtime(), "kind": request.GET.get("kind")}),
        lambda data: cases.write_event(case, by=request.user, **data),
        heading="记录经过",
        done="已记录",
        to=page_of(case) + "#events",
    )


@require_POST
def case_join(request: PortalRequest, pk: int, other: int) -> HttpResponse:
    case, second = case_of(request, pk), case_of(request, other)
    return answer_action(
        request, lambda: disputes.join(case, second, by=request.user), done="已归入同一争议", to=page_of(case)
    )


@require_POST
def case_apart(request: PortalRequest, pk: int, other: int) -> HttpResponse:
    case, second = case_of(request, pk), case_of(request, other)
    return answer_action(
        request,
        lambda: disputes.tell_apart(case, second, by=request.user),
        done="已记录：不是同一争议",
        to=page_of(case),
    )


@require_POST
def case_split(request: PortalRequest, pk: int) -> HttpResponse:
    return action_button(request, case_of(request, pk), disputes.split, done="已拆分")


@get_or_post
def case_withdraw_grade(request: PortalRequest, pk: int) -> HttpResponse:
    case = case_of(request, pk)
    return case_form(
        request,
        case,
        case_rules.can_withdraw_grade(request.user, case),
        ReasonForm(request.POST or None),
        lambda data: outcomes.withdraw_grade(case, by=request.user, **data),
        heading="撤回定级",
        button="撤回",
        done="已撤回，可以重新定级",
    )


@require_POST
def case_confirm_grade(request: PortalRequest, pk: int) -> HttpResponse:
    case = case_of(request, pk)
    return answer_action(
        request, lambda: outcomes.confirm_grade(case, by=request.user), done="等级已确认", to=page_of(case) + "#grade"
    )
