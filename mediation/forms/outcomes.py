from typing import Any

from django import forms

from mediation.models import Agreement, Instalment, MediationCase, Referral, Studio
from xiangshan.core.accounts.models import Role, User
from xiangshan.core.accounts.selectors import holders
from xiangshan.core.money import AmountField
from xiangshan.shared.forms import PortalForm, PortalModelForm
from xiangshan.shared.row_forms import RowKinds, rows_factory

HALF = [("", "没有评价"), *((one, f"{one} 分") for one in range(5, 0, -1))]


class AcceptForm(PortalForm):
    accepted_on = forms.DateField(label="受理日期")


class AgreementForm(PortalModelForm):
    class Meta:
        model = Agreement
        fields = ["terms", "signed_on", "effective_on"]
        widgets = {"terms": forms.Textarea}  # noqa: RUF012  (Django reads it once)
        help_texts = {  # noqa: RUF012
            "terms": "写双方约定的事；加密保存，可以写姓名",
            "effective_on": "双方签字盖章并经调解员签字之日",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["terms"].widget.attrs["rows"] = 6


class _InstalmentForm(PortalModelForm):
    class Meta:
        model = Instalment
        fields = ["due_on", "amount"]


INSTALMENT_ROWS: RowKinds = {
    "instalments": (
        "付款安排",
        "合计就是协议金额；一次付清写一行，不涉及金额不写",
        rows_factory(Agreement, Instalment, _InstalmentForm, 3),
    )
}


class InstalmentPaymentForm(PortalForm):
    amount = AmountField(label="金额（元）", max_digits=13, decimal_places=2, min_value=0)
    paid_on = forms.DateField(label="付款日期")
    proof = forms.CharField(
        label="凭据", max_length=100, required=False, help_text="如：银行回单已上传、双方确认；不写姓名"
    )


class ConcludeForm(PortalForm):
    outcome = forms.ChoiceField(
        label="结果",
        choices=[(one.value, one.label) for one in (MediationCase.Outcome.FAILED, MediationCase.Outcome.WITHDRAWN)],
    )
    concluded_on = forms.DateField(label="日期")
    text = forms.CharField(label="情况", max_length=1000, widget=forms.Textarea, help_text="加密保存")


class ReferForm(PortalForm):
    target = forms.ChoiceField(label="转介到", choices=Referral.Target.choices)
    referred_on = forms.DateField(label="日期")
    text = forms.CharField(label="说明（可不填）", max_length=1000, required=False, widget=forms.Textarea)


class ResultForm(PortalForm):
    result = forms.CharField(label="结果", max_length=200, help_text="如：裁决支付、和解、撤回；不写姓名")
    result_on = forms.DateField(label="日期")


class _UserForm(PortalForm):
    user = forms.ModelChoiceField(User.objects.none(), label="调解员")

    def __init__(self, *args: Any, case: MediationCase, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        away = case.conflicts.values("user")
        self.fields["user"].queryset = holders(Role.MEDIATOR, case.studio_id).exclude(pk__in=away).order_by("name")


class LeadForm(_UserForm):
    reason = forms.CharField(label="原因", max_length=200, required=False, help_text="交接时必填")


class MemberForm(_UserForm):
    """Who helps."""


class TransferForm(PortalForm):
    studio = forms.ModelChoiceField(Studio.objects.none(), label="移交到")
    consented_on = forms.DateField(label="当事人同意日期", required=False)
    reason = forms.CharField(label="原因", max_length=200)

    def __init__(self, *args: Any, case: MediationCase, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Studio.objects.exclude(pk=case.studio_id)
        self.fields["studio"].queryset = others.order_by("opened_on", "pk")


class PauseForm(PortalForm):
    starts_on = forms.DateField(label="自")
    reason = forms.CharField(label="原因", max_length=200, help_text="如：双方同意等鉴定结论")


class ResumeForm(PortalForm):
    ends_on = forms.DateField(label="最后一天不计算的日期")


class GradeForm(PortalForm):
    grade = forms.ChoiceField(label="等级", choices=MediationCase.Grade.choices)
    grade_reason = forms.CharField(label="理由", max_length=200, help_text="符合哪一条定级标准")


class CaseCloseForm(PortalForm):
    worker_satisfaction = forms.TypedChoiceField(
        label="职工方满意度", choices=HALF, coerce=int, empty_value=None, required=False
    )
    employer_satisfaction = forms.TypedChoiceField(
        label="单位方满意度", choices=HALF, coerce=int, empty_value=None, required=False
    )
    lessons = forms.CharField(
        label="经验与启示", max_length=1000, required=False, widget=forms.Textarea, help_text="供大家学习，不写姓名"
    )
    unfulfilled_reason = forms.CharField(label="协议没有履行完就结案的原因", max_length=200, required=False)

    def __init__(self, *args: Any, case: MediationCase, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if case.status != MediationCase.Status.AGREED:
            del self.fields["unfulfilled_reason"]
