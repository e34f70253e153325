"""What is asked about findings and call-outs."""

from typing import Any

from django import forms
from django.utils import timezone

from orgs.models import SocialOrganization
from services.checks.catalogue import CHECKS
from services.forms.filters import OfOrganizationForm
from services.models import CallOut, Finding
from xiangshan.core.accounts.models import User
from xiangshan.shared.forms import AreaChoice, FilterForm, PortalForm, choices


class FindingFilterForm(OfOrganizationForm):
    q = forms.CharField(label="主题或说明", required=False)
    status = forms.ChoiceField(label="状态", choices=choices(Finding.Status.choices), required=False)
    severity = forms.ChoiceField(label="程度", choices=choices(Finding.Severity.choices), required=False)
    check_code = forms.ChoiceField(
        label="检查", choices=choices((check.code, check.name) for check in CHECKS.values()), required=False
    )
    area = AreaChoice(label="地区", required=False)
    first = forms.DateField(label="活动自", required=False)
    last = forms.DateField(label="至", required=False)


class SettleForm(PortalForm):
    """处理疑点."""

    status = forms.ChoiceField(
        label="处理结果",
        choices=[("justified", "情况属实，有正当理由"), ("confirmed", "确有问题（待核实的场次将退回修改）")],
        widget=forms.RadioSelect,
    )
    settlement = forms.CharField(label="理由", max_length=200, widget=forms.Textarea)


class RatesForm(FilterForm):
    year = forms.IntegerField(label="年度", required=False, min_value=2000, max_value=2100)
    area = AreaChoice(label="地区", required=False)


class StartForm(PortalForm):
    """应急出勤, one tap where the reader leads one team."""

    organization = forms.ModelChoiceField(SocialOrganization.objects.none(), label="队伍", empty_label=None)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = SocialOrganization.objects.visible_to(user).filter(stage__in=SocialOrganization.LINKED)
        self.fields["organization"].queryset = own.order_by("name")

    @property
    def only_team(self) -> SocialOrganization | None:
        """The team of a reader who has but one."""
        first: list[SocialOrganization] = list(self.fields["organization"].queryset[:2])
        return first[0] if len(first) == 1 else None


class FinishForm(PortalForm):
    """归队上报."""

    kind = forms.ChoiceField(label="类型", choices=CallOut.Kind.choices)
    place = forms.CharField(label="地点", max_length=80)
    ended_at = forms.DateTimeField(label="归队时间")
    people = forms.IntegerField(label="出勤人数", min_value=1, max_value=10_000)
    people_helped = forms.IntegerField(label="救助（服务）人数", min_value=0, max_value=100_000)
    summary = forms.CharField(label="简况（可不填）", max_length=2000, required=False, widget=forms.Textarea)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ended_at"].initial = timezone.localtime().replace(second=0, microsecond=0)


class CallOutFilterForm(OfOrganizationForm):
    q = forms.CharField(label="地点或主题", required=False)
    year = forms.IntegerField(label="年度", required=False, min_value=2000, max_value=2100)
    kind = forms.ChoiceField(label="类型", choices=choices(CallOut.Kind.choices), required=False)
    area = AreaChoice(label="地区", required=False)
