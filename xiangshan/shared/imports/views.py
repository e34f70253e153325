from io import BytesIO
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xiangshan.core.accounts.requests import PortalRequest
from xiangshan.core.rules import require
from xiangshan.shared.imports import forms, mapping, reading, rules, templates
from xiangshan.shared.imports.actions import ledgers
from xiangshan.shared.imports.models import Ledger, LedgerRow
from xiangshan.shared.imports.schemas import IMPORT_SCHEMAS, ImportSchema
from xiangshan.shared.lists.exports import XLSX, attachment
from xiangshan.shared.lists.keyset import paginate
from xiangshan.shared.responses import add_errors, answer_action, form_page

ROWS_ON_A_PAGE = 50
Status, Outcome = Ledger.Status, LedgerRow.Outcome


def _register(name: str) -> ImportSchema:
    if name not in IMPORT_SCHEMAS:
        raise Http404
    return IMPORT_SCHEMAS[name]


def _ledger(request: PortalRequest, pk: int) -> Ledger:
    rows = Ledger.objects.visible_to(request.user).select_related("by", "accepted_by")
    return get_object_or_404(rows, pk=pk)


def _address(ledger: Ledger) -> str:
    """Where one goes on with it: what is not yet understood is read first."""
    name = "import_read" if ledger.status == Status.READING else "import_detail"
    return reverse(name, args=[ledger.pk])


@require_GET
def import_list(request: PortalRequest) -> HttpResponse:
    """Every register that takes files from who asks, and the files brought before."""
    offered = [one for one in IMPORT_SCHEMAS.values() if rules.can_import(request.user, one)]
    seen = Ledger.objects.visible_to(request.user).select_related("by")
    page = paginate(seen.order_by("-pk").values("pk"), request.GET, seen)
    found = seen.in_bulk([row["pk"] for row in page])
    rows = [(one, IMPORT_SCHEMAS[one.register]) for one in found.values() if one.register in IMPORT_SCHEMAS]
    context = {
        "groups": [
            ("名册", "检查后由您确认，一次写入", [one for one in offered if not one.is_history]),
            (
                "过去的台账",
                "由另一位工作人员复核后写入，人数依据记为“历史台账”",
                [one for one in offered if one.is_history],
            ),
        ],
        "rows": rows,
        "page": page,
    }
    return render(request, "imports/import_list.html", context)


@require_http_methods(["GET", "POST"])
def import_new(request: PortalRequest, register: str) -> HttpResponse:
    """Bring a file; those brought before stand below."""
    wanted = _register(register)
    require(rules.can_import(request.user, wanted))
    return form_page(
        request,
        forms.UploadForm(request.POST or None, request.FILES or None),
        lambda data: ledgers.bring_file(wanted, data["file"], by=request.user),
        done="文件已上传；还没有写入任何记录",
        to=_address,
        register=wanted,
        batches=Ledger.objects.visible_to(request.user).filter(register=register)[:10],
        template="imports/import_new.html",
    )


@require_GET
def import_template(request: PortalRequest, register: str) -> FileResponse:
    wanted = _register(register)
    require(rules.can_import(request.user, wanted))
    file = BytesIO()
    templates.write_template(file, wanted)
    return _download(file, f"{wanted.title}导入模板.xlsx")


@require_http_methods(["GET", "POST"])
def import_read(request: PortalRequest, pk: int) -> HttpResponse:
    """对应列: what the reader saw in the file, each part of it changeable, before anything is checked."""
    ledger = _ledger(request, pk)
    require(rules.can_change(request.user, ledger))
    register = _register(ledger.register)
    with ledger.file.open("rb") as file:
        sheets = reading.read_sheets(file, ledger.file_name)

    layouts = mapping.laid_out(register, sheets, ledger.reading)
    form = forms.ReadingForm(request.POST or None, ledger=ledger, register=register, layouts=layouts, sheets=sheets)
    if request.method == "POST" and form.is_valid():
        try:
            if form.reads_otherwise():
                ledgers.look_again(ledger, form.wanted(), by=request.user)
                messages.success(request, "已按您选的表和列名重新读，请核对下面的列")
                return redirect("import_read", ledger.pk)
            return redirect(_address(ledgers.read_as(ledger, form.wanted(), by=request.user)))
        except ValidationError as error:
            add_errors(form, error)
    left_out = [(one.sheet.name, line + 1, why) for one in layouts for line, why in one.left_out]
    context = {
        "ledger": ledger,
        "register": register,
        "form": form,
        "titles": [title for one in layouts for title in one.titles if title],
        "left_out": left_out[:ROWS_ON_A_PAGE],
        "left_count": len(left_out),
        "row_count": sum(len(one.rows) for one in layouts),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "imports/import_read.html", context, status=status)


@require_GET
def import_detail(request: PortalRequest, pk: int) -> HttpResponse:
    """What a file would do, or did; while a worker is at it, htmx asks again every second."""
    ledger = _ledger(request, pk)
    if ledger.status == Status.READING and rules.can_change(request.user, ledger):
        return redirect("import_read", ledger.pk)
    context = {
        "batch": ledger,
        "register": _register(ledger.register),
        "can_change": rules.can_change(request.user, ledger),
        "can_agree": rules.can_agree(request.user, ledger),
        "can_agree_in_part": rules.can_agree(request.user, ledger, only_good=True),
        "can_accept": rules.can_accept(request.user, ledger),
        "can_undo": rules.can_undo(request.user, ledger),
        "is_working": ledger.status in (Status.CHECKING, Status.APPLYING),
    }
    if not context["is_working"]:
        context |= _rows_shown(request, ledger)
        if ledger.questions:
            context["answers"] = forms.AnswersForm(questions=ledger.questions)
    return render(request, "imports/_import_state.html" if request.htmx else "imports/import_detail.html", context)


def _rows_shown(request: PortalRequest, ledger: Ledger) -> dict[str, Any]:
    """The rows of one outcome, page by page; first those that somebody has to look at."""
    counts = {
        Outcome.REFUSED: ledger.refused_rows,
        Outcome.DOUBTFUL: ledger.doubtful_rows,
        Outcome.NEW: ledger.new_rows,
        Outcome.CHANGED: ledger.changed_rows,
        Outcome.SAME: ledger.same_rows,
        Outcome.LEFT: ledger.left_rows,
    }
    parts = [(outcome.value, outcome.label, counts[outcome]) for outcome in counts if counts[outcome]]
    asked = request.GET.get("show", "")
    shown = next((code for code, *_ in parts if code == asked), parts[0][0] if parts else "")
    rows = ledger.rows.filter(outcome=shown)
    return {
        "parts": parts,
        "shown": shown,
        "page": paginate(rows.order_by("pk").values("pk", "sheet", "number", "title", "findings"), request.GET, rows),
        "several_sheets": sum(one["take"] for one in ledger.reading.get("sheets", {}).values()) > 1,
    }


@require_POST
def import_answer(request: PortalRequest, pk: int) -> HttpResponse:
    ledger = _ledger(request, pk)
    form = forms.AnswersForm(request.POST, questions=ledger.questions)
    if not form.is_valid():
        messages.error(request, "有一处回答不在可选的范围里，请重新选择")
        return redirect(_address(ledger))
    return answer_action(
        request,
        lambda: ledgers.answer(ledger, form.answers(), by=request.user),
        done="已按您的回答重新检查",
        to=_address(ledger),
    )


@require_GET
def import_errors(request: PortalRequest, pk: int) -> FileResponse:
    """The rows that are held back, in the file's own columns, with the reasons beside them."""
    ledger, file = _ledger(request, pk), BytesIO()
    templates.write_result(file, ledger, _register(ledger.register).title)
    return _download(file, f"待处理的行-{ledger.file_name.rsplit('.', 1)[0]}.xlsx")


@require_POST
def import_apply(request: PortalRequest, pk: int) -> HttpResponse:
    ledger = _ledger(request, pk)
    told = {"only_good": "only_good" in request.POST, "empties": "empties" in request.POST}
    history = _register(ledger.register).is_history
    return answer_action(
        request,
        lambda: _told(ledgers.agree(ledger, by=request.user, **told)),
        done="已提交复核：由另一位工作人员核对合计后写入" if history else "已确认导入",
        to=_address(ledger),
    )


@require_POST
def import_accept(request: PortalRequest, pk: int) -> HttpResponse:
    ledger = _ledger(request, pk)
    return answer_action(
        request, lambda: _told(ledgers.accept(ledger, by=request.user)), done="复核通过，已写入", to=_address(ledger)
    )


@require_http_methods(["GET", "POST"])
def import_return(request: PortalRequest, pk: int) -> HttpResponse:
    ledger = _ledger(request, pk)
    require(rules.can_accept(request.user, ledger))
    return form_page(
        request,
        forms.LedgerReturnForm(request.POST or None),
        lambda data: ledgers.send_back(ledger, by=request.user, opinion=data["opinion"]),
        done="已退回，由导入的人改正后重新提交",
        to=reverse("import_detail", args=[ledger.pk]),
        heading=f"退回“{ledger}”",
        button="退回",
    )


@require_POST
def import_undo(request: PortalRequest, pk: int) -> HttpResponse:
    ledger = _ledger(request, pk)
    return answer_action(
        request, lambda: ledgers.undo(ledger, by=request.user), done="已撤销整批导入", to=_address(ledger)
    )


def _told(ledger: Ledger) -> Ledger:
    """Raises ValidationError with what kept a file from being written."""
    if ledger.faults:
        raise ValidationError([text for *_, text in ledger.faults])
    if ledger.status == Status.FAULTY:
        raise ValidationError("登记簿在检查之后变了，有的行现在写不进去，没有写入；请看每一行的原因")
    return ledger


def _download(file: BytesIO, name: str) -> FileResponse:
    file.seek(0)
    response = FileResponse(file, content_type=XLSX)
    response.headers["Content-Disposition"] = attachment(name)
    return response
