from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from services.rules import sessions as session_rules
from xiangshan.core.accounts.models import Role
from xiangshan.core.accounts.requests import PortalRequest
from xiangshan.metrics.rules import can_read_figures
from xiangshan.portal.todo.navigation import COUNT_KEPT_FOR
from xiangshan.portal.todo.selectors import waiting_for


@require_GET
def todo_list(request: PortalRequest) -> HttpResponse:
    """Everyone's first page: what waits for them."""
    user = request.user
    waiting = waiting_for(user)
    cache.set(f"todo:{user.pk}", sum(part.count for part in waiting), COUNT_KEPT_FOR)
    context = {
        "waiting": waiting,
        "can_plan": session_rules.can_plan_sessions(user),
        "can_read_figures": can_read_figures(user),
        "is_administrator": user.holds(Role.ADMINISTRATOR),
        "posts": user.posts_today,
    }
    return render(request, "todo/todo_list.html", context)


@require_GET
def help_page(request: PortalRequest) -> HttpResponse:
    return render(request, "todo/help_page.html")
