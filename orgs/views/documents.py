"""The profile of an organization on paper."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from orgs.models import SocialOrganization
from orgs.profile import sections_of
from xiangshan.core.accounts.requests import PortalRequest
from xiangshan.shared.documents import document_response
from xiangshan.shared.formatting import foot_of


@require_GET
def organization_document(request: PortalRequest, pk: int, kind: str) -> HttpResponse:
    """One page: who they are, how they grew, what they did; as PDF or Word."""
    organization = get_object_or_404(
        SocialOrganization.objects.visible_to(request.user).select_related("area__parent"), pk=pk
    )
    foot = foot_of("", organization.area_id)
    return document_response(kind, organization.name, sections_of(organization, request.user), foot)
