from typing import Any

from django import forms

from mediation.models import MediationCase, Reception, Studio
from orgs.models import Employer
from xiangshan.accounts.models import Role, User
from xiangshan.areas.models import Area
from xiangshan.pages.forms import AreaChoice, FilterForm, PortalModelForm, choices

HANDLERS = (Role.MEDIATOR, Role.MEDIATION_SUPERVISOR)


class CaseFilterForm(FilterForm):
    OUTCOMES = [("", "不限"), ("decided", "达成协议或调解不成"), *MediationCase.Outcome.choices]
    q = forms.CharField(label="案号或事由", required=False)
    status = forms.ChoiceField(
        label="状态", choices=[("", "不限"), ("open", "未结案"), *MediationCase.Status.choices], required=False
    )
    kind = forms.ChoiceField(label="争议类型", choices=choices(MediationCase.Kind.choices), required=False)
    outcome = forms.ChoiceField(label="调解结果", choices=OUTCOMES, required=False)
    studio = forms.ModelChoiceField(Studio.objects.none(), label="工作室", required=False)
    area = AreaChoice(label="地区", required=False)
    received_from = forms.DateField(label="接案自", required=False)
    received_to = forms.DateField(label="至", required=False)
    closed_from = forms.DateField(label="结案自", required=False)
    closed_to = forms.DateField(label="结案至", required=False)
    responded = forms.BooleanField(label="已响应", required=False)
    totals = forms.BooleanField(label="合计", required=False)
    kept = ("closed_from", "closed_to", "responded", "totals")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.fields["studio"].queryset = Studio.objects.visible_to(user).order_by("name")


class ReceptionFilterForm(FilterForm):
    q = forms.CharField(label="事由", required=False)
    studio = forms.ModelChoiceField(Studio.objects.none(), label="工作室", required=False)
    area = AreaChoice(label="地区", required=False)
    first = forms.DateField(label="接待自", required=False)
    last = forms.DateField(label="至", required=False)
    totals = forms.BooleanField(label="合计", required=False)
    kept = ("totals",)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.fields["studio"].queryset = Studio.objects.visible_to(user).order_by("name")


def own_studios(user: User) -> Any:
    return Studio.objects.visible_to(user).order_by("name")


class CaseForm(PortalModelForm):
    area = AreaChoice(label="发生地区", required=False, help_text="留空为工作室所在镇街")

    class Meta:
        model = MediationCase
        fields = [
            "studio",
            "channel",
            "kind",
            "subject",
            "received_at",
            "employer",
            "area",
            "workers",
            "people_received",
            "amount_involved",
        ]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = Area.objects.select_related("parent").order_by("pk")
        self.fields["studio"].queryset = own_studios(user)
        if not self.instance.pk and self.fields["studio"].queryset.count() == 1:
            self.fields["studio"].initial = self.fields["studio"].queryset.get()
        self.fields["employer"].queryset = Employer.objects.visible_to(user).order_by("name")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        studio = data.get("studio") or (self.instance.studio if self.instance.pk else None)
        if not data.get("area") and studio:
            data["area"] = studio.area
        return data


class CaseProgressForm(CaseForm):
    """What became of it: everything but the studio, whose number it carries."""

    class Meta(CaseForm.Meta):
        fields = [
            *CaseForm.Meta.fields[1:],
            "first_response_at",
            "arrived_at",
            "accepted_on",
            "status",
            "outcome",
            "concluded_on",
            "closed_on",
            "amount_agreed",
            "amount_paid",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super(CaseForm, self).__init__(*args, **{name: value for name, value in kwargs.items() if name != "user"})
        self.fields["area"].queryset = Area.objects.select_related("parent").order_by("pk")
        self.fields["employer"].queryset = Employer.objects.visible_to(kwargs["user"]).order_by("name")


class ReceptionForm(PortalModelForm):
    class Meta:
        model = Reception
        fields = ["studio", "received_on", "people", "subject"]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["studio"].queryset = own_studios(user)


class StudioForm(PortalModelForm):
    class Meta:
        model = Studio
        fields = ["name", "mark", "organization", "area", "phone", "opened_on", "plaque"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = Area.objects.towns().order_by("pk")
        self.fields["organization"].queryset = self.fields["organization"].queryset.order_by("name")
