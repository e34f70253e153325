from typing import Any

from django import forms
from django.utils import timezone

from services.models import ServiceCategory
from xiangshan.accounts.models import User
from xiangshan.metrics.periods import Period
from xiangshan.pages.forms import FilterForm


class DashboardForm(FilterForm):
    """One set of filters moves every part of the page."""

    year = forms.IntegerField(label="年度", required=False, min_value=2000, max_value=2100, widget=forms.Select)
    quarter = forms.IntegerField(label="季度", required=False, min_value=1, max_value=4, widget=forms.Select)
    category = forms.ModelChoiceField(ServiceCategory.objects.all(), label="服务类别", required=False)
    area = forms.RegexField(r"^\d{12}$", label="地区", required=False)
    organization = forms.IntegerField(label="社会组织", required=False)
    studio = forms.IntegerField(label="工作室", required=False)
    contract = forms.IntegerField(label="合同", required=False)
    kept = ("area", "organization", "studio", "contract")

    def __init__(self, *args: Any, user: User, years: range, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.fields["year"].widget.choices = [(year, f"{year} 年") for year in reversed(years)]
        self.fields["quarter"].widget.choices = [("", "全年"), *((n, f"第 {n} 季度") for n in (1, 2, 3, 4))]
        self.initial.setdefault("year", timezone.localdate().year)

    @property
    def period(self) -> Period:
        year = self.wanted.get("year") or timezone.localdate().year
        quarter = self.wanted.get("quarter")
        return Period.quarter(year, quarter) if quarter else Period.year(year)
