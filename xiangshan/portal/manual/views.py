from itertools import groupby

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from xiangshan.core.accounts import actions as accounts
from xiangshan.core.accounts.requests import PortalRequest
from xiangshan.core.areas.counties import county_at, only_county
from xiangshan.portal.manual.articles import articles, search
from xiangshan.shared.responses import answer_action


@require_GET
def help_page(request: PortalRequest) -> HttpResponse:
    """帮助: the manual by role and task, one's own chapters open; ?q= what holds these words."""
    user = request.user
    roles = {post.role for post in user.posts_today}
    q = request.GET.get("q", "").replace("\x00", "").strip()[:80]
    chapters = [(title, list(items)) for title, items in groupby(articles(), key=lambda article: article.chapter)]
    chapters.sort(key=lambda chapter: not roles & set(chapter[1][0].roles))
    county = county_at(min(user.counties)) if user.counties else only_county()
    context = {
        "q": q,
        "found": search(q, roles) if q else [],
        "chapters": [(title, items, bool(roles & set(items[0].roles))) for title, items in chapters],
        "contact": county.help_contact if county else "",
    }
    return render(request, "manual/help_page.html", context)


@require_POST
def welcome_close(request: PortalRequest) -> HttpResponse:
    """知道了: the three steps of the first visit are not shown again."""
    return answer_action(
        request, lambda: accounts.close_welcome(request.user), done="随时可以从“帮助”再看", to="todo_list"
    )
