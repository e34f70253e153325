from typing import Any
from uuid import UUID

from auditlog.models import LogEntry
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_POST

from xiangshan.core.accounts.requests import PortalRequest
from xiangshan.core.record_types import find, subject_of
from xiangshan.core.rules import require
from xiangshan.shared.attachments import actions, forms, rules, selectors, tables
from xiangshan.shared.attachments.models import Attachment, Comment, Mention, of_visible_records
from xiangshan.shared.lists.keyset import SIZE
from xiangshan.shared.responses import deed, list_page


def _page_of(record: Any) -> str:
    return subject_of(record).address(record.pk)


def _seen(request: PortalRequest, thing: Any) -> Any:
    """The record something hangs on, if its reader sees that."""
    return find(request.user, thing.content_type.model, thing.object_id)


def _attachment(request: PortalRequest, key: UUID) -> tuple[Attachment, Any]:
    attachment = get_object_or_404(Attachment.objects.select_related("content_type"), key=key, removed_at=None)
    record = _seen(request, attachment)
    if not subject_of(record).may_read_files(request.user, record):
        raise Http404
    return attachment, record


@login_required
@require_POST
def attachment_new(request: PortalRequest, kind: str, pk: int) -> HttpResponse:
    record = find(request.user, kind, pk)
    require(rules.can_attach(request.user, record))
    form = forms.AttachmentForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, "请先选择照片或文件")
        return redirect(f"{_page_of(record)}#files")
    return deed(
        request,
        lambda: actions.attach(record, form.cleaned_data["files"], by=request.user),
        done="已上传",
        to=f"{_page_of(record)}#files",
    )


@login_required
@require_GET
@cache_control(private=True, max_age=3600)
def attachment_file(request: PortalRequest, key: UUID) -> FileResponse:
    """The file, as its record is seen. Never a page of this site: pictures show, documents download, both in a sandbox."""
    attachment, record = _attachment(request, key)
    subject_of(record).on_read(request.user, record, "附件")
    return _sent(attachment.file, attachment.media_type, attachment.name, inline=attachment.is_picture)


@login_required
@require_GET
@cache_control(private=True, max_age=3600)
def attachment_small(request: PortalRequest, key: UUID) -> FileResponse:
    attachment, _ = _attachment(request, key)
    if not attachment.is_picture:
        raise Http404
    return _sent(attachment.thumbnail, "image/jpeg", attachment.name, inline=True)


def _sent(file: Any, media_type: str, name: str, *, inline: bool) -> FileResponse:
    try:
        response = FileResponse(file.open("rb"), content_type=media_type)
    except FileNotFoundError as error:
        raise Http404 from error
    response.headers["Content-Disposition"] = content_disposition_header(not inline, name) or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@login_required
@require_POST
def attachment_remove(request: PortalRequest, key: UUID) -> HttpResponse:
    attachment, record = _attachment(request, key)
    return deed(
        request,
        lambda: actions.remove_attachment(attachment, by=request.user),
        done="已移除附件",
        to=f"{_page_of(record)}#files",
    )


@login_required
@require_POST
def comment_new(request: PortalRequest, kind: str, pk: int) -> HttpResponse:
    record = find(request.user, kind, pk)
    require(rules.can_comment(request.user, record))
    form = forms.CommentForm(request.POST, offered=selectors.colleagues(record, is_internal=False))
    if not form.is_valid():
        messages.error(
            request, "批注没有保存:" + ";".join(str(word) for words in form.errors.values() for word in words)
        )
        return redirect(f"{_page_of(record)}#comments")
    data = form.cleaned_data
    try:
        actions.comment_on(
            record, data["text"], by=request.user, mentioned=data["mentioned"], is_internal=data["is_internal"]
        )
    except ValidationError as error:
        return render(
            request,
            "dossier/comment_new.html",
            {"record": record, "back": _page_of(record), "text": data["text"], "errors": error.messages},
            status=422,
        )
    messages.success(request, "已批注")
    return redirect(f"{_page_of(record)}#comments")


@login_required
@require_POST
def comment_remove(request: PortalRequest, pk: int) -> HttpResponse:
    comment = get_object_or_404(Comment.objects.visible_to(request.user), pk=pk, removed_at=None)
    record = _seen(request, comment)
    return deed(
        request,
        lambda: actions.remove_comment(comment, by=request.user),
        done="已移除批注",
        to=f"{_page_of(record)}#comments",
    )


@login_required
@require_POST
def mention_done(request: PortalRequest, pk: int) -> HttpResponse:
    mention = get_object_or_404(Mention, pk=pk, user=request.user)
    return deed(request, lambda: actions.finish_mention(mention, by=request.user), done="已办结", to="/")


@login_required
@require_GET
def record_history(request: PortalRequest, kind: str, pk: int) -> HttpResponse:
    """Who changed what from what to what, on one record and all that is part of it."""
    record = find(request.user, kind, pk)
    subject_of(record).on_read(request.user, record, "变更记录")
    entries = selectors.entries_of(record)
    before = request.GET.get("before", "")
    if before.isdigit():
        entries = entries.filter(pk__lt=before)
    found = list(entries[: SIZE + 1])
    context = {
        "record": record,
        "back": _page_of(record),
        "lines": selectors.lines(found[:SIZE], request.user),
        "older": found[SIZE - 1].pk if len(found) > SIZE else None,
    }
    return render(request, "dossier/record_history.html", context)


@login_required
@require_GET
def history_list(request: PortalRequest) -> HttpResponseBase:
    """The history of everything an auditor sees, with filters and export."""
    require(rules.can_read_history(request.user))
    form = forms.HistoryFilterForm(request.GET, user=request.user)
    wanted, found = form.wanted, LogEntry.objects.filter(of_visible_records(request.user))
    if q := wanted.get("q"):
        found = found.filter(Q(actor__name__icontains=q) | Q(object_repr__icontains=q))
    if kind := wanted.get("kind"):
        found = found.filter(content_type=tables.content_type_of(kind))
    if verb := wanted.get("verb"):
        found = found.filter(additional_data__verb__icontains=verb)
    if first := wanted.get("first"):
        found = found.filter(timestamp__date__gte=first)
    if last := wanted.get("last"):
        found = found.filter(timestamp__date__lte=last)
    return list_page(request, "dossier/history_list.html", tables.history_table(), found, form=form)
