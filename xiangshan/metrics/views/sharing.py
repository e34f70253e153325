"""Links for readers without a login, and briefs by mail."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xiangshan.core import limits
from xiangshan.core.accounts.requests import PortalRequest
from xiangshan.core.areas.models import Area
from xiangshan.core.keys import key_of
from xiangshan.core.rules import require
from xiangshan.metrics import figures, rules
from xiangshan.metrics.actions import sharing
from xiangshan.metrics.figures import Scope
from xiangshan.metrics.forms.sharing import BriefForm, ShareForm
from xiangshan.metrics.models import BriefMail, ShareLink
from xiangshan.metrics.periods import FIRST_YEAR, Period
from xiangshan.metrics.selectors.overview import overview
from xiangshan.metrics.views.dashboards import drawn
from xiangshan.shared.responses import action_button, answer_action, get_or_post

asks = require_http_methods(["GET", "HEAD", "POST"])


@get_or_post
def share_list(request: PortalRequest) -> HttpResponse:
    """What is shared, until when, how often it was opened; and a new link, shown this once."""
    user = request.user
    require(rules.can_share_any(user))
    form = ShareForm(request.POST or None, user=user)
    shown, status = "", 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            link, token = sharing.share_dashboard(data["area"], data["title"], data["expires_on"], by=user)
            shown, status = request.build_absolute_uri(reverse("shared_dashboard", args=[token])), 200
            messages.success(request, f"已建立给“{link.title}”的链接，有效至 {link.expires_on}")
            form = ShareForm(None, user=user)
    links = ShareLink.objects.visible_to(user).select_related("area", "created_by")
    context = {"form": form, "links": links[:100], "shown": shown}
    return render(request, "metrics/share_list.html", context, status=status)


@require_POST
def share_revoke(request: PortalRequest, pk: int) -> HttpResponse:
    return action_button(
        request,
        get_object_or_404(ShareLink.objects.visible_to(request.user), pk=pk),
        sharing.revoke_share,
        done="已收回，链接从现在起打不开",
        to="share_list",
    )


@login_not_required
@never_cache
@require_GET
def shared_dashboard(request: HttpRequest, token: str) -> HttpResponse:
    """An area's dashboard for whoever has the link: figures alone, no records, no names of people, no way further in."""
    link = ShareLink.objects.opened_by(token).first()
    if link is None:
        return render(request, "metrics/share_closed.html", status=410)
    sharing.count_opening(link)
    this_year = timezone.localdate().year
    asked = key_of(request.GET.get("year"))
    year = asked if asked and FIRST_YEAR <= asked <= this_year else this_year
    areas: list[Area] = list(
        Area.objects.filter(pk=link.area_id) | Area.objects.filter(parent=link.area_id).order_by("pk")
    )
    scope, period = Scope.of_area(link.area), Period.year(year)
    freshness = figures.freshness()

    def build() -> dict[str, Any]:
        return {"shared": True, **overview(scope, areas, period, figures.metrics_for(scope))}

    key = (freshness.edition, timezone.localdate(), "shared", scope, year)
    context = {
        "link": link,
        "scope": scope,
        "period": period,
        "freshness": freshness,
        "shown_year": year,
        "years": range(this_year, FIRST_YEAR - 1, -1),
        "overview": drawn("metrics/_overview.html", key, build, request),
    }
    response = render(request, "metrics/shared_dashboard.html", context)
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@get_or_post
def brief_list(request: PortalRequest) -> HttpResponse:
    """简报订阅: one's own."""
    user = request.user
    require(rules.can_read_quality(user))
    form = BriefForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        return answer_action(
            request,
            lambda: sharing.subscribe_brief(data["area"], data["every"], by=user),
            done=f"已订阅；下一期结束后第 {limits.BRIEF_AFTER_DAYS} 天寄到您的邮箱",
            to="brief_list",
        )
    own = BriefMail.objects.filter(user=user).select_related("area").order_by("pk")
    return render(
        request, "metrics/brief_list.html", {"form": form, "briefs": own}, status=422 if form.is_bound else 200
    )


@require_POST
def brief_drop(request: PortalRequest, pk: int) -> HttpResponse:
    sharing.unsubscribe_brief(pk, by=request.user)
    messages.success(request, "已停止订阅")
    return redirect("brief_list")
