from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from mediation.models import MediationCase, Studio
from orgs.models import Employer, SocialOrganization, UnionBranch, Venue
from projects.models import Programme, SupportProject
from services.models import ActivitySession, Payment, Procurement, ServiceContract, ServiceRequest
from xiangshan.core.accounts.models import User
from xiangshan.core.accounts.requests import PortalRequest
from xiangshan.portal.manual import articles as manual
from xiangshan.portal.manual.articles import ASKING
from xiangshan.portal.todo.navigation import MOVEMENTS, Entry

SHOWN = 8
ARTICLES_SHOWN = 3
# What is searched, in this order: kind, list, page. Each finds by its own list's words: number, name or pinyin initials.
KINDS: list[tuple[str, type[Any], str, str]] = [
    ("社会组织", SocialOrganization, "orgs:organization_list", "orgs:organization_detail"),
    ("工会组织", UnionBranch, "orgs:branch_list", "orgs:branch_detail"),
    ("购买服务合同", ServiceContract, "services:contract_list", "services:contract_detail"),
    ("职工点单", ServiceRequest, "services:request_list", "services:request_detail"),
    ("采购", Procurement, "services:procurement_list", "services:procurement_detail"),
    ("付款", Payment, "services:payment_list", "services:payment_detail"),
    ("活动场次", ActivitySession, "services:session_list", "services:session_detail"),
    ("扶持项目", SupportProject, "projects:project_list", "projects:project_detail"),
    ("调解案件", MediationCase, "mediation:case_list", "mediation:case_detail"),
    ("场地", Venue, "orgs:venue_list", "orgs:venue_detail"),
    ("用人单位", Employer, "orgs:employer_list", "orgs:employer_detail"),
    ("年度计划", Programme, "projects:programme_list", "projects:programme_detail"),
    ("调处工作室", Studio, "mediation:studio_list", "mediation:studio_detail"),
    ("用户", User, "people:person_list", "people:person_detail"),
]


@dataclass(frozen=True)
class Found:
    """What a search finds of one kind: the first few with their pages, and where all of them are."""

    title: str
    rows: list[tuple[Any, str]]
    all_link: str  # empty where these are all


def found_by(user: User, q: str) -> list[Found]:
    items = []
    for title, model, list_name, page in KINDS:
        rows = list(model.objects.visible_to(user).matching(q=q).order_by("-pk")[: SHOWN + 1])
        if rows:
            more = f"{reverse(list_name)}?{urlencode({'q': q})}" if len(rows) > SHOWN else ""
            items.append(Found(title, [(row, reverse(page, args=[row.pk])) for row in rows[:SHOWN]], more))
    return items


def pages_for(user: User, q: str) -> list[Entry]:
    """Places of the portal called so."""
    words = ASKING.sub("", q)
    own = [entry for _, entries in MOVEMENTS for entry in entries if user.holds(*entry.roles)]
    return [entry for entry in own if words and (words in entry.label or entry.label in words)]


@require_GET
def search(request: PortalRequest) -> HttpResponse:
    """One box for everything one may see."""
    q = request.GET.get("q", "").replace("\x00", "").strip()[:80]
    roles = {post.role for post in request.user.posts_today}
    context = {
        "q": q,
        "articles": manual.search(q, roles)[:ARTICLES_SHOWN],
        "pages": pages_for(request.user, q),
        "groups": found_by(request.user, q) if q else [],
    }
    return render(request, "search/search.html", context)
