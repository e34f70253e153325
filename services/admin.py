from django.contrib import admin

from services.models import Department, ServiceCategory
from xiangshan.core.accounts.admin import AdministratorOnly, site


@admin.register(ServiceCategory, site=site)
class ServiceCategoryAdmin(AdministratorOnly):
    list_display = ["name", "code", "is_active"]


@admin.register(Department, site=site)
class DepartmentAdmin(AdministratorOnly):
    list_display = ["name"]
