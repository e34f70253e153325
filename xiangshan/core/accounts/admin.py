from typing import Any

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.decorators import method_decorator

from xiangshan.core.accounts.models import Role, SecondFactor
from xiangshan.core.areas.counties import only_county


def is_administrator(request: HttpRequest) -> bool:
    user: Any = request.user
    if not (user.is_active and user.is_authenticated and user.holds(Role.ADMINISTRATOR)):
        return False
    # What every county shares is changed by the portal's administrator, or by that of its only county.
    return 0 in user.scope(Role.ADMINISTRATOR) or only_county() is not None


class AdministratorSite(admin.AdminSite):
    """后台: look-up tables every county shares; only the portal's administrators come in, by their post."""

    site_header = site_title = "系统管理"
    index_title = "基础数据"

    def has_permission(self, request: HttpRequest) -> bool:
        return is_administrator(request)

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """By the portal's own door, which asks for the second factor; whoever is in already has no business here."""
        if request.user.is_authenticated:
            raise PermissionDenied("系统管理由系统管理员办理")
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))


class AdministratorOnly(admin.ModelAdmin):  # type: ignore[type-arg]
    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_administrator(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_administrator(request)

    has_add_permission = has_change_permission = has_view_permission

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # nothing is deleted for good by users


site = AdministratorSite(name="admin")


@admin.register(SecondFactor, site=site)
class SecondFactorAdmin(AdministratorOnly):
    """Which roles need a second factor: added and taken away again."""

    list_display = ["role"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_administrator(request)
