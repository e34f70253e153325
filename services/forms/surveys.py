"""What workers are asked."""

from django import forms

STARS = [(5, "非常满意"), (4, "满意"), (3, "一般"), (2, "不满意"), (1, "很不满意")]


class SurveyForm(forms.Form):
    overall = forms.TypedChoiceField(
        label="您对这场活动总体满意吗?", choices=STARS, coerce=int, widget=forms.RadioSelect
    )
    content = forms.TypedChoiceField(
        label="内容有用吗?",
        choices=[(5, "很有用"), (3, "一般"), (1, "没用")],
        coerce=int,
        required=False,
        empty_value=None,
        widget=forms.RadioSelect,
    )
    organisation = forms.TypedChoiceField(
        label="组织得好吗?",
        choices=[(5, "很好"), (3, "一般"), (1, "不好")],
        coerce=int,
        required=False,
        empty_value=None,
        widget=forms.RadioSelect,
    )
    comment = forms.CharField(
        label="还想说的(可不填)", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    token = forms.CharField(max_length=200, widget=forms.HiddenInput)
