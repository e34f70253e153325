from typing import Any

from django import forms

from mediation.forms.cases import own_studios
from mediation.models import HelpRequest, MediationCase, Studio
from xiangshan.core.accounts.models import User
from xiangshan.core.areas.counties import County
from xiangshan.core.areas.models import Area
from xiangshan.shared.forms import AreaChoice, FilterForm, PortalForm, choices
from xiangshan.shared.public import PersonForm


class HelpForm(PortalForm, PersonForm):
    """求助, by nobody logged in."""

    name = forms.CharField(label="怎么称呼您", max_length=40)
    phone = forms.CharField(label="电话", max_length=20)
    area = AreaChoice(label="单位在哪个镇街")
    kind = forms.ChoiceField(label="什么事", choices=MediationCase.Kind.choices)
    text = forms.CharField(label="说说情况（可不填）", max_length=1000, required=False, widget=forms.Textarea)
    field_order = ("name", "phone", "area", "kind", "text", "answer", "website", "token")

    def __init__(self, *args: Any, county: County, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.county = county
        self.fields["area"].queryset = Area.objects.around([county.pk]).towns()
        self.fields["area"].empty_label = "请选择"
        self.fields["phone"].widget.attrs["inputmode"] = "tel"
        self.ask_person()

    def clean_phone(self) -> str:
        phone: str = "".join(self.cleaned_data["phone"].split()).replace("-", "")
        if not phone.isdecimal() or not 7 <= len(phone) <= 13:
            raise forms.ValidationError("请写能打通的电话号码")
        return phone

    def clean(self) -> dict[str, Any]:
        return self.check_person(super().clean() or {})


class HelpFilterForm(FilterForm):
    status = forms.ChoiceField(label="状态", choices=choices(HelpRequest.Status.choices), required=False)
    studio = forms.ModelChoiceField(Studio.objects.order_by("name"), label="工作室", required=False)


class TakeForm(PortalForm):
    studio = forms.ModelChoiceField(Studio.objects.none(), label="由哪家工作室办")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["studio"].queryset = own_studios(user)
