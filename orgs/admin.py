from django.contrib import admin

from orgs.models import FieldOfWork
from xiangshan.core.accounts.admin import AdministratorOnly, site


@admin.register(FieldOfWork, site=site)
class FieldOfWorkAdmin(AdministratorOnly):
    list_display = ["name"]
