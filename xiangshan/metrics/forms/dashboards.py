from typing import Any

from django import forms
from django.core.cache import cache
from django.utils import timezone

from services.models import Department, ServiceCategory
from xiangshan.core.accounts.models import User
from xiangshan.core.areas.models import is_above_counties, is_above_towns
from xiangshan.metrics.periods import FIRST_YEAR, Period
from xiangshan.shared.forms import FilterForm

KEPT_FOR = 300  # seconds: how long a look-up table's new row may stay unoffered


class DashboardForm(FilterForm):
    """One set of filters moves every part of the page."""

    year = forms.IntegerField(label="年度", required=False, min_value=2000, max_value=2100, widget=forms.Select)
    quarter = forms.IntegerField(label="季度", required=False, min_value=1, max_value=4, widget=forms.Select)
    month = forms.IntegerField(label="月份", required=False, min_value=1, max_value=12, widget=forms.Select)
    category = forms.IntegerField(label="服务类别", required=False, widget=forms.Select)
    department = forms.IntegerField(label="责任部门", required=False, widget=forms.Select)
    area = forms.RegexField(r"^\d{12}$", label="地区", required=False)
    organization = forms.IntegerField(label="社会组织", required=False)
    studio = forms.IntegerField(label="工作室", required=False)
    contract = forms.IntegerField(label="合同", required=False)
    kept = ("area", "organization", "studio", "contract")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        if self.data.get("month"):  # the month says more than the quarter beside it
            self.data = {name: value for name, value in self.data.items() if name != "quarter"}
        this_year = timezone.localdate().year
        self.fields["year"].widget.choices = [(year, f"{year} 年") for year in range(this_year, FIRST_YEAR - 1, -1)]
        self.fields["quarter"].widget.choices = [("", "全年"), *((n, f"第 {n} 季度") for n in (1, 2, 3, 4))]
        self.fields["month"].widget.choices = [("", "不限"), *((n, f"{n} 月") for n in range(1, 13))]
        self.fields["category"].widget.choices = [("", "不限"), *_names(ServiceCategory, user)]
        self.fields["department"].widget.choices = [("", "不限"), *_names(Department, user)]
        # A department is the county's: in a town, and of one organization or contract, it says nothing.
        below = any(self.data.get(name) for name in ("organization", "contract", "studio"))
        of_town = not (self.data.get("area") or "0" * 6).endswith("0" * 6)
        if below or of_town or not any(is_above_towns(area) for area in user.areas):
            del self.fields["department"]
        if self.data.get("studio"):
            del self.fields["category"]
        self.initial.setdefault("year", this_year)

    @property
    def wanted(self) -> dict[str, Any]:
        """What could be read: a wrong year does not make another organization's page of this one."""
        self.is_valid()
        return self.cleaned_data

    @property
    def period(self) -> Period:
        """The month, else the quarter, else the year that is asked for; this year where none is."""
        year = self.wanted.get("year") or timezone.localdate().year
        if month := self.wanted.get("month"):
            return Period.month(year * 100 + month)
        quarter = self.wanted.get("quarter")
        return Period.quarter(year, quarter) if quarter else Period.year(year)


def _names(model: Any, user: User) -> list[tuple[int, str]]:
    rows: Any = cache.get_or_set(
        f"names:{model._meta.label}", lambda: list(model.objects.values_list("pk", "name", "county")), KEPT_FOR
    )
    own = {None, *user.counties}
    return [
        (pk, name) for pk, name, county in rows if county in own or any(is_above_counties(area) for area in own if area)
    ]
