from django.urls import path

from xiangshan.shared.lists import views

urlpatterns = [
    path("<slug:table>/columns/", views.view_columns, name="view_columns"),
    path("<slug:table>/views/", views.view_save, name="view_save"),
    path("views/<int:pk>/delete/", views.view_delete, name="view_delete"),
]
