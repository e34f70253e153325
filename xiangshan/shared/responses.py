"""How a view answers: a list with its fragment, a form with what was typed, an action behind one button."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_http_methods

from xiangshan.core.accounts.requests import PortalRequest
from xiangshan.shared.lists import exports
from xiangshan.shared.lists.keyset import paginate
from xiangshan.shared.lists.models import SavedView
from xiangshan.shared.lists.spans import Span, pairs_of
from xiangshan.shared.lists.tables import Drawn, Table
from xiangshan.shared.on_records import page_of

# The one page of a form: heading, hint, about, button and back come with the call.
FORM = "layouts/form.html"
# What is typed there is kept by no browser while a login lasts or ends: parties of disputes, accounts (static/js/keep.js).
NOT_KEPT = ("/mediation/", "/people/", "/account", "/setup/")
get_or_post = require_http_methods(["GET", "POST"])


def list_page(
    request: PortalRequest, template: str, table: Table, rows: QuerySet[Any], **context: Any
) -> HttpResponseBase:
    """A page of a list, or all of it as a spreadsheet; htmx gets the very fragment the page includes."""
    views = list(SavedView.objects.visible_to(request.user).filter(table=table.name))
    chosen: list[str] = next((view.columns for view in views if not view.name and view.user_id == request.user.pk), [])
    columns, sort = table.chosen(chosen), request.GET.get("sort", "")
    kind = request.GET.get("export")
    # Days the wrong way round are said on the page first.
    if kind in ("xlsx", "csv") and not getattr(context.get("form"), "is_reversed", False):
        return exports.answer(table, columns, table.rows(rows, columns, sort), kind)
    page = paginate(table.rows(rows, columns, sort), request.GET, counted=rows)
    fragment = request.htmx and not request.htmx.history_restore_request
    can_pick = bool(table.actions) and bool(context.get("can_add"))
    shown = {
        "page": page,
        "drawn": Drawn(table, columns, sort, page.rows, can_pick),
        "table": table,
        "views": [view for view in views if view.name],
        "here": f"?{request.GET.urlencode()}",
        "spans": Span.choices if pairs_of(request.GET) else [],
        "fragment": fragment,
        **context,
    }
    if table.prepare is not None:
        table.prepare(page.rows)
    response = render(request, "components/_table.html" if fragment else template, shown)
    patch_vary_headers(response, ["HX-Request"])
    return response


def form_page(
    request: PortalRequest,
    form: Any,
    act: Callable[[dict[str, Any]], Any],
    *,
    done: str,
    to: Any,
    template: str = FORM,
    **context: Any,
) -> HttpResponse:
    """Shows a form, or acts on it once and goes on. What the action refuses as wrong data stands beside what was typed.

    `to` is where to go: an address, or a function of what the action answered. `back` is the same address, unless said otherwise.
    """
    if request.method == "POST" and form.is_valid():
        try:
            result = act(form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, done)
            return redirect(to(result) if callable(to) else to)
    is_kept = not request.path.startswith(NOT_KEPT)
    shown = {"form": form, "back": "" if callable(to) else to, "is_kept": is_kept, **context}
    return render(request, template, shown, status=422 if form.is_bound else 200)


def action_button(
    request: PortalRequest, record: Any, act: Callable[..., Any], *, done: str, to: Any = ""
) -> HttpResponse:
    """One button, one action on a record, and back to the record's page, unless said otherwise."""
    return answer_action(request, lambda: act(record, by=request.user), done=done, to=to or page_of(record))


def answer_action(request: PortalRequest, act: Callable[[], Any], *, done: str, to: Any) -> HttpResponse:
    """What the action refuses is said on the page the button stands on."""
    try:
        act()
    except ValidationError as error:
        messages.error(request, "；".join(error.messages))
    else:
        messages.success(request, done)
    return redirect(to)


def add_errors(form: Any, error: ValidationError) -> None:
    """An error of a field the form does not show is said above it."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)
