"""A document as a download, in Word or PDF."""

from collections.abc import Sequence

from django.http import Http404, HttpResponse

from xiangshan.shared.lists.exports import attachment
from xiangshan.shared.rendering import Section, write_docx, write_pdf

KINDS = {
    "pdf": (write_pdf, "application/pdf"),
    "docx": (write_docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
}


def document_response(kind: str, title: str, sections: Sequence[Section], foot: str) -> HttpResponse:
    """The answer to somebody who asks for a document; what is neither Word nor PDF is not found."""
    if kind not in KINDS:
        raise Http404
    write, content_type = KINDS[kind]
    response = HttpResponse(write(title, sections, foot), content_type=content_type)
    response.headers["Content-Disposition"] = attachment(f"{title}.{kind}")
    return response
