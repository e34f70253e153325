"""The forms of the field's pages: the very fields of the desk's forms, to be filled and kept on the phone."""

from typing import Any

from django import forms

from mediation.forms.cases import IntakeForm, ReceptionForm
from orgs.forms import StrengthForm
from services.forms.findings import FinishForm
from services.forms.sessions import SessionReportForm


class PhoneForm(forms.Form):
    """`rows`: which fields stand side by side."""

    rows: list[list[forms.BoundField]]


def phone_form(form: Any, *rows: tuple[str, ...], required: tuple[str, ...] = ()) -> PhoneForm:
    """These fields of a form, unbound; what is chosen from the database stays empty here and is filled from what the phone took along."""
    fields = {name: _field(form.base_fields[name], name in required) for row in rows for name in row}
    made: PhoneForm = type("PhoneForm", (PhoneForm,), fields)(auto_id="%s")
    made.rows = [[made[name] for name in row] for row in rows]
    return made


def _field(field: Any, required: bool) -> Any:
    options = {"label": field.label, "required": field.required or required}
    large = {"class": "form-control form-control-lg"}
    if isinstance(field, forms.ModelChoiceField):
        return forms.ChoiceField(widget=forms.Select({"class": "form-select form-select-lg"}), **options)
    if isinstance(field, forms.ChoiceField):
        offered: Any = field.choices
        chosen: Any = [choice for choice in offered if choice[0] != ""]
        return forms.ChoiceField(
            choices=chosen, widget=forms.Select({"class": "form-select form-select-lg"}), **options
        )
    if isinstance(field, forms.IntegerField):
        return forms.CharField(widget=forms.TextInput({**large, "inputmode": "numeric"}), **options)
    if isinstance(field, forms.DateTimeField):
        return forms.CharField(widget=forms.TextInput({**large, "type": "datetime-local"}), **options)
    if isinstance(field, forms.DateField):
        return forms.CharField(widget=forms.TextInput({**large, "type": "date"}), **options)
    if isinstance(field.widget, forms.Textarea):
        return forms.CharField(
            max_length=field.max_length, widget=forms.Textarea({"class": "form-control", "rows": 2}), **options
        )
    keys = {"inputmode": "tel"} if field.label == "电话" else {}
    return forms.CharField(
        max_length=field.max_length, widget=forms.TextInput({**large, "autocomplete": "off", **keys}), **options
    )


def phone_forms() -> dict[str, PhoneForm]:
    """By kind of record, as the phone sends it."""
    return {
        "report": phone_form(
            SessionReportForm, ("workers_served", "volunteers"), ("venue",), ("summary",), required=("workers_served",)
        ),
        "strength": phone_form(StrengthForm, ("as_of",), ("formal_members",), ("volunteers",), ("union_members",)),
        "call_out": phone_form(
            FinishForm, ("people", "people_helped"), ("kind",), ("place",), ("ended_at",), ("summary",)
        ),
        "reception": phone_form(ReceptionForm, ("studio",), ("received_on",), ("people",), ("subject",)),
        "case": phone_form(IntakeForm, ("caller_name", "caller_phone"), ("kind", "area"), ("studio",), ("text",)),
    }
