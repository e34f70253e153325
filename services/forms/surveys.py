"""What workers are asked."""

from typing import Any

from django import forms

from services.forms.filters import OfOrganizationForm
from services.models import FollowUp, ServiceCategory
from xiangshan.core.accounts.models import User
from xiangshan.shared.forms import AreaChoice, PortalForm

STARS = [(5, "非常满意"), (4, "满意"), (3, "一般"), (2, "不满意"), (1, "很不满意")]


class SurveyForm(forms.Form):
    overall = forms.TypedChoiceField(
        label="您对这场活动总体满意吗？",
        choices=STARS,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择满意程度"},
    )
    content = forms.TypedChoiceField(
        label="内容有用吗？",
        choices=[(5, "很有用"), (3, "一般"), (1, "没用")],
        coerce=int,
        required=False,
        empty_value=None,
        widget=forms.RadioSelect,
    )
    organisation = forms.TypedChoiceField(
        label="组织得好吗？",
        choices=[(5, "很好"), (3, "一般"), (1, "不好")],
        coerce=int,
        required=False,
        empty_value=None,
        widget=forms.RadioSelect,
    )
    comment = forms.CharField(
        label="还想说的（可不填）", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    token = forms.CharField(max_length=300, widget=forms.HiddenInput)


class SignInListForm(PortalForm):
    """A paper list: typed, or pasted from a spreadsheet."""

    names = forms.CharField(
        label="名单，每行一人", max_length=40_000, widget=forms.Textarea(attrs={"rows": 10, "autofocus": True})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["names"].widget.attrs["rows"] = 10


class ResponseFilterForm(OfOrganizationForm):
    STARS = [("", "不限"), ("low", "1–2 分"), *[(str(star), f"{star} 分") for star in range(5, 0, -1)]]
    q = forms.CharField(label="留言或主题", required=False)
    stars = forms.ChoiceField(label="评分", choices=STARS, required=False)
    category = forms.ModelChoiceField(ServiceCategory.objects.all(), label="类别", required=False)
    first = forms.DateField(label="评价自", required=False)
    last = forms.DateField(label="至", required=False)


class FollowUpFilterForm(OfOrganizationForm):
    OUTCOMES = [("", "不限"), ("overdue", "逾期"), ("closed", "已办结"), *FollowUp.Outcome.choices]
    q = forms.CharField(label="主题或处理情况", required=False)
    outcome = forms.ChoiceField(label="结果", choices=OUTCOMES, required=False)
    area = AreaChoice(label="地区", required=False)
    first = forms.DateField(label="活动自", required=False)
    last = forms.DateField(label="至", required=False)
    responsible = forms.ModelChoiceField(User.objects.all(), label="责任人", required=False)
    kept = ("organization", "responsible")


class FollowUpCloseForm(PortalForm):
    """办结回访."""

    outcome = forms.ChoiceField(
        label="结果", choices=[one for one in FollowUp.Outcome.choices if one[0] != "open"], widget=forms.RadioSelect
    )
    text = forms.CharField(
        label="了解到什么、做了什么",
        max_length=1000,
        widget=forms.Textarea,
        help_text="评价不记名：请向组织和单位了解情况",
    )


class AssignForm(PortalForm):
    responsible = forms.ModelChoiceField(User.objects.none(), label="转给")

    def __init__(self, *args: Any, colleagues: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["responsible"].queryset = colleagues
