from django.urls import path

from xiangshan.portal.field import views

app_name = "field"
urlpatterns = [
    path("", views.field_home, name="field_home"),
    path("manifest.webmanifest", views.field_manifest, name="field_manifest"),
    path("worker.js", views.field_worker, name="field_worker"),
    path("data/", views.field_data, name="field_data"),
    path("send/", views.field_send, name="field_send"),
    path("photos/", views.field_photo, name="field_photo"),
]
