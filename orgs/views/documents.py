"""The profile of an organization on paper."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_GET

from orgs.models import SocialOrganization
from orgs.profile import sections_of
from xiangshan.accounts.requests import PortalRequest
from xiangshan.documents import write_docx, write_pdf
from xiangshan.pages.exports import attachment

KINDS = {
    "pdf": (write_pdf, "application/pdf"),
    "docx": (write_docx, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
}


@login_required
@require_GET
def organization_document(request: PortalRequest, pk: int, kind: str) -> HttpResponse:
    """One page: who they are, how they grew, what they did; as PDF or Word."""
    if kind not in KINDS:
        raise Http404
    organization = get_object_or_404(
        SocialOrganization.objects.visible_to(request.user).select_related("area__parent"), pk=pk
    )
    write, content_type = KINDS[kind]
    foot = f"象山县总工会社会组织工作平台 {timezone.localdate():%Y-%m-%d} 生成"
    body = write(organization.name, sections_of(organization, request.user), foot)
    response = HttpResponse(body, content_type=content_type)
    response.headers["Content-Disposition"] = attachment(f"{organization.name}.{kind}")
    return response
