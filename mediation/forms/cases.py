from typing import Any

from django import forms
from django.db.models import Q
from django.urls import reverse_lazy
from django.utils import timezone

from mediation.models import CaseEvent, MediationCase, Party, Reception, Studio
from orgs.models import Employer
from xiangshan.core import limits
from xiangshan.core.accounts.models import Role, User
from xiangshan.core.areas.models import Area, within
from xiangshan.shared.forms import AreaChoice, FilterForm, PortalForm, PortalModelForm, choices


class CaseFilterForm(FilterForm):
    OUTCOMES = [("", "不限"), ("decided", "达成协议或调解不成"), *MediationCase.Outcome.choices]
    q = forms.CharField(label="案号或事由", required=False)
    status = forms.ChoiceField(
        label="状态", choices=[("", "不限"), ("open", "未结案"), *MediationCase.Status.choices], required=False
    )
    kind = forms.ChoiceField(label="争议类型", choices=choices(MediationCase.Kind.choices), required=False)
    outcome = forms.ChoiceField(label="调解结果", choices=OUTCOMES, required=False)
    studio = forms.ModelChoiceField(Studio.objects.order_by("name"), label="工作室", required=False)
    area = AreaChoice(label="地区", required=False)
    due = forms.ChoiceField(
        label="期限",
        choices=choices([("late", "已过期"), ("soon", f"{limits.DEADLINE_SOON_DAYS} 天内")]),
        required=False,
    )
    group = forms.ChoiceField(label="规模", choices=choices([("group", "集体争议")]), required=False)
    employer = forms.IntegerField(label="用人单位", required=False)
    received_from = forms.DateField(label="接案自", required=False)
    received_to = forms.DateField(label="至", required=False)
    closed_from = forms.DateField(label="结案自", required=False)
    closed_to = forms.DateField(label="结案至", required=False)
    responded = forms.BooleanField(label="已响应", required=False)
    accepted = forms.BooleanField(label="已受理", required=False)
    totals = forms.BooleanField(label="合计", required=False)
    kept = ("employer", "closed_from", "closed_to", "responded", "accepted", "totals")


class ReceptionFilterForm(FilterForm):
    q = forms.CharField(label="事由", required=False)
    studio = forms.ModelChoiceField(Studio.objects.order_by("name"), label="工作室", required=False)
    area = AreaChoice(label="地区", required=False)
    first = forms.DateField(label="接待自", required=False)
    last = forms.DateField(label="至", required=False)
    totals = forms.BooleanField(label="合计", required=False)
    kept = ("totals",)


def own_studios(user: User) -> Any:
    """Where the user may open cases."""
    reach = Q(pk__in=user.scope(Role.MEDIATOR)) | within(user.scope(Role.MEDIATION_SUPERVISOR))
    return Studio.objects.filter(reach).select_related("area").order_by("name")


def towns_around(user: User) -> Any:
    """The towns of the counties in which the user works."""
    return Area.objects.around(user.counties).towns()


class IntakeForm(PortalForm):
    """接案 in under a minute: who called, what about, where. The rest comes later."""

    studio = forms.ModelChoiceField(Studio.objects.none(), label="工作室")
    caller_name = forms.CharField(label="谁来的", max_length=40, required=False)
    caller_phone = forms.CharField(label="电话", max_length=20, required=False)
    kind = forms.ChoiceField(label="什么事", choices=MediationCase.Kind.choices)
    area = AreaChoice(label="在哪里", required=False)
    text = forms.CharField(
        label="记一笔（可不填）", max_length=2000, required=False, widget=forms.Textarea, help_text="加密保存"
    )
    channel = forms.ChoiceField(label="来源", choices=MediationCase.Channel.choices, required=False)
    received_at = forms.DateTimeField(label="接案时间", required=False, help_text="不填就是现在")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = towns_around(user)
        self.fields["area"].empty_label = "工作室所在镇街"
        self.fields["studio"].queryset = own_studios(user)
        if self.fields["studio"].queryset.count() == 1:
            self.initial.setdefault("studio", self.fields["studio"].queryset.get().pk)
            self.fields["studio"].widget = forms.HiddenInput()
        self.fields["text"].widget.attrs["rows"] = 2
        self.fields["caller_phone"].widget.attrs |= {
            "inputmode": "tel",
            "hx-post": reverse_lazy("mediation:case_earlier"),
            "hx-target": "#earlier",
            "hx-trigger": "change",
        }

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("studio") and not data.get("area"):
            data["area"] = data["studio"].area
        data["channel"] = data.get("channel") or MediationCase.Channel.PHONE
        data["received_at"] = data.get("received_at") or timezone.now()
        return data


class EarlierForm(forms.Form):
    """By which a person is known again: never in an address, which servers write down."""

    caller_phone = forms.CharField(label="电话", max_length=20, required=False)
    id_number = forms.CharField(label="身份证号", max_length=18, required=False)


class CaseForm(PortalModelForm):
    area = AreaChoice(label="发生地区", required=False, help_text="留空为工作室所在镇街")

    class Meta:
        model = MediationCase
        fields = [
            "channel",
            "kind",
            "subject",
            "received_at",
            "employer",
            "area",
            "workers",
            "people_received",
            "amount_involved",
            "dispute_from",
            "dispute_to",
            "known_on",
            "employment_ended_on",
        ]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = Area.objects.around(user.counties)
        self.fields["employer"].queryset = Employer.objects.visible_to(user).order_by("name")
        self.fields["dispute_from"].help_text = "如欠薪的起止月份；认出同一争议要用"
        self.fields["known_on"].help_text = "仲裁时效从这一天算（调解仲裁法第二十七条）"

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not data.get("area"):
            data["area"] = self.instance.studio.area
        return data


class MomentForm(PortalForm):
    """When, and a word."""

    at = forms.DateTimeField(label="时间")
    text = forms.CharField(label="记一笔（可不填）", max_length=2000, required=False, widget=forms.Textarea)


class EventForm(PortalForm):
    kind = forms.ChoiceField(label="种类", choices=[(one.value, one.label) for one in CaseEvent.WRITTEN])
    at = forms.DateTimeField(label="时间")
    text = forms.CharField(
        label="做了什么", max_length=2000, widget=forms.Textarea, help_text="加密保存，可以写当事人姓名"
    )


class PartyForm(PortalModelForm):
    class Meta:
        model = Party
        fields = ["side", "name", "phone", "id_number"]
        widgets = {  # noqa: RUF012  (Django reads it once)
            name: forms.TextInput(attrs={"autocomplete": "off"}) for name in ("name", "phone", "id_number")
        }


class ReceptionForm(PortalModelForm):
    class Meta:
        model = Reception
        fields = ["studio", "received_on", "people", "subject"]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["studio"].queryset = own_studios(user)
