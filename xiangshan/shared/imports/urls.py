from django.urls import path

from xiangshan.shared.imports import views

urlpatterns = [
    path("", views.import_list, name="import_list"),
    path("<slug:register>/new/", views.import_new, name="import_new"),
    path("<slug:register>/template/", views.import_template, name="import_template"),
    path("<int:pk>/", views.import_detail, name="import_detail"),
    path("<int:pk>/read/", views.import_read, name="import_read"),
    path("<int:pk>/answers/", views.import_answer, name="import_answer"),
    path("<int:pk>/errors/", views.import_errors, name="import_errors"),
    path("<int:pk>/apply/", views.import_apply, name="import_apply"),
    path("<int:pk>/accept/", views.import_accept, name="import_accept"),
    path("<int:pk>/return/", views.import_return, name="import_return"),
    path("<int:pk>/undo/", views.import_undo, name="import_undo"),
]
