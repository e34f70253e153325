from django.urls import path

from xiangshan.shared.notifications import views

urlpatterns = [
    path("", views.notice_list, name="notice_list"),
    path("read/", views.notice_read, name="notice_read"),
    path("settings/", views.notice_settings, name="notice_settings"),
]
