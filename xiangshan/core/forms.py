"""What a form says of a field that is missing or is no choice, in our words."""

import re
from typing import Any

from django import forms


def explain(field: Any) -> None:
    """What is missing or is no choice is said with the field's name, and with what to do."""
    label = re.sub("（.*？）", "", str(field.label or ""))
    chooses = isinstance(
        field.widget, forms.Select | forms.RadioSelect | forms.CheckboxSelectMultiple | forms.DateInput
    )
    verb = (
        "请勾选"
        if isinstance(field, forms.BooleanField)
        else "请上传"
        if isinstance(field, forms.FileField)
        else "请选择"
        if chooses
        else "请填写"
    )
    if str(field.error_messages.get("required")) == str(forms.Field.default_error_messages["required"]):
        field.error_messages["required"] = f"{verb}{label}"
    if isinstance(field, forms.ChoiceField):
        field.error_messages["invalid_choice"] = f"请从列表中选择{label}"


def explain_all(form: Any) -> None:
    for field in form.fields.values():
        explain(field)
