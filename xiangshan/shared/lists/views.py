from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import is_valid_path, reverse
from django.views.decorators.http import require_POST

from xiangshan.core.accounts.requests import PortalRequest
from xiangshan.shared.lists import actions
from xiangshan.shared.lists.models import SavedView
from xiangshan.shared.responses import action_button, answer_action


def _back(request: PortalRequest) -> str:
    """The list it came from; never another site, nor what is no address of the portal."""
    page = request.POST.get("page", "")
    return page if is_valid_path(page) else reverse("todo_list")


@require_POST
def view_columns(request: PortalRequest, table: str) -> HttpResponse:
    columns = [] if request.POST.get("reset") else request.POST.getlist("columns")[:60]
    return answer_action(
        request,
        lambda: actions.choose_columns(table[:40], columns, by=request.user),
        done="已按您的选择显示列",
        to=_back(request),
    )


@require_POST
def view_save(request: PortalRequest, table: str) -> HttpResponse:
    values: Any = request.POST
    name, query = values.get("name", "").strip(), values.get("query", "")
    query = query if query.startswith("?") else ""
    shared, span = "is_shared" in values, values.get("span", "")
    return answer_action(
        request,
        lambda: actions.save_view(table[:40], name or "未命名", query, by=request.user, is_shared=shared, span=span),
        done="已保存视图",
        to=_back(request) + query,
    )


@require_POST
def view_delete(request: PortalRequest, pk: int) -> HttpResponse:
    return action_button(
        request,
        get_object_or_404(SavedView.objects.visible_to(request.user), pk=pk),
        actions.delete_view,
        done="已移除视图",
        to=_back(request),
    )
