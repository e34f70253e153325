from auditlog.models import LogEntry
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from xiangshan.core.accounts.requests import PortalRequest
from xiangshan.core.keys import key_of
from xiangshan.core.record_types import find, record_type_of
from xiangshan.core.rules import require
from xiangshan.core.words import any_of, found
from xiangshan.shared.history import forms, rules, selectors, tables
from xiangshan.shared.lists.keyset import SIZE
from xiangshan.shared.on_records import of_visible_records, page_of
from xiangshan.shared.responses import list_page


@require_GET
def record_history(request: PortalRequest, kind: str, pk: int) -> HttpResponse:
    """Who changed what from what to what, on one record and all that is part of it."""
    record = find(request.user, kind, pk)
    record_type_of(record).on_read(request.user, record, "变更记录")
    entries = selectors.entries_of(record)
    if before := key_of(request.GET.get("before")):
        entries = entries.filter(pk__lt=before)
    items = list(entries[: SIZE + 1])
    context = {
        "record": record,
        "back": page_of(record),
        "lines": selectors.lines(items[:SIZE], request.user),
        "older": items[SIZE - 1].pk if len(items) > SIZE else None,
    }
    return render(request, "dossier/record_history.html", context)


@require_GET
def history_list(request: PortalRequest) -> HttpResponseBase:
    """The history of everything an auditor sees, with filters and export."""
    require(rules.can_read_history(request.user))
    form = forms.HistoryFilterForm(request.GET, user=request.user)
    wanted, rows = form.wanted, LogEntry.objects.filter(of_visible_records(request.user))
    if q := wanted.get("q"):
        rows = rows.filter(found(q, any_of("actor__name", "object_repr")))
    if kind := wanted.get("kind"):
        rows = rows.filter(content_type=tables.content_type_of(kind))
    if verb := wanted.get("verb"):
        rows = rows.filter(additional_data__verb__icontains=verb)
    if first := wanted.get("first"):
        rows = rows.filter(timestamp__date__gte=first)
    if last := wanted.get("last"):
        rows = rows.filter(timestamp__date__lte=last)
    return list_page(request, "dossier/history_list.html", tables.history_table(), rows, form=form)
