"""What forms share: browser date fields, areas by town, an empty choice in words."""

import re
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q

from xiangshan.core.accounts.models import User
from xiangshan.core.areas.models import Area, within
from xiangshan.core.forms import explain
from xiangshan.core.keys import key_of
from xiangshan.shared.lists.spans import pairs_of


class AreaChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Communities after the name of their town."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("queryset", Area.objects.none())
        super().__init__(*args, **kwargs)

    def label_from_instance(self, area: Any) -> str:
        return f"{area.parent.name} · {area.name}" if area.level == Area.Level.COMMUNITY else area.name


# No record of the portal is older or further away: beyond, calendars cannot count and databases differ.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)


def is_in_calendar(value: date | datetime) -> None:
    """Raises ValidationError for a day no record can have."""
    if not FIRST_DAY.year <= value.year <= LAST_DAY.year:
        raise ValidationError(f"日期应在 {FIRST_DAY.year} 年到 {LAST_DAY.year} 年之间")


# How numbers are written by programs, not by people: 1e3, 1_000.
NOTATION = re.compile(r"[eE_]")


class TypeAhead(forms.Select):
    """A list from which a script makes a box to type names or initials in; without it, a plain list."""

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        """Two that are called the same are told apart by where they lie, or by their number."""
        groups = super().optgroups(name, value, attrs)
        options = [option for _, subgroup, _ in groups for option in subgroup]
        twice = _same(options)
        lies = {id(option): getattr(getattr(option["value"], "instance", None), "area_id", None) for option in twice}
        areas = Area.objects.select_related("parent").in_bulk({pk for pk in lies.values() if pk}) if twice else {}
        for option in twice:
            if area := areas.get(lies[id(option)]):
                option["label"] = f"{option['label']} · {area}"
        for option in _same(options):
            option["label"] = f"{option['label']}（{_told_apart(option)}）"
        return groups


def _told_apart(option: dict[str, Any]) -> Any:
    """What people know of two that share name and place: a code, a login, else their number in the list."""
    record = getattr(option["value"], "instance", None)
    return getattr(record, "credit_code", "") or getattr(record, "username", "") or option["value"]


def _same(options: list[dict[str, Any]]) -> list[dict[str, Any]]:
    count = Counter(str(option["label"]) for option in options)
    return [option for option in options if count[str(option["label"])] > 1]


def plain_numbers(to_python: Callable[[Any], Any], example: str) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if isinstance(value, str) and NOTATION.search(value):
            raise ValidationError(f"请填写数字，如 {example}")
        return to_python(value)

    return read


def soften(form: Any) -> None:
    """Native pickers for days and times, number keys for numbers, words for no choice and for what is missing."""
    for field in form.fields.values():
        widget = field.widget
        if isinstance(field, forms.IntegerField | forms.DecimalField):
            number: Any = field
            example = "1234.50" if isinstance(field, forms.DecimalField) else "1234"
            number.to_python = plain_numbers(field.to_python, example)
        if (
            type(widget) is forms.Select
            and isinstance(field, forms.ModelChoiceField)
            and not isinstance(form, FilterForm)
        ):
            records: Any = field.choices
            field.widget = widget = TypeAhead(attrs={**widget.attrs, "data-typeahead": True}, choices=records)
            widget.is_required = field.required
        if isinstance(field, forms.DateTimeField | forms.DateField):
            field.validators = [*field.validators, is_in_calendar]
        if widget.is_hidden:
            continue
        if isinstance(field, forms.DateTimeField):
            field.widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        elif isinstance(field, forms.DateField):
            field.widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        elif isinstance(field, forms.TimeField):
            field.widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
        elif isinstance(field, forms.IntegerField):
            widget.attrs |= {"inputmode": "numeric", "min": 0}
        elif isinstance(field, forms.DecimalField):
            widget.attrs |= {"inputmode": "decimal"}
        elif isinstance(widget, forms.Textarea):
            widget.attrs["rows"] = 3
        if isinstance(field, forms.ModelChoiceField) and not isinstance(field, forms.ModelMultipleChoiceField):
            field.empty_label = "请选择" if field.required else "不限" if isinstance(form, FilterForm) else "无"
        if isinstance(field, forms.TypedChoiceField) and isinstance(widget, forms.Select):
            text = "请选择" if field.required else "无"
            known: Any = field.choices
            field.choices = [(value, text if value == "" else label) for value, label in known]
        if isinstance(field, forms.ModelMultipleChoiceField):
            offered: Any = field.choices
            field.widget = forms.CheckboxSelectMultiple(choices=offered)
        if isinstance(field.widget, (forms.DateInput, forms.TimeInput, forms.DateTimeInput)):
            field.widget.is_required = field.required
        explain(field)


class PortalForm(forms.Form):
    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        soften(self)


class PortalModelForm(forms.ModelForm):  # type: ignore[type-arg]
    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        soften(self)


class ReasonForm(PortalForm):
    """Whatever cannot be undone by the person it concerns asks why."""

    reason = forms.CharField(label="原因", max_length=300, widget=forms.Textarea)


class FileForm(PortalForm):
    file = forms.FileField(label="文件", help_text="照片、PDF、Word 或 Excel")


class VoucherForm(PortalForm):
    """What finance writes down of money that went out."""

    voucher_number = forms.CharField(label="凭证号", max_length=40)
    paid_on = forms.DateField(label="付款日期")


class FilterForm(forms.Form):
    """Filters of a list: by GET, kept in the address; a wrong value is shown, and filters nothing.

    What is chosen among records is offered, and taken, as far as the reader sees them.
    """

    # Filters that come from a figure: not asked for in the form, but kept, said in words and cleared with one click. Where the
    # address does not name one, the form has no such field.
    kept: tuple[str, ...] = ()
    fields: dict[str, Any]
    is_reversed = False  # a first day after its last: such a list is not exported

    # What a key of the database can be: anything larger is no record, and no query.
    LARGEST = 2**63 - 1

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.kept:
            if self.data.get(name):
                self.fields[name].widget = forms.HiddenInput()
            else:
                del self.fields[name]
        for name, field in self.fields.items():
            if isinstance(field, AreaChoice):
                self._offer_areas(name, field, user)
            elif isinstance(field, forms.ModelChoiceField):
                records: Any = field.queryset
                if hasattr(records, "visible_to"):  # a look-up table is everybody's
                    field.queryset = records.visible_to(user)
            elif isinstance(field, forms.IntegerField):
                field.validators += [MinValueValidator(0), MaxValueValidator(self.LARGEST)]
        soften(self)

    def _offer_areas(self, name: str, field: AreaChoice, user: User) -> None:
        """The towns the user works over, and the area a figure's link asks for."""
        asked = key_of(self.data.get(name))
        offered = within(user.areas, "pk") & ~Q(level=Area.Level.COMMUNITY)
        if asked:
            offered |= Q(pk=asked)
        field.queryset = Area.objects.filter(offered).select_related("parent").order_by("pk")
        if not user.areas:
            field.widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        """A first day after its last is said, and neither filters."""
        values = super().clean() or self.cleaned_data
        for first, last in pairs_of(self.fields):
            begins, ends = values.get(first), values.get(last)
            if begins and ends and begins > ends:
                self.add_error(last, f"比开始的日期（{begins:%Y-%m-%d}）早，没有按日期筛选，请改其中一个")
                values.pop(first)
                self.is_reversed = True
        return values

    @property
    def wanted(self) -> dict[str, Any]:
        """What narrows the list. Of an address that says nonsense in one place, the rest still holds."""
        self.is_valid()
        return self.cleaned_data

    @property
    def kept_text(self) -> str:
        """What a figure's link has narrowed the list to, in words."""
        narrowed = {name: value for name, value in self.wanted.items() if name in self.kept and value}
        narrowed.pop("totals", None)  # asks for sums, of the same rows
        return "；".join(
            str(self.fields[name].label) + ("" if value is True else f"：{getattr(value, 'name', value)}")
            for name, value in narrowed.items()
        )


def choices(text: Any) -> list[tuple[str, str]]:
    return [("", "不限"), *text]
