from typing import Any

from django import forms
from django.utils import timezone

from mediation.models import CallBack, RewardScheme, RewardStatement, Studio
from mediation.models.rewards import OPEN
from xiangshan.core.accounts.models import User
from xiangshan.shared.forms import AreaChoice, FilterForm, PortalForm, PortalModelForm, choices

QUARTERS = [(str(one), f"第 {one} 季度") for one in range(1, 5)]


class SchemeForm(PortalModelForm):
    class Meta:
        model = RewardScheme
        fields = [
            "year",
            "base_general",
            "base_hard",
            "base_major",
            "criteria",
            "unagreed_share",
            "paid_per_mille",
            "paid_at_most",
            "group_extra",
            "late_after",
            "late_minus",
            "case_at_most",
            "studio_at_most",
            "least_complete",
            "call_back_share",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["year"]


class StatementFilterForm(FilterForm):
    studio = forms.ModelChoiceField(Studio.objects.order_by("name"), label="工作室", required=False)
    year = forms.IntegerField(label="年度", required=False, min_value=2000, max_value=2100)
    quarter = forms.ChoiceField(label="季度", choices=choices(QUARTERS), required=False)
    status = forms.ChoiceField(
        label="状态", choices=choices([(OPEN, "尚未批准"), *RewardStatement.Status.choices]), required=False
    )
    area = AreaChoice(label="地区", required=False)
    kept = ("area",)


class ComputeForm(PortalForm):
    """Which quarter, for one studio or all."""

    year = forms.IntegerField(label="年度", min_value=2000, max_value=2100)
    quarter = forms.TypedChoiceField(label="季度", choices=QUARTERS, coerce=int)
    studio = forms.ModelChoiceField(Studio.objects.none(), label="工作室", required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["studio"].queryset = Studio.objects.visible_to(user).order_by("opened_on", "pk")
        self.fields["studio"].empty_label = "全部工作室"


class CallBackForm(PortalForm):
    result = forms.ChoiceField(label="结果", choices=CallBack.Result.choices)
    called_on = forms.DateField(label="回访日期")
    note = forms.CharField(label="情况", max_length=300, help_text="不写当事人姓名、电话")


class WordsForm(PortalForm):
    text = forms.CharField(label="内容", max_length=300, widget=forms.Textarea)


class TrialForm(PortalForm):
    """Two schemes on the cases of a year."""

    first = forms.ModelChoiceField(RewardScheme.objects.none(), label="现行办法")
    second = forms.ModelChoiceField(RewardScheme.objects.none(), label="换成")
    year = forms.IntegerField(label="按哪一年的案件", min_value=2000, max_value=2100)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("first", "second"):
            self.fields[name].queryset = RewardScheme.objects.visible_to(user)
        self.initial.setdefault("year", timezone.localdate().year - 1)
