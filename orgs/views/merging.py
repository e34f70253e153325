"""Organizations entered twice: found, compared, made one, and parted again."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from orgs import forms, rules
from orgs.actions import merging
from orgs.models import OrganizationMerge, SocialOrganization
from orgs.selectors import compared, possible_duplicates
from xiangshan.core.accounts.requests import PortalRequest
from xiangshan.core.rules import require
from xiangshan.shared.responses import action_button, answer_action, form_page


def _two(request: PortalRequest, first: int, second: int) -> tuple[SocialOrganization, SocialOrganization]:
    seen = SocialOrganization.objects.visible_to(request.user).select_related("area__parent")
    return get_object_or_404(seen, pk=first), get_object_or_404(seen, pk=second)


@require_GET
def duplicate_list(request: PortalRequest) -> HttpResponse:
    """Pairs that may be one organization, and the merges made."""
    require(rules.can_find_duplicates(request.user))
    merges = OrganizationMerge.objects.visible_to(request.user).select_related("kept", "merged", "by")[:20]
    context = {
        "pairs": possible_duplicates(request.user),
        "merges": [(merge, rules.can_undo_merge(request.user, merge)) for merge in merges],
    }
    return render(request, "orgs/duplicate_list.html", context)


@require_http_methods(["GET", "POST"])
def organization_merge(request: PortalRequest, pk: int, other: int) -> HttpResponse:
    """Side by side: which profile is kept, and what of the other's it takes over."""
    kept, merged = _two(request, pk, other)
    require(rules.can_merge(request.user, kept, merged))
    fields, records = compared(kept, merged)
    form = forms.MergeForm(request.POST or None, differing=[(name, label) for name, label, *_ in fields])
    return form_page(
        request,
        form,
        lambda data: merging.merge(kept, merged, by=request.user, take=tuple(data["take"])),
        done=f"已把{merged}并入{kept}；可以在“重复组织”里撤销",
        to=reverse("orgs:organization_detail", args=[pk]),
        kept=kept,
        merged=merged,
        fields=fields,
        records=records,
        template="orgs/organization_merge.html",
    )


@require_POST
def organization_apart(request: PortalRequest, pk: int, other: int) -> HttpResponse:
    first, second = _two(request, pk, other)
    return answer_action(
        request,
        lambda: merging.keep_apart(first, second, by=request.user),
        done="已记下：不是同一家",
        to=reverse("orgs:duplicate_list"),
    )


@require_POST
def merge_undo(request: PortalRequest, pk: int) -> HttpResponse:
    return action_button(
        request,
        get_object_or_404(OrganizationMerge.objects.visible_to(request.user), pk=pk),
        merging.undo,
        done="已撤销合并，两家恢复原样",
        to=reverse("orgs:duplicate_list"),
    )
