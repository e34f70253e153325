"""Pages of one's own: the account, the devices logged in, and the way back in where the password is forgotten."""

from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from xiangshan.core.accounts import actions as accounts
from xiangshan.core.accounts.invitations import resetting
from xiangshan.core.accounts.mfa import has_code
from xiangshan.core.accounts.names import user_named
from xiangshan.core.accounts.requests import PortalRequest
from xiangshan.portal.people import actions
from xiangshan.portal.people.forms import ContactForm, ForgottenForm, NewPasswordForm
from xiangshan.shared.responses import answer_action, form_page, get_or_post

# What a browser says of itself, in the order in which it is asked.
DEVICES = (
    ("iPhone", "苹果手机"),
    ("iPad", "平板"),
    ("Android", "安卓手机"),
    ("Windows", "Windows 电脑"),
    ("Macintosh", "苹果电脑"),
)
BROWSERS = (
    ("MicroMessenger", "微信"),
    ("Edg/", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)


def device_of(user_agent: str) -> str:
    device = next((text for sign, text in DEVICES if sign in user_agent), "其他设备")
    browser = next((text for sign, text in BROWSERS if sign in user_agent), "")
    return f"{device} {browser}".strip()


@require_GET
def account(request: PortalRequest) -> HttpResponse:
    """我的账号: who I am, what I hold, where I am logged in."""
    user = request.user
    sessions = UserSession.objects.purge_and_list(user)
    context = {
        "posts": [(post, post.scope_name) for post in user.posts_today],
        "has_code": has_code(user),
        "devices": [
            (one, device_of(one.user_agent), one.session_key == request.session.session_key)
            for one in sorted(sessions, key=lambda one: one.created_at, reverse=True)
        ],
    }
    return render(request, "people/account.html", context)


@get_or_post
def account_contact(request: PortalRequest) -> HttpResponse:
    user = request.user
    return form_page(
        request,
        ContactForm(
            request.POST or None,
            request=request,
            initial={"name": user.name, "phone": user.phone, "email": user.email},
        ),
        lambda data: actions.change_contact(user, **data),
        done="已保存",
        to=reverse("account"),
        heading="修改本人资料",
    )


@require_POST
def account_large_text(request: PortalRequest) -> HttpResponse:
    large = "large" in request.POST
    return answer_action(
        request,
        lambda: actions.show_large_text(request.user, large=large),
        done="已改为大字显示" if large else "已改为标准字号",
        to=reverse("account"),
    )


@require_POST
def account_end_device(request: PortalRequest, pk: int) -> HttpResponse:
    device = get_object_or_404(UserSession, pk=pk, user=request.user)
    return answer_action(request, device.end, done="这台设备已退出", to=reverse("account"))


@require_POST
def account_log_out_everywhere(request: PortalRequest) -> HttpResponse:
    """But for the device that asks."""

    def act() -> None:
        accounts.log_out_everywhere(request.user, by=request.user, but=request.session.session_key or "")

    return answer_action(request, act, done="其他设备都已退出", to=reverse("account"))


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def password_forgotten(request: HttpRequest) -> HttpResponse:
    """The same answer whether there is such an account or not."""
    form = ForgottenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = user_named(form.cleaned_data["login"])
        if user is not None and user.is_active and user.email:
            actions.forgotten(user)
        return render(request, "people/password_sent.html")
    return render(request, "people/password_forgotten.html", {"form": form}, status=422 if form.is_bound else 200)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def password_reset(request: HttpRequest, token: str) -> HttpResponse:
    user = resetting(token)
    if user is None:
        return render(request, "accounts/invitation_closed.html", status=410)
    form: Any = NewPasswordForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        accounts.replace_password(user, form.cleaned_data["password"])
        messages.success(request, "密码已重设，请登录")
        return redirect("account_login")
    context = {"form": form, "person": user}
    return render(request, "people/password_reset.html", context, status=422 if form.is_bound else 200)
