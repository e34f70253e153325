from django.urls import path

from xiangshan.shared.history import views

urlpatterns = [
    path("", views.history_list, name="history_list"),
    path("<slug:kind>/<int:pk>/", views.record_history, name="record_history"),
]
