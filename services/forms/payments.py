"""What is asked about payments and acceptances."""

from typing import Any

from django import forms

from orgs.models import SocialOrganization
from services.models import Acceptance, Department, Payment, PaymentTerm, ServiceContract
from xiangshan.core.money import AmountField
from xiangshan.shared.forms import AreaChoice, FilterForm, PortalForm, choices


class PaymentFilterForm(FilterForm):
    q = forms.CharField(label="编号、合同、组织或凭证", required=False)
    status = forms.ChoiceField(label="状态", choices=choices(Payment.Status.choices), required=False)
    department = forms.ModelChoiceField(Department.objects.all(), label="责任部门", required=False)
    area = AreaChoice(label="地区", required=False)
    paid_from = forms.DateField(label="付款自", required=False)
    paid_to = forms.DateField(label="至", required=False)
    organization = forms.ModelChoiceField(SocialOrganization.objects.all(), label="社会组织", required=False)
    contract = forms.ModelChoiceField(ServiceContract.objects.all(), label="合同", required=False)
    kept = ("organization", "contract")


class PaymentForm(PortalForm):
    """A request for what a term comes to; the reason only where its condition does not hold yet."""

    note = forms.CharField(label="说明", max_length=300, required=False, widget=forms.Textarea)
    override_reason = forms.CharField(
        label="提前付款的理由",
        max_length=300,
        required=False,
        widget=forms.Textarea,
        help_text="付款条件尚未满足，财务会看到",
    )

    def __init__(self, *args: Any, term: PaymentTerm, holds: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.term = term
        if holds:
            del self.fields["override_reason"]


class AcceptanceDecisionForm(PortalForm):
    decision = forms.ChoiceField(label="结论", choices=Acceptance.Decision.choices, widget=forms.RadioSelect)
    deduction = AmountField(
        label="扣减金额（元）",
        max_digits=13,
        decimal_places=2,
        min_value=0,
        required=False,
        help_text="扣减后通过时填写",
    )
    opinion = forms.CharField(
        label="意见",
        max_length=1000,
        required=False,
        widget=forms.Textarea,
        help_text="有未达到的项目、扣减或不通过时必填",
    )

    def __init__(self, *args: Any, acceptance: Acceptance, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not acceptance.is_final:
            del self.fields["deduction"]
            self.fields["decision"].choices = [
                choice for choice in Acceptance.Decision.choices if choice[0] != "deducted"
            ]

    def clean_deduction(self) -> Any:
        return self.cleaned_data.get("deduction") or 0
