"""A record and its rows as one form: all are right, or nothing is saved."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import inlineformset_factory
from django.http import HttpResponse
from django.shortcuts import redirect, render

from xiangshan.core.accounts.requests import PortalRequest
from xiangshan.shared.responses import FORM, add_errors

# By its name in the address of errors: heading, hint, and the set of forms.
RowKinds = dict[str, tuple[str, str, Any]]


def rows_factory(whole: Any, model: Any, form: Any, extra: int) -> Any:
    return inlineformset_factory(whole, model, form=form, extra=extra, can_delete=True, max_num=40)


def row_sets(
    kinds: RowKinds, data: Any, record: Any, initial: dict[str, list[dict[str, Any]]], **form_kwargs: Any
) -> dict[str, Any]:
    """A set of forms for each kind of row; `initial` fills the empty ones of a new record, `form_kwargs` goes to every form."""
    result = {}
    for name, (title, hint, rows) in kinds.items():
        given = initial.get(name, [])
        made = rows(data, instance=record, prefix=name, initial=given, form_kwargs=form_kwargs)
        made.extra += len(given)
        for row in made.forms[: len(given)] if record is None else ():
            row.empty_permitted = False  # what was filled in for somebody counts as said, untouched or not
        made.name, made.title, made.hint = name, title, hint
        result[name] = made
    return result


def rows_of(formset: Any) -> list[dict[str, Any]]:
    """What the rows' forms say, as the action takes it; an untouched empty row says nothing."""
    items = []
    for form in formset.forms:
        data = dict(form.cleaned_data)
        row, taken_out = data.pop("id", None), data.pop("DELETE", False)
        data.pop(formset.fk.name, None)
        if taken_out:
            items += [{"row": row, "gone": True}] if row else []
        elif row or form.has_changed() or not form.empty_permitted:
            items.append(data | ({"row": row} if row else {}))
    return items


def rows_page(
    request: PortalRequest,
    form: Any,
    formsets: dict[str, Any],
    act: Callable[[dict[str, list[dict[str, Any]]]], Any],
    *,
    to: Any,
    done: str = "已保存",
    template: str = FORM,
    **context: Any,
) -> HttpResponse:
    """Shows a form with its rows, or acts once on both; what the action refuses stands beside what was typed.

    `act` gets the rows by kind, once the form and all rows are right; `to` and `back` are those of `form_page`.
    """
    if request.method == "POST" and all([form.is_valid(), *(formset.is_valid() for formset in formsets.values())]):
        try:
            result = act({name: rows_of(one) for name, one in formsets.items()})
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, done)
            return redirect(to(result) if callable(to) else to)
    shown = {"form": form, "formsets": formsets.values(), "back": "" if callable(to) else to, **context}
    return render(request, template, shown, status=422 if request.method == "POST" else 200)
