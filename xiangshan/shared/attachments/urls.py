from django.urls import path

from xiangshan.shared.attachments import views

urlpatterns = [
    path("<slug:kind>/<int:pk>/new/", views.attachment_new, name="attachment_new"),
    path("<uuid:key>/", views.attachment_file, name="attachment_file"),
    path("<uuid:key>/small/", views.attachment_small, name="attachment_small"),
    path("<uuid:key>/remove/", views.attachment_remove, name="attachment_remove"),
]
