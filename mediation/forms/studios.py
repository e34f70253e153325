from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from mediation.forms.cases import towns_around
from mediation.models import CalendarDay, Mediator, StatutoryTerm, Studio
from xiangshan.core.accounts.models import Role, User
from xiangshan.core.accounts.selectors import holders
from xiangshan.core.areas.models import within
from xiangshan.shared.forms import PortalForm, PortalModelForm
from xiangshan.shared.schedule import read_days


class StudioForm(PortalModelForm):
    class Meta:
        model = Studio
        fields = ["name", "case_prefix", "organization", "area", "phone", "opened_on", "plaque"]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = towns_around(user)
        here = within(user.counties)
        self.fields["organization"].queryset = self.fields["organization"].queryset.filter(here).order_by("name")


class MediatorForm(PortalModelForm):
    class Meta:
        model = Mediator
        fields = ["name", "profession", "user", "starts_on", "ends_on"]

    def __init__(self, *args: Any, studio: Studio, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = holders(Role.MEDIATOR, studio.pk).order_by("name")


class DutyRotaForm(PortalForm):
    """From one day to another, one after the other."""

    first = forms.DateField(label="自")
    last = forms.DateField(label="至")
    mediators = forms.ModelMultipleChoiceField(
        Mediator.objects.none(), label="轮流值班", help_text="按名单顺序一人一天"
    )

    def __init__(self, *args: Any, studio: Studio, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mediators"].queryset = studio.mediators.serving_on(timezone.localdate())
        self.fields["mediators"].widget.choices = self.fields["mediators"].choices

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if first and last and not 0 <= (last - first).days <= 92:
            self.add_error("last", "结束不能早于开始，一次最多排三个月")
        return data


class StatutoryTermForm(PortalModelForm):
    class Meta:
        model = StatutoryTerm
        fields = ["code", "count", "unit", "rolls_over", "article", "afterwards", "effective_from", "effective_to"]


class HolidayForm(PortalForm):
    """A year as the State Council announced it: weekdays off, and weekends that are worked."""

    source = forms.CharField(label="依据", max_length=120, help_text="如：国办发明电〔2026〕×号")
    off = forms.CharField(
        label="放假的工作日", required=False, widget=forms.Textarea, help_text="周一至周五里放假的日子，用逗号隔开"
    )
    on = forms.CharField(
        label="上班的周末", required=False, widget=forms.Textarea, help_text="周六、周日里调休上班的日子，用逗号隔开"
    )

    def __init__(self, *args: Any, year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.year = year
        days = list(CalendarDay.objects.filter(day__year=year))
        self.initial.setdefault("off", ", ".join(str(day.day) for day in days if not day.is_working))
        self.initial.setdefault("on", ", ".join(str(day.day) for day in days if day.is_working))
        self.names = {day.day: day.name for day in days}

    def _days(self, name: str, *, weekend: bool) -> list[date]:
        try:
            days = read_days(self.cleaned_data[name])
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None
        for day in days:
            if day.year != self.year:
                raise forms.ValidationError(f"{day} 不在 {self.year} 年")
            if (day.weekday() >= 5) != weekend:
                raise forms.ValidationError(f"{day} {'不是周末' if weekend else '是周末，本来就休息'}")
        return days

    def clean_off(self) -> list[date]:
        return self._days("off", weekend=False)

    def clean_on(self) -> list[date]:
        return self._days("on", weekend=True)

    @property
    def days(self) -> list[tuple[date, bool, str]]:
        """As the action takes them."""
        data = self.cleaned_data
        items = [(day, False, self.names.get(day, "放假")) for day in data["off"]]
        return items + [(day, True, self.names.get(day, "调休上班")) for day in data["on"]]


class OverviewForm(forms.Form):
    year = forms.IntegerField(label="年度", min_value=2000, max_value=2100)
