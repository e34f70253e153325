from django.urls import path

from xiangshan.shared.imports import views

urlpatterns = [
    path("<slug:register>/new/", views.import_new, name="import_new"),
    path("<slug:register>/template/", views.import_template, name="import_template"),
    path("<int:pk>/", views.import_detail, name="import_detail"),
    path("<int:pk>/errors/", views.import_errors, name="import_errors"),
    path("<int:pk>/apply/", views.import_apply, name="import_apply"),
    path("<int:pk>/undo/", views.import_undo, name="import_undo"),
]
