from io import BytesIO

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xiangshan.core.accounts.requests import PortalRequest
from xiangshan.core.rules import require
from xiangshan.shared.imports import forms, rules, templates
from xiangshan.shared.imports.actions import batches
from xiangshan.shared.imports.models import ImportBatch
from xiangshan.shared.imports.schemas import IMPORT_SCHEMAS, ImportSchema
from xiangshan.shared.lists.exports import XLSX, attachment
from xiangshan.shared.responses import answer_action, form_page

SHOWN = 200


def _register(name: str) -> ImportSchema:
    if name not in IMPORT_SCHEMAS:
        raise Http404
    return IMPORT_SCHEMAS[name]


def _batch(request: PortalRequest, pk: int) -> ImportBatch:
    return get_object_or_404(ImportBatch.objects.visible_to(request.user), pk=pk)


def _address(batch: ImportBatch) -> str:
    return reverse("import_detail", args=[batch.pk])


@require_http_methods(["GET", "POST"])
def import_new(request: PortalRequest, register: str) -> HttpResponse:
    """Bring a file; the batches brought before stand below."""
    wanted = _register(register)
    require(rules.can_import(request.user, wanted))
    return form_page(
        request,
        forms.UploadForm(request.POST or None, request.FILES or None),
        lambda data: batches.bring_file(wanted, data["file"], by=request.user),
        done="文件已上传，下面是检查结果；还没有写入任何记录",
        to=_address,
        register=wanted,
        key_text=templates.key_text(wanted),
        batches=ImportBatch.objects.visible_to(request.user).filter(register=register)[:10],
        template="imports/import_new.html",
    )


@require_GET
def import_template(request: PortalRequest, register: str) -> FileResponse:
    wanted = _register(register)
    require(rules.can_import(request.user, wanted))
    file = BytesIO()
    templates.write_template(file, wanted)
    return _download(file, f"{wanted.title}导入模板.xlsx")


@require_GET
def import_detail(request: PortalRequest, pk: int) -> HttpResponse:
    """What a file would do, or did; while a worker is at it, htmx asks again every second."""
    batch = _batch(request, pk)
    context = {
        "batch": batch,
        "register": _register(batch.register),
        "errors": batch.errors[:SHOWN],
        "can_apply": rules.can_apply(request.user, batch),
        "can_undo": rules.can_undo(request.user, batch),
        "is_working": batch.status in (ImportBatch.Status.CHECKING, ImportBatch.Status.APPLYING),
    }
    return render(request, "imports/_import_state.html" if request.htmx else "imports/import_detail.html", context)


@require_GET
def import_errors(request: PortalRequest, pk: int) -> FileResponse:
    """The file with its errors beside the rows."""
    batch, file = _batch(request, pk), BytesIO()
    with batch.file.open("rb") as source:
        templates.write_result(file, source, _register(batch.register).title, batch.errors)
    return _download(file, f"检查结果-{batch.file_name}")


@require_POST
def import_apply(request: PortalRequest, pk: int) -> HttpResponse:
    batch = _batch(request, pk)
    return answer_action(
        request, lambda: batches.apply_batch(batch, by=request.user), done="已确认导入", to=_address(batch)
    )


@require_POST
def import_undo(request: PortalRequest, pk: int) -> HttpResponse:
    batch = _batch(request, pk)
    return answer_action(
        request, lambda: batches.undo_batch(batch, by=request.user), done="已撤销整批导入", to=_address(batch)
    )


def _download(file: BytesIO, name: str) -> FileResponse:
    file.seek(0)
    response = FileResponse(file, content_type=XLSX)
    response.headers["Content-Disposition"] = attachment(name)
    return response
