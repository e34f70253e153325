from django.urls import path

from xiangshan.shared.notifications import views

urlpatterns = [
    path("", views.notice_list, name="notice_list"),
    path("read/", views.notice_read, name="notice_read"),
    path("messages/", views.message_list, name="message_list"),
    path("messages/again/", views.message_try_again, name="message_try_again"),
    path("settings/", views.notice_settings, name="notice_settings"),
]
