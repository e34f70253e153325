from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from services.rules import sessions as session_rules
from xiangshan.core.accounts.models import Role
from xiangshan.core.accounts.requests import PortalRequest
from xiangshan.metrics.rules import can_read_figures
from xiangshan.portal.todo.desk import URGENCIES
from xiangshan.portal.todo.navigation import COUNT_KEPT_FOR
from xiangshan.portal.todo.selectors import waiting_for


@require_GET
def todo_list(request: PortalRequest) -> HttpResponse:
    """待办: everyone's first page, what waits for them by urgency; ?kind= and ?when= narrow it down."""
    user = request.user
    desk = waiting_for(user)
    cache.set(f"todo:{user.pk}", desk.count, COUNT_KEPT_FOR)
    kind = next((one for one in desk.kinds if one.code == request.GET.get("kind")), None)
    when = request.GET.get("when", "")
    context = {
        "desk": desk,
        "urgencies": desk.urgencies(kind.code if kind else "", when if when in URGENCIES else ""),
        "kind": kind,
        "can_verify_now": any(one.code == "verify" for one in desk.kinds),
        "can_plan": session_rules.can_plan_sessions(user),
        "can_read_figures": can_read_figures(user),
        "is_administrator": user.holds(Role.ADMINISTRATOR),
        "posts": user.posts_today,
    }
    return render(request, "todo/todo_list.html", context)


@require_GET
def help_page(request: PortalRequest) -> HttpResponse:
    return render(request, "todo/help_page.html")
