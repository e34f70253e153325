from typing import Any

from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.decorators import method_decorator

from xiangshan.core.accounts.models import Post, Role, SecondFactor, User


def is_administrator(request: HttpRequest) -> bool:
    user: Any = request.user
    return user.is_active and user.is_authenticated and user.holds(Role.ADMINISTRATOR)


class AdministratorSite(admin.AdminSite):
    """后台: look-up tables, users and posts; only administrators come in, by their post."""

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


class PostForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Post
        fields = ["role", "scope_id", "starts_on", "ends_on"]


class PostInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Post
    form = PostForm
    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_administrator(request)

    has_add_permission = has_change_permission = has_view_permission

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(User, site=site)
class PortalUserAdmin(AdministratorOnly, UserAdmin):  # type: ignore[type-arg]
    list_display = ["username", "name", "phone", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["username", "name", "phone"]
    filter_horizontal = []
    inlines = [PostInline]
    actions = ["reset_second_factor"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        ("本人", {"fields": ["name", "phone", "email"]}),
        ("状态", {"fields": ["is_active"]}),
    ]
    add_fieldsets = [(None, {"fields": ["username", "name", "phone", "usable_password", "password1", "password2"]})]

    @admin.action(description="重置动态验证码(手机丢失时)")
    def reset_second_factor(self, request: HttpRequest, users: Any) -> None:
        """The person sets it up anew at the next login; the administrator's log says who did it."""
        for user in users:
            Authenticator.objects.filter(user=user).delete()
            self.log_change(request, user, "重置动态验证码")
        self.message_user(request, f"已重置 {len(users)} 人的动态验证码")


@admin.register(SecondFactor, site=site)
class SecondFactorAdmin(AdministratorOnly):
    """Which roles need a second factor: added and taken away again."""

    list_display = ["role"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_administrator(request)
