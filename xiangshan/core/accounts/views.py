from allauth.account import views as account_views
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import SetPasswordForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from xiangshan.core.accounts import actions
from xiangshan.core.accounts.invitations import invited


@login_not_required
def login(request: HttpRequest) -> HttpResponse:
    """Whoever opened the portal without naming a page begins where their role does (`ClosedAdapter`)."""
    if request.method == "GET" and request.GET.get("next") == reverse("todo_list"):
        return redirect("account_login")
    return account_views.login(request)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def account_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Somebody named to a post sets the first password, then logs in by the mobile number."""
    user = invited(token)
    if user is None:
        return render(request, "accounts/invitation_closed.html", status=410)
    form = SetPasswordForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.set_first_password(user, form.cleaned_data["new_password1"])
        messages.success(request, "密码已设置，请用手机号登录")
        return redirect("account_login")
    return render(
        request,
        "accounts/account_invitation.html",
        {"form": form, "invited": user},
        status=422 if form.is_bound else 200,
    )
