from django import forms

from xiangshan.core.areas.counties import County
from xiangshan.shared.forms import PortalForm, PortalModelForm


class CountyForm(PortalModelForm):
    class Meta:
        model = County
        fields = [
            "name",
            "short_name",
            "telephone_code",
            "help_contact",
            "direct_up_to",
            "inquiry_up_to",
            "tender_from",
            "least_reviews",
            "contract_number",
            "payment_number",
            "procurement_number",
            "project_number",
            "disbursement_number",
            "case_number",
            "reward_number",
            "tiles",
        ]


class EntryForm(PortalForm):
    name = forms.CharField(label="名称", max_length=20)
