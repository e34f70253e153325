"""A record and its rows as one form: all are right, or nothing is saved."""

from typing import Any

from django.forms import inlineformset_factory

# By its name in the address of errors: heading, hint, and the set of forms.
RowKinds = dict[str, tuple[str, str, Any]]


def rows_factory(whole: Any, model: Any, form: Any, extra: int) -> Any:
    return inlineformset_factory(whole, model, form=form, extra=extra, can_delete=True, max_num=40)


def row_sets(kinds: RowKinds, data: Any, record: Any, initial: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """A set of forms for each kind of row; `initial` fills the empty ones of a new record."""
    found = {}
    for name, (title, hint, rows) in kinds.items():
        given = initial.get(name, [])
        made = rows(data, instance=record, prefix=name, initial=given)
        made.extra += len(given)
        for row in made.forms[: len(given)] if record is None else ():
            row.empty_permitted = False  # what was filled in for somebody counts as said, untouched or not
        made.name, made.title, made.hint = name, title, hint
        found[name] = made
    return found


def rows_of(formset: Any) -> list[dict[str, Any]]:
    """What the rows' forms say, as the action takes it; an untouched empty row says nothing."""
    found = []
    for form in formset.forms:
        data = dict(form.cleaned_data)
        row, taken_out = data.pop("id", None), data.pop("DELETE", False)
        data.pop(formset.fk.name, None)
        if taken_out:
            found += [{"row": row, "gone": True}] if row else []
        elif row or form.has_changed() or not form.empty_permitted:
            found.append(data | ({"row": row} if row else {}))
    return found
