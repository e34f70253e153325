from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import content_disposition_header
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET, require_POST

from xiangshan.core.accounts.requests import PortalRequest
from xiangshan.core.record_types import find, record_type_of
from xiangshan.core.rules import require
from xiangshan.shared.attachments import actions, forms, rules
from xiangshan.shared.attachments.models import Attachment
from xiangshan.shared.on_records import page_of, record_seen
from xiangshan.shared.responses import answer_action


def _attachment(request: PortalRequest, key: UUID) -> tuple[Attachment, Any]:
    attachment = get_object_or_404(Attachment.objects.select_related("content_type"), key=key, removed_at=None)
    record = record_seen(request, attachment)
    if not record_type_of(record).may_read_files(request.user, record):
        raise Http404
    return attachment, record


@require_POST
def attachment_new(request: PortalRequest, kind: str, pk: int) -> HttpResponse:
    record = find(request.user, kind, pk)
    require(rules.can_attach(request.user, record))
    form = forms.AttachmentForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, "请先选择照片或文件")
        return redirect(f"{page_of(record)}#files")
    return answer_action(
        request,
        lambda: actions.attach(record, form.cleaned_data["files"], by=request.user),
        done="已上传",
        to=f"{page_of(record)}#files",
    )


@require_GET
@cache_control(private=True, max_age=3600)
def attachment_file(request: PortalRequest, key: UUID) -> FileResponse:
    """The file, as its record is seen. Never a page of this site: pictures show, documents download, both in a sandbox."""
    attachment, record = _attachment(request, key)
    record_type_of(record).on_read(request.user, record, "附件")
    return _sent(attachment.file, attachment.media_type, attachment.name, inline=attachment.is_picture)


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


@require_POST
def attachment_remove(request: PortalRequest, key: UUID) -> HttpResponse:
    attachment, record = _attachment(request, key)
    return answer_action(
        request,
        lambda: actions.remove_attachment(attachment, by=request.user),
        done="已移除附件",
        to=f"{page_of(record)}#files",
    )
