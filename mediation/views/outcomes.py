"""What a case comes to, and who works on it."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from mediation.actions import outcomes, teams
from mediation.forms.outcomes import (
    INSTALMENT_ROWS,
    AgreementForm,
    CaseCloseForm,
    ConcludeForm,
    GradeForm,
    InstalmentPaymentForm,
    LeadForm,
    MemberForm,
    PauseForm,
    ReferForm,
    ResultForm,
    ResumeForm,
    TransferForm,
)
from mediation.models import Instalment, InstalmentPayment, Referral
from mediation.models.cases import of_own_cases
from mediation.rules import cases as case_rules
from mediation.views.cases import case_form, case_of, confidential
from xiangshan.core.accounts.requests import PortalRequest
from xiangshan.core.money import as_yuan
from xiangshan.core.rules import require
from xiangshan.shared.forms import ReasonForm
from xiangshan.shared.on_records import page_of
from xiangshan.shared.responses import get_or_post
from xiangshan.shared.row_forms import row_sets, rows_page


@confidential
@get_or_post
def case_agree(request: PortalRequest, pk: int) -> HttpResponse:
    case = case_of(request, pk)
    require(case_rules.can_agree(request.user, case))
    today = timezone.localdate()
    data = request.POST or None
    form = AgreementForm(data, initial={"signed_on": today, "effective_on": today})
    return rows_page(
        request,
        form,
        row_sets(INSTALMENT_ROWS, data, None, {}),
        lambda rows: outcomes.agree(case, by=request.user, instalments=rows["instalments"], **form.cleaned_data),
        to=lambda made: page_of(case) + "#agreement",
        done="已登记协议",
        heading="达成协议",
        hint=f"{case.number} {case.subject}",
        button="登记协议",
        back=page_of(case),
    )


@get_or_post
def instalment_pay(request: PortalRequest, pk: int) -> HttpResponse:
    instalments = Instalment.objects.filter(of_own_cases(request.user, "agreement__case"))
    instalment = get_object_or_404(instalments.select_related("agreement"), pk=pk)
    case = case_of(request, instalment.agreement.case_id)
    return case_form(
        request,
        case,
        case_rules.can_record_payment(request.user, case),
        InstalmentPaymentForm(
            request.POST or None, initial={"amount": instalment.left, "paid_on": timezone.localdate()}
        ),
        lambda data: outcomes.record_payment(instalment, by=request.user, **data),
        heading="登记付款",
        hint=f"{case.number}：{instalment.due_on} 应付 {as_yuan(instalment.amount)}，还欠 {as_yuan(instalment.left)}",
        done="已登记付款",
        to=page_of(case) + "#agreement",
    )


@get_or_post
def payment_withdraw(request: PortalRequest, pk: int) -> HttpResponse:
    payments = InstalmentPayment.objects.filter(of_own_cases(request.user))
    payment = get_object_or_404(payments.select_related("case__studio", "instalment__agreement"), pk=pk)
    return case_form(
        request,
        payment.case,
        case_rules.can_withdraw_payment(request.user, payment),
        ReasonForm(request.POST or None),
        lambda data: outcomes.withdraw_payment(payment, by=request.user, **data),
        heading="撤销付款记录",
        hint=f"{payment.case.number}：{payment.paid_on} {as_yuan(payment.amount)}",
        button="撤销",
        done="已撤销",
        to=page_of(payment.case) + "#agreement",
    )


@confidential
@get_or_post
def case_conclude(request: PortalRequest, pk: int) -> HttpResponse:
    case = case_of(request, pk)
    return case_form(
        request,
        case,
        case_rules.can_conclude(request.user, case),
        ConcludeForm(request.POST or None, initial={"concluded_on": timezone.localdate()}),
        lambda data: outcomes.conclude(case, by=request.user, **data),
        heading="调解不成或撤回",
        done="已记录结果",
    )


@confidential
@get_or_post
def case_refer(request: PortalRequest, pk: int) -> HttpResponse:
    case = case_of(request, pk)
    return case_form(
        request,
        case,
        case_rules.can_refer(request.user, case),
        ReferForm(request.POST or None, initial={"referred_on": timezone.localdate()}),
        lambda data: outcomes.refer(case, by=request.user, **data),
        heading="转介",
        button="转介",
        done="已转介",
    )


@get_or_post
def referral_result(request: PortalRequest, pk: int) -> HttpResponse:
    referrals = Referral.objects.filter(of_own_cases(request.user))
    referral = get_object_or_404(referrals.select_related("case__studio"), pk=pk)
    return case_form(
        request,
        referral.case,
        case_rules.can_say_result(request.user, referral),
        ResultForm(request.POST or None, initial={"result_on": timezone.localdate()}),
        lambda data: outcomes.say_result(referral, by=request.user, **data),
        heading=f"转介结果：{referral}",
        done="已登记结果",
    )


@get_or_post
def case_pause(request: PortalRequest, pk: int) -> HttpResponse:
    case = case_of(request, pk)
    return case_form(
        request,
        case,
        case_rules.can_pause(request.user, case),
        PauseForm(request.POST or None, initial={"starts_on": timezone.localdate()}),
        lambda data: outcomes.pause(case, by=request.user, **data),
        heading="期限中止",
        button="中止",
        done="期限已中止",
    )


@get_or_post
def case_resume(request: PortalRequest, pk: int) -> HttpResponse:
    case = case_of(request, pk)
    return case_form(
        request,
        case,
        case_rules.can_resume(request.user, case),
        ResumeForm(request.POST or None, initial={"ends_on": timezone.localdate()}),
        lambda data: outcomes.resume(case, by=request.user, **data),
        heading="恢复计算期限",
        button="恢复",
        done="期限恢复计算",
    )


@get_or_post
def case_lead(request: PortalRequest, pk: int) -> HttpResponse:
    case = case_of(request, pk)

    def act(data: dict[str, Any]) -> Any:
        return teams.assign_lead(case, data["user"], by=request.user, reason=data["reason"])

    return case_form(
        request,
        case,
        case_rules.can_assign(request.user, case),
        LeadForm(request.POST or None, case=case),
        act,
        heading="交接主办" if case.lead_mediator_id else "指派主办",
        done="已安排主办",
    )


@get_or_post
def case_member(request: PortalRequest, pk: int) -> HttpResponse:
    case = case_of(request, pk)
    return case_form(
        request,
        case,
        case_rules.can_assign(request.user, case),
        MemberForm(request.POST or None, case=case),
        lambda data: teams.add_member(case, data["user"], by=request.user),
        heading="共同调解",
        button="加入",
        done="已加入办案人员",
    )


@get_or_post
def case_transfer(request: PortalRequest, pk: int) -> HttpResponse:
    case = case_of(request, pk)

    def act(data: dict[str, Any]) -> Any:
        return teams.transfer_case(case, data.pop("studio"), by=request.user, **data)

    return case_form(
        request,
        case,
        case_rules.can_transfer(request.user, case),
        TransferForm(request.POST or None, case=case),
        act,
        heading="移交其他工作室",
        button="移交",
        done="已移交",
        # Whoever hands a case over may not see it afterwards.
        to="/",
    )


@get_or_post
def case_stand_back(request: PortalRequest, pk: int) -> HttpResponse:
    case = case_of(request, pk)
    return case_form(
        request,
        case,
        case_rules.can_stand_back(request.user, case),
        ReasonForm(request.POST or None),
        lambda data: teams.stand_back(case, by=request.user, **data),
        heading="申请回避",
        button="回避",
        hint="与当事人有亲属、雇佣等利害关系的应当回避；回避后不能再看当事人信息",
        done="已回避",
    )


@get_or_post
def case_grade(request: PortalRequest, pk: int) -> HttpResponse:
    case = case_of(request, pk)

    def act(data: dict[str, Any]) -> Any:
        return outcomes.propose_grade(case, by=request.user, grade=data["grade"], reason=data["grade_reason"])

    return case_form(
        request,
        case,
        case_rules.can_propose_grade(request.user, case),
        GradeForm(request.POST or None, initial={"grade": case.grade, "grade_reason": case.grade_reason}),
        act,
        heading="定级",
        button="提出",
        done="已提出等级，等权益保障部门确认",
    )


@confidential
@get_or_post
def case_close(request: PortalRequest, pk: int) -> HttpResponse:
    case = case_of(request, pk)
    return case_form(
        request,
        case,
        case_rules.can_close_case(request.user, case),
        CaseCloseForm(request.POST or None, case=case),
        lambda data: outcomes.close(case, by=request.user, **data),
        heading="结案",
        button="结案",
        done="已结案",
    )


@get_or_post
def case_reopen(request: PortalRequest, pk: int) -> HttpResponse:
    case = case_of(request, pk)
    return case_form(
        request,
        case,
        case_rules.can_reopen_case(request.user, case),
        ReasonForm(request.POST or None),
        lambda data: outcomes.reopen(case, by=request.user, **data),
        heading="重新办理",
        button="重新办理",
        done="已重新办理",
    )
